"""Names that stand behind a title (犯罪嫌疑人, 被害人, 证人) or before a note (另案处理)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .names import free_names, name_at, unit_at

SUSPECT_TITLE = re.compile(
    r"(?<!民事诉讼)(?<!附带民事)(?:"
    r"(?P<elsewhere>同案)?(?:原审)?"
    r"(?:犯罪嫌疑|涉案|涉嫌|被告|被不起诉|嫌疑|被申诉)(?P<unit>单位|企业|公司)"
    r"(?:（[^（）]{0,4}）)?[:：]?\s*"
    r"|(?P<elsewhere2>同案(?:犯)?(?:的)?)?(?:原审)?(?:被告人[（(暨兼]附带民事(?:诉讼)?)?"
    r"(?:犯罪嫌疑人|被告人|被不起诉人|嫌疑人|上诉人)"
    r"(?:（[^（）]{0,4}）)?[:：]?\s*"
    r"|(?P<elsewhere3>同案(?:犯|人|人员)|同伙))"
)
VICTIM_TITLE = re.compile(
    r"(?:(?:被害|受害)(?P<unit>单位|公司|企业)|(?:被害|受害|被侵害)人|被害方|死者|伤者|失主|权利人)"
    r"(?:为|是|系)?[:：]?\s*"
)
ELSEWHERE = re.compile(
    r"另案|另行(?:处理|审查|起诉|移送|侦查)|另处|分案处理|已判|已决|(?<!曾)被?判(?:刑|处|决)|[在外]逃|"
    r"(?:提起公诉|[已被]起诉|移送起诉)|不(?:予)?起诉|不诉|已?(?:死亡|病故)|身份(?:不明|不详|未查明|尚未)|"
    r"未(?:到案|归案|被移送|满1[46]周?岁)|(?:行政|治安)处罚|刑事责任年龄|另结"
)
_EARLIER = re.compile(r"曾|前科|因犯|前罪")
_PAREN = re.compile(r"\s*[（(]([^（）()]{0,80})[）)]")
_GROUP = re.compile(
    r"\s*等\s*(?:\d+|[一二两三四五六七八九十百]+)?余?(?:名|位)?(?:人|被告人|犯罪嫌疑人)?"
)
_SEPARATOR = re.compile(
    r"\s*(?P<sep>、|，?(?:以及|及|和|并)|[，；](?=(?:犯罪嫌疑人|被告人|被不起诉人)))\s*"
)
_COMMA = re.compile(
    r"\s*(?P<sep>、|，?(?:以及|及|和)(?=[\[【]?(?:犯罪嫌疑人|被告人|被不起诉人)))\s*"
)
_ALIAS = re.compile(
    r"(?:绰号|外号|别名|曾用名|化名|又名|小名|自报名|自报|网名|微信名|昵称|代号|简称|以下称|下称)"
    r"\s*(?:为|叫|是|[:：])?\s*[“\"‘]?([^”\"’，。；、（）()“]{1,16})"
)
_NO_ALIAS = frozenset({"无", "不详", "没有"})


@dataclass(frozen=True, slots=True)
class Named:
    """A name found behind a title. ``start`` and ``end`` bound the name, ``head`` its title."""

    name: str
    head: int
    start: int
    end: int
    tail: int
    is_unit: bool = False
    elsewhere: bool = False
    aliases: tuple[str, ...] = ()


def titled(
    text: str, title: re.Pattern[str] = SUSPECT_TITLE, *, running: bool = False
) -> Iterator[list[Named]]:
    """The lists of names that stand behind ``title``, each list in order; empty ones left out.

    ``running``: narrative text, where 和, 及 may add people who do not bear the title.
    """
    past = 0
    for match in title.finditer(text):
        if match.start() < past:
            continue
        groups = match.groupdict()
        unit = bool(groups.get("unit"))
        elsewhere = any(groups.get(key) for key in ("elsewhere", "elsewhere2", "elsewhere3"))
        names = name_list(
            text,
            match.end(),
            head=match.start(),
            unit=unit,
            elsewhere=elsewhere,
            separator=_COMMA if running else _SEPARATOR,
        )
        if names:
            past = names[-1].tail
            yield names


def name_list(
    text: str,
    pos: int,
    *,
    head: int | None = None,
    unit: bool = False,
    units: bool = True,
    elsewhere: bool = False,
    separator: re.Pattern[str] | None = None,
) -> list[Named]:
    """The names listed from ``pos`` on (A、B和C), each with the aliases given in brackets.

    ``unit``: the first is one of a unit; ``units``: units may be among them.
    """
    names: list[Named] = []
    separator = separator or _SEPARATOR
    head = pos if head is None else head
    while pos < len(text):
        item = unit_at(text, pos) if unit and not names else None
        item = item or name_at(text, pos) or (_plain_unit_at(text, pos) if units else None)
        is_unit = item is not None and _looks_like_unit(item[0])
        if item is None:
            break
        name, start, end, pos = item
        aliases: tuple[str, ...] = ()
        away = elsewhere
        paren = _PAREN.match(text, pos)
        if paren:
            aliases = aliases_in(paren[1], bracketed=True)
            away = away or is_elsewhere(paren[1])
            pos = paren.end()
        group = _GROUP.match(text, pos)
        if group:
            pos = group.end()
        names.append(Named(name, head, start, end, pos, is_unit, away, aliases))
        between = separator.match(text, pos)
        if between is None:
            break
        following = between.end()
        again = SUSPECT_TITLE.match(text, following)
        if again and not any(v for k, v in again.groupdict().items() if k != "unit"):
            head, following = again.start(), again.end()
            unit = bool(again["unit"])
        else:
            head = following
        pos = following
    return names


_UNIT_END = re.compile(r"[、，,（(；;。]|等|和|及|$")
_VERBAL = re.compile(r"[将被为由从对向把的是有在于给以让称]")


def _plain_unit_at(text: str, pos: int) -> tuple[str, int, int, int] | None:
    """A unit's name that stands by itself, not one that a clause only runs up to."""
    item = unit_at(text, pos)
    if item and _UNIT_END.match(text, item[3]) and not _VERBAL.search(item[0]):
        return item
    return None


def is_elsewhere(note: str) -> bool:
    """Whether a note in brackets says that the person is dealt with elsewhere (另案处理, 在逃)."""
    return bool(ELSEWHERE.search(note)) and not _EARLIER.search(note)


def aliases_in(text: str, *, bracketed: bool = False) -> tuple[str, ...]:
    """Aliases given in ``text``; ``bracketed``: a bare name in brackets is one as well."""
    found = [m[1].strip() for m in _ALIAS.finditer(text)]
    if bracketed and not found and 2 <= len(text) <= 4:
        item = name_at(text, 0)
        if item and item[2] == len(text):
            found.append(text)
    return tuple(dict.fromkeys(a for a in found if a not in _NO_ALIAS and len(a) > 1))


_COUNT = re.compile(r"(?:后|以上|上述|前|该|上列|此)?\s*([一二两三四五六七八九十]|\d{1,2})\s*人")
_ALL = re.compile(r"均|都|皆|分别")
_GAP_LIST = re.compile(r"\]?(?:（[^（）]*）)?\s*(?:、|，|以及|和|及|与)\s*\[?")
_GAP_NOTE = re.compile(
    r"[\]】”]?\s*(?:等\s*(?:\d+|[一二两三四五六七八九十]+)?余?(?:多)?名?(?:人|男子|村民)?)?\s*$"
)
_HAN = {c: i for i, c in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_TITLE_BEFORE = re.compile(r"(?:犯罪嫌疑人|被告人|上诉人|被不起诉人)[\[【]?$")


def elsewhere_names(text: str) -> set[str]:
    """Names noted as dealt with elsewhere: 李某（另案处理）, 王某、张某（均已判刑）."""
    found: set[str] = set()
    names: list[tuple[str, int, int]] | None = None
    for note in _PAREN.finditer(text):
        if not is_elsewhere(note[1]):
            continue
        names = free_names(text) if names is None else names
        before = [n for n in names if n[2] <= note.start() and note.start() - n[2] < 200]
        if not before or not _GAP_NOTE.fullmatch(text, before[-1][2], note.start()):
            continue
        found.update(_covered(text, before, note[1]))
    return found


def _covered(text: str, before: list[tuple[str, int, int]], note: str) -> list[str]:
    count = _COUNT.search(note)
    if count:
        wanted = int(count[1]) if count[1].isdigit() else _HAN.get(count[1], 1)
    else:
        wanted = 99 if _ALL.search(note) else 1
    covered = [before[-1][0]]
    for earlier, later in zip(before[-2::-1], before[:0:-1], strict=False):
        if len(covered) >= wanted or not _GAP_LIST.fullmatch(text, earlier[2], later[1]):
            break
        titled_here = _TITLE_BEFORE.search(text, max(0, earlier[1] - 8), earlier[1])
        if titled_here and not count and len(covered) >= 2:
            break
        covered.append(earlier[0])
    return covered


_UNIT_WORD = re.compile(
    r"公司|集团|合作社|厂$|店$|中心$|协会$|学校$|医院$|企业$|所$|场$|行$|院$|部$|室$|会$|幼儿园$|超市$"
)


def _looks_like_unit(name: str) -> bool:
    return len(name) > 2 and bool(_UNIT_WORD.search(name))
