"""Whether an arm's confidence says how often it is right."""

from __future__ import annotations

from collections.abc import Sequence

from ..cases.models import Frozen

BINS = 10


class Bin(Frozen):
    """The answers with a confidence in ``(low, high]`` (the first from 0)."""

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


class Calibration(Frozen):
    """Expected calibration error over bins of equal width, Brier score, reliability table.

    ``ece`` is the mean gap between confidence and accuracy over the bins, weighted by their
    answers; ``brier`` the mean squared gap between confidence and right (1) or wrong (0).
    """

    n: int
    ece: float
    brier: float
    bins: tuple[Bin, ...]


def calibration(
    confidence: Sequence[float], right: Sequence[bool], bins: int = BINS
) -> Calibration | None:
    """Calibration of answers with a confidence of 0 to 1; None for no answers."""
    pairs = list(zip(confidence, right, strict=True))
    if not pairs:
        return None
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for sure, good in pairs:
        # Upper ends belong to their bin; the small slack absorbs 0.1 * 3 > 0.3.
        groups[min(bins - 1, max(0, -int(-(sure * bins - 1e-9) // 1) - 1))].append((sure, good))
    table = tuple(
        Bin(
            low=place / bins,
            high=(place + 1) / bins,
            n=len(group),
            confidence=sum(sure for sure, _ in group) / len(group) if group else 0.0,
            accuracy=sum(good for _, good in group) / len(group) if group else 0.0,
        )
        for place, group in enumerate(groups)
    )
    return Calibration(
        n=len(pairs),
        ece=sum(b.n * abs(b.confidence - b.accuracy) for b in table) / len(pairs),
        brier=sum((sure - good) ** 2 for sure, good in pairs) / len(pairs),
        bins=table,
    )
