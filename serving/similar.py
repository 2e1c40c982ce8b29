"""Similar cases as people compare them: side by side with the case under review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..cases.findings import Review, SimilarCase
from ..cases.vocabulary import Decision
from . import wording

if TYPE_CHECKING:
    from rich.table import Table

NODE = "similar"
BEGINNING = 240
"""Characters of the case under review that stand beside the similar ones."""
_WITHHELD_ZH = {
    "itself": "本案自身",
    "near_duplicate": "与本案近乎相同",
    "later": "晚于本案",
    "twin": "与前列类案近乎相同",
}
_TONES = {
    Decision.P: "prosecute",
    Decision.DNP: "dnp",
    Decision.SNP: "snp",
    Decision.IENP: "ienp",
}


def cards(review: Review) -> list[dict[str, Any]]:
    """What the page shows of each similar case."""
    return [
        {
            **item.model_dump(),
            "tone": _TONES.get(decision, "open") if (decision := _decision(item)) else "open",
            "score": f"{item.score:.2f}",
            "percent": f"{item.likeness:.0%}",
            "when": "，".join(filter(None, (item.date, item.province))),
        }
        for item in review.similar
    ]


def searched(review: Review) -> str:
    """What was searched and what was withheld, from the trace; empty where nothing was."""
    finding = next((s.finding for s in review.trace if s.node == NODE), {})
    corpus, withheld = finding.get("corpus") or {}, finding.get("withheld") or {}
    if not corpus:
        return ""
    return f"案例库共{corpus.get('documents', 0)}件；{withheld_zh(withheld)}"


def withheld_zh(withheld: Mapping[str, Any]) -> str:
    """The counts of the leak guards in words."""
    parts = [f"{zh}{withheld[key]}件" for key, zh in _WITHHELD_ZH.items() if withheld.get(key)]
    text = f"为防止泄露结果未显示：{'、'.join(parts)}" if parts else "没有需要回避的案例"
    if not withheld.get("dated", True):
        text += "；本案无日期，未能排除更晚的案例"
    elif withheld.get("undated"):
        text += f"；所列{withheld['undated']}件无日期"
    return text


def similar_table(cases: Sequence[SimilarCase]) -> Table:
    """The similar cases for a terminal, best first."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("类案 case", "结果 outcome", "罪名 charge", "要素 likeness", "摘要 facts"):
        table.add_column(heading, overflow="fold")
    for item in cases:
        when = " ".join(filter(None, (item.date, item.province)))
        table.add_row(
            Text(wording.one_line(f"{item.id} {when}".strip(), 40)),
            Text(wording.one_line(item.outcome, 30) or "—"),
            Text(wording.one_line(item.charge, 30) or "—"),
            f"{item.likeness:.0%}",
            Text(wording.one_line(item.snippet, 60)),
        )
    return table


def _decision(item: SimilarCase) -> Decision | None:
    return Decision.from_label(item.outcome.split("，")[0])
