"""Reading official texts: encoding, titles, dates, articles 条, paragraphs 款 and items 项.

Pure functions; nothing here knows the store. Each line under an article is a paragraph, except
lines that begin with （一）, （二）…: those are items of the paragraph above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ..cases.sanitise import decode_text
from ..errors import InputError
from .numerals import number

SUFFIXES = (".md", ".txt", ".docx")

_NUM = "[一二三四五六七八九十百千零〇0-9]+"
_HEAD = re.compile(
    rf"第\s*(?P<number>{_NUM})\s*条(?:\s*之\s*(?P<sub>[一二三四五六七八九十]+))?(?P<rest>.*)"
)
_SECTION = re.compile(r"(?P<number>[一二三四五六七八九十]+)、(?P<rest>.*)")
_CONTINUES = re.compile(r"(?:[、，。；：,;第款项的至到和与及或或]|规定|之)")
_HEADING = re.compile(rf"第{_NUM}[编章节](?:\s|$|[^条款项])|附\s*则$|附\s*件|①")
_ITEM = re.compile(r"[（(](?P<number>[一二三四五六七八九十]+)[）)]")
_SUBITEM = re.compile(r"[（(]?\d+[．.、）)]")
_MARKUP = re.compile(r"^(?:[-+>]\s+)*|\*\*|__|^\s+")
_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_FILE_DATE = re.compile(r"[(（](\d{4})-(\d{1,2})-(\d{1,2})[)）]")
_STARTS = re.compile(
    r"(?:自|从)?\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*起?[^。；，\d]{0,12}(?:施行|实施)"
)
_TITLE_END = re.compile(r"(?:法|解释|规定|规则|意见|修正案|决定|批复|办法|标准|纪要|条例)$")
_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,6}〔\d{4}〕\d+号")


@dataclass(frozen=True, slots=True)
class Item:
    """An item 项 of a paragraph, with its lines."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph 款: its own text and its items."""

    text: str
    items: tuple[Item, ...] = ()

    @property
    def full(self) -> str:
        """The paragraph with its items, one line each."""
        return "\n".join((self.text, *(item.text for item in self.items)))


@dataclass(slots=True)
class Article:
    """An article with its lines as printed, without the head (第…条)."""

    number: int
    sub: int = 0
    heading: str = ""
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Document:
    """An official text.

    ``adopted`` is the last date of its preamble or file name, ``starts`` the day that the text
    itself gives for its entry into force; ``number`` the document number if printed before the
    articles; ``clauses`` are the numbered sections (一、二、) of a text without 第…条.
    """

    title: str
    adopted: date | None
    starts: date | None
    number: str
    preamble: tuple[str, ...]
    articles: tuple[Article, ...]
    clauses: bool = False


def read_lines(path: Path) -> list[str]:
    """The non-empty lines of a text (UTF-8 or GB18030) or docx file, without list markup.

    Headings keep their ``#``.

    Raises:
        InputError: the file cannot be read, is no docx, or is empty.
    """
    try:
        raw = (
            _docx(path)
            if path.suffix.lower() == ".docx"
            else decode_text(path.read_bytes(), path.name)
        )
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror}), {path}: check the path and its permissions"
        ) from None
    text = re.sub(r"<!--.*?-->", "", raw, flags=re.S).replace("\u3000", " ").replace("\xa0", " ")
    lines = [_MARKUP.sub("", line).strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    if not lines:
        raise InputError(f"empty file, {path}: give an official text with articles 第…条")
    return lines


def parse(lines: list[str], name: str) -> Document:
    """Split the lines of an official text; ``name`` is the file name without its suffix.

    Raises:
        InputError: the text has no articles (第…条) and no numbered sections (一、…).
    """
    title = _title(lines, name)
    amendment = "修正案" in title
    articles, preamble = ([], lines) if amendment else _articles(lines)
    clauses = not articles
    if clauses:
        articles, preamble = _sections(lines, amendment)
    if not articles:
        raise InputError(f"no articles, {name}: an official text has lines that begin with 第…条")
    named = next(map(_as_date, _FILE_DATE.findall(name)), None)
    dated = [_as_date(found) for line in preamble for found in _DATE.findall(line)]
    adopted = named or next((day for day in reversed(dated) if day), None)
    starts = _last_start(preamble)
    if starts is None:
        ending = [line for article in articles[-3:] for line in article.lines]
        starts = _last_start(ending)
        if starts and adopted and starts < adopted:
            starts = None
    number_line = next((line for line in preamble if _DOCUMENT_NUMBER.fullmatch(line)), "")
    return Document(title, adopted, starts, number_line, tuple(preamble), tuple(articles), clauses)


def paragraphs(lines: list[str]) -> tuple[Paragraph, ...]:
    """The paragraphs of an article's lines, each with its items.

    Items that lost their number are told by the semicolons around them; lines with Arabic numbers
    belong to the item or paragraph above.
    """
    found: list[tuple[list[str], list[list[str]], list[int]]] = []
    before = ""
    for line in lines:
        item = _ITEM.match(line)
        loose = line.endswith(("；", ";")) or before.endswith(("；", ";"))
        if found and _SUBITEM.match(line):
            _, items, _ = found[-1]
            (items[-1] if items else found[-1][0]).append(line)
        elif found and (item or loose):
            _, items, numbers = found[-1]
            items.append([line])
            numbers.append(number(item["number"]) if item else (numbers[-1] if numbers else 0) + 1)
        else:
            found.append(([line], [], []))
        before = line
    return tuple(
        Paragraph(
            "\n".join(own),
            tuple(Item(n, "\n".join(part)) for n, part in zip(numbers, items, strict=True)),
        )
        for own, items, numbers in found
    )


def _articles(lines: list[str]) -> tuple[list[Article], list[str]]:
    found: list[Article] = []
    preamble: list[str] = []
    current: Article | None = None
    heading = ""
    for line in lines:
        head = _HEAD.match(line)
        if head and _is_head(head, found):
            current = Article(number(head["number"]), _sub(head), heading)
            found.append(current)
            if rest := head["rest"].strip():
                current.lines.append(rest)
        elif line.startswith("#") or _HEADING.match(line):
            heading, current = line.lstrip("# "), None
            if not found:
                preamble.append(line)
        elif current is not None:
            current.lines.append(line)
        elif not found:
            preamble.append(line)
    return found, preamble


def _is_head(head: re.Match[str], found: list[Article]) -> bool:
    """Whether 第…条 at the start of a line opens an article, rather than cites one."""
    rest, place = head["rest"], (number(head["number"]), _sub(head))
    if rest and not rest[0].isspace() and rest[0] not in "〔【［[" and _CONTINUES.match(rest):
        return False
    if not found:
        return place[0] == 1 or rest[:1].isspace()
    last = (found[-1].number, found[-1].sub)
    follows = place in {(last[0] + 1, 0), (last[0], last[1] + 1)}
    return follows or (place > last and rest[:1] in ("", " ", "〔", "【", "［", "["))


def _sections(lines: list[str], amendment: bool) -> tuple[list[Article], list[str]]:
    """Numbered sections; a second 一、 starts the text proper after a notice."""
    found: list[Article] = []
    preamble: list[str] = []
    for line in lines:
        plain = line.lstrip("# ")
        head = _SECTION.match(plain)
        value = number(head["number"]) if head else 0
        if head and value == 1 and found:
            found = []
        if head and value == len(found) + 1:
            found.append(Article(value, heading=head["rest"], lines=[head["rest"]]))
        elif found:
            found[-1].lines.append(plain)
        else:
            preamble.append(line)
    if not found and amendment:
        start = next((i for i, line in enumerate(lines) if "刑法第" in line), None)
        if start is not None:
            return [Article(1, lines=lines[start:])], lines[:start]
    return found, preamble


def _title(lines: list[str], name: str) -> str:
    for line in lines[:40]:
        plain = line.lstrip("# ").strip()
        if line.startswith("# ") and _TITLE_END.search(re.sub(r"[（(][^（()）]*[）)]$", "", plain)):
            return plain
    return _FILE_DATE.sub("", name).strip()


def _sub(head: re.Match[str]) -> int:
    return number(head["sub"]) if head["sub"] else 0


def _last_start(lines: list[str] | tuple[str, ...]) -> date | None:
    starts = [_as_date(found) for line in lines for found in _STARTS.findall(line)]
    return next((day for day in reversed(starts) if day), None)


def _as_date(parts: tuple[str, ...]) -> date | None:
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def _docx(path: Path) -> str:
    import docx

    try:
        document = docx.Document(str(path))
    except OSError:
        raise
    except Exception:
        raise InputError(f"not a Word document, {path}: save it as .docx, .md or .txt") from None
    return "\n".join(_docx_lines(document))


def _docx_lines(document: object) -> Iterator[str]:
    for block in document.iter_inner_content():  # type: ignore[attr-defined]
        if hasattr(block, "rows"):
            for row in block.rows:
                yield " ".join(cell.text for cell in row.cells)
        else:
            style = (block.style.name if block.style else "") or ""
            mark = "# " if style == "Title" or style.startswith("Heading") else ""
            yield from (mark + line for line in block.text.splitlines())
