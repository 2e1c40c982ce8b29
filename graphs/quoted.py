"""Telling a model's own words from words that it copied out of the case."""

from __future__ import annotations

import re
from typing import Final

RUN: Final = 32
"""Characters that must agree in a row to count as copied; conclusion and label take about 14."""

WHOLE: Final = 10
"""From this length on, an answer that stands in the source as a whole counts as copied."""

_IGNORED = re.compile(r"[\s>＞*#`_\u200b-\u200f\u2060\ufeff]")
_SAME = str.maketrans("〔〕＜：；，", "【】<:;,")


def own_words(answer: str, source: str) -> str:
    """``answer`` with each run of at least RUN characters that ``source`` has too cut to a break.

    Blanks, Markdown and the look-alikes that stand for neutralised characters do not count. An
    answer that is nothing but a piece of the source has no words of its own.
    """
    text, places = _squeezed(answer)
    known = _IGNORED.sub("", source.translate(_SAME))
    if len(text) >= WHOLE and text in known:
        return ""
    cuts: list[tuple[int, int]] = []
    at = 0
    while at + RUN <= len(text):
        place = known.find(text[at : at + RUN])
        if place < 0:
            at += 1
            continue
        length = RUN + _common(text, at + RUN, known, place + RUN)
        cuts.append((places[at], places[at + length - 1] + 1))
        # A longer copy may go on from another place of the source: look again at its last part.
        at += length - RUN + 1
    return _without(answer, cuts)


def _squeezed(text: str) -> tuple[str, list[int]]:
    """The characters that count, and where each stands in ``text``."""
    kept = [(c, i) for i, c in enumerate(text.translate(_SAME)) if not _IGNORED.match(c)]
    return "".join(c for c, _ in kept), [i for _, i in kept]


def _common(a: str, i: int, b: str, j: int) -> int:
    """How many characters agree from ``a[i]`` and ``b[j]`` on."""
    most = min(len(a) - i, len(b) - j)
    return next((n for n in range(most) if a[i + n] != b[j + n]), most)


def _without(text: str, cuts: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    done = 0
    for start, end in cuts:
        if start > done:
            parts.append(text[done:start])
        done = max(done, end)
    parts.append(text[done:])
    return "\n".join(parts)
