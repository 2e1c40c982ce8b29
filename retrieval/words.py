"""Chinese words by jieba's dictionary with the names of charges and circumstances in it.

The cut is jieba's most probable path without guessing unknown words (``HMM=False``), which finds
names above all. It is computed here in one pass, twice as fast, for it is most of an index's time.
"""

from __future__ import annotations

import marshal
import re
import threading
import warnings
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from math import log
from pathlib import Path
from typing import Any, Final

from ..cases.circumstances import rules
from ..config import load_settings
from ..files import replace_whole
from ..statutes.charges import charges

_LONGEST_ELEMENT: Final = 5
"""Longer elements of a charge are clauses, not words."""

_RUNS = re.compile(r"(?P<han>[\u4e00-\u9fff]+)|[A-Za-z0-9]+|.", re.DOTALL)
_LOCK = threading.Lock()


@cache
def legal_words() -> tuple[str, ...]:
    """The words that the law's own tables add to the dictionary, in a fixed order."""
    found = {rule.zh for rule in rules()}
    for charge in charges():
        found.add(charge.name.removesuffix("罪"))
        found.update(element.zh for element in charge.elements)
    return tuple(sorted(word for word in found if 1 < len(word) <= _LONGEST_ELEMENT))


def dictionary_version() -> str:
    """What jieba and its dictionary are, short."""
    return f"{version('jieba')}.{zlib.crc32('|'.join(legal_words()).encode()):08x}"


def cut(text: str) -> list[str]:
    """The words of ``text`` in order, without gaps or overlaps; unknown ones by character."""
    words: list[str] = []
    for match in _RUNS.finditer(text):
        if match.lastgroup == "han":
            words += _cut_run(match.group(), *_weights())
        else:
            words.append(match.group())
    return words


def _cut_run(run: str, weights: Mapping[str, float | None], unknown: float) -> list[str]:
    """The split of ``run`` whose words are together the most probable, of equal ones the longest.

    ``weights`` has the logarithm of each word's share and None for what only begins words.
    """
    size = len(run)
    best, following = [0.0] * (size + 1), [0] * size
    for start in range(size - 1, -1, -1):
        end = start + 1
        weight = weights.get(run[start], 0.0)
        top = (weight or unknown) + best[end]
        following[start] = end
        # Only a run that begins some word can grow into one; 0.0 stands for none.
        while weight != 0.0 and end < size:
            end += 1
            weight = weights.get(run[start:end], 0.0)
            if weight and weight + best[end] >= top:
                top = weight + best[end]
                following[start] = end
        best[start] = top
    words, start = [], 0
    while start < size:
        words.append(run[start : following[start]])
        start = following[start]
    return words


def _weights() -> tuple[dict[str, float | None], float]:
    with _LOCK:
        return _loaded()


@cache
def _loaded() -> tuple[dict[str, float | None], float]:
    """The weights of words and that of an unknown character, kept in nolle's own folder: jieba's
    cache lies in the temporary folder, which is everybody's, and would be trusted."""
    file = load_settings().home / "cache" / f"words-{dictionary_version()}.bin"
    return _read(file) or _written(file)


def _read(file: Path) -> tuple[dict[str, float | None], float] | None:
    try:
        weights, unknown = marshal.loads(file.read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        return None
    whole = isinstance(weights, dict) and isinstance(unknown, float) and len(weights) > 1000
    return (weights, unknown) if whole else None


def _written(file: Path) -> tuple[dict[str, float | None], float]:
    tokenizer = _jieba().Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in legal_words():
        if not tokenizer.FREQ.get(word):
            tokenizer.add_word(word)
    total = log(tokenizer.total)
    weights = {word: log(n) - total if n else None for word, n in tokenizer.FREQ.items()}
    # A cache that cannot be written costs a second each time, never a result.
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_whole(file, marshal.dumps((weights, -total)))
    return weights, -total


def _jieba() -> Any:
    # It asks for pkg_resources, which warns about itself.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba

    return jieba
