"""From facts to terms: the tokenizers, by name, with a version that changes when they do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from ..errors import ConfigError
from ..statutes.store import data_files
from ..tools.charge_identification import identify
from . import words
from .facts_text import DATA, crime_text, tells_something

CHARGE_MARK: Final = "罪:"
"""Before the terms that name a charge; it occurs in no word."""

CHARGE_WEIGHTS: Final = (6, 3, 1)
"""How often the best, second and third charge of the facts is counted as a term (measured)."""

_BLANK = re.compile(r"\s+")
_WORD = re.compile(r"\w")


class Tokenizer(StrEnum):
    """How a text becomes terms."""

    WHITESPACE = "whitespace"
    BIGRAM = "bigram"
    JIEBA = "jieba"
    JIEBA_BIGRAM = "jieba_bigram"
    CRIME_WORDS = "crime_words"
    LEGAL = "legal"


DEFAULT: Final = Tokenizer.LEGAL
"""The best by same-charge precision at 5 (docs/benchmarks.md, Similar cases)."""


class _Way(NamedTuple):
    terms: Callable[[str], list[str]]
    version: Callable[[], str]


def whitespace(text: str) -> list[str]:
    """What stands between blanks; Chinese has few, so this is a floor to measure against."""
    return text.split()


def bigrams(text: str) -> list[str]:
    """Every two neighbouring characters."""
    plain = _BLANK.sub("", text)
    return [a + b for a, b in pairwise(plain)]


def plain_words(text: str) -> list[str]:
    """All words, single characters included, without punctuation."""
    return [word for word in words.cut(text) if _WORD.search(word)]


def words_and_bigrams(text: str) -> list[str]:
    """All words and all bigrams of what speaks of the crime."""
    runs = crime_text(text)
    return crime_words(text) + [a + b for run in runs for a, b in pairwise(run)]


def crime_words(text: str) -> list[str]:
    """The words that may speak of the crime: no names, dates, numbers, places, proceedings."""
    return [w for run in crime_text(text) for w in words.cut(run) if tells_something(w)]


def legal_terms(text: str) -> list[str]:
    """:func:`crime_words` and, as further terms, the charges that the facts speak for.

    The law's cues read the same act from different words (扒窃, 溜门撬锁); a charge as a term lets
    them meet, weighed against everything else by its rarity. Facts only: no label is read.
    """
    suggested = identify(text, top=len(CHARGE_WEIGHTS))
    signals = [
        CHARGE_MARK + found.charge
        for found, weight in zip(suggested, CHARGE_WEIGHTS, strict=False)
        for _ in range(weight)
    ]
    return crime_words(text) + signals


@cache
def _crime_version() -> str:
    return f"{words.dictionary_version()}-{_crc([DATA.read_bytes()])}"


@cache
def _legal_version() -> str:
    tables = (*data_files("cues/*.yaml"), *data_files("neighbours.yaml"))
    return f"{_crime_version()}-{_crc(path.read_bytes() for path in tables)}"


_WAYS: Mapping[Tokenizer, _Way] = {
    Tokenizer.WHITESPACE: _Way(whitespace, lambda: "1"),
    Tokenizer.BIGRAM: _Way(bigrams, lambda: "1"),
    Tokenizer.JIEBA: _Way(plain_words, lambda: f"1-{words.dictionary_version()}"),
    Tokenizer.JIEBA_BIGRAM: _Way(words_and_bigrams, lambda: f"1-{_crime_version()}"),
    Tokenizer.CRIME_WORDS: _Way(crime_words, lambda: f"1-{_crime_version()}"),
    Tokenizer.LEGAL: _Way(legal_terms, lambda: f"1-{_legal_version()}"),
}


def tokenizer(name: str | Tokenizer) -> Callable[[str], list[str]]:
    """The function that splits a text; ConfigError for an unknown name."""
    return _WAYS[checked(name)].terms


def fingerprint(name: str | Tokenizer) -> str:
    """Name and version: equal fingerprints mean equal terms for every text."""
    return f"{checked(name).value}/{_WAYS[checked(name)].version()}"


def checked(name: str | Tokenizer) -> Tokenizer:
    """The tokenizer of that name; ConfigError if there is none."""
    try:
        return Tokenizer(name)
    except ValueError:
        known = ", ".join(Tokenizer)
        raise ConfigError(f"unknown tokenizer {name!r}, --tokenizer: use one of {known}") from None


def _crc(contents: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(content)
    return digest.hexdigest()[:8]
