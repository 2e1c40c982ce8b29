"""Versions of the laws: the articles that exist on a day, their 款, and what to cite for what.

The tables stand in ``data/versions.yaml``. Days are those of the law that applies: the conduct for
the Criminal Law, the decision for procedure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from ..errors import ConfigError
from .models import ArticleOn, ArticleVersion
from .numerals import numeral
from .store import day as as_day
from .store import read_mapping

_SHORT = re.compile(r"(\d{1,4})(?:-(\d{1,2}))?(?:\((\d{0,2})\))?(?:\((\d{1,2})\))?")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a law: articles 1 to ``last`` from ``since`` until the day before ``until``.

    ``paragraphs`` holds the number of 款 of the articles where it is known; ``complete`` says that
    every article not listed there has one. ``verified`` is False where the version's own text was
    not at hand.
    """

    id: str
    law: str
    since: date
    until: date | None
    last: int
    paragraphs: dict[tuple[int, int], int]
    complete: bool
    verified: bool

    def in_force(self, day: date) -> bool:
        """Whether the version applies on ``day``."""
        return self.since <= day and (self.until is None or day < self.until)


def versions() -> tuple[Version, ...]:
    """Every version known, oldest first within each law."""
    return _tables().versions


def version_on(law: str, day: date) -> Version | None:
    """The version of ``law`` (``cl``, ``cl1979``, ``cpl``, ``cpr``) in force on ``day``."""
    for version in _tables().versions:
        if version.law == law and version.in_force(day):
            return version
    return None


def has(law: str, number: int, sub: int, paragraph: int, day: date) -> bool:
    """Whether the article (and, if not 0, its 款) is in force on ``day``.

    A paragraph of an article whose number of 款 is not known counts as in force.
    """
    version = version_on(law, day)
    return version is not None and _has(version, number, sub, paragraph, day)


def ever(law: str, number: int, sub: int, paragraph: int) -> bool:
    """Whether any known version of the law ever had the article (and, if not 0, its 款)."""
    tables = _tables()
    return any(
        _has(version, number, sub, paragraph, on)
        for version in tables.versions
        if version.law == law
        for on in tables.turning_points
        if version.in_force(on)
    )


def article(law: str, number: int, sub: int, day: date) -> ArticleVersion | None:
    """The article as it stands on ``day``, or None if there is none then.

    ``law`` is ``cl``, ``cpl`` or ``cpr``; ``paragraphs`` is None where not known.
    """
    version = version_on(law, day)
    if version is None or law not in ("cl", "cpl", "cpr"):
        return None
    if not _exists(version, number, sub, day):
        return None
    since, until = _life(version, number, sub)
    return ArticleVersion.model_validate(
        {
            "law": law,
            "number": number,
            "sub": sub,
            "since": since,
            "until": until,
            "paragraphs": _paragraphs(version, number, sub, day),
        }
    )


def subjects() -> tuple[str, ...]:
    """The subjects that :func:`cite` knows."""
    return tuple(_tables().subjects)


@lru_cache(maxsize=2048)
def cite(subject: str, day: date) -> tuple[str, ...]:
    """The keys to cite for ``subject`` on ``day``; empty where that day's law has no such article.

    ``decision.P`` gives ``("cpl:第一百七十六条第一款",)`` in 2020, ``("cpl:第一百七十二条",)`` in
    2016; the Rules have subjects of their own (``rules.P``).

    Raises:
        KeyError: the subject is not known.
    """
    return tuple(entry.key for entry in cited_under(subject) if entry.in_force(day))


@cache
def cited_under(subject: str) -> tuple[ArticleOn, ...]:
    """The articles of a subject, each with the days between which it is the one to cite.

    Raises:
        KeyError: the subject is not known.
    """
    tables = _tables()
    try:
        by_version = tables.subjects[subject]
    except KeyError:
        known = ", ".join(sorted(tables.subjects))
        raise KeyError(f"no subject {subject!r} in versions.yaml; known: {known}") from None
    return tuple(
        ArticleOn(
            key=key_from_short(f"{version.law} {short}"), since=version.since, until=version.until
        )
        for version in tables.versions
        for short in by_version.get(version.id, ())
    )


@lru_cache(maxsize=2048)
def counterparts(key: str, day: date) -> tuple[str, ...]:
    """What the law of ``day`` has for the subjects that other versions settle in ``key``.

    Tells what was meant where an article of another version is cited: in 2020,
    ``cpl:第一百七十三条第二款`` (2012: the waiver) gives ``cpl:第一百七十七条第二款``; empty for
    keys that no other version names for a subject.
    """
    meant: dict[str, None] = {}
    for subject in subjects():
        entries = cited_under(subject)
        if any(entry.key == key and not entry.in_force(day) for entry in entries):
            meant.update(dict.fromkeys(e.key for e in entries if e.in_force(day)))
    meant.pop(key, None)
    return tuple(meant)


def renumbered(number: int, old: date, new: date) -> int | None:
    """The CPL article of day ``new`` that continues article ``number`` of day ``old``.

    Knows the versions of 2012 and 2018; None where there is no counterpart or no correspondence.
    """
    before, after = version_on("cpl", old), version_on("cpl", new)
    if before is None or after is None or number > before.last:
        return None
    if before.id == after.id:
        return number
    steps = _tables().renumbering
    if (before.id, after.id) == ("cpl2012", "cpl2018"):
        return number + next(add for start, add in reversed(steps) if number >= start)
    if (before.id, after.id) == ("cpl2018", "cpl2012"):
        for position, (start, add) in enumerate(steps):
            stop = steps[position + 1][0] if position + 1 < len(steps) else after.last + 1
            if start <= number - add < stop:
                return number - add
    return None


@lru_cache(maxsize=1024)
def key_from_short(short: str) -> str:
    """The key of an article in the data files' short form, e.g. ``cl 133-1(1)(2)``.

    Raises:
        ConfigError: the text is not of that form.
    """
    law, _, place = short.partition(" ")
    match = _SHORT.fullmatch(place)
    if match is None or law not in ("cl", "cl1979", "cpl", "cpr"):
        raise ConfigError(f"not an article: {short!r}; write it like cl 133-1(1)(2)")
    number, sub, paragraph, item = (int(group or 0) for group in match.groups())
    key = f"{law}:第{numeral(number)}条"
    key += f"之{numeral(sub)}" if sub else ""
    key += f"第{numeral(paragraph)}款" if paragraph else ""
    return key + (f"第{numeral(item)}项" if item else "")


@dataclass(frozen=True, slots=True)
class _Tables:
    versions: tuple[Version, ...]
    inserted: dict[tuple[int, int], date]
    repealed: dict[tuple[int, int], date]
    former: dict[tuple[int, int], tuple[tuple[date, int], ...]]
    renumbering: tuple[tuple[int, int], ...]
    subjects: dict[str, dict[str, list[str]]]
    turning_points: tuple[date, ...]


@cache
def _tables() -> _Tables:
    data = read_mapping("versions.yaml")
    found = tuple(_version(row) for row in data["versions"])
    inserted = {_place(p): _date(on) for on, places in data["inserted"].items() for p in places}
    repealed = {_place(p): _date(on) for p, on in data["repealed"].items()}
    former: dict[tuple[int, int], list[tuple[date, int]]] = {}
    for on, counts in data["former_paragraphs"].items():
        for place, count in counts.items():
            former.setdefault(_place(place), []).append((_date(on), count))
    points = {v.since for v in found} | set(inserted.values())
    points |= {_date(on) for on in data["former_paragraphs"]}
    return _Tables(
        versions=found,
        inserted=inserted,
        repealed=repealed,
        former={place: tuple(sorted(rows)) for place, rows in former.items()},
        renumbering=tuple(sorted((int(n), int(add)) for n, add in data["renumbering"].items())),
        subjects=data["subjects"],
        turning_points=tuple(sorted(points)),
    )


def _version(row: dict[str, Any]) -> Version:
    counts = {
        _place(place): int(count)
        for count, places in row.get("paragraphs", {}).items()
        for place in places
    }
    counts.update({_place(place): int(count) for place, count in row.get("known", {}).items()})
    return Version(
        id=row["id"],
        law=row["law"],
        since=_date(row["since"]),
        until=as_day(row.get("until")),
        last=row["last"],
        paragraphs=counts,
        complete="paragraphs" in row,
        verified=not row.get("unverified", False),
    )


def _place(text: str | int) -> tuple[int, int]:
    number, _, sub = str(text).partition("-")
    return int(number), int(sub or 0)


def _date(value: str | date) -> date:
    found = as_day(value)
    if found is None:
        raise ConfigError("versions.yaml: a date is missing")
    return found


def _life(version: Version, number: int, sub: int) -> tuple[date, date | None]:
    tables = _tables()
    if version.law != "cl":
        return version.since, version.until
    place = (number, sub)
    return tables.inserted.get(place, version.since), tables.repealed.get(place, version.until)


def _exists(version: Version, number: int, sub: int, day: date) -> bool:
    if not 1 <= number <= version.last:
        return False
    if version.law != "cl":
        return sub == 0
    if sub and (number, sub) not in _tables().inserted:
        return False
    since, until = _life(version, number, sub)
    return since <= day and (until is None or day < until)


def _paragraphs(version: Version, number: int, sub: int, day: date) -> int | None:
    place = (number, sub)
    if version.law == "cl":
        for changed, count in _tables().former.get(place, ()):
            if day < changed:
                return count
    return version.paragraphs.get(place, 1 if version.complete else None)


def _has(version: Version, number: int, sub: int, paragraph: int, day: date) -> bool:
    if not _exists(version, number, sub, day):
        return False
    count = _paragraphs(version, number, sub, day)
    return count is None or paragraph <= count
