"""Multiple-choice questions: splitting them, and the choice between options by weight."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..cases.models import Frozen
from ..errors import InputError

LETTERS = "ABCDEFGH"
_MARK = r"(?:^|\n|\s){letter}\s*[:：.、．]"
_BRACKETS = re.compile("[《》〈〉<>＜＞]")


class Question(Frozen):
    """The text before the options, and the options by letter."""

    stem: str
    options: dict[str, str]


def parse_question(text: str) -> Question:
    """Split a question into stem and options; the last series A, B, C, … counts.

    Raises InputError if there are fewer than two options.
    """
    for count in range(len(LETTERS), 1, -1):
        starts = _series(text, LETTERS[:count])
        if starts is not None:
            return _question(text, starts)
    raise InputError("no options, question, write them as lines 'A: …', 'B: …'")


def choose(weights: Mapping[str, float], several_from: float | None = None) -> str:
    """The letter with the greatest weight (the first of equals).

    With ``several_from`` all letters of at least that weight are chosen, in order.
    """
    best = max(weights, key=lambda letter: (weights[letter], -ord(letter)))
    if several_from is None:
        return best
    chosen = {letter for letter, weight in weights.items() if weight >= several_from} | {best}
    return "".join(sorted(chosen))


def plain(option: str) -> str:
    """An option without title marks: they depend on how an option was made, not on the law."""
    return _BRACKETS.sub("", option).strip()


def _series(text: str, letters: str) -> list[tuple[int, int]] | None:
    """Start and end of the marks of a series, found from the end; None if one is missing."""
    limit = len(text)
    starts: list[tuple[int, int]] = []
    for letter in reversed(letters):
        hits = list(re.finditer(_MARK.format(letter=letter), text[:limit]))
        if not hits:
            return None
        starts.append((hits[-1].start(), hits[-1].end()))
        limit = hits[-1].start() + 1
    return starts[::-1]


def _question(text: str, starts: list[tuple[int, int]]) -> Question:
    ends = [start for start, _ in starts[1:]] + [len(text)]
    options = {
        letter: text[begin:end].strip()
        for letter, (_, begin), end in zip(LETTERS, starts, ends, strict=False)
    }
    return Question(stem=text[: starts[0][0]].strip(), options=options)
