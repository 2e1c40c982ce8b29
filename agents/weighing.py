"""Which rows of a weight table apply to a defendant, and the ground that a row makes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..cases.facts import Circumstance
from ..cases.findings import Ground
from .base import View
from .signals import by_id, make_ground
from .tables import GroundSignals


def held_signals(view: View, holds: bool = True) -> dict[str, list[Circumstance]]:
    """The circumstances that the file affirms (or denies) of this defendant or of all, by id."""
    return by_id(
        c
        for c in view.facts.circumstances
        if c.holds is holds and c.defendant in (None, view.defendant)
    )


def applies(rule: GroundSignals, signals: Collection[str], charge: str | None) -> bool:
    """Whether the row may speak at all: its charge, what it needs, what shuts it out."""
    if rule.charges and charge not in rule.charges:
        return False
    if rule.needs and not any(name in signals for name in rule.needs):
        return False
    return not any(name in signals for name in rule.unless)


def row_ground(
    rule: GroundSignals,
    view: View,
    items: Collection[Circumstance],
    weight: float,
    *,
    holds: bool = True,
    otherwise: str = "",
) -> Ground:
    """The ground of a row with the words it rests on; ``otherwise`` is the reason without words."""
    ordered = sorted(items, key=lambda c: (c.span.field, c.span.start))
    words = dict.fromkeys(c.span.of(view.case) for c in ordered)
    return make_ground(
        rule.ground,
        view.case,
        view.facts.decision_date,
        reason="；".join(words) or otherwise,
        weight=weight,
        items=ordered,
        holds=holds,
    )


def first_of(
    rule: GroundSignals, signals: Mapping[str, list[Circumstance]]
) -> dict[str, Circumstance]:
    """The first circumstance of every signal of the row that is present."""
    return {name: signals[name][0] for name in rule.signals if name in signals}
