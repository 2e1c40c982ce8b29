"""Official texts in the user's own store: import them, quote them verbatim, search them.

nolle ships no official wording; what is quoted here is what the user imported.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from ..cases.models import Frozen
from ..errors import InputError
from . import official_amendments as amendments
from . import official_store as db
from . import official_versions
from .citations import key_of, parse_key
from .numerals import numeral
from .official_diff import Diff, DiffLine, diff
from .official_parse import SUFFIXES, Document, Paragraph, parse, read_lines

__all__ = [
    "ArticleText",
    "Diff",
    "DiffLine",
    "ImportReport",
    "ImportedText",
    "SearchHit",
    "Skipped",
    "article_text",
    "diff",
    "import_path",
    "search",
]

# Part of every hash: a better reader reads unchanged files again.
_READER = 1


class Skipped(Frozen):
    """A file that was not imported, and why."""

    path: str
    reason: str


class ImportedText(Frozen):
    """A text now in the store: its title, when it came into force, how many articles it has."""

    path: str
    title: str
    law: str
    since: date
    articles: int


class ImportReport(Frozen):
    """What an import did; ``unchanged`` are files whose very content was in the store already."""

    store: str
    imported: tuple[ImportedText, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()


class ArticleText(Frozen):
    """Verbatim wording of an article, paragraph or item.

    ``since`` is the day since which it reads so as far as the store tells, ``version`` the day of
    the text it comes from; ``paragraphs`` are the 款 (items on lines of their own).
    """

    key: str
    title: str
    version: date
    since: date
    text: str
    paragraphs: tuple[str, ...]


class SearchHit(Frozen):
    """An article that holds all the words, best first; ``snippet`` is around the first of them."""

    key: str
    title: str
    since: date
    snippet: str


def import_path(
    path: Path,
    store: Path | None = None,
    on_progress: Callable[[int, int, str], None] | None = None,
) -> ImportReport:
    """Read a file, or every docx, md and txt of a folder, into the store.

    Only changed files are read again; an error or interruption leaves the store as it was.
    ``on_progress`` gets the number of the file, of all files, and the name.

    Raises:
        InputError: there is no such path, the folder holds no text file, or the one file given
            is no official text (in a folder such files are reported as skipped).
        ConfigError: the store cannot be written.
    """
    files = _files(path)
    imported: list[ImportedText] = []
    unchanged: list[str] = []
    skipped: list[Skipped] = []
    seen: dict[tuple[str, str, date], str] = {}
    with db.writing(store) as connection:
        known = db.hashes(connection)
        stored = {d.id: d for d in db.documents(connection)}
        for count, file in enumerate(files, 1):
            if on_progress is not None:
                on_progress(count, len(files), file.name)
            digest = _digest(file)
            if digest in known:
                text = stored[known[digest]]
                seen.setdefault((text.law, text.short, text.since), file.name)
                unchanged.append(str(file))
                continue
            try:
                document = parse(read_lines(file), file.stem)
                since = official_versions.in_force_since(document)
            except InputError as error:
                if path.is_file():
                    raise
                skipped.append(Skipped(path=str(file), reason=str(error)))
                continue
            law, short = official_versions.law_of(document.title)
            if first := seen.get((law, short, since)):
                skipped.append(Skipped(path=str(file), reason=f"same text and date as {first}"))
                continue
            seen[law, short, since] = file.name
            db.add(
                connection,
                document,
                path=str(file),
                digest=digest,
                law=law,
                short=short,
                since=since,
                amended_by=official_versions.amendments_named(document),
                changes=amendments.changes(document) if law == "amendment" else (),
            )
            imported.append(_imported(file, document, law, since))
    return ImportReport(
        store=str(db.place(store)),
        imported=tuple(imported),
        unchanged=tuple(unchanged),
        skipped=tuple(skipped),
    )


def article_text(
    key: str, day: date | None = None, store: Path | None = None
) -> ArticleText | None:
    """The wording of an article, paragraph 款 or item 项 in force on ``day`` (None: today).

    None when the store has no text of that law for the day, when the text has no such place, or
    when an amendment of later date changed the article and its earlier wording is not imported.

    Raises:
        InputError: the key is no citation of one article.
        ConfigError: the store cannot be read.
    """
    cited = parse_key(key)
    day = day or date.today()
    with db.reading(store) as connection:
        if connection is None:
            return None
        found = official_versions.wording(connection, cited, day)
    if found is None:
        return None
    parts: tuple[str, ...]
    if not cited.paragraph and not cited.item:
        if any(p is None for p in found.paragraphs):
            return None
        whole = [p for p in found.paragraphs if p is not None]
        parts = tuple(p.full for p in whole)
    else:
        part = _part(found.paragraphs, cited.paragraph, cited.item)
        if part is None:
            return None
        parts = (part,)
    return ArticleText(
        key=key_of(cited),
        title=found.title,
        version=found.version,
        since=found.since,
        text="\n".join(parts),
        paragraphs=parts,
    )


def search(text: str, limit: int = 10, store: Path | None = None) -> tuple[SearchHit, ...]:
    """The articles that hold every word of ``text`` (separated by spaces), best first.

    Words of one character are found only where they stand alone. Empty without a store.

    Raises:
        InputError: there is no word to search for.
        ConfigError: the store cannot be read.
    """
    wanted = db.query(text)
    if not wanted:
        raise InputError(f"nothing to search for, {text!r}: give one or more words")
    with db.reading(store) as connection:
        if connection is None:
            return ()
        rows = connection.execute(
            "SELECT d.law, d.title, d.short, d.since, a.number, a.sub, a.body FROM pairs"
            " JOIN articles a ON a.id = pairs.rowid JOIN documents d ON d.id = a.document"
            " WHERE pairs MATCH ? ORDER BY bm25(pairs), d.since DESC LIMIT ?",
            (wanted, limit),
        ).fetchall()
    return tuple(
        SearchHit(
            key=f"{law}:{_article(number, sub)}"
            if law in ("cl", "cpl", "cpr")
            else f"other:《{short}》{_article(number, sub)}",
            title=title,
            since=date.fromisoformat(since),
            snippet=_snippet(body, text),
        )
        for law, title, short, since, number, sub, body in rows
    )


def _part(found: tuple[Paragraph | None, ...], paragraph: int, item: int) -> str | None:
    if paragraph > len(found):
        return None
    if not paragraph:
        holders = [p for p in found if p is not None and any(i.number == item for i in p.items)]
        if len(holders) != 1:
            return None
        chosen: Paragraph | None = holders[0]
    else:
        chosen = found[paragraph - 1]
    if chosen is None:
        return None
    if not item:
        return chosen.full
    return next((i.text for i in chosen.items if i.number == item), None)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        if path.suffix.lower() not in SUFFIXES:
            raise InputError(f"unknown kind of file, {path}: give docx, md or txt")
        return [path]
    if not path.is_dir():
        raise InputError(f"no such file or folder, {path}: check the path")
    files = sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in SUFFIXES
        and file.is_file()
        and not file.name.startswith((".", "~$"))
    )
    if not files:
        raise InputError(f"no official texts, {path}: give a folder with docx, md or txt files")
    return files


def _digest(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror}), {file}: check its permissions"
        ) from None
    return hashlib.sha256(b"%d %s\0%s" % (_READER, file.stem.encode(), content)).hexdigest()


def _imported(file: Path, document: Document, law: str, since: date) -> ImportedText:
    return ImportedText(
        path=str(file), title=document.title, law=law, since=since, articles=len(document.articles)
    )


def _article(number: int, sub: int) -> str:
    return f"第{numeral(number)}条" + (f"之{numeral(sub)}" if sub else "")


def _snippet(body: str, text: str, width: int = 60) -> str:
    flat = re.sub(r"\s+", " ", body)
    at = next((found for word in text.split() if (found := flat.find(word)) >= 0), 0)
    start = max(0, at - width // 3)
    end = start + width
    return ("…" if start else "") + flat[start:end] + ("…" if end < len(flat) else "")
