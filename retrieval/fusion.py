"""Reciprocal rank fusion: one ranking of several, by ranks alone.

Cormack, Clarke, Büttcher: "Reciprocal rank fusion outperforms Condorcet and individual rank
learning methods", SIGIR 2009: the score of a document is the sum of 1 / (k + rank) over the lists
that hold it, ranks from 1, k = 60. Weights scale a list's share.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import TypeVar

from ..errors import InputError

K = 60

Id = TypeVar("Id", bound=Hashable)


def fuse(
    lists: Sequence[Sequence[Id]],
    *,
    weights: Sequence[float] | None = None,
    k: float = K,
    top: int | None = None,
) -> list[tuple[Id, float]]:
    """The documents of all lists with their scores, best first.

    A document that a list names twice counts there at its better rank. Equal scores are broken by
    the best rank in any list, then by the written form of the id, so the order in which the lists
    are given never matters.

    Args:
        lists: rankings, best first; an empty one has no say.
        weights: one per list, not negative; all 1 by default. A list of weight 0 is left out.
        k: how slowly a rank's worth falls; 0 or more.
        top: at most so many.

    Raises:
        InputError: weights that do not fit the lists, or a negative or endless number.
    """
    shares = [1.0] * len(lists) if weights is None else list(weights)
    if len(shares) != len(lists):
        raise InputError(f"{len(shares)} weights for {len(lists)} rankings: give one for each")
    if bad := [x for x in (*shares, k) if not math.isfinite(x) or x < 0]:
        raise InputError(f"not a weight or constant of rank fusion, {bad[0]}: use 0 or more")
    parts: dict[Id, list[float]] = {}
    best: dict[Id, int] = {}
    for ranking, share in zip(lists, shares, strict=True):
        if share == 0:
            continue
        for rank, item in enumerate(dict.fromkeys(ranking), start=1):
            parts.setdefault(item, []).append(share / (k + rank))
            best[item] = min(rank, best.get(item, rank))
    # fsum is exact but for one rounding at its end: the order of the lists cannot show.
    scores = {item: math.fsum(terms) for item, terms in parts.items()}
    ranked = sorted(scores, key=lambda item: (-scores[item], best[item], str(item)))
    return [(item, scores[item]) for item in ranked[:top]]
