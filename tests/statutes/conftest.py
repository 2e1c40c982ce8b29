"""Fixtures that read the official texts of the development data, to compare the tables with."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from nolle.statutes.numerals import number

_ARTICLE = re.compile(
    r"第([一二三四五六七八九十百零]+)\s*条(?:之([一二三四五六七八九十]+))?\s*(.*)"
)
_HEADING = re.compile(r"#|第[一二三四五六七八九十]+[编章节]|附\s*则$|①")
_ITEM = re.compile(r"[（(][一二三四五六七八九十]+[）)]")
OFFICIAL = {
    "cl1997": "刑法.md",
    "cpl2018": "刑事诉讼法(2018-10-26).md",
    "cpr2012": "人民检察院刑事诉讼规则(试行)(2012-11-22).md",
    "cpr2019": "人民检察院刑事诉讼规则(2019-12-02).md",
}


def development_data() -> Path:
    """The folder of the development data; skips the test if it is not set."""
    place = os.environ.get("NOLLE_DEV_DATA")
    if not place:
        pytest.skip("NOLLE_DEV_DATA is not set")
    return Path(place)


@pytest.fixture
def official_paragraphs() -> Callable[[str], dict[tuple[int, int], int]]:
    """Counts the 款 of every article of a version (``cl1997``, ``cpl2018``, ``cpr2012``, ...)."""
    development_data()
    return _paragraphs


@cache
def _paragraphs(version: str) -> dict[tuple[int, int], int]:
    """The number of 款 of every article of a version, counted in its official text."""
    text = (development_data() / "statutes" / OFFICIAL[version]).read_text(encoding="utf-8")
    counts: dict[tuple[int, int], int] = {}
    current: tuple[int, int] | None = None
    before = ""
    for raw in text.splitlines():
        line = raw.strip().replace("\u3000", " ")
        match = _ARTICLE.match(line)
        if match and not match[3].startswith(("、", "，", "的", "规定")):
            current = (number(match[1]), number(match[2]) if match[2] else 0)
            counts[current] = 0
            before, line = "", match[3]
        elif not line:
            continue
        elif _HEADING.match(line):
            current = None
        if current and line:
            counts[current] += not _is_item(line, before)
            before = line
    return counts


def _is_item(line: str, before: str) -> bool:
    """Items of a list; the rules of 2012 leave out the numbers of some."""
    return bool(_ITEM.match(line)) or line.endswith(("；", ";")) or before.endswith(("；", ";"))
