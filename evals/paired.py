"""Whether two arms differ: mid-p McNemar on right and wrong, and a paired bootstrap over cases.

Answers to one case in several runs hang together, so the case is the unit of both: McNemar takes
a case as right where more than half of its runs are, the bootstrap draws cases with all their runs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from ..cases.models import Frozen
from .metrics import LEVEL2

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy import float32, float64
    from numpy.typing import NDArray

    Floats = NDArray[float32] | NDArray[float64]

K = TypeVar("K", bound="Hashable")
DRAWS = 2000
_BLOCK = 200


class McNemar(Frozen):
    """Cases that only the first, or only the second arm has right, and the two-sided mid-p."""

    only_first: int
    only_second: int
    p: float


class Difference(Frozen):
    """First minus second, with the percentile interval of 95 % and a two-sided p."""

    difference: float
    low: float
    high: float
    p: float


@lru_cache(maxsize=65536)
def mid_p(only_first: int, only_second: int) -> float:
    """The two-sided mid-p of McNemar's test; 1 where no case tells the arms apart.

    Twice the one-sided binomial tail with half the weight of the observed table (Fagerland,
    Lydersen and Laake 2013).
    """
    n, least = only_first + only_second, min(only_first, only_second)
    if n == 0:
        return 1.0
    top, scale = math.lgamma(n + 1), n * math.log(2)
    terms = [
        math.exp(top - math.lgamma(k + 1) - math.lgamma(n - k + 1) - scale)
        for k in range(least + 1)
    ]
    return min(1.0, 2 * (math.fsum(terms) - terms[-1] / 2))


def mcnemar(first: Sequence[bool], second: Sequence[bool]) -> McNemar:
    """Compare two arms case by case, each right or wrong."""
    pairs = list(zip(first, second, strict=True))
    only_first = sum(a and not b for a, b in pairs)
    only_second = sum(b and not a for a, b in pairs)
    return McNemar(only_first=only_first, only_second=only_second, p=mid_p(only_first, only_second))


def holm(p_values: Mapping[K, float]) -> dict[K, float]:
    """Holm's correction for testing several pairs at once."""
    corrected: dict[K, float] = {}
    highest = 0.0
    for rank, (key, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, p * (len(p_values) - rank)))
        corrected[key] = highest
    return {key: corrected[key] for key in p_values}


@lru_cache(maxsize=1)
def weights(cases: int, draws: int = DRAWS, seed: int = 42) -> tuple[Floats, ...]:
    """How often each bootstrap draw takes each case, in blocks of draws (rows)."""
    import numpy as np

    rng = np.random.default_rng(seed)
    blocks: list[Floats] = []
    for start in range(0, draws, _BLOCK):
        rows = min(_BLOCK, draws - start)
        taken = rng.integers(0, cases, size=(rows, cases)) + np.arange(rows)[:, None] * cases
        counts = np.bincount(taken.ravel(), minlength=rows * cases)
        blocks.append(counts.reshape(rows, cases).astype(np.float32))
    return tuple(blocks)


def macro_draws(
    gold: Sequence[str],
    runs: Sequence[Sequence[str | None]],
    blocks: Sequence[Floats],
    classes: Sequence[str] = LEVEL2,
) -> Floats:
    """Macro-F1 (mean over runs) of every bootstrap draw."""
    import numpy as np

    codes = {name: code for code, name in enumerate(classes)}
    truth = np.array([codes[g] for g in gold])
    drawn = []
    marks = [_marks(truth, [codes.get(p or "", -1) for p in run], len(classes)) for run in runs]
    for block in blocks:
        per_run = []
        for hits, called, held in marks:
            tp, positive, support = block @ hits, block @ called, block @ held
            total = positive + support
            per_run.append(
                np.divide(2 * tp, total, out=np.zeros_like(tp), where=total > 0).mean(axis=1)
            )
        drawn.append(np.mean(per_run, axis=0))
    return np.concatenate(drawn)


def mean_draws(scores: Sequence[float], blocks: Sequence[Floats]) -> Floats:
    """The mean score over cases of every bootstrap draw."""
    import numpy as np

    values = np.asarray(scores, dtype=np.float32)
    return np.concatenate([block @ values / len(scores) for block in blocks])


def difference(first: Floats, second: Floats, observed: float) -> Difference:
    """Compare two arms over the same bootstrap draws; ``observed`` is first minus second."""
    import numpy as np

    gap = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    low, high = (float(x) for x in np.percentile(gap, [2.5, 97.5]))
    below, above = int((gap <= 0).sum()), int((gap >= 0).sum())
    # With one added to both counts, p is never 0 for a finite number of draws.
    p = min(1.0, 2 * (min(below, above) + 1) / (len(gap) + 1))
    return Difference(difference=observed, low=low, high=high, p=p)


def interval(draws: Floats) -> tuple[float, float]:
    """The percentile interval of 95 %."""
    import numpy as np

    low, high = np.percentile(draws, [2.5, 97.5])
    return float(low), float(high)


def _marks(
    truth: NDArray[float64], predicted: Sequence[int], classes: int
) -> tuple[Floats, Floats, Floats]:
    """Per case and class: right, called, held; as columns to be weighted and summed."""
    import numpy as np

    names = np.arange(classes)
    held = (truth[:, None] == names).astype(np.float32)
    called = (np.asarray(predicted)[:, None] == names).astype(np.float32)
    return held * called, called, held
