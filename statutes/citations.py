"""Citations of articles: parse them out of text, normalise them to keys, verify them at a date.

A key is ``<law>:第…条[之…][第…款][第…项]``, e.g. ``cl:第一百三十三条之一第一款第二项``, with the
laws ``cl`` (Criminal Law), ``cl1979`` (its predecessor), ``cpl`` (Criminal Procedure Law) and
``cpr`` (the procuratorates' rules of criminal procedure); any other law keeps its name:
``other:《商标法》第五十九条``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from ..errors import InputError
from . import citation_tokens as tokens
from . import versions
from .citation_tokens import Law
from .numerals import number, numeral

__all__ = [
    "Law",
    "ParsedCitation",
    "Status",
    "article_only",
    "key_of",
    "keys_in",
    "number",
    "numeral",
    "parse",
    "parse_key",
    "status",
]

Status = Literal["in_force", "outdated", "unknown"]


@dataclass(frozen=True, slots=True)
class ParsedCitation:
    """An article as a text cites it, at ``[start, end)`` of that text.

    ``sub`` is the N of 之N (0: none); ``paragraph`` 款 and ``item`` 项 are 0 where not named.
    ``name`` is the name of a law other than the four known ones, empty if the text names none.
    """

    start: int
    end: int
    law: Law
    article: int
    sub: int = 0
    paragraph: int = 0
    item: int = 0
    name: str = ""


def parse(text: str, default: Law = "other") -> tuple[ParsedCitation, ...]:
    """The citations in ``text``, in the order of the text.

    A law named once holds for the articles after it, until another is named; ``default`` is the
    law of articles that come before any name. ``第六十七条第一款、第三款`` gives two citations of
    article 67; ``第八十七条至第八十九条`` gives three. Spaces and line breaks inside a numeral or
    the name of a law, as scanned pages have them, are read over.
    """
    joined, places = tokens.join_broken(text)
    found = _parse(joined, default)
    if places is None:
        return tuple(found)
    return tuple(replace(c, start=places[c.start], end=places[c.end - 1] + 1) for c in found)


def _parse(text: str, default: Law) -> list[ParsedCitation]:
    found: list[ParsedCitation] = []
    law: Law = default
    name = ""
    for token in tokens.scan(text):
        if token.kind == "law":
            law, name = token.law or "other", token.name
        elif token.kind == "article":
            if token.law is not None:
                found.extend(_articles(token, token.law, token.name))
            else:
                if token.range_from_last and found:
                    found.extend(_between(found[-1], token))
                found.extend(_articles(token, law, name))
        elif found:
            _refine(found, token)
    return found


def key_of(citation: ParsedCitation) -> str:
    """The canonical key of a citation, e.g. ``cl:第一百三十三条之一第一款第二项``."""
    named = citation.law == "other" and citation.name
    head = f"other:《{citation.name}》" if named else f"{citation.law}:"
    text = f"{head}第{numeral(citation.article)}条"
    if citation.sub:
        text += f"之{numeral(citation.sub)}"
    if citation.paragraph:
        text += f"第{numeral(citation.paragraph)}款"
    if citation.item:
        text += f"第{numeral(citation.item)}项"
    return text


def keys_in(text: str, default: Law = "other") -> tuple[str, ...]:
    """The canonical keys of the citations in ``text``, each once, in order of first mention."""
    return tuple(dict.fromkeys(map(key_of, parse(text, default))))


@lru_cache(maxsize=4096)
def parse_key(key: str) -> ParsedCitation:
    """The one citation that a key names; spellings such as ``刑法第133条之一`` are read too.

    Raises:
        InputError: the text names no article, or more than one.
    """
    found = parse(key)
    if len(found) != 1:
        raise InputError(f"not a citation of one article: {key!r}; write it like cl:第二百六十四条")
    return found[0]


@lru_cache(maxsize=4096)
def article_only(key: str) -> str:
    """The key without paragraph and item; a text that is no key comes back unchanged."""
    try:
        citation = parse_key(key)
    except InputError:
        return key
    return key_of(replace(citation, paragraph=0, item=0))


@lru_cache(maxsize=8192)
def status(key: str, day: date) -> Status:
    """Whether what ``key`` cites is in force on ``day``.

    ``outdated``: a version of the law other than that day's has such an article or paragraph.
    ``unknown``: no known version has it, the law is another one, or the key cannot be read.
    """
    try:
        c = parse_key(key)
    except InputError:
        return "unknown"
    if versions.has(c.law, c.article, c.sub, c.paragraph, day):
        return "in_force"
    return "outdated" if versions.ever(c.law, c.article, c.sub, c.paragraph) else "unknown"


def _articles(token: tokens.Token, law: Law, name: str) -> Iterator[ParsedCitation]:
    start, end, paragraph, item = token.start, token.end, token.paragraph, token.item
    for article, sub in token.numbers:
        yield ParsedCitation(start, end, law, article, sub, paragraph, item, name)


def _between(last: ParsedCitation, token: tokens.Token) -> Iterator[ParsedCitation]:
    """The articles strictly between the two ends of a range."""
    until, sub = token.numbers[0]
    between: list[tuple[int, int]] = []
    if last.article == until and last.sub < sub <= last.sub + tokens.MAX_RANGE:
        between = [(until, n) for n in range(last.sub + 1, sub)]
    elif last.article < until <= last.article + tokens.MAX_RANGE:
        between = [(n, 0) for n in range(last.article + 1, until + bool(sub))]
    for article, n in between:
        yield ParsedCitation(last.start, token.end, last.law, article, n, name=last.name)


def _refine(found: list[ParsedCitation], token: tokens.Token) -> None:
    """Add 款, 项 or a further 之N to the last citation, or a sibling of it in a list."""
    last = found[-1]
    field = token.kind
    done = last.item if field == "item" else last.paragraph if field == "paragraph" else last.sub
    values = [value for value, _ in token.numbers]
    if token.range_from_last and done and done < values[0] <= done + tokens.MAX_RANGE:
        values = [*range(done + 1, values[0]), *values]
    extends = not done and field != "sub" and not (field == "paragraph" and last.item)
    if extends:
        found.pop()
    for value in values:
        sub, paragraph, item = last.sub, last.paragraph, 0
        if field == "sub":
            sub, paragraph = value, 0
        elif field == "paragraph":
            paragraph = value
        else:
            item = value
        start, end, law, article, name = last.start, token.end, last.law, last.article, last.name
        found.append(ParsedCitation(start, end, law, article, sub, paragraph, item, name))
