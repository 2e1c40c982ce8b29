"""Likeness by legal elements: charge, size of the harm, circumstances.

Two cases that read alike may differ in what the law looks at. The elements are read by the rules
from both texts, and candidates that share them move up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from math import exp, log10

from pydantic import Field

from ..cases.extract import read_facts
from ..cases.facts import Facts
from ..cases.models import Case, Frozen
from ..tools.charge_identification import charges_of
from ..tools.measures import measure

MEASURES = ("value_yuan", "grams", "alcohol_mg", "injury", "deaths")
"""What is compared: yuan, grams, mg per 100 ml, rank of the gravest injury, deaths."""
WEIGHTS = {"charges": 0.6, "measures": 0.2, "circumstances": 0.2}
"""How much each side of the likeness counts; what neither text tells is left out of the mean."""
PULL = 0.8
"""Share of the elements in the new order, the rest being the place in the old one."""
SPREAD = 30.0
"""How fast the place in the old order fades, in places."""
_TODAY = date(2026, 1, 1)


class Elements(Frozen):
    """What the law looks at in a text: charges with 罪, measured values, circumstance ids."""

    charges: tuple[str, ...] = ()
    measures: dict[str, float] = Field(default_factory=dict)
    circumstances: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def elements_of(text: str, charges: tuple[str, ...] = ()) -> Elements:
    """The elements of a text; ``charges`` if known, else those for which the facts speak."""
    facts = read_facts(Case(fact=text), _TODAY)
    return from_facts(text, facts, charges)


def from_facts(text: str, facts: Facts, charges: Sequence[str] = ()) -> Elements:
    """The elements of a text whose facts have been read already."""
    values = {}
    for name in MEASURES:
        found = measure(name, facts)
        if found is not None and found.value > 0:
            values[name] = found.value
    return Elements(
        charges=tuple(charges) or charges_of(text, on=facts.conduct_end),
        measures=values,
        circumstances=frozenset(c.id for c in facts.circumstances if c.holds),
    )


def likeness(one: Elements, other: Elements) -> float:
    """How alike two cases are in law, from 0 to 1; 0 where nothing can be compared."""
    parts = {
        "charges": _overlap(one.charges, other.charges),
        "measures": _sizes(one.measures, other.measures),
        "circumstances": _overlap(one.circumstances, other.circumstances),
    }
    told = {name: value for name, value in parts.items() if value is not None}
    weight = sum(WEIGHTS[name] for name in told)
    return sum(WEIGHTS[name] * value for name, value in told.items()) / weight if weight else 0.0


def worths(likenesses: Sequence[float]) -> list[float]:
    """What each candidate, given best first, is worth by its place and its likeness together.

    The place counts as ``exp(-place / SPREAD)``, so that scores of any engine can be used.
    """
    return [
        PULL * value + (1 - PULL) * exp(-place / SPREAD) for place, value in enumerate(likenesses)
    ]


def _overlap(one: Collection[str], other: Collection[str]) -> float | None:
    """The Jaccard index; None where both are empty."""
    union = len({*one, *other})
    return len({*one} & {*other}) / union if union else None


def _sizes(one: Mapping[str, float], other: Mapping[str, float]) -> float | None:
    """How near the values of the same measures lie: 1 if equal, 0 from a factor of ten on."""
    shared = one.keys() & other.keys()
    if not shared:
        return 0.0 if one and other else None
    near = [max(0.0, 1 - abs(log10(one[name] / other[name]))) for name in shared]
    return sum(near) / len(near)
