"""Adjust the baseline by circumstances, in layers (guidelines 2(2), 3)."""

from __future__ import annotations

from collections.abc import Collection

from ..cases.findings import SentenceStep
from ..cases.models import Frozen
from ..cases.vocabulary import Role
from ..statutes.guidelines import SentencingCircumstance, circumstances, repentance_cap

_ROLES = {Role.ACCOMPLICE: "accomplice", Role.COERCED: "coerced"}
# A strict hand with leniency for these (guidelines 3, opening paragraph).
_STRICT = ("毒品", "强奸", "抢劫", "故意杀人", "猥亵儿童", "黑社会")
_STRICT_FACTOR = 0.8


class Adjusted(Frozen):
    """The adjusted term in months; ``mitigated``: the law lets it fall below the band.

    ``may_exempt``: some circumstance may exempt a minor offence from punishment.
    """

    months: float
    mitigated: bool = False
    may_exempt: bool = False
    applied: tuple[str, ...] = ()
    steps: tuple[SentenceStep, ...] = ()


def applicable(
    held: Collection[str], role: Role | None, age: int | None, negligent: bool = False
) -> tuple[SentencingCircumstance, ...]:
    """The circumstances of the guidelines that apply, each counted once.

    Args:
        held: ids that hold.
        role: role in the joint crime; accomplices and the coerced are lightened by it.
        age: age at the conduct; under 16 and 75 and over have shares of their own.
        negligent: the offence is one of negligence (other share for those over 75).
    """
    ids = set(held)
    if role is not None:
        ids -= {"accomplice", "coerced"}
        if role in _ROLES:
            ids.add(_ROLES[role])
    if age is not None:
        ids -= {"minor", "elderly"}
        if age < 18:
            ids.add("minor")
        elif age >= 75:
            ids.add("elderly")
    if "minor" in ids and age is not None and age < 16:
        ids = (ids - {"minor"}) | {"minor_under_16"}
    if "elderly" in ids and negligent:
        ids = (ids - {"elderly"}) | {"elderly_negligent"}
    if "reconciliation" in ids:
        ids -= {"compensation", "forgiveness"}
    if {"compensation", "forgiveness"} <= ids:
        ids = (ids - {"compensation", "forgiveness"}) | {"compensation_forgiven"}
    if "surrender" in ids:
        ids -= {"confession", "court_plea"}
    if ids & {"confession", "plea"}:
        ids -= {"court_plea"}
    if "major_merit" in ids:
        ids -= {"merit"}
    if "recidivist" in ids:
        ids -= {"prior_record"}
    return tuple(c for key, c in circumstances().items() if key in ids)


def adjust(baseline: float, found: Collection[SentencingCircumstance], charge: str) -> Adjusted:
    """Apply the first layer one after the other, then add and subtract the rest.

    Args:
        baseline: months.
        found: circumstances from :func:`applicable`.
        charge: name of the charge; grave crimes get less leniency.
    """
    strict = _STRICT_FACTOR if any(word in charge for word in _STRICT) else 1.0
    months, steps = baseline, []
    for item in (c for c in found if c.layer == 1):
        before, months = months, months * (1 + item.typical)
        steps.append(_step(item, item.typical, before, months))
    base = months
    repentance = [c for c in found if c.layer == 2 and c.group == "repentance"]
    others = [c for c in found if c.layer == 2 and c.group != "repentance"]
    share = 0.0
    for item in others:
        part = item.typical * (strict if item.typical < 0 else 1.0)
        if item.floor_months and base:
            part = max(part, min(item.floor_months / base, item.hi))
        before, share = base * (1 + share), share + part
        steps.append(_step(item, part, before, base * (1 + share)))
    relief, note = _repentance(repentance, strict)
    if relief:
        before, share = base * (1 + share), share + relief
        steps.append(
            SentenceStep(
                label=f"{'、'.join(c.zh for c in repentance)}{_percent(relief)}",
                months=round(base * (1 + share), 1),
                before=round(before, 1),
                note=note,
                citation=next((c.article for c in repentance if c.article), ""),
            )
        )
    months = max(base * (1 + share), 0.0)
    return Adjusted(
        months=months,
        mitigated=any(c.mitigates for c in found),
        may_exempt=any(c.exempts for c in found),
        applied=tuple(c.id for c in found),
        steps=tuple(steps),
    )


def _repentance(found: list[SentencingCircumstance], strict: float) -> tuple[float, str]:
    """The plea is not counted beside what it consists of; the whole is capped (3(14))."""
    if not found:
        return 0.0, ""
    rest = sum(c.typical for c in found if c.id != "plea")
    plea = next((c for c in found if c.id == "plea"), None)
    cap = repentance_cap()
    if plea is None:
        return max(rest, -cap.with_others) * strict, ""
    if not rest:
        return max(plea.typical, -cap.plea_alone) * strict, ""
    # Pleading on top of the rest earns a little more, never the sum of both.
    total = min(rest, plea.typical) + 0.3 * max(rest, plea.typical)
    return max(total, -cap.with_others) * strict, "认罪认罚与所含情节不重复评价"


def _step(item: SentencingCircumstance, part: float, before: float, months: float) -> SentenceStep:
    return SentenceStep(
        label=f"{item.zh}{_percent(part)}",
        months=round(months, 1),
        before=round(before, 1),
        note=item.note or f"指导意见{item.section}",
        citation=item.article,
    )


def _percent(part: float) -> str:
    return f"{'减少' if part < 0 else '增加'}{abs(part):.0%}"
