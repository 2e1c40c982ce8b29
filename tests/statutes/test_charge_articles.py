"""Charges stand with the articles they cite, and figures as the official text has them."""

from __future__ import annotations

import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from nolle.statutes.charges import charges, charges_of_article
from nolle.statutes.citations import numeral, parse_key, status

CHAPTERS = {
    1: (102, 113),
    2: (114, 139),
    3: (140, 231),
    4: (232, 262),
    5: (263, 276),
    6: (277, 367),
    7: (368, 381),
    8: (382, 396),
    9: (397, 419),
    10: (420, 451),
}
FOREIGN_EXCHANGE = "骗购外汇罪"


def test_articles_lie_in_their_chapter_and_in_order() -> None:
    for c in charges():
        if c.name == FOREIGN_EXCHANGE:
            continue
        lowest, highest = CHAPTERS[c.chapter]
        assert lowest <= parse_key(c.article).article <= highest, c.name
        assert (c.section is not None) == (c.chapter in (3, 6)), c.name


def test_every_band_cites_an_article_in_force_while_it_applies() -> None:
    for c in charges():
        for b in c.bands:
            if c.name == FOREIGN_EXCHANGE:
                continue
            first = b.since or min(date(2011, 4, 30), b.until or date.max)
            last = b.until - timedelta(days=1) if b.until else date(2025, 1, 1)
            for day in {max(first, date(2011, 4, 30)), last}:
                assert status(b.article, day) == "in_force", (c.name, b.article, day)


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("cl:第二百三十七条第三款", {"猥亵儿童罪"}),
        ("cl:第二百三十七条", {"强制猥亵、侮辱罪", "猥亵儿童罪"}),
        ("cl:第一百三十三条", {"交通肇事罪"}),
        ("cl:第一百三十三条之一第一款第二项", {"危险驾驶罪"}),
        ("cl:第三百八十五条第一款", {"受贿罪"}),
        ("cl:第三百八十三条", {"贪污罪", "受贿罪"}),
        (
            "cl:第一百一十五条第二款",
            {
                "失火罪",
                "过失决水罪",
                "过失爆炸罪",
                "过失投放危险物质罪",
                "过失以危险方法危害公共安全罪",
            },
        ),
        ("cl:第十七条", set()),
        ("no key", set()),
    ],
)
def test_of_article(key: str, names: set[str]) -> None:
    assert {c.name for c in charges_of_article(key)} == names


DEV = os.environ.get("NOLLE_DEV_DATA")
needs_dev = pytest.mark.skipif(not DEV, reason="NOLLE_DEV_DATA is not set")


def _dev(*parts: str) -> Path:
    return Path(DEV or "", *parts)


def _official_articles() -> dict[tuple[int, int], str]:
    numerals = {numeral(n): n for n in range(1, 500)}
    found: dict[tuple[int, int], str] = {}
    current: tuple[int, int] | None = None
    for line in _dev("statutes", "刑法.md").read_text("utf-8").splitlines():
        if match := re.match(r"第([^条]+)条(?:之([一二三四五六七八九十]))? ", line):
            current = (numerals[match[1]], numerals[match[2]] if match[2] else 0)
            found[current] = line
        elif current and line and not line.startswith("#"):
            found[current] += line
    return found


@needs_dev
@pytest.mark.dev_data
def test_every_current_figure_stands_in_the_official_article() -> None:
    articles = _official_articles()
    # CL 144 refers to CL 141 for its gravest band.
    articles[144, 0] += articles[141, 0]
    for c in charges():
        if c.name == FOREIGN_EXCHANGE:
            continue
        for b in c.bands_on(date(2025, 1, 1)):
            cited = parse_key(b.article)
            text = articles[cited.article, cited.sub]
            if b.hi not in (None, 180) and b.hi >= 12:
                assert f"{numeral(b.hi // 12)}年以下" in text, (c.name, b.key)
            if b.lo >= 12 and "fixed_term" in b.penalties:
                years = numeral(b.lo // 12)
                assert f"{years}年以上" in text or f"{years}年有期" in text, (c.name, b.key)
            in_text = {"death": "死刑", "life": "无期徒刑", "control": "管制", "detention": "拘役"}
            for penalty, word in in_text.items():
                # CL 113 adds death for the whole first chapter.
                if penalty in b.penalties and not (penalty == "death" and c.chapter == 1):
                    assert word in text, (c.name, b.key, word)
