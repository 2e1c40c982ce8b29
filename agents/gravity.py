"""How grave the offence is before circumstances: the door that opens or shuts waiver.

Waiver needs a minor crime (CL 37): in practice one whose applicable band starts with detention or
control and does not exceed three years. A graver band opens only where a statutory ground for
mitigation or exemption holds.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..cases.facts import Circumstance
from ..cases.models import Frozen
from ..cases.vocabulary import InjuryGrade, Role
from ..statutes.charges import charge as charge_named
from ..statutes.models import Band, Charge
from .base import Context, View
from .computed import DRUNK_DRIVING, applicable_band, threshold_of
from .tables import table

THREE_YEARS = 36
OPENERS = frozenset(
    {
        "accomplice",
        "coerced",
        "attempt",
        "preparation",
        "discontinuance",
        "excess_defence",
        "excess_necessity",
        "deaf_mute_blind",
        "limited_capacity",
        "major_merit",
    }
)


class Gravity(Frozen):
    """``score`` is where the weighing starts; ``shut`` means no waiver whatever else holds."""

    score: float
    shut: bool
    reason: str


def gravity(view: View, context: Context, signals: Mapping[str, list[Circumstance]]) -> Gravity:
    """Measure the offence by its band, result, amount and alcohol."""
    weights = table("waiver").procedure
    charge = charge_named(view.charge) if view.charge else None
    if charge is None:
        return Gravity(score=0.0, shut=True, reason="罪名未明，不能衡量情节轻重")
    if len(view.charges) > 2:
        return Gravity(score=0.0, shut=True, reason=f"涉嫌{len(view.charges)}个罪名，不属情节轻微")
    band = _band(view, context, charge)
    lightest = next(iter(charge.bands_on(view.conduct_date)), None)
    score, reasons = 0.0, []
    if band is not None and lightest is not None and _may_be_minor(band, lightest):
        score += weights["minor_band"]
        reasons.append(f"情节较轻时适用{_band_zh(lightest)}")
    elif band is not None and band.lo >= THREE_YEARS:
        opened = bool(OPENERS & signals.keys()) or view.role in (Role.ACCOMPLICE, Role.COERCED)
        if not opened or band.hi is None:
            return Gravity(
                score=0.0, shut=True, reason=f"适用的量刑档（{_band_zh(band)}）不属情节轻微"
            )
        score += weights["grave_band_opened"]
        reasons.append(f"适用的量刑档（{_band_zh(band)}）较重，但具有法定减免事由")
    elif band is not None:
        light = band.hi is not None and band.hi <= 12
        score += weights["light_band"] if light else weights["basic_band"]
        reasons.append(f"适用基本量刑档（{_band_zh(band)}）")
    more, why = _result(view, charge, weights)
    alcohol, why_alcohol = _alcohol(view, weights)
    several = weights["second_charge"] if len(view.charges) == 2 else 0.0
    reasons += [r for r in (why, why_alcohol) if r]
    return Gravity(
        score=round(score + more + alcohol + several, 3), shut=False, reason="，".join(reasons)
    )


def _band(view: View, context: Context, charge: Charge) -> Band | None:
    level = threshold_of(view, context).reached_level
    return applicable_band(charge, "basic" if level == "filing" else level, view.conduct_date)


def _may_be_minor(band: Band, lightest: Band) -> bool:
    """The basic band is grave, but the article knows a lighter one for minor circumstances."""
    return band.key == "basic" and band.lo >= THREE_YEARS > lightest.lo


def _band_zh(band: Band) -> str:
    top = "无期徒刑以上" if band.hi is None else f"{band.hi}个月"
    return f"{band.lo}至{top}" if band.lo else f"{top}以下"


def _result(view: View, charge: Charge, weights: Mapping[str, float]) -> tuple[float, str]:
    """The gravest injury to others counts against; death in an intentional crime most."""
    grades = [
        i.grade
        for i in view.facts.injuries
        if i.victim not in {s.name for s in view.facts.suspects}
    ]
    worst = max(grades, key=lambda g: g.rank, default=InjuryGrade.NONE)
    if worst.rank <= InjuryGrade.MINOR.rank:
        return 0.0, ""
    if worst is InjuryGrade.DEATH:
        key = "negligent_death" if charge.mens_rea == "negligence" else "death"
    elif worst.rank >= InjuryGrade.SERIOUS.rank:
        key = "serious_injury"
    else:
        key = "slight_injury"
    return weights[key], f"后果：{worst.zh}"


def _alcohol(view: View, weights: Mapping[str, float]) -> tuple[float, str]:
    """Blood alcohol in drunk driving: every 10 mg above the line weighs against waiver."""
    readings = [a.mg_per_100ml for a in view.facts.alcohol if not a.breath]
    if view.charge != DRUNK_DRIVING or not readings:
        return 0.0, ""
    highest = max(readings)
    steps = (highest - weights["alcohol_from"]) / 10
    return -weights["alcohol_per_10mg"] * steps, f"血液酒精含量{highest:g}毫克/100毫升"
