"""Finds in the case what a model quotes: literally, else without regard to spaces and marks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ..cases.findings import Quote
from ..cases.models import Case, FieldName

_FIELDS: tuple[FieldName, ...] = ("fact", "procedure", "person_info")
_ELLIPSIS = re.compile(r"…+|⋯+|\.{3,}|。{3,}|\[\.*\]|［…*］")
_OUTER = " \t\r\n　“”‘’\"'「」『』《》"
MIN_LOOSE = 4
"""Letters and digits a quote needs before it is looked for loosely."""
MAX_ELIDED = 240
"""Characters that a quote with an ellipsis may span."""
OWN_WORDS = 8
"""From this many characters on, words shared with the case count as taken from it."""
_INNER = str.maketrans({"“": "「", "”": "」", "‘": "「", "’": "」", '"': "」", "'": "」"})


def locate(case: Case, words: str) -> Quote | None:
    """The quote at its place in the case, in the case's own spelling; None if it is empty.

    Words that are not found keep ``verified=False`` and the empty range at 0, which
    :mod:`nolle.agents.verify` reports.
    """
    text = words.strip(_OUTER)
    if not text:
        return None
    for field in _FIELDS:
        start = case.text_of(field).find(text)
        if start >= 0:
            return _at(case, field, start, start + len(text))
    plain = _plain(text)[0]
    if len(plain) >= MIN_LOOSE:
        for field in _FIELDS:
            found = _loosely(case.text_of(field), [plain])
            if found is not None:
                return _at(case, field, *found)
    parts = [p for piece in _ELLIPSIS.split(text) if len(p := _plain(piece)[0]) >= MIN_LOOSE]
    if len(parts) > 1:
        for field in _FIELDS:
            found = _loosely(case.text_of(field), parts)
            if found is not None and found[1] - found[0] <= MAX_ELIDED:
                return _at(case, field, *found)
    return Quote(text=text, field="fact", start=0, end=0)


def _at(case: Case, field: FieldName, start: int, end: int) -> Quote:
    text = case.text_of(field)[start:end]
    return Quote(text=text, field=field, start=start, end=end, verified=True)


def _loosely(text: str, parts: list[str]) -> tuple[int, int] | None:
    """The range of the original text in which the plain parts stand one after the other."""
    plain, places = _plain(text)
    first = last = -1
    position = 0
    for part in parts:
        found = plain.find(part, position)
        if found < 0:
            return None
        first = found if first < 0 else first
        last = position = found + len(part)
    return places[first], places[last - 1] + 1


@lru_cache(maxsize=256)
def _plain(text: str) -> tuple[str, tuple[int, ...]]:
    """Letters and digits only, folded in width and case, with the place each came from."""
    kept: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for folded in unicodedata.normalize("NFKC", character).casefold():
            if folded.isalnum():
                kept.append(folded)
                places.append(place)
    return "".join(kept), tuple(places)


def quoted(case: Case, words: str) -> str:
    """The words with everything they share literally with the case put in quotation marks.

    So an opinion never repeats the case's words as its own.
    """
    if len(words) < OWN_WORDS:
        return words
    grams = _grams(case)
    covered = [False] * len(words)
    for i in range(len(words) - OWN_WORDS + 1):
        if words[i : i + OWN_WORDS] in grams:
            covered[i : i + OWN_WORDS] = [True] * OWN_WORDS
    made: list[str] = []
    start = 0
    for end in range(1, len(words) + 1):
        if end < len(words) and covered[end] == covered[start]:
            continue
        piece = words[start:end]
        if covered[start]:
            piece = f"“{piece.translate(_INNER)}”"
        made.append(piece)
        start = end
    return "".join(made).replace("““", "“").replace("””", "”")


@lru_cache(maxsize=8)
def _grams(case: Case) -> frozenset[str]:
    return frozenset(
        text[i : i + OWN_WORDS]
        for field in _FIELDS
        for text in (case.text_of(field),)
        for i in range(len(text) - OWN_WORDS + 1)
    )
