"""MinHash signatures (Broder, 1997): how much two texts share, from 64 numbers each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy.typing as npt

PERMUTATIONS: Final = 64
SHINGLE: Final = 5
"""Characters per shingle."""

_IGNORED = re.compile(r"[\W_]+")


def signature(text: str) -> npt.NDArray[Any]:
    """The signature of one text: ``PERMUTATIONS`` unsigned 32-bit numbers."""
    import numpy as np

    plain = _IGNORED.sub("", text)
    if not plain:
        return np.full(PERMUTATIONS, np.iinfo(np.uint32).max, dtype=np.uint32)
    points = np.frombuffer(plain.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    size = min(SHINGLE, len(points))
    hashes = np.zeros(len(points) - size + 1, dtype=np.uint64)
    for offset in range(size):
        hashes = hashes * np.uint64(0x100000001B3) + points[offset : offset + len(hashes)]
    hashes = np.unique(hashes)
    factors, terms = _permutations()
    permuted = (hashes[:, None] * factors[None, :] + terms[None, :]) >> np.uint64(32)
    found: npt.NDArray[Any] = permuted.min(axis=0).astype(np.uint32)
    return found


def signatures(texts: Sequence[str]) -> npt.NDArray[Any]:
    """One row per text."""
    import numpy as np

    rows = np.empty((len(texts), PERMUTATIONS), dtype=np.uint32)
    for number, text in enumerate(texts):
        rows[number] = signature(text)
    return rows


@cache
def _permutations() -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    import numpy as np

    draw = np.random.default_rng(1997)
    high = np.iinfo(np.uint64).max
    factors = draw.integers(0, high, PERMUTATIONS, dtype=np.uint64) | np.uint64(1)
    return factors, draw.integers(0, high, PERMUTATIONS, dtype=np.uint64)
