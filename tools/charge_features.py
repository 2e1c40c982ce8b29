"""Which cue patterns of which charges occur in a text, over all charges in one fast pass.

Every pattern is first reduced to words of which one must occur; only patterns whose word occurs
are run. So the cost grows with the text, not with the number of charges.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import Literal, NamedTuple

from ..statutes.charges import charges

Strength = Literal["strong", "weak", "against"]


class Hit(NamedTuple):
    """A cue that occurs: the matched words, where, and how they weigh."""

    words: str
    start: int
    strength: Strength

    def __str__(self) -> str:
        return self.words


class _Cue(NamedTuple):
    charge: str
    strength: Strength
    pattern: re.Pattern[str]


class _Index(NamedTuple):
    """Cues by the first two characters of their word; cues without one are always run."""

    by_bigram: dict[str, tuple[tuple[str, tuple[_Cue, ...]], ...]]
    always: tuple[_Cue, ...]


def find_hits(text: str) -> dict[str, list[Hit]]:
    """The cues that occur in ``text``, by canonical charge name; each pattern counts once."""
    index = _index()
    bigrams = {text[i : i + 2] for i in range(len(text))}
    cues: dict[int, _Cue] = {id(cue): cue for cue in index.always}
    for bigram in bigrams:
        for word, owners in index.by_bigram.get(bigram, ()):
            if len(word) <= 2 or word in text:
                cues.update((id(cue), cue) for cue in owners)
    hits: dict[str, list[Hit]] = defaultdict(list)
    for cue in cues.values():
        match = cue.pattern.search(text)
        if match:
            hits[cue.charge].append(Hit(match.group(), match.start(), cue.strength))
    for found in hits.values():
        found.sort(key=lambda hit: (hit.start, hit.strength, hit.words))
    return dict(hits)


@cache
def _index() -> _Index:
    by_word: dict[str, list[_Cue]] = defaultdict(list)
    always: list[_Cue] = []
    for charge in charges():
        groups: tuple[tuple[Strength, tuple[str, ...]], ...] = (
            ("strong", charge.cues.strong),
            ("weak", charge.cues.weak),
            ("against", charge.cues.against),
        )
        for strength, patterns in groups:
            for pattern in patterns:
                cue = _Cue(charge.name, strength, re.compile(pattern))
                words = required_words(pattern)
                for word in words:
                    by_word[word].append(cue)
                if not words:
                    always.append(cue)
    by_bigram: dict[str, list[tuple[str, tuple[_Cue, ...]]]] = defaultdict(list)
    for word, cues in by_word.items():
        by_bigram[word[:2]].append((word, tuple(cues)))
    return _Index({k: tuple(v) for k, v in by_bigram.items()}, tuple(always))


def required_words(pattern: str) -> tuple[str, ...]:
    """Words (two characters and more) of which at least one occurs in every match; () if unknown.

    Splits top-level alternatives and takes the longest words that each of them must contain.
    """
    words: list[str] = []
    for branch in _branches(pattern):
        best = max(_word_sets(branch), key=lambda found: min(map(len, found)), default=())
        if not best or min(map(len, best)) < 2:
            return ()
        words += best
    return tuple(dict.fromkeys(words))


def _word_sets(branch: str) -> list[tuple[str, ...]]:
    """Sets of words such that every match of the branch contains one word of each set.

    A plain run is such a set; so is a group of plain alternatives, together with the run before.
    """
    sets: list[tuple[str, ...]] = []
    run = ""
    tokens = _tokens(branch)
    for position, token in enumerate(tokens):
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        if following in ("?", "*") or following.startswith("{0"):
            run = ""
            continue
        if len(token) == 1 and token not in ".^$?*+|(){}[]\\":
            run += token
            sets.append((run,))
            continue
        choices = _choices(token)
        if choices:
            sets.append(tuple(run + choice for choice in choices))
        run = ""
    return sets


def _choices(token: str) -> tuple[str, ...]:
    """The alternatives of a group or class that holds plain characters only, else ()."""
    if token.startswith("[") and not token.startswith("[^"):
        inside = token[1:-1]
        return () if set(inside) & set("-\\") else tuple(inside)
    if not token.startswith("("):
        return ()
    inside = token[1:-1].removeprefix("?:")
    if set(inside) & set(".^$?*+(){}[]\\"):
        return ()
    return tuple(inside.split("|"))


def _branches(pattern: str) -> list[str]:
    parts, depth, current, escaped = [], 0, "", False
    for char in pattern:
        if escaped:
            current, escaped = current + char, False
            continue
        escaped = char == "\\"
        depth += (char in "([") - (char in ")]")
        if char == "|" and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += char
    inner = _only_group([*parts, current])
    return _branches(inner) if inner is not None else [*parts, current]


def _only_group(parts: list[str]) -> str | None:
    """The inside of a pattern that is one single group ``(a|b|c)``, else None."""
    if len(parts) != 1 or not (parts[0].startswith("(") and parts[0].endswith(")")):
        return None
    inside = parts[0][1:-1]
    inside = inside.removeprefix("?:")
    return None if "(" in inside or ")" in inside or inside.startswith("?") else inside


def _tokens(branch: str) -> list[str]:
    """Single characters, and whole groups, classes, escapes and quantifiers as one token each."""
    tokens, i = [], 0
    while i < len(branch):
        char = branch[i]
        end = i + 1
        if char == "\\":
            end = i + 2
        elif char in "([":
            end = _closing(branch, i) + 1
        elif char == "{":
            end = branch.find("}", i) + 1 or len(branch)
        tokens.append(branch[i:end])
        i = end
    return tokens


def _closing(text: str, start: int) -> int:
    """Index of the bracket that closes the one at ``start``."""
    if text[start] == "[":
        return text.find("]", start + 1)
    depth = 0
    for i in range(start, len(text)):
        if text[i] == "\\":
            continue
        depth += (text[i] == "(") - (text[i] == ")")
        if depth == 0:
            return i
    return len(text) - 1
