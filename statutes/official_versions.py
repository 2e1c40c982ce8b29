"""Which official text is in force when, and what an article said on a day.

A consolidated text tells the wording of its own day; the amendments in the store tell since when
each article has it, and often give the wording before.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ..errors import InputError
from . import official_amendments as amendments
from . import official_store as db
from . import versions
from .citations import ParsedCitation, parse
from .official_parse import Document, Paragraph, paragraphs
from .store import read_mapping

_AMENDMENT = re.compile(r"刑法修正案(?:[（(][一二三四五六七八九十]+[）)])?$")
_NAMED = re.compile(r"《(?:中华人民共和国)?(刑法修正案(?:[（(][一二三四五六七八九十]+[）)])?)》")
_ISSUER = re.compile(
    r"^(?:(?:最高人民法院|最高人民检察院|公安部|司法部|国家安全部|海关总署|全国人民代表大会常务委员会)"
    r"[、，,\s]*)+(?:关于)?"
)
_NOISE = re.compile(r"[\s《》〈〉“”\"'·]|中华人民共和国")

_GENERAL_DECISION = date(2009, 8, 27)
# Days between the publication, which a text may be stored under, and its entry into force.
_TOLERANCE = 60


@dataclass(frozen=True, slots=True)
class Wording:
    """An article as it stood on a day; a paragraph is None where its wording is not known."""

    title: str
    version: date
    since: date
    paragraphs: tuple[Paragraph | None, ...]


@lru_cache(maxsize=1024)
def law_of(title: str) -> tuple[str, str]:
    """The law of a title (``cl``, ``cpl``, ``cpr``, ``amendment``, ``other``), its short form."""
    short = short_title(title)
    if _AMENDMENT.search(short):
        return "amendment", short
    named = parse(f"《{title}》第一条")
    law = named[0].law if named else "other"
    return (law, law) if law in ("cl", "cpl", "cpr") else ("other", short)


@lru_cache(maxsize=4096)
def short_title(title: str) -> str:
    """A title without the issuing organs, quotation marks and variants of brackets."""
    plain = _NOISE.sub("", title.translate(str.maketrans("()", "（）")))
    return _ISSUER.sub("", plain).removeprefix("关于")


def in_force_since(document: Document) -> date:
    """The day a text came into force.

    For a consolidated law that is the first turning point of the law on or after the last
    amendment that its preamble names.

    Raises:
        InputError: neither the text nor the file name gives a date.
    """
    law, _ = law_of(document.title)
    adopted = document.adopted
    if law in ("cl", "cpl", "cpr") and adopted is not None:
        later = [day for day in _turning_points(law) if day >= adopted]
        if later and (later[0] - adopted).days < 400:
            return later[0]
    amended = law == "cl" and any(article.sub for article in document.articles)
    if law in ("other", "amendment"):
        found = document.starts or adopted
    else:
        # An amended code still ends with the day on which its first version came into force.
        found = adopted or (None if amended else document.starts)
    if found is None:
        raise InputError(
            f"no date, {document.title}: add one to the end of the file name, like (2021-03-01)"
        )
    return found


def amendments_named(document: Document) -> tuple[str, ...]:
    """The amendments of the Criminal Law that a consolidated text says it contains."""
    named = (name for line in document.preamble for name in _NAMED.findall(line))
    return tuple(dict.fromkeys(short_title(name) for name in named))


def find(connection: sqlite3.Connection, cited: ParsedCitation, day: date) -> db.Stored | None:
    """The stored text that a citation means on ``day``: its last version in force by then."""
    if cited.law in ("cl", "cpl", "cpr"):
        return _version(db.documents(connection, cited.law), cited.law, day)
    if not cited.name:
        return None
    if numbered := instrument(connection, cited.name):
        return numbered
    law, short = law_of(cited.name)
    candidates = by_name(db.documents(connection, law), short)
    return next((d for d in reversed(candidates) if d.since <= day), None)


def instrument(connection: sqlite3.Connection, number: str) -> db.Stored | None:
    """The stored text of a document number (法释〔2013〕8号), printed in it or in our table."""
    row = read_mapping("instruments.yaml").get(number)
    for text in db.documents(connection, "other"):
        if text.number == number:
            return text
        if (
            row
            and text.short == short_title(row["title"])
            and abs((text.since - date.fromisoformat(str(row["since"]))).days) <= _TOLERANCE
        ):
            return text
    return None


def by_name(texts: Sequence[db.Stored], short: str) -> tuple[db.Stored, ...]:
    """The versions of the one text of that name, or whose name holds it; empty if ambiguous."""
    exact = tuple(d for d in texts if d.short == short or d.number == short)
    if exact:
        return exact
    near = tuple(d for d in texts if short and short in d.short)
    return near if len({d.short for d in near}) == 1 else ()


def wording(connection: sqlite3.Connection, cited: ParsedCitation, day: date) -> Wording | None:
    """The article on ``day``; None if the store does not tell."""
    text = find(connection, cited, day)
    if text is not None:
        lines = db.lines_of(connection, text.id, cited.article, cited.sub)
        if lines is None:
            return None
        since = text.since
        if cited.law == "cl":
            since = _since(connection, text, cited, text.since)
        return Wording(text.title, text.since, since, paragraphs(lines))
    return _rebuilt(connection, cited, day) if cited.law == "cl" else None


def known_from(connection: sqlite3.Connection, text: db.Stored) -> date:
    """Since when every amendment contained in a consolidated Criminal Law is in the store.

    The earliest such day is 2009-08-27, when a general decision changed words in many articles.
    """
    stored = {d.short: d.since for d in db.documents(connection, "amendment")}
    days = set(stored.values())
    floor = [_GENERAL_DECISION]
    floor += [day for day in _turning_points("cl") if day <= text.since and day not in days]
    for at, name in enumerate(text.amended_by):
        if name not in stored:
            # Its day is not known: trust only from the next one on.
            later = (stored[n] for n in text.amended_by[at + 1 :] if n in stored)
            floor.append(min(later, default=text.since))
    return max(floor)


def _rebuilt(connection: sqlite3.Connection, cited: ParsedCitation, day: date) -> Wording | None:
    """The wording on a day before the oldest consolidated text, by undoing later amendments."""
    texts = db.documents(connection, "cl")
    if not texts or day < known_from(connection, texts[0]):
        return None
    text = texts[0]
    history = [
        (since, change)
        for since, change in db.changes_of(connection, cited.article, cited.sub)
        if since <= text.since
    ]
    later = [entry for entry in history if entry[0] > day]
    lines = db.lines_of(connection, text.id, cited.article, cited.sub)
    if not later:
        if lines is None:
            return None
        since = _since(connection, text, cited, day)
        return Wording(text.title, text.since, since, paragraphs(lines))
    states = _forward([entry for entry in history if entry[0] <= day])
    if states is None and lines is not None:
        states = _backward(paragraphs(lines), later)
        _fill(states, [entry for entry in history if entry[0] <= day])
    if states is None:
        return None
    since = max((s for s, _ in history if s <= day), default=known_from(connection, text))
    whole = tuple(None if s is None else paragraphs(list(s))[0] for s in states)
    return Wording(text.title, since, since, whole)


_Texts = list[tuple[str, ...] | None]


def _forward(history: list[tuple[date, amendments.Change]]) -> _Texts | None:
    """From the last wording of the whole article on; None if an amendment cannot be followed."""
    states: _Texts | None = None
    for _, change in history:
        if change.kind in ("insert", "replace", "replace_adding"):
            states = amendments.apply([], change)
        elif states is not None:
            states = amendments.apply(states, change)
    return states


def _backward(
    current: tuple[Paragraph, ...], later: list[tuple[date, amendments.Change]]
) -> _Texts | None:
    states: _Texts | None = [tuple(p.full.splitlines()) for p in current]
    for _, change in reversed(later):
        if states is None:
            return None
        states = amendments.apply(states, change, back=True)
    return states


def _fill(states: _Texts | None, history: list[tuple[date, amendments.Change]]) -> None:
    """Wording of single paragraphs from amendments before the day, while numbers stayed."""
    for _, change in reversed(history):
        if states is None or change.kind not in ("replace_paragraph", "add"):
            return
        at = change.paragraph - 1
        if at < len(states) and states[at] is None:
            states[at] = change.lines
        if change.kind == "add":
            return


def _since(
    connection: sqlite3.Connection, text: db.Stored, cited: ParsedCitation, day: date
) -> date:
    changed = [s for s, _ in db.changes_of(connection, cited.article, cited.sub) if s <= day]
    return max(changed, default=min(text.since, known_from(connection, text)))


def _version(texts: Sequence[db.Stored], law: str, day: date) -> db.Stored | None:
    """The last text by ``day``, unless our tables know a later version of the law by then."""
    text = next((d for d in reversed(texts) if d.since <= day), None)
    if text is None:
        return None
    if any(text.since < point <= day for point in _turning_points(law)):
        return None
    return text


@lru_cache(maxsize=8)
def _turning_points(law: str) -> tuple[date, ...]:
    """The days on which a new version of the law came into force, as far as our tables tell."""
    days = {version.since for version in versions.versions() if version.law == law}
    if law == "cl":
        data = read_mapping("versions.yaml")
        dated = (*data["inserted"], *data["former_paragraphs"])
        days |= {date.fromisoformat(str(day)) for day in dated}
    return tuple(sorted(days))
