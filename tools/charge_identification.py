"""Which charges the facts speak for, with the words that say so.

Cues are weighed (strong, weak, against), the lines between neighbouring charges are applied, and
the charges that the file alleges or names get a head start; they do not bind (CPL 171).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from functools import cache

from ..cases.models import Frozen
from ..statutes.charges import charge as charge_named
from ..statutes.charges import find_charges, normalise_charge
from ..statutes.store import day, read_data
from .arguments import a_day, number_in
from .charge_features import Hit, find_hits

WEIGHT = {"strong": 3.0, "weak": 1.0, "against": -3.0}
WEAK_CAP = 4.0
"""Weak cues alone never add more than this: many vague words are not a charge."""
ALLEGED = 5.0
NAMED = 3.0
NEIGHBOUR_MARGIN = 0.5
SUGGESTED_SHARE = 0.2
SEPARATE_SHARE = 0.4
SEPARATE_STRONG = 2
_SENTENCE_END = re.compile(r"[。；\n]")
# Charges named with an earlier conviction or of another person say nothing of the act at hand.
_OF_ANOTHER = re.compile(r"(?:曾|前科|前罪|因犯|均因|所涉|涉嫌|判处|刑满)[^。；，]{0,16}$")


class ScoredCharge(Frozen):
    """A charge with its score and the cues that speak for (or against) it, in text order."""

    charge: str
    score: float
    reasons: tuple[Hit, ...] = ()


class _Line(Frozen):
    """The line between neighbours: ``prefer`` outranks ``over`` where ``when`` occurs."""

    prefer: str
    over: tuple[str, ...]
    when: str = ""
    unless: str = ""
    since: date | None = None
    until: date | None = None


def identify(
    fact: str, alleged: Sequence[str] = (), top: int = 5, on: date | None = None
) -> tuple[ScoredCharge, ...]:
    """The charges that the facts suggest, best first; only those with a positive score.

    Args:
        fact: the facts as told.
        alleged: charges that the file alleges; they get a head start.
        top: at most so many.
        on: the day of the conduct, for charges that exist since or until a day.

    Raises:
        InputError: ``top`` is below 1.
    """
    number_in("top", top, 1)
    a_day("on", on)
    scores, hits = _scores(fact, alleged, on)
    _draw_lines(scores, fact, on)
    ranked = sorted(scores, key=lambda name: (-scores[name], _rank(name), name))
    return tuple(
        ScoredCharge(charge=name, score=round(scores[name], 2), reasons=tuple(hits.get(name, ())))
        for name in ranked[:top]
        if scores[name] > 0
    )


def charges_of(fact: str, alleged: Sequence[str] = (), on: date | None = None) -> tuple[str, ...]:
    """The charges to test: the best one, and others that separate acts clearly support.

    A further charge needs several strong cues in sentences that show none of a chosen charge, and
    a fair score; neighbours of a chosen charge describe the same act and are left out.
    """
    ranked = identify(fact, alleged, on=on)
    if not ranked:
        return ()
    ends = [match.start() for match in _SENTENCE_END.finditer(fact)]
    chosen = [ranked[0]]
    for candidate in ranked[1:]:
        if candidate.score < SEPARATE_SHARE * ranked[0].score:
            continue
        if any(_neighbours(candidate.charge, c.charge) for c in chosen):
            continue
        if _own_strong(candidate, chosen, ends) >= SEPARATE_STRONG:
            chosen.append(candidate)
    return tuple(c.charge for c in chosen)


def _scores(
    fact: str, alleged: Sequence[str], on: date | None
) -> tuple[dict[str, float], dict[str, list[Hit]]]:
    hits = find_hits(fact)
    scores: dict[str, float] = {}
    for name, found in hits.items():
        weak = sum(WEIGHT["weak"] for h in found if h.strength == "weak")
        other = sum(WEIGHT[h.strength] for h in found if h.strength != "weak")
        scores[name] = other + min(weak, WEAK_CAP) + _prior(name)
    for name, start, _ in find_charges(fact):
        if not _OF_ANOTHER.search(fact, max(0, start - 24), start):
            scores[name] = scores.get(name, 0.0) + NAMED
            break
    for raw in alleged:
        known = normalise_charge(raw)
        if known:
            scores[known] = max(scores.get(known, 0.0), 0.0) + ALLEGED
    return {name: score for name, score in scores.items() if _exists(name, on)}, hits


def _draw_lines(scores: dict[str, float], fact: str, on: date | None) -> None:
    for line, when, unless in _lines():
        own = scores.get(line.prefer, 0.0)
        if own <= 0 or not _dated(line, on):
            continue
        rivals = [score for name in line.over if (score := scores.get(name, 0.0)) >= own]
        if not rivals:
            continue
        top = max(rivals)
        # A line separates two charges that are both suggested; one vague word suggests nothing.
        if own < WEIGHT["strong"] and own < SUGGESTED_SHARE * top:
            continue
        if (when and not when.search(fact)) or (unless and unless.search(fact)):
            continue
        scores[line.prefer] = top + NEIGHBOUR_MARGIN


def _dated(line: _Line, on: date | None) -> bool:
    if on is None:
        return line.until is None
    return (line.since is None or on >= line.since) and (line.until is None or on < line.until)


def _exists(name: str, on: date | None) -> bool:
    charge = charge_named(name)
    return charge is not None and (on is None or charge.in_force(on))


def _prior(name: str) -> float:
    """A frequent charge wins a tie."""
    return 0.5 / (1 + _rank(name) / 20)


def _rank(name: str) -> int:
    charge = charge_named(name)
    return charge.frequent if charge is not None and charge.frequent is not None else 400


def _neighbours(one: str, other: str) -> bool:
    first, second = charge_named(one), charge_named(other)
    if first is None or second is None:
        return False
    pairs = {(line.prefer, name) for line, _, _ in _lines() for name in line.over}
    return (
        other in first.neighbours
        or one in second.neighbours
        or (one, other) in pairs
        or (other, one) in pairs
    )


def _own_strong(
    candidate: ScoredCharge, chosen: Sequence[ScoredCharge], ends: Sequence[int]
) -> int:
    """Strong cues in sentences where no chosen charge has one; ``ends`` are the sentences' ends."""

    def sentence(hit: Hit) -> int:
        return bisect_left(ends, hit.start)

    taken = {sentence(h) for c in chosen for h in c.reasons if h.strength == "strong"}
    return sum(h.strength == "strong" and sentence(h) not in taken for h in candidate.reasons)


@cache
def _lines() -> tuple[tuple[_Line, re.Pattern[str] | None, re.Pattern[str] | None], ...]:
    lines = []
    for item in read_data("neighbours.yaml"):
        raw = {**item, "over": tuple(item["over"])}
        for key in ("since", "until"):
            if key in raw:
                raw[key] = day(raw[key])
        line = _Line.model_validate(raw)
        lines.append(
            (
                line,
                re.compile(line.when) if line.when else None,
                re.compile(line.unless) if line.unless else None,
            )
        )
    return tuple(lines)
