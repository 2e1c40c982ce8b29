"""The waiver check: a crime, but is it minor and punishment unnecessary? (CL 37, CPL 177(2))

Leniency alone does not replace "minor": the gravity of the offence (band, result, amount,
alcohol) opens or shuts the door first; then the circumstances for and against are weighed.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..cases.facts import Circumstance
from ..cases.findings import Finding, Ground
from ..cases.vocabulary import Check, Role, Verdict
from .base import Context, View
from .computed import threshold_of
from .defence import exceeds
from .gravity import gravity
from .signals import confidence, make_ground, weigh
from .tables import GroundSignals, table
from .weighing import applies, first_of, held_signals, row_ground

NEAR_THE_LINE = 3
"""A sum below this many times the first level stands near the line (our own measure)."""
MINOR_PROPERTY_CHARGES = frozenset({"盗窃罪", "诈骗罪", "敲诈勒索罪", "抢夺罪"})
RESTORED = frozenset({"restitution", "restitution_full", "compensation"})
REPENTANT = frozenset({"plea", "confession", "surrender", "apology"})
ROLE_SIGNALS = {
    Role.ACCOMPLICE: "role_accomplice",
    Role.COERCED: "role_coerced",
    Role.PRINCIPAL: "role_principal",
}


def assess(view: View, context: Context) -> Finding:
    """Judge whether punishment may be waived for the defendant."""
    weights = table("waiver")
    signals, denied = held_signals(view), held_signals(view, holds=False)
    if exceeds(view, signals):
        signals.setdefault("excess_defence", signals["defence_situation"])
    role = ROLE_SIGNALS.get(view.role) if view.role else None
    measure = gravity(view, context, signals)
    grounds = [
        ground
        for rule in weights.grounds
        if (ground := _ground(rule, signals, denied, role, view)) is not None
    ]
    grounds += _amount_grounds(view, context, signals, weights.procedure)
    score = round(measure.score + sum(g.weight for g in grounds), 3)
    waived = score >= weights.line and not measure.shut
    return Finding(
        check=Check.WAIVER,
        defendant=view.defendant,
        charge=view.charge,
        verdict=Verdict.WAIVED if waived else Verdict.NOT_WAIVED,
        summary=_summary(waived, measure.reason, grounds),
        grounds=tuple(grounds),
        confidence=0.9 if measure.shut else confidence(score - weights.line),
        notes=(
            f"情节轻重：{measure.reason}（{measure.score:+.2f}）",
            f"从宽从严得分 {score:.2f}，界线 {weights.line:.2f}",
        ),
    )


def _ground(
    rule: GroundSignals,
    signals: dict[str, list[Circumstance]],
    denied: dict[str, list[Circumstance]],
    role: str | None,
    view: View,
) -> Ground | None:
    """A circumstance for (positive weight) or against (negative weight) waiver."""
    found = first_of(rule, signals)
    found |= {f"not_{name}": denied[name][0] for name in denied if f"not_{name}" in rule.signals}
    present = [*found, *([role] if role in rule.signals else [])]
    if not present or not applies(rule, signals, view.charge):
        return None
    weight = max(-rule.cap, min(rule.cap, weigh(filter(None, present), rule.signals)))
    return row_ground(rule, view, found.values(), weight, otherwise="由作用认定")


def _amount_grounds(
    view: View,
    context: Context,
    signals: Mapping[str, list[Circumstance]],
    weights: Mapping[str, float],
) -> list[Ground]:
    """What a sum just over the line says, also with restitution and remorse (法释〔2013〕8号
    art. 7, 法释〔2011〕7号 art. 3)."""
    result = threshold_of(view, context) if view.charges else None
    if result is None or result.value is None or not (result.measure or "").endswith("_yuan"):
        return []
    first = result.levels[0].at_least if result.levels else 0.0
    day = view.facts.decision_date
    found = []
    if first <= result.value < NEAR_THE_LINE * first:
        reason = f"数额{result.value:g}元，起点{first:g}元"
        weight = weights["small_amount"]
        found.append(make_ground("small_amount", view.case, day, reason=reason, weight=weight))
    if (
        view.charge in MINOR_PROPERTY_CHARGES
        and result.reached_level in (None, "filing", "basic")
        and RESTORED & signals.keys()
        and REPENTANT & signals.keys()
    ):
        items = [signals[n][0] for n in sorted(RESTORED & signals.keys())]
        weight = weights["property_crime_minor"]
        found.append(
            make_ground(
                "property_crime_minor",
                view.case,
                day,
                reason="数额较大，认罪、悔罪并退赃退赔",
                weight=weight,
                items=items,
            )
        )
    return found


def _summary(waived: bool, gravity_reason: str, grounds: list[Ground]) -> str:
    lenient = "、".join(g.zh for g in grounds if g.weight > 0)
    strict = "、".join(g.zh for g in grounds if g.weight < 0)
    if waived:
        return (
            f"{gravity_reason}；具有{lenient or '从宽情节'}，可以认定犯罪情节轻微、不需要判处刑罚"
        )
    parts = [gravity_reason]
    if lenient:
        parts.append(f"从宽情节：{lenient}")
    if strict:
        parts.append(f"从严情节：{strict}")
    return "；".join(parts) + "，尚不足以认定不需要判处刑罚"
