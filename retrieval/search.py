"""The search for similar cases: engines, fusion, leak guards, likeness in law; best first."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import Field

from ..cases.models import Frozen
from ..errors import InputError
from . import elements as law
from .documents import Document
from .filters import EVERYTHING, Filters, allowed
from .fusion import fuse
from .guards import Leak, Subject, Withheld, leak, suspects, tally
from .near import is_near, shingles

if TYPE_CHECKING:
    from numpy import bool_, uint64
    from numpy.typing import NDArray

    from .dense import Dense
    from .index import Index

POOL = 20
"""Candidates that each engine hands on to fusion and to likeness in law."""


class Engine(StrEnum):
    """Which engines name the candidates."""

    HYBRID = "hybrid"
    BM25 = "bm25"
    DENSE = "dense"

    @classmethod
    def of(cls, name: str) -> Engine:
        """The engine of that name; InputError if there is none."""
        try:
            return cls(name)
        except ValueError:
            raise InputError(f"unknown engine {name[:40]!r}: use one of {', '.join(cls)}") from None


class Hit(Frozen):
    """A similar case. ``score`` from 0 to 1 ranks the hits of one search; ``ranks`` are its places
    in the engines (from 1); ``likeness`` is what both share in law, None where it was not asked.
    """

    row: int
    document: Document
    score: float
    ranks: dict[str, int] = Field(default_factory=dict)
    likeness: float | None = None


class Found(Frozen):
    """The hits of one search, best first, and what the guards withheld."""

    hits: tuple[Hit, ...] = ()
    withheld: Withheld = Withheld()


def find(
    index: Index,
    subject: Subject,
    k: int = 5,
    *,
    filters: Filters = EVERYTHING,
    dense: Dense | None = None,
    engine: Engine = Engine.HYBRID,
    guard: bool = True,
    by_law: bool = True,
    charges: Sequence[str] = (),
) -> Found:
    """The ``k`` decided cases most like the subject.

    BM25 and, where the index has it, dense retrieval each name candidates; reciprocal ranks fuse
    them; with ``by_law`` those that share charge, size and circumstances move up. ``charges`` are
    the subject's where they are known, else read out of its facts. ``guard`` withholds the case
    itself, its near duplicates, later cases and near duplicates of better hits.

    Raises InputError where the engine is dense and the index has no dense half.
    """
    if engine is Engine.DENSE and dense is None:
        raise InputError("the index has no dense half: build it with nolle index --dense")
    mask = allowed(index, filters)
    refused: list[Leak] = []
    if guard:
        refused += _close(index, subject, mask)
    pool = max(POOL, 3 * k)
    ranked = _ranked(index, dense, engine, subject.text, pool, mask)
    hits = _fused(index, ranked)
    if by_law and hits:
        hits = _by_law(hits, subject, tuple(charges))
    kept = _kept(hits, subject, k, refused) if guard else hits[:k]
    undated = sum(not hit.document.date for hit in kept)
    return Found(
        hits=tuple(kept),
        withheld=tally(refused, undated=undated, dated=subject.day is not None),
    )


def _close(index: Index, subject: Subject, mask: NDArray[bool_]) -> list[Leak]:
    """Take the copies and the later cases out of the mask, before they fill the places of others.

    A partial date counts as its last day: what may be later is withheld.
    """
    refused = []
    for row in suspects(subject, index.signatures):
        if mask[row] and (reason := leak(subject, index.document(int(row)))) is not None:
            mask[row] = False
            refused.append(reason)
    if subject.day is not None:
        later = mask & (index.columns.last_days > subject.day.toordinal())
        refused += [Leak.LATER] * int(later.sum())
        mask &= ~later
    return refused


def _ranked(
    index: Index,
    dense: Dense | None,
    engine: Engine,
    text: str,
    pool: int,
    mask: NDArray[bool_],
) -> dict[str, list[int]]:
    ranked = {}
    if engine is not Engine.DENSE:
        ranked["bm25"] = [hit.row for hit in index.search(text, pool, allow=mask)]
    if dense is not None and engine is not Engine.BM25:
        ranked["dense"] = _dense_rows(index, dense, text, pool, mask)
    return ranked


def _dense_rows(
    index: Index, dense: Dense, text: str, pool: int, mask: NDArray[bool_]
) -> list[int]:
    """The best rows by the dense half, which knows documents by id."""

    def may(name: str) -> bool:
        row = index.row_of(name)
        return row is not None and bool(mask[row])

    rows = (index.row_of(name) for name, _ in dense.search(text, pool, allow=may))
    return [row for row in rows if row is not None]


def _fused(index: Index, ranked: dict[str, list[int]]) -> list[Hit]:
    scored = fuse(list(ranked.values()))
    best = scored[0][1] if scored else 1.0
    return [
        Hit(
            row=row,
            document=index.document(row),
            score=round(score / best, 4),
            ranks={name: rows.index(row) + 1 for name, rows in ranked.items() if row in rows},
        )
        for row, score in scored
    ]


def _by_law(hits: list[Hit], subject: Subject, charges: tuple[str, ...]) -> list[Hit]:
    own = law.elements_of(subject.text, charges)
    alike = [
        law.likeness(own, law.elements_of(hit.document.text, hit.document.charges)) for hit in hits
    ]
    worth = law.worths(alike)
    order = sorted(range(len(hits)), key=lambda place: (-worth[place], place))
    return [
        hits[place].model_copy(
            update={"likeness": round(alike[place], 4), "score": round(worth[place], 4)}
        )
        for place in order
    ]


def _kept(hits: Sequence[Hit], subject: Subject, k: int, refused: list[Leak]) -> list[Hit]:
    """The best hits that neither leak nor repeat a better one."""
    kept: list[Hit] = []
    seen: list[NDArray[uint64]] = []
    for hit in hits:
        if len(kept) == k:
            break
        own = shingles(hit.document.text)
        reason = leak(subject, hit.document, own)
        if reason is None and any(is_near(own, other) for other in seen):
            reason = Leak.TWIN
        if reason is not None:
            refused.append(reason)
            continue
        kept.append(hit)
        seen.append(own)
    return kept
