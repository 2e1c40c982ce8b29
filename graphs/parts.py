"""Parts of the review that can be switched off, to measure what each of them is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pydantic import Field

from ..agents.base import Context, View
from ..cases.findings import Finding, SimilarFinding
from ..cases.models import Frozen
from ..cases.vocabulary import Check, Verdict
from .judges import Judges

OFF = "off"
"""The ``judge`` and the note of a finding whose check is switched off."""

_PASSED = {
    Check.EVIDENCE: Verdict.SUFFICIENT,
    Check.SUBSUMPTION: Verdict.CRIME,
    Check.WAIVER: Verdict.NOT_WAIVED,
}
"""What a check that is switched off leaves: nothing stands against going on to the next."""


class Parts(Frozen):
    """What a review does; the default is everything.

    ``signals``: a model is told what the rules found. ``retrieval``: it is shown similar cases.
    ``verify``: quotes and citations that fail go back to it and lower the confidence (without, they
    are still marked). ``checks``: those that are asked; the others let the case pass. ``merged``:
    one question covers all three checks.
    """

    signals: bool = True
    retrieval: bool = True
    verify: bool = True
    checks: tuple[Check, ...] = Field(default=tuple(Check), min_length=1)
    merged: bool = False


WHOLE = Parts()


def without(judges: Judges, parts: Parts) -> Judges:
    """The judges with retrieval, verification and checks as ``parts`` wants them.

    Signals and merged checks concern a model's prompts: see :func:`nolle.graphs.judges.of_model`.
    """
    if not parts.retrieval:
        judges = replace(judges, similar=_no_cases)
    if not parts.verify:
        judges = replace(judges, verify=_marked_only(judges.verify))
    if missing := set(Check) - set(parts.checks):
        checks = {c: _passed(c) if c in missing else ask for c, ask in judges.checks.items()}
        judges = replace(judges, checks=checks)
    return judges


def _no_cases(view: View, context: Context) -> SimilarFinding:
    return SimilarFinding(note="类案检索已关闭")


def _marked_only(
    verify: Callable[[View, Finding], tuple[Finding, tuple[str, ...]]],
) -> Callable[[View, Finding], tuple[Finding, tuple[str, ...]]]:
    def mark(view: View, finding: Finding) -> tuple[Finding, tuple[str, ...]]:
        marked, _ = verify(view, finding)
        return marked.model_copy(update={"confidence": finding.confidence}), ()

    return mark


def _passed(check: Check) -> Callable[[View, Context], Finding]:
    def assess(view: View, context: Context) -> Finding:
        return Finding(
            check=check,
            defendant=view.defendant,
            charge=view.charge,
            verdict=_PASSED[check],
            summary="本项审查已关闭",
            confidence=1.0,
            judge=OFF,
            notes=(OFF,),
        )

    return assess
