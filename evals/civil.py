"""How far the facts of a civil case speak for a cause of action or an article (own word lists)."""

from __future__ import annotations

import re
from functools import cache

from ..cases.models import Frozen
from ..statutes.numerals import number
from .ljp_articles import read_table

_ARTICLE = re.compile(r"(?P<law>.*?)第(?P<number>[〇零一二三四五六七八九十百千\d]+)条")
_CUE_CAP = 4
_NAMED = 3.0
_OVERLAP = 1.5
_PRIOR_ALONE = 0.1
_CIVIL_CODE = re.compile("民法典$")


class CauseRule(Frozen):
    """Cues for the causes of action whose name matches ``name``."""

    name: str
    unless: str = ""
    cues: tuple[str, ...] = ()
    prior: float = 0.0


class LawRule(Frozen):
    """Cues for the laws whose title matches ``law``."""

    law: str
    cues: tuple[str, ...] = ()
    prior: float = 0.0


class CodePart(Frozen):
    """Cues for a part of the Civil Code, articles ``first`` to ``last``."""

    first: int
    last: int
    cues: tuple[str, ...] = ()
    prior: float = 0.0


def cause_weight(cause: str, fact: str) -> float:
    """How much the facts speak for a civil cause of action (0: nothing does)."""
    core = cause.removesuffix("纠纷")
    weight = _NAMED if core in fact else 0.0
    rule = next((r for r in _causes() if _fits(r, cause)), None)
    if rule is not None:
        hits = _hits(rule.cues, fact)
        weight += min(hits, _CUE_CAP) + rule.prior * (1.0 if hits else _PRIOR_ALONE)
    elif not weight:
        weight += _OVERLAP * _overlap(core, fact)
    return weight


def article_weight(option: str, fact: str) -> float:
    """How much the facts speak for an article of a law other than the Criminal Law."""
    match = _ARTICLE.search(option)
    law = match["law"] if match else option
    article = number(match["number"]) if match else 0
    rule = next((r for r in _laws() if re.search(r.law, law)), None)
    if rule is None:
        return _OVERLAP * _overlap(_subject(law), fact)
    weight = rule.prior + min(_hits(rule.cues, fact), _CUE_CAP)
    if _CIVIL_CODE.search(law):
        weight += _part_weight(article, fact)
    return weight + _frequency(law, article)


def _part_weight(article: int, fact: str) -> float:
    for part in _code_parts():
        if part.first <= article <= part.last:
            hits = _hits(part.cues, fact)
            return part.prior + min(hits, 2) if hits else -1.0
    return 0.0


def _frequency(law: str, article: int) -> float:
    for row in read_table("civil_causes.yaml")["frequent"]:
        if re.search(row["law"] + "$", law) and article in row["articles"]:
            return float(row["weight"])
    return 0.0


def _fits(rule: CauseRule, cause: str) -> bool:
    return bool(re.search(rule.name, cause)) and not (rule.unless and re.search(rule.unless, cause))


def _hits(cues: tuple[str, ...], fact: str) -> int:
    return sum(bool(re.search(cue, fact)) for cue in cues)


def _overlap(name: str, fact: str) -> float:
    """Share of the telling pairs of characters of a name that the facts hold."""
    for word in read_table("civil_causes.yaml")["generic"]:
        name = name.replace(word, " ")
    pairs = [p for p in (name[i : i + 2] for i in range(len(name) - 1)) if " " not in p]
    return sum(pair in fact for pair in pairs) / len(pairs) if pairs else 0.0


def _subject(law: str) -> str:
    return re.sub(
        "中华人民共和国|最高人民法院|最高人民检察院|关于|适用|若干|问题|解释|规定|条例|办法|实施"
        "|管理|暂行|（[^）]*）|法律|审理|案件|的",
        " ",
        law,
    )


@cache
def _causes() -> tuple[CauseRule, ...]:
    rows = read_table("civil_causes.yaml")["causes"]
    return tuple(CauseRule.model_validate(row) for row in rows)


@cache
def _laws() -> tuple[LawRule, ...]:
    rows = read_table("civil_causes.yaml")["laws"]
    return tuple(LawRule.model_validate(row) for row in rows)


@cache
def _code_parts() -> tuple[CodePart, ...]:
    rows = read_table("civil_causes.yaml")["civil_code"]
    return tuple(
        CodePart(first=r["from"], last=r["to"], cues=tuple(r["cues"]), prior=r["prior"])
        for r in rows
    )
