"""The report of a run directory as one self-contained page: it loads nothing from outside."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..agents import templates
from ..cases.sanitise import plain
from . import charts
from .folder import RunFolder
from .metrics import LEVEL2, UNRESOLVED
from .quality_tables import label_zh
from .report_cases import BUDGET_MB, Packed, pack
from .result_tables import tables
from .svg import MARKS
from .tables import Table, shown

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
_CHARTS = {
    "decisions": "overview",
    "classes_l2": "classes",
    "distribution": "shift",
    "spend": "cost",
}


def render_report(
    folder: RunFolder, metrics: Mapping[str, Any], budget_mb: float = BUDGET_MB
) -> str:
    """The page of a run as HTML. ``budget_mb`` bounds the texts of cases, in MB of the page."""
    packed = pack(folder, budget_mb)
    about, arms = metrics["about"], metrics["arms"]
    # A page is passed on: where its data lay on one machine is nobody's business.
    data = about["data"].replace("\\", "/").rstrip("/").rpartition("/")[2]
    environment = _environment()
    script = environment.get_template("report.js.j2").render()
    return environment.get_template("report.html.j2").render(
        title=f"{data} · {', '.join(a['label'] for a in arms)}"[:120],
        about={**about, "data": data},
        metrics=metrics,
        settings=json.dumps(about["settings"], ensure_ascii=False, indent=1)
        if about["settings"]
        else "",
        arms=[
            {"label": arm["label"], "series": place % MARKS, "model": arm["model"]}
            for place, arm in enumerate(arms)
        ],
        sections=[_section(table, metrics) for table in tables(metrics)],
        confusions=_confusions(arms),
        matrix=_matrix(metrics),
        reliability=[
            (arm["label"], chart)
            for place, arm in enumerate(arms)
            if (chart := charts.reliability(arm, place))
        ],
        packed=packed,
        case_data=_blob(_case_data(packed, metrics)),
        parts=[Markup(part) for part in packed.parts],
        script=Markup(script),
        script_hash=_hash(script),
    )


@cache
def _environment() -> Environment:
    environment = templates.html(TEMPLATES)
    environment.filters["shown"] = shown
    return environment


def render_page(template: str, **values: Any) -> str:
    """Another page in the style of the report."""
    return _environment().get_template(template).render(**values)


def _section(table: Table, metrics: Mapping[str, Any]) -> dict[str, Any]:
    """A table with the chart that belongs to it."""
    name = _CHARTS.get(table.id)
    given = metrics if name == "shift" else metrics["arms"]
    return {"table": table, "chart": getattr(charts, name)(given) if name else None}


def _confusions(arms: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One matrix an arm, with each count's share of its gold class."""
    found = []
    for arm in arms:
        strict = arm["decisions"]["strict"]
        if strict is None:
            continue
        table = strict["l2"]["confusion"]
        rows = []
        for gold in LEVEL2:
            total = sum(table[gold].values())
            cells = [
                {
                    "n": table[gold][said],
                    "share": table[gold][said] / total if total else 0.0,
                    "right": gold == said,
                }
                for said in (*LEVEL2, UNRESOLVED)
            ]
            rows.append({"label": label_zh(gold), "cells": cells})
        found.append({"label": arm["label"], "rows": rows})
    return found


def _matrix(metrics: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every arm against every other: difference (row minus column) and corrected p of two tests."""
    pairs = {(pair["first"], pair["second"]): pair for pair in metrics["significance"]}
    labels = [arm["label"] for arm in metrics["arms"]]
    if not pairs:
        return []
    return [
        {"label": one, "cells": [_against(pairs, one, two) for two in labels]} for one in labels
    ]


def _against(
    pairs: Mapping[tuple[str, str], Mapping[str, Any]], one: str, two: str
) -> dict[str, Any] | None:
    pair, sign = pairs.get((one, two)), 1
    if pair is None:
        pair, sign = pairs.get((two, one)), -1
    if pair is None:
        return None
    gap = sign * pair["bootstrap"]["difference"]
    tests = [pair[test]["significant"] for test in ("mcnemar", "bootstrap")]
    return {
        "on": pair.get("on", ""),
        "gap": f"{gap:+.3f}".replace("-", "−") if gap else "0.000",
        "mcnemar": _p(pair["mcnemar"]["p_holm"]),
        "bootstrap": _p(pair["bootstrap"]["p_holm"]),
        "tone": ("better" if gap > 0 else "worse") if all(tests) else "maybe" if any(tests) else "",
        "sign": ("▲" if gap > 0 else "▼") if all(tests) else ("△▽"[gap < 0] if any(tests) else ""),
    }


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _case_data(packed: Packed, metrics: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "arms": [arm["label"] for arm in metrics["arms"]],
        "answers": packed.answers,
        "zh": {label: label_zh(label) for label in LEVEL2},
        "gold": bool(metrics["labelled"]),
        "rows": packed.index,
    }


def _blob(data: Any) -> Markup:
    """JSON for a script element: no character of it can end the element."""
    text = plain(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
