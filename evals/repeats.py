"""Figures over repeated runs: the mean over runs and its standard error."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from ..cases.models import Frozen

T = TypeVar("T")


class Stat(Frozen):
    """Mean over runs and standard error ``s / sqrt(n)`` with the sample deviation; 0 for one run.

    The standard error covers the noise of sampling answers only, not that of sampling cases.
    """

    mean: float
    se: float


def stat(values: Sequence[float]) -> Stat:
    """Mean and standard error of one value per run; zeros for no runs."""
    if not values:
        return Stat(mean=0.0, se=0.0)
    se = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return Stat(mean=math.fsum(values) / len(values), se=se)


def over_runs(
    runs: Iterable[T], figures: Callable[[T], Mapping[str, float | None]]
) -> dict[str, Stat]:
    """Every figure of each run, as mean and standard error over the runs that have it."""
    found: dict[str, list[float]] = {}
    for run in runs:
        for name, value in figures(run).items():
            if value is not None:
                found.setdefault(name, []).append(value)
    return {name: stat(values) for name, values in found.items()}
