"""What may not be shown beside a case: the case itself, copies of it, and what came later.

A benchmark's case often stands in the corpus it is compared with. Shown as a "similar" case it
would give its own outcome away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from ..cases.models import Case, Frozen
from .documents import Document, latest_day
from .near import PERMUTATIONS, SUSPECT, estimates, is_near, shingles, signature

if TYPE_CHECKING:
    from numpy import int64, uint32, uint64
    from numpy.typing import NDArray


class Leak(StrEnum):
    """Why a document is withheld."""

    ITSELF = "itself"
    NEAR = "near_duplicate"
    LATER = "later"
    TWIN = "twin"
    """A near duplicate of a better hit: one of the two is enough."""


class Withheld(Frozen):
    """How many documents the guards kept back, by reason, and how many had no date to compare.

    ``undated`` documents are not withheld; where the case itself has no date
    (``dated`` false) nothing can be later.
    """

    itself: int = 0
    near_duplicate: int = 0
    later: int = 0
    twin: int = 0
    undated: int = 0
    dated: bool = True


@dataclass(frozen=True)
class Subject:
    """The case that is looked for: its text, id and the day of its decision, None if unknown."""

    text: str
    id: str = ""
    day: date | None = None

    @cached_property
    def shingles(self) -> NDArray[uint64]:
        """The 5-grams by which copies are known."""
        return shingles(self.text)

    @cached_property
    def signature(self) -> NDArray[uint32]:
        """Their MinHash signature."""
        return signature(self.text)

    @classmethod
    def of(cls, case: Case) -> Subject:
        """The subject that a case file is: its facts, and its date where it states one."""
        return cls(text=case.fact, id=case.id, day=latest_day(case.meta.date))


def suspects(subject: Subject, saved: NDArray[uint32]) -> NDArray[int64]:
    """The rows whose saved signatures say that they may be copies of the subject."""
    import numpy as np

    if not len(saved) or saved.shape[1] != PERMUTATIONS:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(estimates(subject.signature, saved) >= SUSPECT)


def leak(subject: Subject, document: Document, own: NDArray[uint64] | None = None) -> Leak | None:
    """Why this document may not be shown beside the subject; None if it may.

    ``own`` are the document's shingles, where they are known. A document without a date cannot be
    called later.
    """
    if subject.id and document.id == subject.id:
        return Leak.ITSELF
    if document.text == subject.text:
        return Leak.ITSELF
    if is_near(subject.shingles, shingles(document.text) if own is None else own):
        return Leak.NEAR
    day = latest_day(document.date) if subject.day is not None else None
    if day is not None and subject.day is not None and day > subject.day:
        return Leak.LATER
    return None


def tally(reasons: Iterable[Leak], *, undated: int, dated: bool) -> Withheld:
    """The counts of the trace."""
    counts = dict.fromkeys((reason.value for reason in Leak), 0)
    for reason in reasons:
        counts[reason.value] += 1
    return Withheld(**counts, undated=undated, dated=dated)
