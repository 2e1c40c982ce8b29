"""Near duplicates: character 5-grams of what a case tells, whoever it names and whatever it counts.

Names, numbers and punctuation are dropped before the text is cut into shingles, so that a copy with
other names or amounts keeps them. MinHash (Broder 1997) estimates from fixed-size signatures how
much two sets of shingles share; what may be a near duplicate is then compared exactly. A change
that alters signatures needs another ``store.FORMAT``: those in saved indexes would no longer fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from ..cases.names import name_at

if TYPE_CHECKING:
    from numpy import uint32, uint64
    from numpy.typing import NDArray

SHINGLE = 5
"""Characters of a shingle."""
PERMUTATIONS = 64
"""Length of a signature; the standard error of the estimate is at most 1/16."""
JACCARD = 0.5
"""From this Jaccard index on two texts are near duplicates. Different cases of 400 real ones reach
0.18; a copy whose names change everywhere can fall to about 0.5 where names stay unrecognised."""
CONTAINED = 0.8
"""From this share of the smaller text's shingles on it stands within the larger one."""
SUSPECT = 0.2
"""From this estimate on (more than three standard errors below) the texts are compared exactly."""

_TITLE = re.compile(
    "被告人|被害人|犯罪嫌疑人|嫌疑人|被不起诉人|上诉人|证人|同案犯|同案人|死者|伤者|受害人|"
    "民警|辅警|店主|事主|失主|村民|司机|妻子|丈夫|儿子|女儿|朋友|工友|同事|"
    # What is wrongly taken for a name behind these is so in a copy as well.
    "伙同|由|将|与|和|同|给|被|向|对|找|让|叫"
)
_LISTED = re.compile(r"[、和及与]")
_MASKED = re.compile(
    r"[\u4e00-\u9fffA-Za-z][0-9]{0,2}(?:某{1,3}|[Xx×＊*]{1,4})"
    r"(?:[甲乙丙丁戊己庚辛壬癸A-Z]|[0-9]{1,2})?"
)
_NUMBER = re.compile(r"[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟几数余]+")
_BLANK = re.compile(r"\s+")
_SILENT = re.compile(r"[^\u4e00-\u9fffA-Za-z]+")


def bare(text: str) -> str:
    """The text without names, numbers, punctuation and space."""
    text = _BLANK.sub("", text)
    for name in sorted(_titled(text), key=len, reverse=True):
        text = text.replace(name, "")
    text = _MASKED.sub("", text)
    return _SILENT.sub("", _NUMBER.sub("", text))


def shingles(text: str) -> NDArray[uint64]:
    """The distinct hashed 5-grams of the bare text, sorted; of a shorter text the text itself."""
    import numpy as np

    plain = bare(text)
    if not plain:
        return np.zeros(0, dtype=np.uint64)
    # Of two surrogate or foreign characters nothing is lost: every code point has four bytes.
    codes = np.frombuffer(plain.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    width = min(SHINGLE, len(codes))
    value = np.zeros(len(codes) - width + 1, dtype=np.uint64)
    for offset in range(width):
        value = value * np.uint64(0x100000001B3) + codes[offset : offset + len(value)]
    value ^= value >> np.uint64(29)
    value *= np.uint64(0xBF58476D1CE4E5B9)
    value ^= value >> np.uint64(32)
    return np.unique(value)


def signature(text: str) -> NDArray[uint32]:
    """The MinHash signature of a text: ``PERMUTATIONS`` numbers of 32 bits.

    A text without any letter has the signature of the empty set, all ones in binary.
    """
    import numpy as np

    found = shingles(text)
    if not len(found):
        return np.full(PERMUTATIONS, 0xFFFFFFFF, dtype=np.uint32)
    factors, shifts = _permutations()
    mixed: NDArray[uint64] = found[:, None] * factors + shifts
    least: NDArray[uint32] = (mixed >> np.uint64(32)).astype(np.uint32).min(axis=0)
    return least


def signatures(texts: Iterable[str]) -> NDArray[uint32]:
    """The signatures of several texts, one row each."""
    import numpy as np

    rows = [signature(text) for text in texts]
    return np.stack(rows) if rows else np.zeros((0, PERMUTATIONS), dtype=np.uint32)


def estimates(one: NDArray[uint32], many: NDArray[uint32]) -> NDArray[uint32]:
    """The estimated Jaccard index of a signature with each row of others."""
    found: NDArray[uint32] = (many == one).mean(axis=1)
    return found


def is_near(one: NDArray[uint64], other: NDArray[uint64]) -> bool:
    """Whether two sets of :func:`shingles` are those of near duplicates."""
    import numpy as np

    if not len(one) or not len(other):
        return False
    shared = len(np.intersect1d(one, other, assume_unique=True))
    union = len(one) + len(other) - shared
    return shared >= JACCARD * union or shared >= CONTAINED * min(len(one), len(other))


def _titled(text: str) -> set[str]:
    """The names that stand behind a title, and those listed after them."""
    names = set()
    for match in _TITLE.finditer(text):
        pos = match.end()
        while found := name_at(text, pos):
            if len(found[0]) > 1:
                names.add(found[0])
            after = _LISTED.match(text, found[3])
            if after is None:
                break
            pos = after.end()
    return names


@cache
def _permutations() -> tuple[NDArray[uint64], NDArray[uint64]]:
    """Odd factors and shifts of the multiply-shift hashes; fixed for all time by the seed."""
    import numpy as np

    source = np.random.Generator(np.random.PCG64(20260101))
    factors = source.integers(0, 2**63, PERMUTATIONS, dtype=np.uint64) * 2 + 1
    shifts = source.integers(0, 2**63, PERMUTATIONS, dtype=np.uint64)
    return factors.astype(np.uint64), shifts
