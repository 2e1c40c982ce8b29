"""The charges that a file alleges, as raw strings (涉嫌…罪, 以…罪移送)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .models import Case

# Some names hold words that otherwise end one: 犯罪所得, 以危险方法, 对单位行贿.
_WITHIN = r"犯罪(?:活动|所得)|以危险方法|对(?:单位|非国家|外国|有影响|违法)|国家移送"
_NAME = (
    rf"(?:{_WITHIN}|(?!涉嫌|移送|立案|某|对|以|将|二人|提请)[^。；，,：:！？罪\n（）()]){{1,40}}?"
)
_LIST = rf"{_NAME}罪(?:(?:、|和|及|以及|与){_NAME}罪)*"
_BARE = rf"(?:{_WITHIN}|(?!某|涉嫌|罪)[^。；，,（）()\n]){{2,24}}?"
_END = (
    r"(?=一?案|的?(?:事实|行为)(?:一案)?|[，,。；;]|\s|被|由|于|经|向|"
    r"移送|提请|立案|刑事立案|报案|报请|决定|$)"
)
_SUSPECTED = re.compile(rf"涉嫌(?:犯有?|实施)?(?:(?P<list>{_LIST})|(?P<bare>{_BARE}){_END})")
_AND_THEN = (
    r"(?=[，,]?(?:于\d|向|移送|提请|提起|立案|刑事|对|将|"
    r"批准|再次|一并|重新|报|起诉|逮捕|拘留|追究))"
)
_FOR = re.compile(rf"(?:以|因犯|按)(?P<list>{_LIST}){_AND_THEN}")
_BARE_FOR = re.compile(
    rf"(?:以|按)(?P<bare>{_BARE.replace('2,24', '2,16')})(?=刑事立案|立案侦查|移送审查起诉)"
)
_SEVERAL = re.compile(r"涉及(?P<many>[^。；，]{2,60}?)[两二三四五]个?罪名")
_SPLIT = re.compile(r"(?<=罪)(?:、|和|以及|及|与)")
_NOT_A_CHARGE = re.compile(
    r"无罪|认罪|有罪|定罪|同罪|本罪|该罪|此罪|何罪|罪名|数罪|构成|犯罪|其他罪"
)
_OF_THE_PAST = re.compile(r"(?:曾|前科|此前|之前)[^，。；]{0,8}$")
_TRANSFERRED = re.compile(
    r"(?<!线索)移送(?![^。；，]{0,12}?(?:公安|监察|法院|管辖|线索))|提请(?:审查|移送)起诉|审查起诉"
)
_PATTERNS = (_SUSPECTED, _FOR, _BARE_FOR, _SEVERAL)
_CHAIN = re.compile(r"[、，；]?[^。；，]{0,16}")
_SENTENCE_END = re.compile(r"[。；;\n]")
_WITHIN_RE = re.compile(_WITHIN)
_PREFIX = re.compile(r"^(?:犯有?|的|触犯|构成|实施)")


def alleged_charges(case: Case) -> tuple[str, ...]:
    """Raw names of the alleged charges, those of the last transfer for prosecution first.

    Lists within one name stay whole (掩饰、隐瞒犯罪所得罪); names may lack 罪 where the text leaves
    it out (涉嫌盗窃案). The narrative counts only if nothing else alleges a charge. Former names
    and misspellings are left to whoever normalises them.
    """
    names = _ordered((case.procedure, case.person_info)) or _ordered((case.fact,))
    by_stem: dict[str, str] = {}
    for name in names:
        stem = name.removesuffix("罪")
        by_stem[stem] = max(by_stem.get(stem, ""), name, key=len)
    return tuple(by_stem.values())


def _ordered(texts: Iterable[str]) -> list[str]:
    transferred: list[list[str]] = []
    others: list[list[str]] = []
    for text in texts:
        following: re.Match[str] | None = None
        sent = False
        found: list[tuple[bool, bool, list[str]]] = []
        for match in reversed(_hits(text)):
            gap = text[match.end() : following.start()] if following else ""
            # 以甲涉嫌A罪、乙涉嫌B罪移送: the transfer behind the last name is one of all.
            chained = following is not None and bool(_CHAIN.fullmatch(gap))
            sent = (chained and sent) or _is_transferred(text, match, following)
            found.insert(0, (sent, chained, _names(match)))
            following = match
        group: list[str] = []
        for was_sent, chained, names in found:
            group += names
            if not chained:
                (transferred if was_sent else others).append(group)
                group = []
    return [name for group in [*reversed(transferred), *others] for name in group]


def _hits(text: str) -> list[re.Match[str]]:
    """Allegations in order, none overlapping another, without those of earlier cases."""
    hits: list[re.Match[str]] = []
    if "罪" not in text and "涉嫌" not in text and "立案" not in text:
        return hits
    every = (m for pattern in _PATTERNS for m in pattern.finditer(text))
    for match in sorted(every, key=lambda m: m.start()):
        overlaps = hits and match.start() < hits[-1].end()
        if not overlaps and not _OF_THE_PAST.search(
            text, max(0, match.start() - 12), match.start()
        ):
            hits.append(match)
    return hits


def _is_transferred(text: str, match: re.Match[str], following: re.Match[str] | None) -> bool:
    stop = _SENTENCE_END.search(text, match.end())
    limit = stop.start() if stop else len(text)
    if following:
        limit = min(limit, following.start())
    return bool(_TRANSFERRED.search(text, match.end(), limit))


def _names(match: re.Match[str]) -> list[str]:
    groups = match.groupdict()
    if groups.get("many"):
        return [part for part in re.split(r"[、和]", groups["many"]) if part]
    raw = groups.get("list")
    parts = _SPLIT.split(raw) if raw else [groups.get("bare") or ""]
    cleaned = [_PREFIX.sub("", part.strip(" “”\"'")) for part in parts]
    return [c for c in cleaned if len(c) > 1 and not _NOT_A_CHARGE.search(_WITHIN_RE.sub("", c))]
