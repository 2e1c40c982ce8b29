"""Retrieved examples for a single prompt: decided cases beside the one asked about.

The answer shown is what the record holds, the decision and its articles, without reasons that
nobody wrote down. Names and numbers of the examples are masked always.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..agents.similar import masked, snippet
from ..cases.models import Case
from ..cases.vocabulary import Decision
from ..errors import ConfigError
from ..graphs.baseline_prompts import Shot
from ..retrieval.documents import latest_day
from ..retrieval.fewshot import one_per_decision
from ..retrieval.filters import Filters, allowed
from ..retrieval.guards import Subject
from ..retrieval.library import default_corpus, opened
from ..retrieval.search import Hit
from ..statutes.charges import charge as charge_named
from ..statutes.versions import cite

LONGEST = 1200
"""Characters of an example's facts."""
_NO_REASONS = "（该案的审查理由未收录。）"


class OnePerDecision:
    """One example of each decision, the nearest of its kind, so that the set moves no class prior.

    Where the guards leave a decision without any, the case is put without examples.
    """

    def __init__(self, corpus: Path) -> None:
        self._library = opened(corpus, masked)
        index = self._library.index
        missing = [d for d in Decision if not allowed(index, Filters(outcomes=(d.value,))).any()]
        if missing:
            raise ConfigError(
                f"no case of {', '.join(d.zh for d in missing)}, index {corpus}: examples of every "
                "decision are needed; add some with nolle index, or leave the arm out"
            )
        self.version = index.folder.name

    def __call__(self, case: Case) -> Sequence[Shot]:
        """The four examples, the nearest last."""
        chosen = one_per_decision(self._library.index, Subject.of(case), dense=self._library.dense)
        if len(chosen) < len(Decision):
            return ()
        ranked = sorted(chosen.items(), key=lambda item: item[1].score)
        return tuple(shot(decision, hit) for decision, hit in ranked)


def shot(decision: Decision, hit: Hit) -> Shot:
    """A decided case and its outcome in the layout that is asked for."""
    day = latest_day(hit.document.date) or date.today()
    found = [charge_named(name) for name in hit.document.charges]
    keys = [charge.article for charge in found if charge is not None]
    keys += ["cl:第三十七条"] if decision is Decision.DNP else []
    keys += cite(f"decision.{decision.value}", day)
    lines = [
        f"{zh}：{'、'.join(own)}"
        for zh, law in (("刑法", "cl:"), ("刑事诉讼法", "cpl:"))
        if (own := [key.removeprefix(law) for key in keys if key.startswith(law)])
    ]
    answer = (
        "【适用法条】\n"
        + "\n".join(lines)
        + f"\n\n【审查分析】\n{_NO_REASONS}\n\n【最终结论】\n决定：{decision.zh}"
    )
    return Shot(case=Case(fact=snippet(hit.document.text, LONGEST)), answer=answer)


def one_of_each() -> OnePerDecision:
    """The chooser on the configured corpus; ConfigError where there is none."""
    corpus = default_corpus()
    if corpus is None:
        raise ConfigError(
            "no examples to show, shots: one_per_decision: make an index of decided cases with "
            "nolle index, or leave the arm out"
        )
    return OnePerDecision(corpus)


CHOOSERS: dict[str, Callable[[], Any]] = {"one_per_decision": one_of_each}
"""Makers of choosers by the name that an arm gives."""
