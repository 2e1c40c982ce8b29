"""Builds facts from the short form of the law cases."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from nolle.cases.facts import Amount, AmountKind, BloodAlcohol, Count, Facts, Injury, Weight
from nolle.cases.models import Span
from nolle.cases.vocabulary import InjuryGrade

SPAN = Span(field="fact", start=0, end=1)


def build(given: dict[str, Any]) -> Facts:
    amounts = tuple(
        Amount(
            yuan=given[kind.value],
            kind=kind,
            span=SPAN,
            approximate=given.get("approximate", False),
        )
        for kind in AmountKind
        if kind.value in given
    )
    counts = tuple(
        Count(unit=unit, value=given[unit], span=SPAN)
        for unit in ("times", "persons")
        if unit in given
    )
    return Facts(
        decision_date=date(2024, 1, 1),
        amounts=amounts,
        counts=counts,
        injuries=(Injury(grade=InjuryGrade(given["injury"]), span=SPAN),)
        if "injury" in given
        else (),
        alcohol=(BloodAlcohol(mg_per_100ml=given["mg"], span=SPAN),) if "mg" in given else (),
        weights=(Weight(grams=given["grams"], span=SPAN, substance=given.get("substance")),)
        if "grams" in given
        else (),
    )


@pytest.fixture(scope="session")
def facts_of() -> Callable[[dict[str, Any]], Facts]:
    return build
