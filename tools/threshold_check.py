"""Which level of an offence the facts reach, and whether they stay below its threshold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..cases.facts import Facts
from ..cases.models import Frozen
from ..statutes.models import ThresholdLevel
from ..statutes.thresholds import ThresholdRule, alternatives, thresholds
from .arguments import a_day, known_charge
from .measures import Measured, measure, upper_bound

ORDER = ("filing", "basic", "serious", "especially_serious", "gravest")
SEVERAL = 3


class ThresholdResult(Frozen):
    """What the thresholds of a charge say of the facts.

    ``reached_level`` is the gravest level that the facts reach (``filing`` and ``basic`` make the
    offence; ``serious`` etc. name the band), None if none or nothing could be measured.
    ``below_filing`` is True only if every measure that the offence knows is clearly stated, stays
    under its lowest level, and no other way to the offence is in sight. ``value`` is in the unit
    of ``measure``. ``contested``: sources or provinces set the line differently around the value.
    """

    charge: str
    reached_level: str | None = None
    below_filing: bool = False
    measure: str | None = None
    value: float | None = None
    levels: tuple[ThresholdLevel, ...] = ()
    next_at: float | None = None
    level_at: float | None = None
    source: str = ""
    source_article: str = ""
    verified: bool = True
    contested: bool = False
    alternative: bool = False
    reasons: tuple[str, ...] = ()


def check_threshold(
    charge: str,
    facts: Facts,
    day: date,
    province: str | None = None,
    text: str = "",
    circumstances: Sequence[str] = (),
    decision_day: date | None = None,
) -> ThresholdResult:
    """Compare the facts with the thresholds of a charge in force on a day.

    Args:
        charge: the charge with 罪.
        facts: what was read out of the case.
        day: the day of the conduct, whose thresholds apply.
        province: where the case is decided; None takes the national lower end, the strictest.
        text: the facts as told; lets the tool see other ways to the offence and the kind of act.
            Without it no act is found below a threshold that has alternatives in words.
        circumstances: ids that hold beside those in ``facts``.
        decision_day: the day of the decision; its thresholds apply instead where they are milder
            (CL 12; 高检发释字〔2001〕5号 art. 3).

    Raises:
        InputError: the charge is not in the catalogue.
    """
    known_charge(charge)
    a_day("day", day)
    a_day("decision_day", decision_day)
    held = _several_is_three(frozenset(facts.holding()) | frozenset(circumstances), facts)
    result = _check(charge, facts, day, province, text, held)
    if decision_day is None or decision_day == day:
        return result
    newer = _check(charge, facts, decision_day, province, text, held)
    milder = _rank(newer.reached_level) < _rank(result.reached_level) and newer.measure
    if milder or (newer.below_filing and not result.below_filing):
        note = f"新标准较轻，适用{newer.source}（从旧兼从轻）"
        return newer.model_copy(update={"reasons": (*newer.reasons, note)})
    return result


def _several_is_three(held: frozenset[str], facts: Facts) -> frozenset[str]:
    """Several times means three and more (法释〔2013〕8号 art. 3(1)): a stated two do not do."""
    times = [count.value for count in facts.counts if count.unit == "times"]
    return held - {"multiple_times"} if times and max(times) < SEVERAL else held


def _check(
    charge: str,
    facts: Facts,
    day: date,
    province: str | None,
    text: str,
    held: frozenset[str],
) -> ThresholdResult:
    rules = thresholds(charge, day, province)
    other = alternatives(charge, day)
    other_met = other is not None and other.met_by(held, text)
    if not rules:
        return ThresholdResult(charge=charge, reasons=("数据中没有该罪的定量标准",))
    factor = 0.5 if other is not None and other.halved_by(held, text) else 1.0
    selected = _select(rules, text, facts)
    best = _best(charge, selected, facts, factor)
    if other_met and other is not None and other.level and _rank(best.reached_level) < 0:
        best = best.model_copy(
            update={
                "reached_level": other.level,
                "source": other.source,
                "alternative": True,
                "reasons": (*best.reasons, "具备数额以外的入罪情形"),
            }
        )
    seen = text if text or other is not None else None
    return _with_below(best, rules, facts, factor, other_met, seen)


def _select(rules: Sequence[ThresholdRule], text: str, facts: Facts) -> tuple[ThresholdRule, ...]:
    """The rules for this kind of act: a special rule whose cues occur displaces the general one."""
    named = {w.substance for w in facts.weights if w.substance and w.substance != "毒品"}
    fitting = [
        rule
        for rule in rules
        if rule.applies_to(text)
        and (not rule.substances or _names(rule.substances, named, text))
        and not rule.unless_below
    ]
    displaced = {rule.measure for rule in fitting if rule.cues and rule.replaces}
    return tuple(rule for rule in fitting if rule.cues or rule.measure not in displaced)


def _names(substances: Sequence[str], named: set[str], text: str) -> bool:
    if named:
        return any(s in name or name in s for s in substances for name in named)
    return any(s in text for s in substances)


def _best(
    charge: str, rules: Sequence[ThresholdRule], facts: Facts, factor: float
) -> ThresholdResult:
    """The rule that reaches the gravest level; among equals the one with the greatest excess."""
    best = ThresholdResult(charge=charge, reasons=("没有可与标准比较的数额或者情节",))
    best_key: tuple[int, float] = (-2, 0.0)
    knows_value = any(rule.measure == "value_yuan" for rule in rules)
    for rule in rules:
        strict = knows_value and rule.measure != "value_yuan"
        found = measure(rule.measure, facts, rule.substances, strict=strict)
        if found is None:
            continue
        result = _compare(charge, rule, found, factor)
        at = result.level_at or (rule.levels[0].at_least or 1.0)
        key = (_rank(result.reached_level), found.value / at if at else found.value)
        if key > best_key:
            best, best_key = result, key
    return best


def _compare(charge: str, rule: ThresholdRule, found: Measured, factor: float) -> ThresholdResult:
    reached: ThresholdLevel | None = None
    following: float | None = None
    for index, level in enumerate(rule.levels):
        at = level.at_least * (factor if index == 0 else 1.0)
        if found.value >= at:
            reached = level
        elif following is None:
            following = at
    reason = f"{rule.source}{rule.source_article}：{found.describe()}"
    reason += f"，达到{reached.at_least:g}的标准" if reached else f"，未达到{following:g}的标准"
    return ThresholdResult(
        charge=charge,
        reached_level=reached.level if reached else None,
        measure=rule.measure,
        value=found.value,
        levels=rule.levels,
        level_at=reached.at_least if reached else None,
        next_at=following,
        source=rule.source,
        source_article=rule.source_article,
        verified=rule.verified,
        reasons=(reason,),
    )


def _with_below(
    best: ThresholdResult,
    rules: Sequence[ThresholdRule],
    facts: Facts,
    factor: float,
    other_met: bool,
    text: str | None,
) -> ThresholdResult:
    """Add ``below_filing`` and ``contested``, looking at every rule that could apply at all.

    ``text`` is empty where it is needed and not given, None where it is not needed.
    """
    lows: dict[str, list[float]] = {}
    for rule in rules:
        if text and not rule.applies_to(text):
            continue
        lows.setdefault(rule.measure, []).append(rule.levels[0].at_least * factor)
    if best.measure is not None and best.value is not None:
        lines = [
            rule.levels[0].at_least * factor
            for rule in rules
            if rule.measure == best.measure
            and not rule.cues
            and not rule.unless_below
            and not rule.substances
            and _rank(rule.levels[0].level) <= _rank("basic")
        ]
        if lines and min(lines) <= best.value < max(lines):
            return best.model_copy(update={"contested": True})
    below = (
        text != ""
        and not other_met
        and _rank(best.reached_level) < 0
        and best.measure is not None
        and not any(rule.open_ended for rule in rules)
        and all(
            _clearly_below(name, min(values), facts, "value_yuan" in lows)
            for name, values in lows.items()
        )
    )
    if below and any(r.province and r.measure == best.measure for r in rules):
        below = best.value is not None and best.value < _national_low(rules, best, factor)
        if not below:
            return best.model_copy(update={"contested": True})
    return best.model_copy(update={"below_filing": below})


def _national_low(rules: Sequence[ThresholdRule], best: ThresholdResult, factor: float) -> float:
    """Below the provincial line only counts if the provincial line itself is verified."""
    return min(
        (
            r.levels[0].at_least * factor
            for r in rules
            if r.measure == best.measure and (r.verified or not r.province)
        ),
        default=0.0,
    )


def _clearly_below(name: str, low: float, facts: Facts, knows_value: bool) -> bool:
    """No value at all speaks for the measure, or the greatest conceivable one stays below."""
    greatest = upper_bound(name, facts, strict=knows_value and name != "value_yuan")
    return greatest is None or greatest < low


def _rank(level: str | None) -> int:
    return ORDER.index(level) if level in ORDER else -1
