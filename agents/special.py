"""Lines that interpretations draw in words rather than by one measure: accidents, young love."""

from __future__ import annotations

import re
from collections.abc import Container

from ..cases.facts import AmountKind
from ..cases.findings import Ground
from ..cases.particulars import ages_on
from ..cases.vocabulary import InjuryGrade
from ..tools.measures import measure
from .base import View
from .signals import make_ground

TRAFFIC = "交通肇事罪"
INJURY = "故意伤害罪"
RAPE = "强奸罪"
HOLDS = 3.0
EQUAL_DEATHS = 3
SERIOUS_ALONE = 3
UNPAID_LOSS = 300_000
_AGGRAVATED = frozenset({"hit_and_run", "no_licence", "no_plate", "speeding"})
_IMPAIRED = re.compile(r"(?:酒后|饮酒|醉酒|吸毒|毒驾|服用[^，。；]{0,8}药品)[^，。；]{0,6}驾")
_DEFECTIVE = re.compile(r"明知[^，。；]{0,14}(?:安全装置|制动|刹车|机件)|报废")
_SWEETHEARTS = re.compile(r"恋爱|恋人|男女朋友|谈朋友|早恋|交往")
_REDONE = re.compile(r"(?:重新|再次|复核|补充|第二次|二次)(?:鉴定|评定)")
_WILLING = re.compile(r"(?<!非)(?<!不)自愿|双方情愿|没有(?:使用)?(?:暴力|强迫|胁迫)")


def traffic_line(view: View, held: Container[str]) -> Ground | None:
    """Below the line of 法释〔2000〕33号 art. 2: what liability and harm make no traffic offence.

    At full or main liability one death or three serious injuries are needed, or one serious injury
    with an aggravation of paragraph 2; at equal liability three deaths; less liability never does.
    """
    if view.charge != TRAFFIC or not view.facts.injuries:
        return None
    deaths, serious = _count(view, "deaths"), _count(view, "serious_injuries")
    if "equal_liability" in held and "full_liability" not in held:
        if deaths >= EQUAL_DEATHS:
            return None
        return _below(view, f"负同等以下责任，死亡{deaths:g}人，未达三人")
    if deaths or serious >= SERIOUS_ALONE or _great_loss(view):
        return None
    if serious and _aggravated(view, held):
        return None
    return _below(view, f"无人死亡，重伤{serious:g}人，且无加重入罪的情形")


def redone_lower(view: View, held: Container[str]) -> Ground | None:
    """The valid appraisal finds no more than a minor injury (CL 234 begins with slight injury)."""
    if view.charge != INJURY or not _REDONE.search(view.case.fact):
        return None
    others = [i for i in view.facts.injuries if i.victim != view.defendant]
    if not others or max(i.grade.rank for i in others) > InjuryGrade.MINOR.rank:
        return None
    return make_ground(
        "below_threshold",
        view.case,
        view.facts.decision_date,
        reason="重新鉴定未达轻伤",
        weight=HOLDS,
        items=others[-1:],
    )


def _count(view: View, name: str) -> float:
    found = measure(name, view.facts, ())
    if found is not None:
        return found.value
    lowest = InjuryGrade.DEATH if name == "deaths" else InjuryGrade.SERIOUS
    grades = [i.grade for i in view.facts.injuries]
    if name == "deaths":
        return float(any(g is lowest for g in grades))
    return float(any(lowest.rank <= g.rank < InjuryGrade.DEATH.rank for g in grades))


def _great_loss(view: View) -> bool:
    losses = [a.yuan for a in view.facts.amounts if a.kind is AmountKind.LOSS]
    return max(losses, default=0.0) >= UNPAID_LOSS


def _aggravated(view: View, held: Container[str]) -> bool:
    drunk = any(a.mg_per_100ml >= 20 for a in view.facts.alcohol)
    fact = view.case.fact
    named = any(name in held for name in _AGGRAVATED)
    return drunk or named or bool(_IMPAIRED.search(fact) or _DEFECTIVE.search(fact))


def _below(view: View, reason: str) -> Ground:
    return make_ground(
        "below_threshold",
        view.case,
        view.facts.decision_date,
        reason=f"法释〔2000〕33号第二条：{reason}",
        weight=HOLDS,
        items=view.facts.injuries[:1],
    )


def young_love(view: View, held: Container[str]) -> Ground | None:
    """At fourteen or fifteen, now and then with a willing sweetheart and without grave results:
    not treated as a crime (法释〔2006〕1号 art. 6, 法释〔2023〕3号)."""
    if view.charge != RAPE:
        return None
    suspect = view.suspect
    age = suspect.age_at_conduct
    if suspect.birth is not None:
        age = ages_on(suspect.birth, suspect.birth_precision, view.conduct_date)[0]
    fact = view.case.fact
    if age is None or not 14 <= age < 16 or "serious_result" in held:
        return None
    if not (_SWEETHEARTS.search(fact) and _WILLING.search(fact)):
        return None
    return make_ground(
        "plainly_minor",
        view.case,
        view.facts.decision_date,
        reason="已满十四周岁不满十六周岁，恋爱中自愿，情节轻微、未造成严重后果",
        weight=HOLDS,
    )
