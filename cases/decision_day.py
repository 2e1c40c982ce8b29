"""The day whose law a review applies, from whatever the record says of its date."""

from __future__ import annotations

import calendar
import re
from datetime import date

_CARRIED = re.compile(r"(\d{4})(年\d{1,2}月(?:\d{1,2}日)?)([至到~～—-])(?=\d{1,2}月)")
_META = re.compile(
    r"(?P<y>(?:19|20)\d\d)(?:(?P<mm>0[1-9]|1[0-2])(?P<dd>\d\d)?(?!\d)|(?:年|[-./])?"
    r"(?:(?<=[年\-./])(?P<m>1[0-2]|0?[1-9])(?!\d)(?:(?:月|[-./])(?:(?P<d>\d\d?)(?!\d)日?)?)?)?)"
)


def decision_date(meta_date: str, today: date) -> tuple[date, str]:
    """The day whose law the review applies, and a note in Chinese when the date is not a full one.

    A month, year or span stands for its last day, but never for a day after ``today``; an empty or
    unreadable date for ``today``. The note is empty for a full date.
    """
    text = _CARRIED.sub(r"\1\2\3\1年", meta_date.strip())
    if not text:
        return today, f"未载明决定日期，按审查当日（{today.isoformat()}）有效的法律审查"
    found = [_partial(match) for match in _META.finditer(text)]
    if not found or _META.sub("", text).strip(" 至到-—~～日号年月/.") != "":
        return today, f"决定日期无法识别，按审查当日（{today.isoformat()}）有效的法律审查"
    year, month, day = found[-1]
    try:
        if day and month:
            full = date(year, month, day)
            if len(found) == 1:
                return full, ""
            last, kind = full, "期间"
        elif month:
            last, kind = month_end(year, month), "年月" if len(found) == 1 else "期间"
        else:
            last, kind = date(year, 12, 31), "年份" if len(found) == 1 else "期间"
    except ValueError:
        return today, f"决定日期无法识别，按审查当日（{today.isoformat()}）有效的法律审查"
    if last > today:
        return (
            today,
            f"决定日期仅载明{kind}，其末日未到，按审查当日（{today.isoformat()}）有效的法律审查",
        )
    return last, f"决定日期仅载明{kind}，按其末日（{last.isoformat()}）有效的法律审查"


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def _partial(match: re.Match[str]) -> tuple[int, int, int]:
    month, day = match["m"] or match["mm"], match["d"] or match["dd"]
    return int(match["y"]), int(month or 0), int(day or 0)
