"""The small pattern language of the data tables, compiled once, with literal prefilters.

In a table a pattern is a regular expression in which ``…`` stands for up to 14 characters of the
same clause and ``……`` for up to 40 of the same sentence; no match crosses a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from .clauses import Layout

_CLAUSE_GAP = r"[^，。；：！？\n]{0,14}?"
_SENTENCE_GAP = r"[^。；！？\n]{0,40}?"
_OPTIONAL = frozenset("?*{")
_SPECIAL = frozenset(".^$+")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern and strings of which every match contains one (empty: not known)."""

    source: str
    literals: tuple[str, ...]

    @property
    def regex(self) -> re.Pattern[str]:
        """The regular expression; compiled when first needed, for most never are."""
        return _compiled(self.source)


@cache
def _compiled(source: str) -> re.Pattern[str]:
    expanded = source.replace("……", _SENTENCE_GAP).replace("…", _CLAUSE_GAP)
    return re.compile(expanded)


@dataclass(frozen=True, slots=True)
class Index:
    """Patterns by their literals, so that one pass over a text finds the few that could match.

    ``starts`` maps the first (at most two) characters of a literal to the literals that start so,
    each with the numbers of its patterns; ``always`` are the patterns without literals.
    """

    patterns: tuple[Pattern, ...]
    starts: dict[str, tuple[tuple[str, tuple[int, ...]], ...]]
    always: tuple[int, ...]

    def candidates(self, layout: Layout) -> dict[int, list[tuple[int, int]]]:
        """The sentences in which each pattern could match, by the pattern's number."""
        text = layout.text
        found: dict[int, set[tuple[int, int]]] = {
            number: {(0, len(text))} for number in self.always
        }
        places = _places(text)
        for key in self.starts.keys() & places.keys():
            for literal, numbers in self.starts[key]:
                where = places[key]
                if len(literal) > len(key):
                    where = [at for at in where if text.startswith(literal, at)]
                if where:
                    spans = {layout.sentence(at) for at in where}
                    for number in numbers:
                        found.setdefault(number, set()).update(spans)
        return {number: sorted(spans) for number, spans in found.items()}

    def matches(
        self, number: int, layout: Layout, spans: list[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        """Where pattern ``number`` matches within ``spans``."""
        regex, text = self.patterns[number].regex, layout.text
        return [m.span() for start, end in spans for m in regex.finditer(text, start, end)]


@lru_cache(maxsize=4)
def _places(text: str) -> dict[str, list[int]]:
    """Where each character and each pair of characters stands; shared by the tables of a case."""
    places: dict[str, list[int]] = {}
    for at, key in enumerate(text):
        places.setdefault(key, []).append(at)
    for at, pair in enumerate(pairwise(text)):
        places.setdefault("".join(pair), []).append(at)
    return places


def build_index(patterns: Sequence[Pattern]) -> Index:
    """Index ``patterns`` for :meth:`Index.candidates`."""
    owners: dict[str, list[int]] = {}
    for number, pattern in enumerate(patterns):
        for literal in pattern.literals:
            owners.setdefault(literal, []).append(number)
    starts: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for literal, numbers in owners.items():
        starts.setdefault(literal[:2], []).append((literal, tuple(numbers)))
    return Index(
        tuple(patterns),
        {key: tuple(found) for key, found in starts.items()},
        tuple(number for number, pattern in enumerate(patterns) if not pattern.literals),
    )


def compile_pattern(source: str) -> Pattern:
    """Read one pattern of a table; a malformed one raises re.error when it is first used."""
    return Pattern(source, required_literals(source.replace("…", ".")))


def required_literals(source: str) -> tuple[str, ...]:
    """Strings of which every match of ``source`` contains at least one; empty if none is sure."""
    options = _split(source)
    if len(options) > 1:
        return _union(options)
    candidates: list[tuple[str, ...]] = []
    run = ""
    i = 0
    while i < len(source):
        start, i, atom = i, *_atom(source, i)
        optional = source[i : i + 1] in _OPTIONAL and source[i : i + 1] != ""
        if len(atom) == 1 and atom not in _SPECIAL and not optional:
            run += atom
        else:
            candidates.append((run,) if run else ())
            run = ""
            if atom.startswith("(") and not optional:
                candidates.append(_of_group(source[start:i]))
        if optional:
            i = source.index("}", i) + 1 if source[i] == "{" else i + 1
            i += source[i : i + 1] == "?"
    candidates.append((run,) if run else ())
    return max(candidates, key=_selectivity)


def _selectivity(literals: tuple[str, ...]) -> tuple[int, int]:
    return (min(map(len, literals)), -len(literals)) if literals else (0, 0)


def _atom(source: str, i: int) -> tuple[int, str]:
    """Where the atom at ``i`` ends, and the atom (an escape counts as the special '.')."""
    char = source[i]
    if char == "\\":
        return i + 2, "."
    if char == "[":
        end = source.index("]", i + 1) + 1
        return end, "."
    if char != "(":
        return i + 1, char
    depth, j = 0, i
    while j < len(source):
        if source[j] == "\\":
            j += 1
        elif source[j] == "[":
            j = source.index("]", j)
        elif source[j] == "(":
            depth += 1
        elif source[j] == ")":
            depth -= 1
            if depth == 0:
                break
        j += 1
    return j + 1, source[i : j + 1]


def _of_group(group: str) -> tuple[str, ...]:
    inner = group[1:-1]
    if inner.startswith("?:"):
        inner = inner[2:]
    elif inner.startswith("?"):
        return ()
    return _union(_split(inner))


def _union(options: list[str]) -> tuple[str, ...]:
    found = [required_literals(option) if option else () for option in options]
    if not all(found):
        return ()
    return tuple(dict.fromkeys(literal for literals in found for literal in literals))


def _split(source: str) -> list[str]:
    parts, start, i = [], 0, 0
    while i < len(source):
        if source[i] == "|":
            parts.append(source[start:i])
            start = i = i + 1
            continue
        i, _ = _atom(source, i)
    parts.append(source[start:])
    return parts
