"""From signals in the case to quotes, grounds and scores that every rule agent builds alike."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ..cases.facts import Circumstance
from ..cases.findings import Citation, Ground, Quote
from ..cases.models import Case, Span
from ..statutes.citations import status
from ..statutes.grounds import ground as ground_rule

CONTEXT_LIMIT = 60
_BREAKS = "。；！？\n"
_COMMAS = "，,、：:"


def quote(case: Case, span: Span, widen: bool = True) -> Quote:
    """The words at ``span``, widened to the clause around it (at most about 60 characters)."""
    text = case.text_of(span.field)
    start, end = span.start, span.end
    if widen:
        start, end = _clause(text, start, end)
    return Quote(text=text[start:end], field=span.field, start=start, end=end)


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen to the sentence if it is short enough, else to the nearest commas."""
    for marks in (_BREAKS, _BREAKS + _COMMAS):
        lo = max((text.rfind(m, 0, start) for m in marks), default=-1) + 1
        ends = [i for m in marks if (i := text.find(m, end)) >= 0]
        hi = min(ends, default=len(text))
        if hi - lo <= CONTEXT_LIMIT:
            break
    if hi - lo > CONTEXT_LIMIT:
        lo, hi = max(lo, start - 20), min(hi, end + 30)
    while lo < start and text[lo] in " \t\r\n　":
        lo += 1
    return lo, max(hi, end)


def quotes_of(case: Case, items: Iterable[Any], limit: int = 3) -> tuple[Quote, ...]:
    """Distinct quotes of the first ``limit`` items that have a ``span``."""
    seen: dict[tuple[str, int], Quote] = {}
    for item in items:
        found = quote(case, item.span)
        seen.setdefault((found.field, found.start), found)
        if len(seen) == limit:
            break
    return tuple(seen.values())


def cite(keys: Iterable[str], day: date) -> tuple[Citation, ...]:
    """Citations with their status on ``day``; duplicates dropped, order kept."""
    cited = []
    for key in dict.fromkeys(keys):
        state = status(key, day)
        cited.append(Citation(key=key, status=state, verified=state == "in_force"))
    return tuple(cited)


def make_ground(
    ground_id: str,
    case: Case,
    day: date,
    *,
    reason: str,
    weight: float,
    items: Iterable[Any] = (),
    holds: bool = True,
    on_doubtful_fact: bool = False,
    extra_articles: Iterable[str] = (),
) -> Ground:
    """A ground with its name, quotes and the articles to cite on ``day``."""
    rule = ground_rule(ground_id)
    return Ground(
        id=ground_id,
        zh=rule.zh,
        holds=holds,
        reason=reason,
        weight=round(weight, 3),
        proof_free=rule.proof_free,
        on_doubtful_fact=on_doubtful_fact,
        quotes=quotes_of(case, items),
        citations=cite((*rule.cite(day), *extra_articles), day),
    )


def by_id(circumstances: Iterable[Circumstance]) -> dict[str, list[Circumstance]]:
    """Circumstances grouped by id, in text order."""
    grouped: dict[str, list[Circumstance]] = {}
    for item in circumstances:
        grouped.setdefault(item.id, []).append(item)
    return grouped


def weigh(present: Iterable[str], weights: Mapping[str, float]) -> float:
    """Sum of the weights of the signals that are present, each counted once."""
    return sum(weights.get(name, 0.0) for name in set(present))


def confidence(margin: float) -> float:
    """Confidence from the distance to the decision line: 0.5 at the line, towards 0.95 away."""
    return round(min(0.95, 1 / (1 + math.exp(-1.5 * abs(margin)))), 3)
