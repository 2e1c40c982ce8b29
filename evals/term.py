"""A term in months for a case of which only the facts, the charges and the role are known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

from ..cases.facts import Facts
from ..cases.findings import Sentence
from ..cases.letterhead import province_of
from ..cases.vocabulary import Role, SentenceKind
from ..errors import InputError
from ..tools.combine import combine_terms
from ..tools.sentencing import recommend_sentence
from .stated_term import stated_term

UNCOUNTED = 180.0
"""Months that stand for life and death where a number is asked for: the longest fixed term."""
DEFAULT_DAY = date(2015, 11, 1)
"""The law that applies where the facts name no day: most published judgments are of these years."""
PUBLISHED_SINCE = date(2014, 7, 1)
"""Half a year after courts began to publish judgments (2014-01-01): the data sets start there."""
SPREAD, SPREAD_STATED = 0.6, 0.35
"""Standard deviation of declared terms in log distance from the recommendation, and from the term
that the prosecution asks for."""
_TO_JUDGMENT = timedelta(days=180)
_NO_PRISON = 0.06


def predict_term(
    fact: str,
    charges: Sequence[str],
    facts: Facts,
    *,
    role: Role | None = None,
    defendant: str | None = None,
    extra: frozenset[str] = frozenset(),
) -> float | None:
    """The recommended term in months for all charges together; None if no charge has a band.

    Args:
        fact: the facts as told.
        charges: names of the charges.
        facts: what was read out of the case.
        role: role in the joint crime.
        defendant: whose circumstances count; None for the first suspect named, if any.
        extra: ids of circumstances that hold beside those read out of the case.
    """
    name = defendant or (facts.suspects[0].name if facts.suspects else None)
    held = frozenset(facts.holding(name)) | extra
    suspect = next((s for s in facts.suspects if s.name == name), None)
    age = suspect.age_at_conduct if suspect else None
    found = [
        sentence
        for charge in dict.fromkeys(charges)
        if (sentence := _one(charge, fact, facts, held, role, age)) is not None
    ]
    return _total(found) if found else None


def expected_term(fact: str, charges: Sequence[str], facts: Facts) -> tuple[float | None, float]:
    """Months to expect and their spread in log distance.

    What the prosecution asks for where the facts tell it (courts generally follow, CPL 201), else
    the recommendation for the charges.
    """
    stated = stated_term(fact)
    if stated is not None:
        return stated.middle, SPREAD_STATED
    return predict_term(fact, charges, facts), SPREAD


def conduct_day(facts: Facts) -> date:
    """The end of the conduct, else :data:`DEFAULT_DAY`."""
    return facts.conduct_end or facts.conduct_start or DEFAULT_DAY


def judgment_day(facts: Facts) -> date:
    """When the case was probably decided: half a year after the last day that the facts name.

    Needed for CL 12: law that became milder between conduct and judgment applies.
    """
    last = max((m.end for m in facts.dates if m.end <= date.today()), default=PUBLISHED_SINCE)
    return max(last + _TO_JUDGMENT, PUBLISHED_SINCE)


def term_weight(months: int, expected: float, spread: float) -> float:
    """How probable it is that a court declares ``months`` when ``expected`` is recommended.

    A log-normal density around the recommendation, more for the round terms that courts prefer,
    and a fixed share for judgments without imprisonment (0: fine only, exempted).
    """
    if months == 0:
        return _NO_PRISON * spread * math.sqrt(2 * math.pi)
    distance = math.log((months + 1) / (expected + 1))
    return math.exp(-(distance**2) / (2 * spread**2)) / (months + 1) * _roundness(months)


def _roundness(months: int) -> float:
    """Half years are declared most, odd numbers of months beyond a year hardly ever."""
    if months % 6 == 0:
        return 2.0
    if months <= 12:
        return 1.0
    return 0.6 if months % 3 == 0 or (months <= 24 and months % 2 == 0) else 0.25


def _one(
    charge: str,
    fact: str,
    facts: Facts,
    held: frozenset[str],
    role: Role | None,
    age: int | None,
) -> Sentence | None:
    try:
        return recommend_sentence(
            charge,
            day=conduct_day(facts),
            circumstances=held or ("none_known",),
            role=role,
            facts=facts,
            text=fact,
            age=age,
            province=province_of(fact) or None,
            decision_day=judgment_day(facts),
        )
    except InputError:
        return None


def _total(found: Sequence[Sentence]) -> float:
    if any(s.kind in (SentenceKind.LIFE, SentenceKind.DEATH) for s in found):
        return UNCOUNTED
    if len(found) == 1:
        return found[0].months or 0.0
    terms = {
        kind: [round(s.months) for s in found if s.kind is kind and s.months]
        for kind in (SentenceKind.FIXED_TERM, SentenceKind.DETENTION, SentenceKind.CONTROL)
    }
    combined = combine_terms(
        terms[SentenceKind.FIXED_TERM],
        terms[SentenceKind.DETENTION],
        terms[SentenceKind.CONTROL],
    )
    return combined.months or 0.0
