"""Figures of our data as official texts write them: terms, sums, counts, shares.

Every function gives regular expressions of which one must occur in the text.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .models import Band
from .numerals import DIGITS, numeral

_LIFE_OR_DEATH = "(?:无期徒刑|死刑)"
_UNIT_MAX = 180
# The unit that follows a figure, and what must stand shortly before it.
_UNITS = {
    "times": "次",
    "persons": "人|名|个",
    "deaths": "人",
    "serious_injuries": "人",
    "records": "条",
    "guns": "支|枝",
    "grams": "克",
    "area_mu": "亩",
    "cubic_metres": "立方米",
    "saplings": "株|棵",
    "plants": "株",
    "tons": "吨",
    "kilograms": "公斤|千克",
    "households": "户",
    "clicks": "次",
    "forwards": "次",
    "recipients": "个|人",
    "alcohol_mg": "毫克|mg|m",
}
_BEFORE = {"deaths": "死亡[^，。；]{0,8}", "serious_injuries": "重伤[^，。；]{0,8}"}
_DIGITS = "零一二三四五六七八九十百千万亿两0-9"
_PENALTY = {
    "control": "管制",
    "detention": "拘役",
    "life": "无期徒刑",
    "death": "死刑",
    "fine": "罚金",
    "confiscation": "没收财产",
    "deprivation": "剥夺政治权利",
}


@lru_cache(maxsize=512)
def term(months: int) -> str:
    """A term as a pattern, e.g. 36 -> ``三年``, 6 -> ``六个月|半年``, 24 -> ``[二两]年``."""
    years, rest = divmod(months, 12)
    if rest:
        return f"{numeral(months)}个月" + ("|半年" if months == 6 else "")
    return "[二两]年" if years == 2 else f"{numeral(years)}年"


def band_patterns(band: Band) -> tuple[str, ...]:
    """How an article states a band; all of the patterns must occur in it.

    Limits that come from CL 42 and 45 (detention 1 to 6 months, fixed term from 6 months and up to
    15 years) stand in no article of the special part.
    """
    lo, hi = band.lo, band.hi
    if "fixed_term" not in band.penalties:
        return ("拘役" if hi is not None else _LIFE_OR_DEATH,)
    if hi is None:
        floor = (
            f"(?<![{_DIGITS}])(?:{term(lo)})(?:以上)?(?:有期徒刑|[、，或])"
            if lo > 6
            else "有期徒刑"
        )
        return (floor, _LIFE_OR_DEATH)
    if lo <= 6:
        return (f"(?<![{_DIGITS}上])(?:{term(hi)})以下" if hi < _UNIT_MAX else "有期徒刑",)
    if hi >= _UNIT_MAX:
        return (f"(?<![{_DIGITS}])(?:{term(lo)})以上(?:有期徒刑|、|，|$)",)
    return (f"(?<![{_DIGITS}])(?:{term(lo)})以上(?:{term(hi)})以下",)


def penalty_patterns(band: Band) -> tuple[str, ...]:
    """The names of the penalties other than fixed term that the band lists."""
    return tuple(_PENALTY[penalty] for penalty in band.penalties if penalty != "fixed_term")


def start_patterns(lo: float, hi: float) -> tuple[str, ...]:
    """How the guidelines state a range of starting points; one of them must occur."""
    low, high = term(round(lo)) if lo >= 6 else "", term(round(hi))
    if lo == hi:
        return (f"(?:{high})(?:有期徒刑)?",)
    if lo <= 1:
        return (f"(?:{high})以下(?:有期徒刑)?[、，]?(?:拘役|有期徒刑)", f"一个月至(?:{high})")
    between = rf"(?:{low})(?:有期徒刑)?(?:至|到|-|—)(?:{high})"
    # A range from the least fixed term on is stated by its upper limit, detention included.
    return (between, f"(?:{high})以下") if lo <= 6 else (between,)


def share_patterns(share: float) -> tuple[str, ...]:
    """A share of the baseline, e.g. -0.4 -> ``40%``."""
    percent = round(abs(share) * 100)
    return (rf"(?<!\d){percent}\s*[%％]", f"百分之{numeral(percent)}(?![一二三四五六七八九十])")


@lru_cache(maxsize=2048)
def amount_patterns(value: float, measure: str) -> tuple[str, ...]:
    """How a text states a threshold of that measure with its unit; one of them must occur."""
    words = set(_spoken(value)) | {f"{value:.12g}"}
    if value >= 10000 and value % 10000 == 0:
        words.add(f"{value / 10000:.0f}万")
    if value == 2:
        words.add("两")
    unit = "元" if measure.endswith("_yuan") else _UNITS.get(measure, "")
    patterns = [_pattern(words, unit, _BEFORE.get(measure, ""))]
    if measure == "grams" and value >= 1000:
        patterns.append(_pattern({*_spoken(value / 1000), f"{value / 1000:.12g}"}, "千克|公斤"))
    if measure == "times" and value == 3:
        patterns.append("多次")
    return tuple(patterns)


def _pattern(words: set[str], unit: str, before: str = "") -> str:
    alternatives = "|".join(sorted(words, key=len, reverse=True))
    # A unit settles where the number ends; 千 may begin one (千克).
    after = f"(?:余|多)?(?:{unit})" if unit else f"(?![{_DIGITS}分倍])"
    return f"{before}(?<![{_DIGITS}之])(?:{alternatives}){after}"


def multiple_patterns(ratio: float) -> tuple[str, ...]:
    """How a text states a level as a multiple or share of another one."""
    if ratio == int(ratio) and 1 < ratio < 1000:
        return (f"{numeral(int(ratio))}倍", "[二两]倍" if ratio == 2 else f"{ratio:.0f}倍")
    percent = round(ratio * 100)
    if not 0 < percent < 100:
        return ()
    return (f"百分之{numeral(percent)}", *(("一半", "减半") if percent == 50 else ()))


def found(patterns: tuple[str, ...], text: str) -> bool:
    """Whether one of the patterns occurs."""
    return any(_compiled(pattern).search(text) for pattern in patterns)


def found_all(patterns: tuple[str, ...], text: str) -> bool:
    """Whether every pattern occurs."""
    return all(_compiled(pattern).search(text) for pattern in patterns)


def _spoken(value: float) -> tuple[str, ...]:
    """A number in Chinese numerals: 25 -> 二十五, 2500000 -> 二百五十万, 0.5 -> 零点五."""
    if value != int(value):
        if value >= 10000:
            return (f"{value:.12g}",)
        whole, _, part = f"{value:g}".partition(".")
        head = numeral(int(whole)) if int(whole) else "零"
        return (head + "点" + "".join(DIGITS[int(d)] for d in part),)
    number = int(value)
    if number < 10000:
        return (numeral(number),)
    if number >= 10**8:
        high, rest = divmod(number, 10**8)
        return (numeral(high) + "亿" + ("".join(_spoken(rest)) if rest else ""),)
    high, rest = divmod(number, 10000)
    tail = "" if not rest else ("零" if rest < 1000 else "") + numeral(rest)
    return (numeral(high) + "万" + tail,)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
