"""The user's store of official texts: one SQLite file with full-text search.

Two-character legal terms (自首, 从犯) must be found, which a trigram index cannot do; so the index
holds overlapping pairs of characters, and works with every build of SQLite that has FTS5.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from ..config import load_settings
from ..errors import ConfigError
from .official_amendments import Change
from .official_parse import Document

FILE = "statutes.sqlite"
SCHEMA = 1

_TABLES = """
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, path TEXT, hash TEXT, law TEXT, title TEXT, short TEXT, number TEXT,
  adopted TEXT, since TEXT, amended_by TEXT, preamble TEXT);
CREATE TABLE articles (
  id INTEGER PRIMARY KEY, document INTEGER, number INTEGER, sub INTEGER, heading TEXT, body TEXT);
CREATE TABLE changes (
  document INTEGER, number INTEGER, sub INTEGER, kind TEXT, paragraph INTEGER, since TEXT,
  body TEXT);
CREATE UNIQUE INDEX one_version ON documents (law, short, since);
CREATE INDEX one_article ON articles (document, number, sub);
CREATE INDEX changes_of ON changes (number, sub);
CREATE VIRTUAL TABLE pairs USING fts5(text);
"""
_WORDS = re.compile(r"[\u3400-\u9fff]+|[A-Za-z0-9.]+")


@dataclass(frozen=True, slots=True)
class Stored:
    """A text in the store; ``short`` is its title without issuing organs and brackets' variants."""

    id: int
    law: str
    title: str
    short: str
    number: str
    since: date
    amended_by: tuple[str, ...]
    preamble: str


def place(store: Path | None) -> Path:
    """The file of the store: ``store``, else ``statutes.sqlite`` under NOLLE_HOME."""
    return store if store is not None else load_settings().home / FILE


@contextmanager
def reading(store: Path | None) -> Iterator[sqlite3.Connection | None]:
    """A connection that only reads; None when nothing has been imported.

    Raises:
        ConfigError: the file is no store of this version.
    """
    path = place(store)
    if not path.is_file():
        yield None
        return
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            if _schema(connection) != SCHEMA:
                raise sqlite3.DatabaseError("other version")
            yield connection
    except sqlite3.DatabaseError as error:
        raise _broken(path, error) from None


@contextmanager
def writing(store: Path | None) -> Iterator[sqlite3.Connection]:
    """A connection in one transaction: all is kept, or after an error nothing is.

    Raises:
        ConfigError: the store cannot be written, or is no store of this version.
    """
    path = place(store)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                _prepare(connection)
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
    except (sqlite3.DatabaseError, OSError) as error:
        raise _broken(path, error) from None


def hashes(connection: sqlite3.Connection) -> dict[str, int]:
    """The documents by the hash of the file that they were read from."""
    return dict(connection.execute("SELECT hash, id FROM documents"))


def add(
    connection: sqlite3.Connection,
    document: Document,
    *,
    path: str,
    digest: str,
    law: str,
    short: str,
    since: date,
    amended_by: tuple[str, ...],
    changes: tuple[Change, ...],
) -> None:
    """Store a text in the place of the same version of the same text, if there is one."""
    old = connection.execute(
        "SELECT id FROM documents WHERE law = ? AND short = ? AND since = ?",
        (law, short, since.isoformat()),
    ).fetchone()
    if old:
        _remove(connection, old[0])
    adopted = document.adopted.isoformat() if document.adopted else None
    row = connection.execute(
        "INSERT INTO documents (path, hash, law, title, short, number, adopted, since, amended_by,"
        " preamble) VALUES (?,?,?,?,?,?,?,?,?,?)",
        (
            path, digest, law, document.title, short, document.number, adopted, since.isoformat(),
            json.dumps(amended_by, ensure_ascii=False), "\n".join(document.preamble),
        ),
    ).lastrowid  # fmt: skip
    for article in document.articles:
        body = "\n".join(article.lines)
        stored = connection.execute(
            "INSERT INTO articles (document, number, sub, heading, body) VALUES (?,?,?,?,?)",
            (row, article.number, article.sub, article.heading, body),
        ).lastrowid
        connection.execute("INSERT INTO pairs (rowid, text) VALUES (?,?)", (stored, pairs(body)))
    connection.executemany(
        "INSERT INTO changes VALUES (?,?,?,?,?,?,?)",
        [
            (row, c.number, c.sub, c.kind, c.paragraph, since.isoformat(), "\n".join(c.lines))
            for c in changes
        ],
    )


def documents(connection: sqlite3.Connection, law: str | None = None) -> tuple[Stored, ...]:
    """The texts in the store, of one law or of all, oldest version first."""
    rows = connection.execute(
        "SELECT id, law, title, short, number, since, amended_by, preamble FROM documents"
        " WHERE ? IS NULL OR law = ? ORDER BY since, id",
        (law, law),
    )
    return tuple(
        Stored(i, lw, title, short, number, date.fromisoformat(since), tuple(json.loads(by)), pre)
        for i, lw, title, short, number, since, by, pre in rows
    )


def lines_of(
    connection: sqlite3.Connection, document: int, number: int, sub: int
) -> list[str] | None:
    """The lines of an article as printed; None if the text has no such article."""
    row = connection.execute(
        "SELECT body FROM articles WHERE document = ? AND number = ? AND sub = ?",
        (document, number, sub),
    ).fetchone()
    return None if row is None else row[0].splitlines()


def body_of(connection: sqlite3.Connection, document: int) -> str:
    """The whole text of a document, articles in order."""
    rows = connection.execute(
        "SELECT body FROM articles WHERE document = ? ORDER BY id", (document,)
    )
    return "\n".join(body for (body,) in rows)


def places_of(connection: sqlite3.Connection, document: int) -> frozenset[tuple[int, int]]:
    """Numbers and 之N of the articles of a text."""
    rows = connection.execute("SELECT number, sub FROM articles WHERE document = ?", (document,))
    return frozenset((number, sub) for number, sub in rows)


def changes_of(connection: sqlite3.Connection, number: int, sub: int) -> list[tuple[date, Change]]:
    """What the amendments in the store change in an article of the CL, oldest first."""
    rows = connection.execute(
        "SELECT since, number, sub, kind, paragraph, body FROM changes"
        " WHERE number = ? AND sub = ? ORDER BY since, rowid",
        (number, sub),
    )
    return [
        (date.fromisoformat(since), Change(n, s, kind, paragraph, tuple(body.splitlines())))
        for since, n, s, kind, paragraph, body in rows
    ]


def pairs(text: str) -> str:
    """Text as the index holds it: overlapping pairs of Chinese characters, other words whole."""
    return " ".join(_pairs(text))


@lru_cache(maxsize=256)
def query(text: str) -> str:
    """The full-text query for words separated by spaces; every one must occur."""
    phrases = (" ".join(_pairs(word)) for word in _WORDS.findall(text))
    return " AND ".join(f'"{phrase}"' for phrase in phrases if phrase)


def _pairs(text: str) -> Iterator[str]:
    for run in _WORDS.findall(text):
        if run[0].isascii():
            yield run.replace(".", "_")
        elif len(run) == 1:
            yield run
        else:
            for at in range(len(run) - 1):
                yield run[at : at + 2]


def _prepare(connection: sqlite3.Connection) -> None:
    found = _schema(connection)
    if found == SCHEMA:
        return
    if found or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise sqlite3.DatabaseError("other version")
    for statement in _TABLES.split(";"):
        if statement.strip():
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA}")


def _remove(connection: sqlite3.Connection, document: int) -> None:
    connection.execute(
        "DELETE FROM pairs WHERE rowid IN (SELECT id FROM articles WHERE document = ?)", (document,)
    )
    connection.execute("DELETE FROM articles WHERE document = ?", (document,))
    connection.execute("DELETE FROM changes WHERE document = ?", (document,))
    connection.execute("DELETE FROM documents WHERE id = ?", (document,))


def _schema(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _broken(path: Path, error: Exception) -> ConfigError:
    return ConfigError(
        f"store of official texts cannot be used ({error}), {path}: "
        "check its permissions, or delete it and import the texts again"
    )
