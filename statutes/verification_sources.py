"""What a check is, and where its figure must stand: an article on a day, or an instrument."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from . import official_store as db
from . import official_versions, versions
from .citations import ParsedCitation, article_only, key_of, keys_in, parse, parse_key
from .models import Dated
from .official_parse import Paragraph

_INSTRUMENT = re.compile(
    r"[\u4e00-\u9fff]{1,6}〔\d{4}〕\d+号|立案追诉标准（二）(?:\d{4}(?:、\d{4})*)?"
)
_AS_BEFORE = re.compile(r"前[一二两三四五]?款|本条|第[一二三四五六七八九十]+款")
_OPEN_START = date(1997, 10, 1)
_REPEALED = re.compile(r"[（(]?(?:删去|删除|废止|已?失效)[）)]?。?")
_DECISION = "的决定"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the data say: ``holds`` is None where the official text is not in the store."""

    kind: str
    where: str
    what: str
    holds: bool | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """Looks up official wording in one open store, each place once."""

    connection: sqlite3.Connection
    today: date

    def days(self, period: Dated) -> tuple[date, ...]:
        """Days of a period on which to look: its last one first, then its first."""
        last = period.until - _DAY if period.until else max(self.today, period.since or self.today)
        return (last, period.since or _OPEN_START)

    def paragraphs(self, key: str, day: date) -> tuple[Paragraph | None, ...] | None:
        """The paragraphs of the article on a day; None where the store does not tell."""
        return _paragraphs(self, article_only(key), day)

    def has_law(self, law: str, day: date) -> bool:
        """Whether the store holds the version of the law in force on a day."""
        return _has_law(self, law, day)

    def places(self, law: str, day: date) -> frozenset[tuple[int, int]]:
        """The articles of the stored version of a law on a day."""
        return _places(self, law, day)

    def amended(self) -> tuple[tuple[int, int, date], ...]:
        """Articles of the Criminal Law and the days on which amendments changed them."""
        texts = db.documents(self.connection, "cl")
        if not texts:
            return ()
        known = official_versions.known_from(self.connection, texts[0])
        rows = self.connection.execute("SELECT DISTINCT number, sub, since FROM changes")
        dated = ((number, sub, date.fromisoformat(since)) for number, sub, since in rows)
        return tuple(sorted(row for row in dated if row[2] > known))

    def passage(self, key: str, day: date) -> str | None:
        """The text of the place that a key names; None if its wording is not known."""
        cited = parse_key(key)
        found = self.paragraphs(key, day)
        if found is None:
            return None
        if cited.paragraph:
            chosen = found[cited.paragraph - 1 : cited.paragraph]
            if not chosen or chosen[0] is None:
                return None if chosen else ""
            return chosen[0].full
        return None if None in found else "\n".join(p.full for p in found if p)

    def referred(self, key: str, text: str, day: date) -> str:
        """What a passage refers to for its penalty: other paragraphs, other articles."""
        cited = parse_key(key)
        parts = []
        if _AS_BEFORE.search(text) and cited.paragraph:
            own = self.paragraphs(key, day) or ()
            parts += [p.full for p in own if p is not None]
        for other in parse(text.replace("本法", ""), default=cited.law):
            if other.law in (cited.law, "other") and not other.name:
                target = key_of(_in_law(other, cited))
                parts.append(
                    self.passage(target, day) or self.passage(article_only(target), day) or ""
                )
        return "\n".join(parts)

    def instruments(self, source: str) -> tuple[db.Stored, ...]:
        """The stored texts that a source line names by their document numbers."""
        return _instruments(self, source)

    def instrument_texts(self, source: str, articles: str, day: date) -> Passages:
        """The texts that a figure is taken from: the named articles, and the whole of them.

        Articles of the Criminal Law that source or articles name are read as of ``day``.
        """
        named: list[str] = []
        bodies: list[str] = []
        stored = self.instruments(f"{source}、{articles}")
        own = [c for c in parse(_LAW_PART.sub("", articles)) if c.law == "other" and not c.name]
        for text in stored:
            body = db.body_of(self.connection, text.id)
            found = [db.lines_of(self.connection, text.id, c.article, c.sub) for c in own]
            lines = [line for part in found if part for line in part]
            # A decision that amends an interpretation counts clauses, not its articles.
            named.append("\n".join(lines) if lines and _DECISION not in text.title else body)
            bodies.append(body)
        complete = len(stored) >= len(_numbers(f"{source}、{articles}")) and not any(
            _DECISION in text.title for text in stored
        )
        for key in cl_keys(source, articles):
            passage = self.passage(article_only(key), day)
            complete = complete and passage is not None
            named.append(passage or "")
            bodies.append(passage or "")
        return Passages("\n".join(named), "\n".join(bodies), complete and bool(bodies))


def forget() -> None:
    """Drop what was looked up, and with it the connections it was looked up in."""
    for looked_up in (_paragraphs, _has_law, _places, _instruments):
        looked_up.cache_clear()


@dataclass(frozen=True, slots=True)
class Passages:
    """``named`` articles and ``body`` of sources; ``complete``: every source is in the store."""

    named: str
    body: str
    complete: bool


def cl_keys(source: str, articles: str) -> tuple[str, ...]:
    """The articles of the Criminal Law that a threshold's source names."""
    pieces = [*re.split("[、,，]", source), articles]
    return tuple(k for piece in pieces for k in keys_in(piece) if k.startswith("cl:"))


_LAW_PART = re.compile(r"刑法第[^、，,；;]*(?:、第[^、，,；;]*)*")


def _numbers(source: str) -> list[str]:
    return _INSTRUMENT.findall(source)


def _in_law(found: ParsedCitation, citing: ParsedCitation) -> ParsedCitation:
    return ParsedCitation(0, 0, citing.law, found.article, found.sub, found.paragraph, found.item)


@cache
def _paragraphs(sources: Sources, key: str, day: date) -> tuple[Paragraph | None, ...] | None:
    found = official_versions.wording(sources.connection, parse_key(key), day)
    if found is None:
        return None
    first = found.paragraphs[0] if found.paragraphs else None
    return () if first is not None and _REPEALED.fullmatch(first.text) else found.paragraphs


@cache
def _has_law(sources: Sources, law: str, day: date) -> bool:
    texts = db.documents(sources.connection, law)
    if law == "cl" and texts:
        return day >= official_versions.known_from(sources.connection, texts[0])
    cited = ParsedCitation(0, 0, "cpr" if law == "cpr" else "cpl", 1)
    version = versions.version_on(law, day)
    text = official_versions.find(sources.connection, cited, day) if law in ("cpl", "cpr") else None
    return text is not None and version is not None and text.since >= version.since


@cache
def _places(sources: Sources, law: str, day: date) -> frozenset[tuple[int, int]]:
    cited = ParsedCitation(0, 0, law, 1)  # type: ignore[arg-type]
    text = official_versions.find(sources.connection, cited, day)
    if text is None and law == "cl":
        text = next(iter(db.documents(sources.connection, "cl")), None)
    return db.places_of(sources.connection, text.id) if text else frozenset()


@cache
def _instruments(sources: Sources, source: str) -> tuple[db.Stored, ...]:
    numbers = _numbers(source)
    if "立案追诉标准（二）" in source and "2022" in source:
        numbers = [n for n in numbers if not n.startswith("立案")] + ["立案追诉标准（二）2022"]
    found = (official_versions.instrument(sources.connection, number) for number in numbers)
    return tuple(text for text in found if text is not None)
