"""Which cue patterns of which charges occur in a text, over all charges in one fast pass.

Every pattern is first reduced to words of which one must occur; only patterns whose word occurs
are run. So the cost grows with the text, not with the number of charges.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from itertools import pairwise
from threading import Lock
from typing import Literal, NamedTuple

from ..cases.patterns import required_literals
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
    source: str

    def search(self, text: str) -> re.Match[str] | None:
        """Where the pattern first occurs; it is compiled when first needed, for most never are."""
        return _compiled(self.source).search(text)


_compiled = cache(re.compile)


class _Index(NamedTuple):
    """Cues by the first (at most two) characters of their word; those without are always run."""

    by_start: dict[str, tuple[tuple[str, tuple[_Cue, ...]], ...]]
    always: tuple[_Cue, ...]


def find_hits(text: str) -> dict[str, list[Hit]]:
    """The cues that occur in ``text``, by canonical charge name; each pattern counts once.

    Searched once per text, whichever of several defendants asks first.
    """
    with _searching:
        return {charge: list(found) for charge, found in _hits_of(text).items()}


_searching = Lock()


@lru_cache(maxsize=8)
def _hits_of(text: str) -> dict[str, list[Hit]]:
    index = _index()
    starts = index.by_start.keys() & {*text, *map("".join, pairwise(text))}
    cues: dict[int, _Cue] = {id(cue): cue for cue in index.always}
    for start in starts:
        for word, owners in index.by_start[start]:
            if len(word) <= 2 or word in text:
                cues.update((id(cue), cue) for cue in owners)
    hits: dict[str, list[Hit]] = defaultdict(list)
    for cue in cues.values():
        match = cue.search(text)
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
                cue = _Cue(charge.name, strength, pattern)
                words = required_literals(pattern)
                for word in words:
                    by_word[word].append(cue)
                if not words:
                    always.append(cue)
    by_start: dict[str, list[tuple[str, tuple[_Cue, ...]]]] = defaultdict(list)
    for word, cues in by_word.items():
        by_start[word[:2]].append((word, tuple(cues)))
    return _Index({k: tuple(v) for k, v in by_start.items()}, tuple(always))
