"""Brings cases forward that were decided on a charge which the facts at hand speak for.

Words alone rank a theft from a shop beside a robbery of the same shop. The facts at hand are judged
by the law's cues (:func:`nolle.tools.charge_identification.identify`); the charges of the decided
cases are on record. No charge on record of the case at hand is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from ..tools.charge_identification import identify

Id = TypeVar("Id")

WEIGHT = 2.0
"""What the best-founded charge adds, where the first of the ranking being brought into order is
worth 1. Same-charge precision at 5 is flat from 1 to 4."""
_TOP = 8


def likely_charges(text: str, alleged: Sequence[str] = ()) -> dict[str, float]:
    """The charges that the facts speak for, each with its share of the best one's score (0 to 1].

    ``alleged``: charges that the file names, which get a head start.
    """
    found = identify(text, alleged=alleged, top=_TOP)
    return {one.charge: one.score / found[0].score for one in found}


def prefer_charges(
    ranked: Sequence[tuple[Id, float]],
    likely: Mapping[str, float],
    charges_of: Callable[[Id], Collection[str]],
    weight: float = WEIGHT,
) -> list[tuple[Id, float]]:
    """``ranked`` (scores above 0, best first) in a new order, with the new scores.

    Each score becomes its share of the best one's, plus ``weight`` times that of the likeliest
    charge on which the case was decided. Equals keep their order.
    """
    if not ranked:
        return []
    best = ranked[0][1]
    scored = []
    for item, score in ranked:
        charge = max((likely.get(name, 0.0) for name in charges_of(item)), default=0.0)
        scored.append((item, score / best + weight * charge))
    return sorted(scored, key=lambda hit: -hit[1])
