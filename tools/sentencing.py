"""Sentence recommendation after the guidelines, every step recorded.

Order: band -> starting point -> additions -> baseline -> first layer -> second layer -> declared
-> probation -> fine (guidelines of 2021-06-16, part 2; CL 61-63, 72-74). Months and yuan.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from ..cases.facts import Facts
from ..cases.findings import Sentence, SentenceStep
from ..cases.models import Frozen
from ..cases.vocabulary import InjuryGrade, Role, SentenceKind
from ..errors import InputError
from ..statutes.charges import charge as find_charge
from ..statutes.models import Band, Charge
from .arguments import OLDEST, a_day, number_in
from .sentencing_adjust import Adjusted, adjust, applicable
from .sentencing_declare import Declared, declare, fine, probation
from .sentencing_driving import dangerous_driving
from .sentencing_start import Baseline, baseline, heavier, pick_band
from .threshold_check import ORDER, ThresholdResult, check_threshold

_LIFE_SEVERITY = 20.0
_DEATH_SEVERITY = 60.0


def recommend_sentence(
    charge_name: str,
    *,
    day: date,
    circumstances: Collection[str] | Mapping[str, object] = (),
    level: str | None = None,
    role: Role | None = None,
    facts: Facts | None = None,
    text: str = "",
    province: str | None = None,
    age: int | None = None,
    decision_day: date | None = None,
) -> Sentence:
    """Recommend a sentence for one charge.

    Args:
        charge_name: name of the charge with 罪.
        day: the day of the conduct, whose law applies.
        circumstances: ids that hold for this defendant (a mapping's keys); empty: those in facts.
        level: level or band key, when the caller knows better than the facts read by rules.
        role: role in the joint crime.
        facts: what was read out of the case; decides level and additions.
        text: the facts as told, for conditions in words.
        province: province, for provincial thresholds.
        age: full years at the conduct.
        decision_day: the day of the decision; its law applies instead where milder (CL 12).

    Returns:
        A Sentence with one step per stage. For charges outside the guidelines the general method
        applies with the lower part of the band as starting point.

    Raises:
        InputError: the charge is not in the catalogue or has no band in the data, the level is
            unknown, or the age cannot be.
    """
    a_day("day", day)
    a_day("decision_day", decision_day)
    number_in("age", age, 0, OLDEST)
    found = find_charge(charge_name)
    if found is None:
        raise InputError(f"charge {charge_name!r} is not in the catalogue of charges")
    levels = {*ORDER, *(band.key for band in found.bands)}
    if level is not None and level not in levels:
        known = ", ".join(sorted(levels))
        raise InputError(f"level {level!r} is unknown for {found.name}; known: {known}")
    file = _File(
        charge=found,
        held=_held(circumstances, facts),
        level=level,
        role=role,
        facts=facts,
        text=text,
        province=province,
        age=age,
    )
    sentence = _recommend(file, day)
    if decision_day is None or decision_day == day:
        return sentence
    newer = _recommend(file, decision_day)
    if _weight(newer) >= _weight(sentence):
        return sentence
    step = SentenceStep(
        label="裁判时的法律处罚较轻，适用新法",
        months=newer.months or 0,
        citation="cl:第十二条第一款",
    )
    return newer.model_copy(update={"steps": (step, *newer.steps)})


class _File(Frozen):
    charge: Charge
    held: frozenset[str]
    level: str | None
    role: Role | None
    facts: Facts | None
    text: str
    province: str | None
    age: int | None


def _weight(sentence: Sentence) -> float:
    if sentence.months is not None:
        return sentence.months
    return 1000.0 if sentence.kind is SentenceKind.LIFE else 2000.0


def _recommend(file: _File, day: date) -> Sentence:
    found, held, facts, age = file.charge, file.held, file.facts, file.age
    bands = found.bands_on(day) or tuple(b for b in found.bands if b.until is None)
    if not bands:
        raise InputError(f"charge {found.name!r} has no sentencing band in the data")
    if found.name == "危险驾驶罪":
        return dangerous_driving(bands[0], held, file.role, facts, age)
    result = (
        check_threshold(found.name, facts, day, file.province, file.text, tuple(held))
        if facts
        else None
    )
    reached = file.level or _level(found, held, result, facts) or _by_consequence(bands, facts)
    band = pick_band(bands, reached, short=_falls_short(result))
    start = baseline(found.name, band, reached, result, facts)
    items = applicable(held, file.role, age, negligent=found.mens_rea == "negligence")
    adjusted = adjust(start.months, items, found.name)
    declared = _top(found, band, start, adjusted, facts) or declare(band, bands, adjusted)
    leader = "leader" in held and "gang" in held
    months, step = probation(declared, found.name, held, age=age, leader=leader)
    yuan = result.value if result and (result.measure or "").endswith("_yuan") else None
    fine_yuan, fine_step = fine(found.name, band, reached, declared.months, yuan)
    return Sentence(
        kind=declared.kind,
        months=declared.months,
        probation_months=months,
        fine_yuan=fine_yuan,
        band=(band.lo, band.hi),
        steps=(
            _band_step(band),
            *start.steps,
            *adjusted.steps,
            *declared.steps,
            step,
            *((fine_step,) if fine_step else ()),
        ),
    )


def _by_consequence(bands: Sequence[Band], facts: Facts | None) -> str | None:
    """The key of the band that the law ties to a death or serious injury, where one occurred."""
    worst = max((i.grade.rank for i in facts.injuries), default=0) if facts else 0
    if worst >= InjuryGrade.DEATH.rank:
        deadly = [band for band in bands if "死亡" in band.condition]
        tied = deadly or [band for band in bands if "重伤" in band.condition]
        return max(tied, key=lambda band: band.lo).key if tied else None
    if worst >= InjuryGrade.SERIOUS.rank:
        tied = [band for band in bands if "重伤" in band.condition]
        return min(tied, key=lambda band: band.lo).key if tied else None
    return None


def _falls_short(result: ThresholdResult | None) -> bool:
    """Measured, but short of every level: the lightest band is the right one."""
    return result is not None and result.measure is not None and result.reached_level is None


def _held(
    circumstances: Collection[str] | Mapping[str, object], facts: Facts | None
) -> frozenset[str]:
    held = frozenset(circumstances)
    return held if held or facts is None else frozenset(facts.holding())


def _level(
    charge: Charge, held: frozenset[str], result: ThresholdResult | None, facts: Facts | None
) -> str | None:
    reached = result.reached_level if result else None
    if charge.name == "交通肇事罪":
        deadly = {"hit_and_run", "fled"} & held
        return heavier(reached, "serious" if deadly else None)
    if charge.name == "聚众斗殴罪" and "weapon" in held:
        return heavier(reached, "serious")
    if charge.name == "故意伤害罪" and reached == "especially_serious" and facts:
        died = any(i.grade is InjuryGrade.DEATH for i in facts.injuries)
        return "especially_serious" if died else "serious"
    return reached


def _top(
    charge: Charge, band: Band, start: Baseline, adjusted: Adjusted, facts: Facts | None
) -> Declared | None:
    """Life or death where the band reaches it and the facts far outrun its line."""
    if band.hi is not None or (band.lo < 120 and "life" not in band.penalties):
        return None
    if adjusted.mitigated or adjusted.months < start.months * 0.85:
        return None
    deaths = _deaths(facts)
    killing = charge.name in ("故意杀人罪", "抢劫罪", "放火罪", "爆炸罪") and deaths
    severity = start.severity
    aggravated = "recidivist" in adjusted.applied
    kind: SentenceKind | None = None
    if "death" in band.penalties and (
        severity >= _DEATH_SEVERITY or (killing and (deaths > 1 or aggravated))
    ):
        kind = SentenceKind.DEATH
    elif "life" in band.penalties and (severity >= _LIFE_SEVERITY or killing):
        kind = SentenceKind.LIFE
    if kind is None:
        return None
    step = SentenceStep(label=f"宣告刑：{kind.zh}", months=0, note="没有从轻、减轻处罚情节")
    return Declared(kind=kind, months=None, steps=(step,))


def _deaths(facts: Facts | None) -> int:
    if facts is None:
        return 0
    dead: Sequence[str | None] = [i.victim for i in facts.injuries if i.grade is InjuryGrade.DEATH]
    return max(len({d for d in dead if d}), 1 if dead else 0)


def _band_step(band: Band) -> SentenceStep:
    top = f"{band.hi}个月" if band.hi is not None else "无期徒刑以上"
    return SentenceStep(
        label=f"法定刑幅度：{band.lo}个月至{top}",
        months=band.lo,
        note=band.condition,
        citation=band.article,
    )
