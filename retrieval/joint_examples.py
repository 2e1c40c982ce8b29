"""The one BM25 example of MultiJustice's prompts: the nearest case of the same scenario.

Wang et al. (2025) show a model one decided case of the scenario (S1 to S4) of the case at hand.
Here it comes from labelled cases, by BM25 alone as there, and the leak guards hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..cases.joint import JointCase, JointExample
from .build import build_index
from .documents import Document, canonical_charges, gravest, latest_day
from .fewshot import nearest_same_scenario
from .guards import Subject
from .index import open_index


class JointExamples:
    """Labelled cases to draw examples from, indexed in a folder of their own.

    Cases without a judgment or a scenario are left out. Raises InputError where none is left.
    """

    def __init__(self, cases: Iterable[JointCase], folder: str | Path) -> None:
        usable = [case for case in cases if case.scenario is not None and case.facts.strip()]
        self._cases = {case.id: case for case in usable}
        build_index((document_of(case) for case in self._cases.values()), folder, processes=1)
        self._index = open_index(folder)

    def nearest(self, case: JointCase) -> JointExample | None:
        """The example for a case: of the nearest case of its scenario, the defendant judged first
        who has a charge; None where there is no other case of that scenario or it has no scenario.
        """
        if case.scenario is None:
            return None
        subject = Subject(case.facts, case.id, latest_day(case.date))
        hit = nearest_same_scenario(self._index, subject, case.scenario.value)
        if hit is None:
            return None
        found = self._cases[hit.document.id]
        charged = next((one.name for one in found.defendants if one.charges), found.names[0])
        return JointExample.of(found, charged)


def document_of(case: JointCase) -> Document:
    """A labelled case of several defendants as the index knows it."""
    months = [round(one.months) for one in case.defendants if one.months is not None]
    return Document(
        id=case.id,
        text=case.facts,
        charges=canonical_charges(case.charges),
        months=gravest(months),
        date=case.date,
        province=case.province,
        source=case.source.value,
        defendants=len(case.defendants),
        scenario=case.scenario.value if case.scenario else "",
    )
