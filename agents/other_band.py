"""Whether a term that a model proposes in another band than the calculated one is one of the law.

The calculated band rests on what the rules read out of the facts. A model that finds another one
says so and why; it must be a band of these very charges, in force on the day of the conduct.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..cases.vocabulary import SentenceKind
from ..statutes.charges import charge as charge_named
from ..statutes.models import Band, Charge

FIXED_TERM_MOST = 180
"""Fifteen years: the longest fixed term for one crime (CL 45)."""
COMBINED_MOST, COMBINED_LONG, COMBINED_LONG_FROM = 240, 300, 420
"""Several crimes: twenty years, twenty-five if the terms add up to thirty-five or more (CL 69)."""
SHORTEST = {SentenceKind.FIXED_TERM: 6, SentenceKind.CONTROL: 3, SentenceKind.DETENTION: 1}

Limits = tuple[int, int | None]


def other_band(
    charges: Sequence[str], day: date, kind: SentenceKind, months: float | None
) -> Limits | None:
    """The statutory limits in months within which the punishment lies; None if in none.

    For one charge those of its lightest band that fits; for several from the least that the
    gravest of them starts with to what they add up to (CL 69). Life and death, which have no
    months, fit a band that threatens them.
    """
    known = [found for found in map(charge_named, charges) if found is not None]
    if not known:
        return None
    if kind in (SentenceKind.LIFE, SentenceKind.DEATH):
        fitting = [b for c in known for b in c.bands_on(day) if kind.value in b.penalties]
        return (fitting[0].lo, fitting[0].hi) if fitting and months is None else None
    if months is None or kind not in SHORTEST:
        return None
    if len(known) > 1:
        return _combined(known, day, months)
    for band in known[0].bands_on(day):
        low = band.lo or SHORTEST[kind]
        if kind.value in band.penalties and low <= months <= _most(band):
            return band.lo, band.hi
    return None


def _combined(charges: Sequence[Charge], day: date, months: float) -> Limits | None:
    bands = [charge.bands_on(day) for charge in charges]
    if not all(bands):
        return None
    low = max(min(band.lo for band in own) for own in bands)
    # A fixed term absorbs detention (CL 69(2)): crimes without one add nothing to it.
    fixed = [[_most(b) for b in own if "fixed_term" in b.penalties] for own in bands]
    total = sum(max(terms) for terms in fixed if terms) or sum(_most(own[-1]) for own in bands)
    most = min(total, COMBINED_LONG if total >= COMBINED_LONG_FROM else COMBINED_MOST)
    return (low, most) if max(low, 1) <= months <= most else None


def _most(band: Band) -> int:
    return FIXED_TERM_MOST if band.hi is None else band.hi
