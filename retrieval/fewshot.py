"""Examples for prompts: the nearest decided cases, chosen so that they do not answer the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cases.vocabulary import Decision
from .elements import elements_of, likeness
from .filters import EVERYTHING, Filters, allowed
from .guards import Subject, leak
from .search import Hit, find

if TYPE_CHECKING:
    from .dense import Dense
    from .index import Index

LOOKED_AT = 50
"""Documents that are compared where none shares a word with the case."""


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
        filters = Filters(outcomes=(decision.value,))
        hits = find(index, subject, 1, filters=filters, dense=dense).hits
        best = hits[0] if hits else _unlike(index, subject, filters)
        if best is not None:
            chosen[decision] = best
    return chosen


def nearest_same_scenario(index: Index, subject: Subject, scenario: str) -> Hit | None:
    """The nearest case of the same MultiJustice scenario (S1-S4), by BM25 alone as in that paper;
    None where the index holds no other.
    """
    filters = Filters(scenarios=(scenario,)) if scenario else EVERYTHING
    hits = find(index, subject, 1, filters=filters, by_law=False).hits
    return hits[0] if hits else _unlike(index, subject, filters)


def _unlike(index: Index, subject: Subject, filters: Filters) -> Hit | None:
    """Where no document shares a word with the subject: the most alike in law of the first few."""
    own = elements_of(subject.text)
    best: Hit | None = None
    for row in allowed(index, filters).nonzero()[0][:LOOKED_AT].tolist():
        document = index.document(row)
        alike = likeness(own, elements_of(document.text, document.charges))
        better = best is None or alike > (best.likeness or 0.0)
        if better and leak(subject, document) is None:
            best = Hit(row=row, document=document, score=0.0, likeness=round(alike, 4))
    return best
