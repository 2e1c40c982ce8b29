"""Dates in a case file: mentions with their roles, the period of the conduct, the decision date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .date_roles import acted, evidence_from, role_of
from .decision_day import decision_date, month_end
from .facts import DateMention, DateRole
from .models import FIELDS, Case, FieldName, Span
from .numerals import below_hundred
from .returns import count_returns

__all__ = ["conduct_period", "count_returns", "decision_date", "find_dates"]

_HAN = "〇零○Ｏ一二三四五六七八九"
_YEAR = rf"(?:(?:18|19|20)\d\d|[一二][{_HAN}]{{3}})"
_MASK = r"[*＊×xX某]{1,2}"
_MONTH = rf"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]|{_MASK})"
_DAY = rf"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九]|{_MASK})"
_PLAIN_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_TO = r"[、至到\-—~～]"
_PART = r"(?:上旬|中旬|下旬|初|中|底|末)(?![级小学中])"
_DATE = re.compile(
    rf"(?P<ny>(?:19|20)\d\d)(?P<sep>[-./])(?P<nm>\d{{1,2}})(?P=sep)(?P<nd>\d{{1,2}})(?!\d)"
    rf"|(?:(?:(?P<y0>(?:19|20)\d\d){_TO}(?={_YEAR}\s*年))?(?<!\d)(?P<y>{_YEAR})\s*年"
    rf"|(?P<ry>同年|次年|翌年|当年(?=底|初|\d{{1,2}}月)))"
    rf"(?:(?P<yp>度?(?:上半年|下半年|初|底|末))|度?\s*(?:(?P<m0>{_MONTH}){_TO}(?={_MONTH}\s*月))?"
    rf"(?P<m>{_MONTH})\s*月份?(?:(?P<mp>{_PART})|\s*(?:(?P<d0>{_DAY})[日号]?{_TO}(?={_DAY}[日号]))?"
    rf"(?P<d>{_DAY})\s*[日号])?)?"
    rf"|(?<![\d年个刑役期余近共满限.])(?:(?P<bm0>1[0-2]|[1-9]){_TO}(?=\d{{1,2}}月))?"
    rf"(?:(?P<rm>同月|当月|次月|翌月)|(?P<bm>1[0-2]|0?[1-9])\s*月份?)(?!内|以[上下内]|有期)"
    rf"(?:(?P<bmp>{_PART})|\s*(?:(?P<bd0>{_PLAIN_DAY})[日号]?{_TO}(?={_PLAIN_DAY}[日号]))?"
    rf"(?P<bd>{_PLAIN_DAY})\s*[日号])?"
    r"|(?<=[、，,。；;：:至到和及与或—~～从自（(于在\s])(?P<od>3[01]|[12]\d|[1-9])日"
    r"(?!内|[后前]|以[内后前]|之[内后前]|[元楼店房间线楼院门库机井包])"
    r"|(?P<rel>次日|翌日|第二天|当日|同日|当天|同天|当晚|同晚)"
)
_JOIN = re.compile(
    r"\s*(?:\d{1,2}时许?)?(?:份|间|期间|起|开始|凌晨|晚|上午|下午|左右)?\s*(?:至|到|—+|-|~|～)\s*"
)
_OPEN = re.compile(
    r"(?:起|份|以来|开始|初|间)?(?:至|到)(?:案发|今|被?(?:抓获|查获|查处|发现|到案))|以来|起(?!诉)"
)
_LIST = re.compile(r"\s*[、和及与]\s*")
# More than a year after the last act a date is one of conduct only if an act is told with it.
_LONG_AFTER = 365
_NEXT_DAY = frozenset({"次日", "翌日", "第二天"})
_HAN_VALUE = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "Ｏ": 0}
_PARTS = {"上旬": (1, 10), "初": (1, 10), "中旬": (11, 20), "中": (11, 20), "下旬": (21, 31)}
_YEAR_PARTS = {"上半年": (1, 6), "下半年": (7, 12), "初": (1, 3), "底": (10, 12), "末": (10, 12)}


@dataclass(slots=True)
class _Context:
    """The year, month and day named last in the field; birthdays do not count."""

    year: int | None = None
    month: int | None = None
    day: date | None = None


def find_dates(case: Case) -> tuple[DateMention, ...]:
    """All dates and periods of the three fields, in order, with their roles.

    Years and months carry over within a field (3月5日, 同年, 次日). Impossible dates are left out.
    A period that lasts (至案发, 至今, 起) ends with the first report, filing or detention named.
    """
    mentions: list[DateMention] = []
    lasting: list[int] = []
    for field in FIELDS:
        _read_field(field, case.text_of(field), mentions, lasting)
    if lasting:
        _close(mentions, lasting)
    return tuple(mentions)


def conduct_period(mentions: Iterable[DateMention]) -> tuple[date | None, date | None]:
    """First and last day of the conduct; (None, None) if none is named.

    A bare year or month gives way to the days named within it, and no period goes beyond the
    filing or transfer if it began before.
    """
    mentions = tuple(mentions)
    conduct = [m for m in mentions if m.role is DateRole.CONDUCT]
    if not conduct:
        # An act may be told only by the day it was reported or its victim died.
        marked = [m for m in mentions if m.span.field == "fact" and m.role in _NEAR_CONDUCT]
        conduct = marked[:1]
    if not conduct:
        return None, None
    conduct = list({(m.start, m.end): m for m in conduct}.values())
    days = [m for m in conduct if not (_coarse(m) and any(_within(o, m) for o in conduct))]
    start = min(m.start for m in days)
    end = max(m.end for m in days)
    steps = [
        m.start for m in mentions if m.role in _CLOSING and m.start == m.end and m.start >= start
    ]
    if steps and min(steps) < end and any(m.end == end and _coarse(m) for m in days):
        end = max(start, min(steps))
    return start, end


_NEAR_CONDUCT = frozenset({DateRole.REPORT, DateRole.DEATH})
_CLOSING = frozenset({DateRole.FILING, DateRole.TRANSFER, DateRole.DETENTION, DateRole.ARREST})


def _coarse(mention: DateMention) -> bool:
    """Whether it is just a month or a year."""
    start, end = mention.start, mention.end
    if start.day != 1 or start.year != end.year:
        return False
    return end == month_end(start.year, start.month) or (start.month, end.month) == (1, 12)


def _within(inner: DateMention, outer: DateMention) -> bool:
    return (
        outer.start <= inner.start
        and inner.end <= outer.end
        and inner.end - inner.start < outer.end - outer.start
    )


def _read_field(
    field: FieldName, text: str, mentions: list[DateMention], lasting: list[int]
) -> None:
    context = _Context()
    matches = list(_DATE.finditer(text))
    if not matches:
        return
    ends = [m.start() for m in matches[1:]] + [len(text)]
    previous_end, since = -1, len(mentions)
    narrative_end = evidence_from(text) if field == "fact" else len(text)
    for match, upto in zip(matches, ends, strict=True):
        before = (context.year, context.month, context.day)
        found = _resolve(match, context)
        if found is None:
            context.year, context.month, context.day = before
            continue
        first, last = found
        start, end = match.span()
        joined = previous_end >= 0 and _JOIN.fullmatch(text, previous_end, start)
        role = role_of(field, text, start, end, upto)
        if role is DateRole.CONDUCT and start > narrative_end:
            role = DateRole.OTHER
        if role is DateRole.BIRTH:
            context.year, context.month, context.day = before
        if joined and mentions[-1].start <= last and role is not DateRole.BIRTH:
            opening = mentions.pop()
            first, start = opening.start, opening.span.start
        if _OPEN.match(text, end):
            lasting.append(len(mentions))
        mentions.append(
            DateMention(
                start=first, end=last, role=role, span=Span(field=field, start=start, end=end)
            )
        )
        previous_end = end
    _listed_roles(mentions, text, since)
    if field == "fact":
        _long_after(mentions, text, since)


def _long_after(mentions: list[DateMention], text: str, since: int) -> None:
    """Take years later when nothing was done, or the act came to light, for no conduct."""
    last: date | None = None
    for i in range(since, len(mentions)):
        here = mentions[i]
        if here.role is not DateRole.CONDUCT:
            continue
        upto = mentions[i + 1].span.start if i + 1 < len(mentions) else len(text)
        late = last is not None and (here.start - last).days > _LONG_AFTER
        if late and not acted(text, here.span.end, upto):
            mentions[i] = here.model_copy(update={"role": DateRole.OTHER})
            continue
        last = max(here.end, last) if last else here.end


def _listed_roles(mentions: list[DateMention], text: str, since: int) -> None:
    """Give the first of several listed dates (11月和次年5月退回) the role of the last."""
    for i in range(len(mentions) - 2, since - 1, -1):
        here, after = mentions[i], mentions[i + 1]
        if here.role is not after.role and _LIST.fullmatch(text, here.span.end, after.span.start):
            mentions[i] = here.model_copy(update={"role": after.role})


def _resolve(match: re.Match[str], context: _Context) -> tuple[date, date] | None:
    """First and last day of a matched date; moves the context. None if there is no such date."""
    try:
        return _dates_of(match, context)
    except (ValueError, OverflowError):
        return None


def _dates_of(match: re.Match[str], context: _Context) -> tuple[date, date] | None:
    if match["rel"]:
        if context.day is None:
            return None
        if match["rel"] in _NEXT_DAY:
            context.day += timedelta(days=1)
            context.year, context.month = context.day.year, context.day.month
        return context.day, context.day
    if match["ny"]:
        year: int | None = int(match["ny"])
        month, day, part = int(match["nm"]), int(match["nd"]), None
        month0 = day0 = 0
    elif match["od"]:
        year, month, day, part = context.year, context.month or 0, int(match["od"]), None
        month0 = day0 = 0
        if not month:
            return None
    else:
        year = _year_of(match, context)
        month = below_hundred(match["m"] or match["bm"])
        if match["rm"]:
            month = (context.month or 0) + (match["rm"] in {"次月", "翌月"})
            if month == 0:
                return None
            if month == 13:
                year, month = (year or 0) + 1, 1
        day = below_hundred(match["d"] or match["bd"])
        month0, day0 = (
            below_hundred(match["m0"] or match["bm0"]),
            below_hundred(match["d0"] or match["bd0"]),
        )
        part = match["mp"] or match["bmp"]
    if year is None:
        return None
    context.year, context.month, context.day = year, month or None, None
    if not month:
        first, last = _YEAR_PARTS.get((match["yp"] or "").removeprefix("度"), (1, 12))
        begin = int(match["y0"]) if match["y0"] else year
        return date(begin, first, 1), month_end(year, last)
    if day:
        context.day = date(year, month, day)
        earlier = day0 and day0 < day
        return (date(year, month, day0) if earlier else context.day), context.day
    begin_month = month0 if month0 and month0 < month else month
    end = month_end(year, month)
    if part:
        low, high = _PARTS.get(part, (21, 31))
        return date(year, month, low), date(year, month, min(high, end.day))
    return date(year, begin_month, 1), end


def _year_of(match: re.Match[str], context: _Context) -> int | None:
    if match["y"]:
        text = match["y"]
        return int(text) if text.isdigit() and text.isascii() else int(_han_digits(text))
    if match["ry"] in {"次年", "翌年"}:
        return None if context.year is None else context.year + 1
    return context.year


def _han_digits(text: str) -> str:
    return "".join(str(_HAN_VALUE[c]) for c in text)


def _close(mentions: list[DateMention], lasting: list[int]) -> None:
    """End the periods that last until the case came up (至案发) with its first procedural step."""
    steps = sorted(m.start for m in mentions if m.role in _CLOSING or m.role is DateRole.REPORT)
    for index in lasting:
        mention = mentions[index]
        if _later_conduct(mentions, mention):
            continue
        end = next((day for day in steps if day >= mention.end), None)
        if end and mention.role is DateRole.CONDUCT:
            mentions[index] = mention.model_copy(update={"end": end})


def _later_conduct(mentions: list[DateMention], mention: DateMention) -> bool:
    return any(m.role is DateRole.CONDUCT and m.end > mention.end for m in mentions)
