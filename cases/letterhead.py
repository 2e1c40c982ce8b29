"""What the head and the foot of a legal document tell: its date, and the province it comes from."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib.resources import files

_DIGIT = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"○": 0, "Ｏ": 0, "O": 0, "零": 0}
_CHINESE_DATE = re.compile(
    r"([〇○ＯO零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日曰]"
)
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})(?!\d)")
_AUTHORITY = re.compile(r"[\u4e00-\u9fff]{2,30}?(?:检察院|法院|公安局|公安厅|监察委员会|监察委)")
_SUFFIX = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区)$")
# 吉林市, and in Qinghai 海南藏族自治州 and 河南蒙古族自治县, only share a province's name.
_NOT_SHORT = "(?!市|藏族|蒙古族)"
# The rank tells a city from a district of the same name elsewhere (中山市, 中山区).
_RANK = "(?:(?<=[市盟团])|市|地区|盟|州|新区|林区|[^，、]{0,10}自治州)"


def closing_date(text: str) -> str:
    """The last full date in the foot of a document as YYYY-MM-DD; "" if there is none.

    Dates in the list of enclosures do not count, unless there is no other.
    """
    body = re.split(r"附(?:件|项|注)?\s*[：:\d]", text, maxsplit=1)[0]
    return _last_date(body) or _last_date(text)


def _last_date(text: str) -> str:
    found = [
        (m.start(), tuple(map(int, m.groups()))) for m in _DATE.finditer(re.sub(r"\s", "", text))
    ]
    found += [
        (m.start(), (_year(m[1]), _small(m[2]), _small(m[3])))
        for m in _CHINESE_DATE.finditer(re.sub(r"\s", "", text))
    ]
    for _, (year, month, day) in sorted(found, reverse=True):
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            continue
    return ""


def _year(digits: str) -> int:
    return int("".join(str(_DIGIT[c]) for c in digits))


def _small(number: str) -> int:
    """A Chinese number from 1 to 99 (0 when it is none, which no date accepts)."""
    tens, ten, ones = number.rpartition("十")
    if not ten:
        return _DIGIT.get(number, 0)
    return 10 * (_DIGIT.get(tens, 0) if tens else 1) + (_DIGIT.get(ones, 0) if ones else 0)


def province_of(*texts: str) -> str:
    """The full name of the province to which the first telling authority belongs; "" if unknown.

    Procuratorates come before courts and police, earlier texts before later ones. Only names of
    authorities count: a home address may lie in another province.
    """
    names = [m.group() for text in texts for m in _AUTHORITY.finditer(re.sub(r"\s", "", text))]
    for name in sorted(names, key=lambda n: not n.endswith("检察院")):
        if province := _province(name):
            return province
    return ""


@cache
def _province(name: str) -> str:
    provinces, by_short, by_place = _regions()
    if found := provinces.search(name) or by_short[0].match(name):
        return by_short[1].get(found.group(), found.group())
    if found := by_place[0].search(name):
        return by_place[1][found.group(1)]
    return ""


_Names = tuple[re.Pattern[str], dict[str, str]]


@cache
def _regions() -> tuple[re.Pattern[str], _Names, _Names]:
    """Patterns for full names, for short names at the start, and for places with their rank."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = files(__package__).joinpath("data/regions.yaml").read_text(encoding="utf-8")
    places: dict[str, list[str]] = yaml.load(text, Loader=loader)
    short = {_SUFFIX.sub("", province): province for province in places}
    of_place = {city: province for province, cities in places.items() for city in cities}
    return (
        re.compile("|".join(places)),
        (re.compile(f"(?:{'|'.join(short)}){_NOT_SHORT}"), short),
        (re.compile(f"({'|'.join(of_place)}){_RANK}"), of_place),
    )
