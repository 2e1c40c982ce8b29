"""The text of a document as tidy lines and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from . import document_phrases as say


class Unit(NamedTuple):
    """A sentence, the number of its line, and whether it begins that line."""

    text: str
    line: int
    opens: bool


def tidy(text: str) -> str:
    """Line ends as line feeds, exotic blanks as blanks, no invisible or Markdown marks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n")
    return say.MARKDOWN_HEADING.sub("", say.BLANKS.sub(" ", say.INVISIBLE.sub("", text)))


def break_title(text: str) -> str:
    """Put title and number on lines of their own where they run into the first party."""
    first = say.FIRST_PARTY.search(text)
    end = first.end() if first else 0
    return say.AFTER_TITLE.sub(r"\g<0>\n", text[:end]) + text[end:]


def unwrap(text: str) -> str:
    """Join lines that were broken at a fixed width, as in text copied from a PDF file."""
    lines = [line.strip() for line in text.split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[int(len(lengths) * 0.9)] if lengths else 0
    if len(lengths) < 6 or not 20 <= width <= 60:
        return text
    out: list[str] = []
    glued = False
    for line in lines:
        if glued and line:
            out[-1] += line
        else:
            out.append(line)
        glued = len(line) >= width - 3 and not line.endswith(("。", "：", ":", "！", "？"))
    return "\n".join(out)


def units_of(text: str) -> Iterator[Unit]:
    """The sentences of a text, also cut before phrases that open a part in mid-sentence."""
    for number, line in enumerate(text.split("\n")):
        opens = True
        for sentence in say.SENTENCE.findall(line.strip()):
            for piece in say.INNER_BREAK.split(sentence):
                if piece.strip():
                    yield Unit(piece.strip() if opens else piece, number, opens)
                    opens = False


def compact(text: str) -> str:
    """``text`` without blanks, as the fixed phrases are matched."""
    return re.sub(r"\s", "", text)


def join(units: Iterable[Unit]) -> str:
    """The sentences as text again, line by line."""
    lines: dict[int, str] = {}
    for unit in units:
        if unit.text.strip():
            lines[unit.line] = lines.get(unit.line, "") + unit.text
    return "\n".join(line.strip() for line in lines.values())
