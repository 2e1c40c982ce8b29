"""Counts of single characters and pairs of neighbouring characters, many texts in one numpy pass.

A character is its code point, a pair one number made of two; both fit in 64 bits, so that no
string is made for any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHIFT = 21
"""Bits of a code point; a pair is ``(first + 1 << 21) + second``."""
_BREAK = 32
_BATCH = 2000


class Counts(NamedTuple):
    """One entry for each gram of each text: row of the text, code of the gram, how often."""

    rows: NDArray[Any]
    codes: NDArray[Any]
    counts: NDArray[Any]


def count(texts: Sequence[str]) -> Counts:
    """The grams of the texts, by row and code in order. Spaces break pairs and are no grams."""
    import numpy as np

    texts = [text.replace("\n", " ") for text in texts]
    points = np.frombuffer("\n".join(texts).encode("utf-32-le", "replace"), dtype=np.uint32)
    points = points.astype(np.int64)
    ends = points == ord("\n")
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    rows = np.repeat(np.arange(len(texts)), lengths + 1)[: points.size]
    good = ~ends & (points != _BREAK)
    pair = good[:-1] & good[1:]
    codes = np.concatenate([points[good], ((points[:-1] + 1) << SHIFT)[pair] + points[1:][pair]])
    where = np.concatenate([rows[good], rows[:-1][pair]])
    order = np.lexsort((codes, where))
    codes, where = codes[order], where[order]
    first = np.ones(codes.size, dtype=bool)
    first[1:] = (codes[1:] != codes[:-1]) | (where[1:] != where[:-1])
    starts = np.flatnonzero(first)
    return Counts(where[starts], codes[starts], np.diff(np.append(starts, codes.size)))


def batches(texts: Sequence[str], size: int = _BATCH) -> Iterator[tuple[int, Sequence[str]]]:
    """The texts in pieces that bound memory, each with the number of its first text."""
    for start in range(0, len(texts), size):
        yield start, texts[start : start + size]
