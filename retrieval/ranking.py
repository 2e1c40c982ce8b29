"""The best rows of an array of scores, with ties and filters settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy.typing as npt


class Hit(NamedTuple):
    """A row of the index with its score."""

    row: int
    score: float


def best(
    scores: npt.NDArray[Any],
    k: int,
    allow: npt.NDArray[Any] | Callable[[int], bool] | None = None,
) -> list[Hit]:
    """The ``k`` rows of the highest scores above 0, best first; of equal ones the earlier row.

    ``allow`` is an array of booleans (one per row) or of row numbers, or a function of the row,
    which is asked from the best row down only until ``k`` are found.
    """
    import numpy as np

    if k < 1:
        return []
    if callable(allow):
        return _asked(scores, k, allow)
    if allow is not None:
        mask = np.asarray(allow)
        if mask.dtype != bool:
            mask = np.zeros(len(scores), dtype=bool)
            mask[np.asarray(allow, dtype=np.int64)] = True
        scores = np.where(mask, scores, 0)
    return _top(scores, k)


def _top(scores: npt.NDArray[Any], k: int) -> list[Hit]:
    import numpy as np

    least = 0.0
    if k < len(scores):
        least = float(np.partition(scores, -k)[-k])
    rows = np.flatnonzero(scores >= least) if least > 0 else np.flatnonzero(scores > 0)
    chosen = rows[np.argsort(-scores[rows], kind="stable")[:k]]
    return [Hit(int(row), float(scores[row])) for row in chosen]


def _asked(scores: npt.NDArray[Any], k: int, allow: Callable[[int], bool]) -> list[Hit]:
    found: list[Hit] = []
    seen, window = 0, 4 * k
    while True:
        hits = _top(scores, window)
        for hit in hits[seen:]:
            if allow(hit.row):
                found.append(hit)
                if len(found) == k:
                    return found
        if len(hits) < window:
            return found
        seen, window = len(hits), 4 * window
