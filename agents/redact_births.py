"""Birthdays in a masked case: the day goes, unless an age that the law asks for is near.

CL 17, 17-1 and 49 ask for 12, 14, 16, 18 and 75 years; a victim's age counts as well (CL 236, 237).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ..cases.facts import DateRole, Facts
from .redact_secret import Secret

_BIRTH = re.compile(
    r"(?P<y>(?:19|20)\d\d)年(?P<m>\d{1,2})月(?P<d>\d{1,2})日(?=\s*(?:出生|生(?![产活效意])))"
    r"|(?:出生于|生于|出生(?:日期|年月日?|时间))\s*(?:是|为)?[:：]?\s*"
    r"(?P<whole>(?P<y2>(?:19|20)\d\d)[年.\-/](?P<m2>\d{1,2})[月.\-/](?P<d2>\d{1,2})日?)"
    r"|(?P<whole3>(?P<y3>(?:19|20)\d\d)[.\-/](?P<m3>\d{1,2})[.\-/](?P<d3>\d{1,2}))(?=\s*(?:出生|生))"
)
# Day words that every reader of dates takes for an unnamed day; one each for births of one month.
_UNNAMED = ("某", "×", "某某", "××", "*", "**", "X", "XX", "x", "xx")
_YOUNG, _OLD = (10, 20), (73, 77)


def birth_days(whole: str, facts: Facts) -> Iterator[Secret]:
    """A secret for each birthday whose day may go: 1986年4月12日 -> 1986年4月某日."""
    days = [m.start for m in facts.dates if m.role is DateRole.CONDUCT]
    days += [m.end for m in facts.dates if m.role is DateRole.CONDUCT]
    if not days:
        return
    used: set[str] = set()
    for match in _BIRTH.finditer(whole):
        text = match["whole"] or match["whole3"] or match[0]
        year, month = (int(match[k] or match[f"{k}2"] or match[f"{k}3"]) for k in ("y", "m"))
        if not 1 <= month <= 12 or _near(year, month, days):
            continue
        for unnamed in _UNNAMED:
            placeholder = f"{year}年{month}月{unnamed}日"
            if placeholder not in used and placeholder not in whole:
                used.add(placeholder)
                yield Secret.model_construct(text=text, placeholder=placeholder, is_name=False)
                break


def _near(year: int, month: int, days: list[date]) -> bool:
    """Whether the age on any of the days is one at which a birthday might count."""
    return any(
        low <= day.year - year - (day.month < month) <= high
        for day in days
        for low, high in (_YOUNG, _OLD)
    )
