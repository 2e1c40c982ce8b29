"""From the adjusted term to the declared sentence: kind, limits, probation, fine."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..cases.findings import SentenceStep
from ..cases.models import Frozen
from ..cases.vocabulary import SentenceKind
from ..statutes.guidelines import fine_rule
from ..statutes.models import Band
from ..statutes.thresholds import threshold_name
from .sentencing_adjust import Adjusted

_SHORTEST_FIXED = 6
_REPENTANCE = frozenset(
    {
        "surrender",
        "confession",
        "court_plea",
        "plea",
        "restitution",
        "compensation",
        "compensation_forgiven",
        "forgiveness",
        "reconciliation",
    }
)
_STRICT_PROBATION = ("强奸", "抢劫", "毒品", "故意杀人")


class Declared(Frozen):
    """Kind and length of the declared sentence; ``months`` None for life and death."""

    kind: SentenceKind
    months: float | None
    steps: tuple[SentenceStep, ...] = ()


def declare(band: Band, bands: Sequence[Band], adjusted: Adjusted) -> Declared:
    """The declared term within the band, or below it where the law mitigates.

    A mitigated sentence falls into the next lower band at most (CL 63(1)); without mitigation the
    lowest term of the band is declared.
    """
    months = adjusted.months
    steps: list[SentenceStep] = []
    floor = float(band.lo)
    if months < band.lo:
        if adjusted.mitigated:
            lower = [b for b in bands if b.lo < band.lo]
            floor = float(max(lower, key=lambda b: b.lo).lo) if lower else floor
            steps.append(_step("法定刑以下减轻处罚", months, "cl:第六十三条第一款"))
        else:
            steps.append(_step("没有减轻处罚情节，取法定最低刑", float(band.lo)))
    ceiling = float(band.hi) if band.hi is not None else 180.0
    months = min(max(months, floor), ceiling)
    may_detain = floor < _SHORTEST_FIXED and _allows_detention(band, bands, adjusted.mitigated)
    if months < _SHORTEST_FIXED and may_detain:
        months = max(1.0, whole_months(months))
        if months < _SHORTEST_FIXED:
            return _done(SentenceKind.DETENTION, months, steps)
    months = float(max(_SHORTEST_FIXED, _rounded(months)))
    return _done(SentenceKind.FIXED_TERM, months, steps)


def whole_months(months: float) -> float:
    """A short term as it is declared: in whole months, half a month up."""
    return float(int(months + 0.5))


def probation(
    declared: Declared,
    charge: str,
    held: Collection[str],
    *,
    age: int | None = None,
    leader: bool = False,
) -> tuple[int | None, SentenceStep]:
    """Probation in months if it comes into question, and the step that says why or why not.

    Source: CL 72-74. Detention or up to 36 months; light circumstances, repentance, no danger of
    new crimes, no great harm to the community; shall for under 18, pregnant, over 75; never for
    recidivists and ringleaders.
    """
    reason = _bar(declared, charge, frozenset(held), age, leader)
    if reason or declared.months is None:
        return None, _step(f"不宜宣告缓刑：{reason or '刑种不适用'}", declared.months or 0)
    if declared.kind is SentenceKind.DETENTION:
        months = min(max(round(declared.months * 2), 2), 12)
    else:
        months = min(max(12, round(declared.months * 1.4)), 60)
    must = (age is not None and (age < 18 or age >= 75)) or "pregnant" in held
    label = f"{'应当' if must else '可以'}宣告缓刑，考验期{months}个月"
    return months, _step(label, declared.months, "cl:第七十二条第一款")


def fine(
    charge: str, band: Band, level: str | None, months: float | None, yuan: float | None
) -> tuple[int | None, SentenceStep | None]:
    """The fine in yuan, where the band knows one; an estimate within the limits of the sources.

    Args:
        charge: name of the charge.
        band: the band applied.
        level: the level reached (some sources raise the least fine with it).
        months: declared months; None for life and death.
        yuan: the sum involved, if known.
    """
    if band.fine in ("none", "may"):
        return None, None
    rule = fine_rule(threshold_name(charge))
    term = months if months is not None else 240.0
    if rule is None:
        amount, least, most, source = term * 1000, 1000, 0.0, "酌情"
    else:
        least = rule.levels.get(level or "", rule.least)
        amount = rule.share * yuan if rule.share and yuan else rule.per_month * term
        most, source = rule.most_share * (yuan or 0.0), rule.source
    if most:
        amount = min(amount, most)
    amount = max(amount, least)
    unit = 10000 if amount >= 100000 else 1000 if amount >= 2000 else 500
    total = max(int(amount // unit) * unit, least)
    step = SentenceStep(label=f"罚金{total}元", months=round(months or 0, 1), note=source)
    return total, step


def _bar(
    declared: Declared, charge: str, held: frozenset[str], age: int | None, leader: bool
) -> str:
    if declared.months is None or declared.months > 36:
        return "超过三年有期徒刑"
    if "recidivist" in held:
        return "累犯（刑法第七十四条）"
    if leader:
        return "犯罪集团的首要分子（刑法第七十四条）"
    protected = (age is not None and (age < 18 or age >= 75)) or "pregnant" in held
    if protected:
        return ""
    if not held & _REPENTANCE:
        return "没有悔罪表现"
    if "prior_record" in held:
        return "有前科，有再犯罪的危险"
    if any(word in charge for word in _STRICT_PROBATION):
        return "依指导意见从严把握缓刑"
    return ""


def _allows_detention(band: Band, bands: Sequence[Band], mitigated: bool) -> bool:
    lowest = bands[0] if mitigated else band
    return "detention" in band.penalties or "detention" in lowest.penalties


def _done(kind: SentenceKind, months: float, steps: list[SentenceStep]) -> Declared:
    steps.append(_step(f"宣告刑：{kind.zh}{months:g}个月", months))
    return Declared(kind=kind, months=months, steps=tuple(steps))


def _rounded(months: float) -> int:
    """Whole months; from three years on in quarters of a year, as courts do."""
    if months >= 36:
        return round(months / 3) * 3
    return round(months)


def _step(label: str, months: float, citation: str = "") -> SentenceStep:
    return SentenceStep(label=label, months=round(months, 1), citation=citation)
