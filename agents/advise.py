"""Advisories beside the label: conditional non-prosecution, returns, approvals, duties after."""

from __future__ import annotations

from collections.abc import Iterator

from ..cases.findings import Advisory, Outcome
from ..cases.vocabulary import Check, Decision
from ..statutes.charges import charge as charge_named
from ..statutes.grounds import ground as ground_rule
from ..tools.conditional import conditional_nonprosecution
from .base import View
from .signals import by_id, cite

REPENTANCE = frozenset(
    {"surrender", "confession", "plea", "restitution", "compensation", "forgiveness"}
)


def advise(view: View, outcome: Outcome) -> tuple[Advisory, ...]:
    """What else the procuratorate should consider for this defendant."""
    found = [*_return_first(view, outcome), *_after_non_prosecution(view, outcome)]
    found += [*_juvenile(view, outcome), *_treatment(view, outcome)]
    return tuple(found)


def _advisory(ground_id: str, view: View, text: str = "") -> Advisory:
    rule = ground_rule(ground_id)
    day = view.facts.decision_date
    return Advisory(
        code=ground_id,
        zh=text or rule.zh,
        citations=cite(rule.cite(day), day),
        defendant=view.defendant,
    )


def _return_first(view: View, outcome: Outcome) -> Iterator[Advisory]:
    """Doubt without any return so far: the next step is a return, not the end (CPL 175)."""
    if outcome.decision is Decision.IENP and view.facts.returns == 0:
        yield _advisory(
            "return_for_investigation", view, "案卷未见退回补充侦查：证据存疑时应先退回补充侦查"
        )


def _after_non_prosecution(view: View, outcome: Outcome) -> Iterator[Advisory]:
    if outcome.decision is None or outcome.decision is Decision.P:
        return
    yield _advisory("superior_approval", view)
    if outcome.decision in (Decision.DNP, Decision.SNP):
        yield _advisory("administrative_penalty_opinion", view)


def _treatment(view: View, outcome: Outcome) -> Iterator[Advisory]:
    finding = outcome.checks.get(Check.SUBSUMPTION.value)
    if finding and any(g.id == "insanity" and g.holds for g in finding.grounds):
        yield _advisory("compulsory_treatment", view)


def _juvenile(view: View, outcome: Outcome) -> Iterator[Advisory]:
    """Conditional non-prosecution, only where a plain waiver does not fit (CPL 282)."""
    suspect = view.suspect
    age = suspect.age_at_conduct if suspect.age_at_conduct is not None else suspect.stated_age
    if outcome.decision is not Decision.P or age is None or age >= 18:
        return
    held = by_id(
        c for c in view.facts.circumstances if c.holds and c.defendant in (None, view.defendant)
    )
    chapters = tuple(c.chapter for name in outcome.charges if (c := charge_named(name)))
    sentence = outcome.sentence
    result = conditional_nonprosecution(
        age,
        chapters,
        sentence.months if sentence else None,
        True if REPENTANCE & held.keys() else None,
        day=view.facts.decision_date,
    )
    if result.eligible is False:
        return
    open_points = "；待查明：" + "、".join(result.open_conditions) if result.open_conditions else ""
    yield Advisory(
        code="conditional_non_prosecution",
        zh=f"行为时{age}周岁，可以考虑附条件不起诉{open_points}",
        citations=cite(result.citations, view.facts.decision_date),
        defendant=view.defendant,
    )
