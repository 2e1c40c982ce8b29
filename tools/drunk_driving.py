"""Drunk driving (CL 133-1(1)(2)): the 80 mg line, and since 2023-12-28 the 150 mg line.

Sources: opinion of SPC, SPP and MPS of 2013 (法发〔2013〕15号) and of SPC, SPP, MPS and MOJ of
2023-12-13, in force 2023-12-28 (arts. 4, 10, 12-14; not checked against its official text).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from ..cases.models import Frozen
from .arguments import a_day, number_in

CRIME_MG = 80.0
MINOR_MG = 150.0
NO_PROBATION_MG = 180.0
_CRIME_SINCE = date(2011, 5, 1)
_OPINION_2013 = date(2013, 12, 18)
_OPINION_2023 = date(2023, 12, 28)

_AGGRAVATING_2023: dict[str, str] = {
    "accident": "造成交通事故且负全部或者主要责任",
    "hit_and_run": "造成交通事故后逃逸",
    "no_licence": "未取得机动车驾驶证驾驶汽车",
    "overloaded": "严重超员、超载、超速驾驶",
    "drugged": "服用管制精神药品或者麻醉药品后驾驶",
    "passenger_vehicle": "从事客运活动且载有乘客",
    "school_bus": "从事校车业务且载有师生",
    "motorway": "在高速公路上驾驶",
    "heavy_truck": "驾驶重型载货汽车",
    "dangerous_goods": "运输危险化学品、危险货物",
    "refused_test": "逃避、阻碍依法检查",
    "obstructed_justice": "妨害司法行为",
    "prior_drunk_driving": "二年内曾因饮酒后驾驶被查获或者受过行政处罚",
    "prior_drunk_conviction": "五年内曾因危险驾驶被判有罪或者相对不起诉",
    "other_aggravating": "其他需要从重处理的情形",
}
_ALIASES = {
    "fled": "hit_and_run",
    "speeding": "overloaded",
    "impeding_officers": "refused_test",
    "conceal_evidence": "obstructed_justice",
    "short_move": "parking",
    "emergency_drive": "emergency",
}
_AGGRAVATING_2013 = frozenset(
    {
        "accident",
        "hit_and_run",
        "motorway",
        "passenger_vehicle",
        "school_bus",
        "overloaded",
        "no_licence",
        "refused_test",
        "obstructed_justice",
        "prior_drunk_driving",
        "prior_drunk_conviction",
    }
)
_EXEMPT_2023: dict[str, str] = {
    "emergency": "出于急救伤病人员等紧急情况",
    "parking": "在居民小区、停车场等场所因挪车、停车入位等短距离驾驶",
    "handover": "为交由他人驾驶或者代驾交接而短距离驾驶",
}
_NO_PROBATION = frozenset(
    {
        "accident",
        "hit_and_run",
        "no_licence",
        "drugged",
        "refused_test",
        "obstructed_justice",
        "prior_drunk_driving",
        "prior_drunk_conviction",
        "recidivist",
    }
)

CIRCUMSTANCES: frozenset[str] = frozenset(
    {
        *_AGGRAVATING_2023,
        *_EXEMPT_2023,
        *_ALIASES,
        *("equal_liability", "full_liability", "motorcycle", "recidivist"),
    }
)
"""Ids of circumstances that count here."""


class DrunkDrivingResult(Frozen):
    """What the blood alcohol and the circumstances mean.

    ``drunk``: 80 mg per 100 ml and more. ``may_be_minor``: the act may be treated as plainly minor
    (SNP). ``waivable``: no aggravating circumstance, so a waiver for a minor offence comes into
    question. ``probation_unlikely``: probation is normally not granted. None where not known.
    """

    drunk: bool | None
    may_be_minor: bool
    waivable: bool
    probation_unlikely: bool
    aggravating: tuple[str, ...] = ()
    exempting: tuple[str, ...] = ()
    line_mg: float = CRIME_MG
    reasons: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()


def drunk_driving(
    mg_per_100ml: float | None, circumstances: Collection[str], day: date
) -> DrunkDrivingResult:
    """Judge a drunk-driving case by blood alcohol and circumstances.

    Args:
        mg_per_100ml: alcohol in the blood in mg per 100 ml; None if not measured in the blood.
        circumstances: ids of circumstances that hold; besides the project's own ids those of the
            2023 opinion (overloaded, drugged, school_bus, heavy_truck, dangerous_goods,
            obstructed_justice, prior_drunk_driving, prior_drunk_conviction, emergency, parking,
            handover).
        day: the day of the decision: the 2023 opinion, being milder, also serves older conduct
            that is not yet finally decided (CL 12).

    Raises:
        InputError: the alcohol is negative or no number.
    """
    a_day("day", day)
    number_in("mg_per_100ml", mg_per_100ml, 0)
    held = _normal(circumstances)
    new_law = day >= _OPINION_2023
    known = frozenset(_AGGRAVATING_2023) if new_law else _AGGRAVATING_2013
    aggravating = tuple(c for c in _AGGRAVATING_2023 if c in held and c in known)
    exempting = tuple(c for c in _EXEMPT_2023 if c in held) if new_law else ()
    article = "cl:第一百三十三条之一第一款第二项"
    if mg_per_100ml is None:
        return DrunkDrivingResult(
            drunk=None,
            may_be_minor=False,
            waivable=False,
            probation_unlikely=bool(held & _NO_PROBATION),
            aggravating=aggravating,
            exempting=exempting,
            reasons=("没有血液酒精含量鉴定",),
            citations=(article,),
        )
    drunk = mg_per_100ml >= CRIME_MG and day >= _CRIME_SINCE
    reasons = [_reason(mg_per_100ml, drunk, day)]
    # The exemptions for emergencies and short moves carry no ceiling of blood alcohol.
    minor = drunk and new_law and not aggravating and (mg_per_100ml < MINOR_MG or bool(exempting))
    if drunk and new_law:
        if mg_per_100ml < MINOR_MG:
            reasons.append(f"不满{MINOR_MG:g}毫克/100毫升（2023年意见第十二条第一款第一项）")
        reasons += [f"从重处理情形：{_AGGRAVATING_2023[c]}" for c in aggravating]
        reasons += [_EXEMPT_2023[c] for c in exempting]
    elif drunk:
        reasons += [f"从重处罚情形：{_AGGRAVATING_2023[c]}" for c in aggravating]
        if mg_per_100ml >= 200 and day >= _OPINION_2013:
            reasons.append("血液酒精含量达到200毫克/100毫升，从重处罚（2013年意见第二条）")
    return DrunkDrivingResult(
        drunk=drunk,
        may_be_minor=minor,
        waivable=drunk and not aggravating and mg_per_100ml < 200,
        probation_unlikely=bool(held & _NO_PROBATION) or mg_per_100ml > NO_PROBATION_MG,
        aggravating=aggravating,
        exempting=exempting,
        line_mg=MINOR_MG if new_law else CRIME_MG,
        reasons=tuple(reasons),
        citations=(article, "cl:第十三条") if minor else (article,),
    )


def _normal(circumstances: Collection[str]) -> frozenset[str]:
    held = {_ALIASES.get(c, c) for c in circumstances}
    # The aggravation asks for full or main responsibility, and for a car without a licence.
    if "equal_liability" in held and "full_liability" not in held:
        held.discard("accident")
    if "motorcycle" in held:
        held.discard("no_licence")
    return frozenset(held)


def _reason(mg: float, drunk: bool, day: date) -> str:
    if day < _CRIME_SINCE:
        return "2011年5月1日前醉酒驾驶不构成犯罪"
    line = "达到" if drunk else "未达到"
    return f"血液酒精含量{mg:g}毫克/100毫升，{line}{CRIME_MG:g}毫克/100毫升的醉酒标准"
