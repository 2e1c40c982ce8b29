"""Limitation of prosecution (CL 87-89)."""

from __future__ import annotations

from datetime import date, timedelta

from ..cases.models import Frozen
from ..errors import InputError
from .arguments import a_day, number_in

_CODE_OF_1997 = date(1997, 10, 1)
_LAST_YEAR = 9900


class LimitationResult(Frozen):
    """Whether prosecution is barred by time, and why.

    ``years`` is the period; ``starts`` the day it runs from; ``last_day`` the last day on which
    prosecution is still open (None: no limit). ``spp_may_allow``: after twenty years the Supreme
    People's Procuratorate may still allow prosecution (CL 87(4)).
    """

    expired: bool
    years: int
    starts: date
    last_day: date | None
    spp_may_allow: bool = False
    reasons: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()


def limitation_period(max_months: int | None) -> int:
    """The limitation period in years for the maximum of the band that applies (CL 87).

    Args:
        max_months: maximum of the band in months of fixed-term imprisonment, 0 where it knows only
            detention or control; None for life imprisonment or death.

    Returns:
        5 under five years; 10 from exactly five to under ten; 15 from exactly ten; 20 for None.

    Raises:
        InputError: negative months.
    """
    number_in("max_months", max_months, 0)
    if max_months is None:
        return 20
    if max_months < 60:
        return 5
    return 10 if max_months < 120 else 15


def limitation_expired(
    charge_band_max: int | None,
    conduct_end: date,
    filed_on: date,
    new_crime_on: date | None = None,
    evaded_after_filing: bool = False,
    complaint_ignored: bool = False,
) -> LimitationResult:
    """Whether the limitation period had passed when the case was filed (CL 87-89).

    The day of the conduct counts as the first day (CL 89(1)), so the last open day is the day
    before the anniversary; filing on the anniversary itself is late.

    Args:
        charge_band_max: maximum of the applicable band in months; None for life or death.
        conduct_end: the day of the conduct, for continuing conduct its last day.
        filed_on: the day the case was filed (the end point in practice).
        new_crime_on: a further crime within the period; the period then runs anew (CL 89(2)).
        evaded_after_filing: the suspect evaded investigation after the filing (CL 88(1)); counts
            only if the filing was still in time.
        complaint_ignored: the victim complained in time and the case was wrongly not filed
            (CL 88(2)); whoever says so has checked the complaint's date.

    Raises:
        InputError: negative months, or a filing before the conduct.
    """
    a_day("conduct_end", conduct_end)
    a_day("filed_on", filed_on)
    a_day("new_crime_on", new_crime_on)
    if filed_on < conduct_end:
        raise InputError(
            f"filed_on {filed_on.isoformat()} lies before conduct_end {conduct_end.isoformat()}; "
            "check the two dates"
        )
    number_in("the year of conduct_end", conduct_end.year, 1, _LAST_YEAR)
    years = limitation_period(charge_band_max)
    starts = conduct_end
    last_day = _last_day(starts, years)
    reasons = [f"期限{years}年，自{starts.isoformat()}起算"]
    citations = [_period_article(years)]
    if new_crime_on is not None and conduct_end < new_crime_on <= last_day:
        starts, last_day = new_crime_on, _last_day(new_crime_on, years)
        reasons.append(f"期限内又犯罪，自{starts.isoformat()}起重新计算")
        citations.append("cl:第八十九条第二款")
    if complaint_ignored:
        reasons.append("被害人在期限内控告，应当立案而不立案，不受期限限制")
        return LimitationResult(
            expired=False,
            years=years,
            starts=starts,
            last_day=None,
            reasons=tuple(reasons),
            citations=(*citations, "cl:第八十八条第二款"),
        )
    in_time = filed_on <= last_day
    if in_time and evaded_after_filing:
        reasons.append("立案后逃避侦查或者审判，不受期限限制")
        return LimitationResult(
            expired=False,
            years=years,
            starts=starts,
            last_day=None,
            reasons=tuple(reasons),
            citations=(*citations, "cl:第八十八条第一款"),
        )
    if conduct_end < _CODE_OF_1997:
        reasons.append("行为在1997年刑法施行前，延长事由依当时的法律判断（从旧兼从轻）")
        citations.append("cl:第十二条")
    reasons.append(
        f"{filed_on.isoformat()}立案，"
        + ("在" if in_time else "已过")
        + f"期限最后一日{last_day.isoformat()}"
        + ("之前或当日" if in_time else "")
    )
    spp = not in_time and years == 20
    if spp:
        reasons.append("二十年以后认为必须追诉的，须报请最高人民检察院核准")
    return LimitationResult(
        expired=not in_time,
        years=years,
        starts=starts,
        last_day=last_day,
        spp_may_allow=spp,
        reasons=tuple(reasons),
        citations=tuple(citations),
    )


def _last_day(start: date, years: int) -> date:
    try:
        anniversary = start.replace(year=start.year + years)
    except ValueError:
        anniversary = date(start.year + years, 3, 1)
    return anniversary - timedelta(days=1)


def _period_article(years: int) -> str:
    item = {5: "一", 10: "二", 15: "三", 20: "四"}[years]
    return f"cl:第八十七条第{item}项"
