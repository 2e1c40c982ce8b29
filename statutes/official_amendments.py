"""What an amendment of the Criminal Law does to which article, read from its clauses.

The changes let the store tell since when an article reads as it does, and rebuild the wording of
an earlier day where the amendments in between give it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from .numerals import number
from .official_parse import Document, paragraphs

Kind = Literal[
    "insert",
    "replace",
    "replace_adding",
    "add",
    "replace_paragraph",
    "delete",
    "delete_paragraph",
    "part",
]

_NUM = "[一二三四五六七八九十百零]+"
_ARTICLE = re.compile(rf"第({_NUM})条(?:之({_NUM}))?")
_PARAGRAPH = re.compile(rf"第({_NUM})款")
_OPEN, _CLOSE = "“", "”"
_INSERT = re.compile(r"后增加[一二两三四五六七八九十]条,?，?\s*作为(?P<places>[^:：]*)")
_WHOLE = re.compile(rf"第{_NUM}条(?:之{_NUM})?修?改为|将该条修改为")
_ADD = re.compile(rf"增加[一二两三]款,?，?\s*作为(?P<places>(?:第{_NUM}款、?)+)")
_COUNTS = {"一": 1, "二": 2, "两": 2, "三": 3}
_GAINED = re.compile("增加([一二两三])款")
_OLD = re.compile(
    rf"原(?P<old>第{_NUM}款)(?:[^，,:：]*)作为(?P<new>第{_NUM}款)(?P<edit>[，,]?修改为)?"
)
_QUOTED_HEAD = re.compile(rf"“?第({_NUM})条(?:之({_NUM}))?\s+(.*)", re.S)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one article. ``paragraph`` is its number after the change (0: whole article);
    for ``replace_adding``, which replaces the whole, how many paragraphs the article gained.

    ``lines`` is the new wording, empty where the amendment quotes none; kind ``part`` changes
    only an item or some words, so the wording before cannot be rebuilt from it.
    """

    number: int
    sub: int
    kind: Kind
    paragraph: int = 0
    lines: tuple[str, ...] = ()


def changes(document: Document) -> tuple[Change, ...]:
    """The changes that the clauses of an amendment make, in their order."""
    return tuple(change for article in document.articles for change in _clause(article.lines))


def apply(
    texts: list[tuple[str, ...] | None], change: Change, back: bool = False
) -> list[tuple[str, ...] | None] | None:
    """The paragraphs (lines of each; None where unknown) after a change, or before it (``back``).

    None when the whole article is unknown on that side of the change.
    """
    at = change.paragraph - 1
    after = list(texts)
    match change.kind, back:
        case (("insert" | "replace" | "replace_adding"), False):
            return [tuple(p.full.splitlines()) for p in paragraphs(list(change.lines))]
        case "replace_adding", True:
            return [None] * (len(texts) - change.paragraph)
        case ("replace_paragraph", _) if at < len(after):
            after[at] = None if back else change.lines
        case ("add", True) if at < len(after):
            del after[at]
        case ("add", False) if at <= len(after):
            after.insert(at, change.lines)
        case ("delete_paragraph", True) if at <= len(after):
            after.insert(at, None)
        case ("delete_paragraph", False) if at < len(after):
            del after[at]
        case _:
            return None
    return after


def _clause(lines: Iterable[str]) -> Iterator[Change]:
    place: tuple[int, int] | None = None
    for head, quoted in _pieces(lines):
        named = _ARTICLE.findall(head)
        if inserted := _INSERT.search(head):
            yield from _inserted(inserted["places"], quoted)
            continue
        if named:
            place = _place(named[0])
        if place is None or head.endswith("施行。"):
            continue
        yield from _change(place, head, quoted, bool(named))


def _change(
    place: tuple[int, int], head: str, quoted: tuple[str, ...], named: bool
) -> Iterator[Change]:
    article, sub = place
    tail = head[match.end() :] if (match := _ARTICLE.search(head)) and named else head
    if quoted and _WHOLE.search(head):
        gained = _GAINED.search(head)
        kind: Kind = "replace_adding" if gained else "replace"
        yield Change(article, sub, kind, _COUNTS[gained[1]] if gained else 0, quoted)
    elif added := _ADD.search(head):
        yield from _each(article, sub, "add", added["places"], quoted)
    elif head.startswith("原") or _OLD.search(head):
        # Old paragraphs move by themselves when new ones are added before them.
        for old in _OLD.finditer(head):
            if old["edit"]:
                yield from _each(article, sub, "replace_paragraph", old["new"], quoted)
    elif "删去" in head:
        listed = _PARAGRAPH.findall(tail)
        if "项" in tail:
            yield Change(article, sub, "part")
        elif listed:
            for offset, value in enumerate(sorted(map(number, listed))):
                yield Change(article, sub, "delete_paragraph", value - offset)
        else:
            yield Change(article, sub, "delete")
    elif (
        quoted
        and "修改为" in head
        and "项" not in tail
        and (listed := _PARAGRAPH.findall(tail.split("修改为")[0]))
    ):
        yield from _each(
            article, sub, "replace_paragraph", "".join(f"第{v}款" for v in listed), quoted
        )
    else:
        yield Change(article, sub, "part")


def _each(
    article: int, sub: int, kind: Kind, places: str, quoted: tuple[str, ...]
) -> Iterator[Change]:
    """One change for each paragraph named, with its share of the quoted wording."""
    numbers = [number(value) for value in _PARAGRAPH.findall(places)]
    texts = [tuple(p.full.splitlines()) for p in paragraphs(list(quoted))]
    if len(numbers) != len(texts):
        yield Change(article, sub, "part")
        return
    for value, text in zip(numbers, texts, strict=True):
        yield Change(article, sub, kind, value, text)


def _inserted(places: str, quoted: tuple[str, ...]) -> Iterator[Change]:
    named = [_place(found) for found in _ARTICLE.findall(places)]
    if len(named) == 1:
        yield Change(*named[0], "insert", 0, quoted)
        return
    parts: dict[tuple[int, int], list[str]] = {}
    current: list[str] = []
    for line in quoted:
        if head := _QUOTED_HEAD.fullmatch(line):
            current = parts.setdefault(_place((head[1], head[2] or "")), [])
            line = head[3]
        current.append(line)
    for article in named:
        yield Change(*article, "insert", 0, tuple(parts.get(article, ())))


def _pieces(lines: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Instructions with the wording they quote, line by line and without the outer marks."""
    head = ""
    quoted: list[str] = []
    for line in lines:
        if head and (line.startswith(_OPEN) or _is_open(quoted)):
            quoted.append(line.removeprefix(_OPEN))
            continue
        if head:
            yield head, _closed(quoted)
        head, mark, rest = line.partition(_OPEN if _OPEN in _after_colon(line) else "\0")
        quoted = [rest] if mark else []
    if head:
        yield head, _closed(quoted)


def _is_open(quoted: list[str]) -> bool:
    """Whether the wording goes on: its outer mark is not closed yet."""
    return bool(quoted) and not quoted[-1].endswith((_CLOSE, _CLOSE + "。"))


def _after_colon(line: str) -> str:
    match = re.search(r"[:：]\s*“", line)
    return line[match.start() :] if match else ""


def _closed(quoted: list[str]) -> tuple[str, ...]:
    if quoted and quoted[-1].endswith(_CLOSE):
        return (*quoted[:-1], quoted[-1].removesuffix(_CLOSE))
    return tuple(quoted)


def _place(found: tuple[str, str]) -> tuple[int, int]:
    return number(found[0]), number(found[1]) if found[1] else 0
