"""Where the quotes of a review stand in the text of the case: numbers, anchors, marked pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from ..cases.findings import Quote, Review
from ..cases.models import FIELDS, Case, FieldName
from ..cases.vocabulary import Check

Key = tuple[FieldName, int, int]


@dataclass(frozen=True)
class Passage:
    """A quoted passage: its number on the page and the checks that quote it, in their order."""

    number: int
    field: FieldName
    start: int
    end: int
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """A run of text covered by the same passages (none for plain text).

    ``begins`` says that a passage starts here, so that the piece carries the anchor; ``ends`` are
    the passages that end with it.
    """

    text: str
    start: int
    covering: tuple[Passage, ...] = ()
    begins: bool = False
    ends: tuple[Passage, ...] = ()
    checks: tuple[str, ...] = field(default=())


def passages(review: Review, case: Case) -> dict[Key, Passage]:
    """Every passage that the review quotes and that stands at that place, numbered by position."""
    checks: dict[Key, dict[str, None]] = {}
    for check, quote in _quotes(review):
        if _stands(quote, case):
            checks.setdefault(key_of(quote), {})[check] = None
    order = sorted(checks, key=lambda key: (FIELDS.index(key[0]), key[1], key[2]))
    return {
        key: Passage(number, *key, checks=tuple(c.value for c in Check if c.value in checks[key]))
        for number, key in enumerate(order, start=1)
    }


def key_of(quote: Quote) -> Key:
    """What tells one quoted passage from another."""
    return quote.field, quote.start, quote.end


def pieces(text: str, found: list[Passage]) -> list[Piece]:
    """The text of one field cut where passages begin and end; joined, the pieces are the text."""
    bounds = {0, len(text)}
    for passage in found:
        bounds |= {passage.start, passage.end}
    cuts = sorted(bounds)
    result = []
    for start, end in pairwise(cuts):
        covering = tuple(p for p in found if p.start <= start and end <= p.end)
        result.append(
            Piece(
                text=text[start:end],
                start=start,
                covering=covering,
                begins=any(p.start == start for p in covering),
                ends=tuple(p for p in covering if p.end == end),
                checks=tuple(c.value for c in Check if any(c.value in p.checks for p in covering)),
            )
        )
    return result


def _quotes(review: Review) -> Iterator[tuple[str, Quote]]:
    for outcome in review.outcomes.values():
        for check, finding in outcome.checks.items():
            for ground in finding.grounds:
                yield from ((check, quote) for quote in ground.quotes)
            yield from ((check, quote) for quote in finding.quotes)


def _stands(quote: Quote, case: Case) -> bool:
    """Whether the quote's words are at its place: only then there is something to mark."""
    text = case.text_of(quote.field)
    return quote.start < quote.end <= len(text) and text[quote.start : quote.end] == quote.text
