"""The scanner behind citations: names of laws and numbers of articles, paragraphs and items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from ..errors import InputError
from .numerals import number

Law = Literal["cl", "cl1979", "cpl", "cpr", "other"]
Kind = Literal["law", "article", "sub", "paragraph", "item"]

MAX_RANGE = 30
"""Longest range of articles that is spelt out; a longer one counts as its two ends."""

_NUM = r"[零〇○一二两三四五六七八九十百千0-9０-９]{1,9}"
_SEP = r"\s*(?:[、,，;；/]|和|及|与|或者?)\s*"
_TO = r"\s*(?:至|到|[-—–~～―]{1,2})\s*"
_LIST = rf"{_NUM}(?:(?:{_SEP}|{_TO})(?:第\s*)?{_NUM})*"
_BRACKETED = rf"[（(]\s*{_NUM}\s*[）)]"

_CPL = r"(?:中华人民共和国)?(?:刑事诉讼法|刑诉法|刑訴法)(?:典)?(?![的之]?(?:司法)?解释|修正案|学)"
_CPR = (
    r"(?:(?:最高)?人民检察院|最高检|高检院?|检察院|检察机关)?(?:刑事诉讼|刑诉)规则"
    r"(?:\s*[（(]试行[）)])?|(?:高检|检察)规则"
)
_CL = r"(?:中华人民共和国)?刑法典?(?!(?:的?司法)?解释|修正案|学)"
_AMENDMENT = r"(?:中华人民共和国)?刑法修正案(?:\s*[（(]\s*[一二三四五六七八九十]{1,3}\s*[）)])?"
_CL1979 = r"(?:1979|一九七九|79)\s*年?(?:的|版|制定的)?\s*《?(?:中华人民共和国)?刑法典?》?"

_TITLES: tuple[tuple[Law, re.Pattern[str]], ...] = (
    ("cpl", re.compile(_CPL)),
    ("cpr", re.compile(rf"{_CPR}|规则")),
    ("cl", re.compile(_CL)),
)
_TOKEN = re.compile(
    r"(?=[第零〇○一二两三四五六七八九十百千0-9０-９《（(之刑人中最高检规本该CcKkoO])(?:"
    r"(?P<prefix>(?<![A-Za-z])(?:[Cc][Ll](?:1979)?|[Cc][Pp][LlRr])\s*[:：]\s*(?=第))"
    r"|(?P<latin>(?<![A-Za-z])(?P<latin_law>[Cc][Ll]|[Cc][Pp][LlRr])\s*[:：]?\s*"
    r"(?:[Aa]rt(?:icle|\.)?\s*)?(?P<latin_art>\d{1,3})(?:-(?P<latin_sub>\d{1,2}))?"
    r"(?:[(（](?P<latin_par>\d{1,2})[)）])?(?:[(（](?P<latin_item>\d{1,2})[)）])?(?![\d条]))"
    rf"|(?P<cl1979>{_CL1979})"
    rf"|(?P<other>{_AMENDMENT})"
    rf"|(?P<cpl>{_CPL})"
    rf"|(?P<cpr>{_CPR}|[本该]规则(?=\s*第)|(?<![\u4e00-\u9fff])规则(?=\s*第)|(?<=[和及与])规则(?=\s*第))"
    rf"|(?P<cl>{_CL})"
    r"|《(?P<title>[^《》\n]{0,80}(?:《[^《》\n]{1,60}》[^《》\n]{0,60})*)》"
    rf"|第?\s*(?P<article>{_LIST}\s*(?:之\s*{_NUM})?)\s*条(?:\s*之\s*(?P<sub>{_NUM})(?!\s*[款项]))?"
    rf"|(?:之?第|(?<=条))\s*(?P<paragraph>{_LIST}|{_BRACKETED})\s*款"
    rf"|之?第?\s*(?P<bracketed>{_BRACKETED}\s*项?(?:(?:{_SEP}|{_TO})?第?\s*{_BRACKETED}\s*项?)*)(?<=项)"
    rf"|(?:之?第|(?<=[条款]))\s*(?P<item>{_LIST})\s*项"
    r"|之\s*(?P<more>[一二三四五六七八九十]{1,2})(?=[^\u4e00-\u9fff]|$|[和及与]|的规定|规定|第)"
    r")"
)
_OF_NUMBERS = "第零〇○一二两三四五六七八九十百千条款项之"
_OF_NAMES = "中华人民共和国刑事诉讼法"
_BROKEN = re.compile(
    rf"[{_OF_NUMBERS}]\s+(?=[{_OF_NUMBERS}])|[刑事诉讼]\s+(?=[法事诉讼规])"
    rf"|[{_OF_NAMES}][ \t\u3000]+(?=[{_OF_NAMES}第])"
)
_PART = re.compile(rf"(?P<to>{_TO})|(?P<number>{_NUM})")
_GAP = re.compile(rf"(?:{_SEP}|\s|之|的|中的?|规定的?|以及|并|同时|[本该同]条|》)*")
_ONLY_RANGE = re.compile(rf"(?:规定)?{_TO}")
_AFTER_LAW = re.compile(r"[》\s:：]*(?:[（(][^）)\n]{1,24}[）)])?(?:分则|总则)?[》\s:：的之中]*")
_BARE_LAW = re.compile(
    r"[\u4e00-\u9fff]{1,30}(?:法典?|条例|解释|规定|办法|意见|细则|规程|规则|纪要|批复|准则|章程)"
    r"(?:\s*[（(][^）)\n]{1,12}[）)])?\s*$"
)
_BEFORE_NAME = re.compile(
    r".*(?:依照|依据|根据|按照|遵照|参照|适用|符合|违反|触犯|以及|规定|所称|基于|结合|[和与及的在以])(?=.{3})"
)
_TITLE_WITHOUT_MARKS = re.compile(
    r"关于[^，。；：《》\n]{2,56}的(?:解释|规定|意见|批复|决定|办法|通知|纪要)"
    r"(?:\s*[（(][一二三四五六七八九十]{1,2}[）)])?\s*$"
)
# 本法, 同法, 该法: the law named last.
_THIS_LAW = re.compile(r"(?<![基根共日])(?:[本该同此]|上述|前述)法律?\s*$")
_THIS_OTHER = re.compile(r"[本该同](条例|解释|办法|意见|细则|决定|批复|标准|通知|规程|准则)\s*$")
_NO_NAME = re.compile(r"(?:[本该同前]|上述|有关|相关|所列|之|的)?(?:法律?|规定|解释|办法|意见)")
# 第一条街道, 第264条记录: 条 counts things there.
_COUNTED = re.compile(
    r"街|巷|记录|短信|信息|消息|微信|微博|评论|语音|线索|生产线|烟|鱼|裤|项链|毛巾"
)


class Token(NamedTuple):
    """A name of a law, or numbers that belong to articles, paragraphs 款, items 项 or 之N."""

    kind: Kind
    start: int
    end: int
    law: Law | None = None
    name: str = ""
    numbers: tuple[tuple[int, int], ...] = ()
    paragraph: int = 0
    item: int = 0
    range_from_last: bool = False


def scan(text: str) -> Iterator[Token]:
    """The tokens of ``text`` in order; numbers that belong to no citation are left out."""
    law_end = cited_end = -1
    named: list[str] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        start, end = match.span()
        if kind in _LAW_KINDS:
            token = _law_token(match, kind)
            if token.name:
                named.append(token.name)
            yield token
            law_end = end
        elif kind == "latin":
            yield _latin(match)
            cited_end = end
        elif kind in ("article", "sub"):
            after_law = law_end >= 0 and _AFTER_LAW.fullmatch(text, law_end, start) is not None
            in_list = cited_end >= 0 and _GAP.fullmatch(text, cited_end, start) is not None
            ranged = cited_end >= 0 and _ONLY_RANGE.fullmatch(text, cited_end, start) is not None
            if not (text[start] == "第" or after_law or in_list or ranged):
                continue
            if not after_law and _COUNTED.match(text, end):
                continue
            numbers = _article_numbers(match)
            if not numbers:
                continue
            if not (after_law or in_list or ranged):
                name = _bare_law(text, max(law_end, cited_end, start - 64, 0), start, named)
                if name is not None:
                    yield Token("law", start, start, "other", name)
                    if name:
                        named.append(name)
            yield Token("article", start, end, numbers=numbers, range_from_last=ranged)
            cited_end = end
        elif cited_end >= 0:
            ranged = _ONLY_RANGE.fullmatch(text, cited_end, start) is not None
            if not (ranged or _GAP.fullmatch(text, cited_end, start)):
                continue
            field: Kind = _FIELDS[kind]
            values = _expand(match[kind])
            if not values:
                continue
            yield Token(field, start, end, numbers=values, range_from_last=ranged)
            cited_end = end


def join_broken(text: str) -> tuple[str, list[int] | None]:
    """The text without blanks inside numerals and names of laws, and the place of each character.

    The places are None where nothing had to be joined.
    """
    kept: list[str] = []
    places: list[int] = []
    done = 0
    for gap in _BROKEN.finditer(text):
        start, end = gap.span()
        kept.append(text[done : start + 1])
        places.extend(range(done, start + 1))
        done = end
    if not done:
        return text, None
    kept.append(text[done:])
    places.extend(range(done, len(text)))
    return "".join(kept), places


_LAW_KINDS = frozenset({"prefix", "cl1979", "other", "cpl", "cpr", "cl", "title"})
_FIELDS: dict[str, Kind] = {
    "paragraph": "paragraph",
    "bracketed": "item",
    "item": "item",
    "more": "sub",
}
_PREFIXES: dict[str, Law] = {"cl": "cl", "cl1979": "cl1979", "cpl": "cpl", "cpr": "cpr"}


def _law_token(match: re.Match[str], kind: str) -> Token:
    start, end = match.span()
    if kind == "title":
        law, name = _title(match["title"])
        return Token("law", start, end, law, name)
    if kind == "prefix":
        return Token("law", start, end, _PREFIXES[match["prefix"].rstrip(" :：").lower()])
    if kind == "other":
        return Token("law", start, end, "other", match["other"].replace(" ", ""))
    return Token("law", start, end, _PREFIXES[kind])


@lru_cache(maxsize=1024)
def _title(title: str) -> tuple[Law, str]:
    """The law that a title between 《 and 》 names, with the title itself for other laws."""
    plain = re.sub(r"\s|[（(](?!试行)[^）)]*[）)]$", "", title)
    for law, pattern in _TITLES:
        if pattern.fullmatch(plain):
            return law, ""
    return "other", title.strip().replace("《", "〈").replace("》", "〉")


def _latin(match: re.Match[str]) -> Token:
    """CL 133-1(1) is article 133 之一, CL 87-89 a range."""
    listed = "-".join(filter(None, (match["latin_art"], match["latin_sub"])))
    return Token(
        "article",
        *match.span(),
        law=_PREFIXES[match["latin_law"].lower()],
        numbers=_expand(listed, articles=True),
        paragraph=int(match["latin_par"] or 0),
        item=int(match["latin_item"] or 0),
    )


def _bare_law(text: str, lo: int, hi: int, named: Sequence[str]) -> str | None:
    """The name of another law written without 《》 right before an article; None if there is none.

    该解释 and 本办法 are the last such law ``named``, if any; else the name is empty: some other
    law without saying which. 本法 names none: the law before goes on.
    """
    before = text[lo:hi]
    if _THIS_LAW.search(before):
        return None
    this = _THIS_OTHER.search(before)
    if this:
        return next((name for name in reversed(named) if name.endswith(this[1])), "")
    title = _TITLE_WITHOUT_MARKS.search(before)
    if title:
        return title[0].strip()
    found = _BARE_LAW.search(before)
    if not found:
        return None
    name = _BEFORE_NAME.sub("", found[0].strip(), count=1)
    return None if len(name) < 2 or _NO_NAME.fullmatch(name) else name


def _article_numbers(match: re.Match[str]) -> tuple[tuple[int, int], ...]:
    body, _, inner = match["article"].partition("之")
    numbers = _expand(body, articles=True)
    sub = match["sub"] or inner.strip()
    if sub and numbers:
        return (*numbers[:-1], (numbers[-1][0], _value(sub)))
    return numbers


def _value(numeral: str) -> int:
    """The value of a numeral, 0 for a malformed one such as 二十五二十六."""
    try:
        return number(numeral)
    except InputError:
        return 0


@lru_cache(maxsize=2048)
def _expand(listed: str, articles: bool = False) -> tuple[tuple[int, int], ...]:
    """The numbers of a list such as 二十五、二十六 or 一至三; empty unless all are 1 or more.

    In a list of articles ``133-1`` is 133 之一.
    """
    numbers: list[tuple[int, int]] = []
    to = False
    for part in _PART.finditer(listed):
        if part["to"]:
            to = True
            continue
        value = _value(part["number"])
        if not 1 <= value <= 9999:
            return ()
        if to and numbers:
            last = numbers[-1][0]
            if articles and value < last:
                numbers[-1] = (last, value)
            else:
                first = last + 1 if value <= last + MAX_RANGE else value
                numbers.extend((n, 0) for n in range(first, value + 1))
        else:
            numbers.append((value, 0))
        to = False
    return tuple(numbers)
