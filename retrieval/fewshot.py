"""Examples for prompts: the nearest decided cases, chosen so that they do not answer the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cases.vocabulary import Decision
from .filters import EVERYTHING, Filters
from .guards import Subject
from .search import Found, Hit, find

if TYPE_CHECKING:
    from .dense import Dense
    from .index import Index


def nearest(
    index: Index, subject: Subject, k: int = 3, *, dense: Dense | None = None
) -> tuple[Hit, ...]:
    """The ``k`` nearest cases, whatever their outcome."""
    return find(index, subject, k, dense=dense).hits


def one_per_decision(
    index: Index, subject: Subject, *, dense: Dense | None = None
) -> dict[Decision, Hit]:
    """The nearest case of each prosecution decision, so that the examples move no class prior.

    A decision that the index does not hold is missing: the caller should then not use the set.
    """
    chosen = {}
    for decision in Decision:
        hits = _only(index, subject, Filters(outcomes=(decision.value,)), dense).hits
        if hits:
            chosen[decision] = hits[0]
    return chosen


def nearest_same_scenario(index: Index, subject: Subject, scenario: str) -> Hit | None:
    """The nearest case of the same MultiJustice scenario (S1-S4), by BM25 alone as in that paper;
    None where the index holds none.
    """
    filters = Filters(scenarios=(scenario,)) if scenario else EVERYTHING
    hits = find(index, subject, 1, filters=filters, by_law=False).hits
    return hits[0] if hits else None


def _only(index: Index, subject: Subject, filters: Filters, dense: Dense | None) -> Found:
    return find(index, subject, 1, filters=filters, dense=dense)
