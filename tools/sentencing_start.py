"""From the facts to the baseline: the band, the starting point, the additions (guidelines 2, 4)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..cases.facts import Facts
from ..cases.findings import SentenceStep
from ..cases.models import Frozen
from ..cases.vocabulary import InjuryGrade
from ..statutes.guidelines import guideline
from ..statutes.models import Band, StartingPoint
from ..statutes.thresholds import threshold_name
from .threshold_check import ORDER, ThresholdResult

LONGEST_FIXED = 180
_GENERAL_SHARE = 1 / 4
# The basic levels of the guidelines mostly start within a year; so do light bands without one.
_LIGHT_BAND, _LIGHT_START = 6, 12.0
_ADDED_SHARE = 0.5
_PER_SLIGHT, _PER_SERIOUS = 2.0, 10.0


class Baseline(Frozen):
    """The baseline in months with the steps to it; ``severity`` is how far the facts outrun the
    level's own line (1: just reached)."""

    months: float
    severity: float = 1.0
    steps: tuple[SentenceStep, ...] = ()


def pick_band(bands: Sequence[Band], level: str | None, *, short: bool = False) -> Band:
    """The band of a level: by its key, else by its place after the basic band.

    Args:
        bands: the bands in force, lightest first; not empty.
        level: a level of the thresholds or of a band; None for the basic band.
        short: the facts stay short of every level, so the lightest band applies.
    """
    if short and level is None:
        return bands[0]
    keys = {band.key: band for band in bands}
    if level in keys:
        return keys[level]
    basic = keys.get("basic", bands[0])
    if level is None or level in ("filing", "basic"):
        return basic
    graver = [band for band in bands if band.lo > basic.lo and band.key != "gravest"]
    if not graver:
        return basic
    return graver[0] if level == "serious" else graver[-1]


def baseline(
    charge: str,
    band: Band,
    level: str | None,
    result: ThresholdResult | None,
    facts: Facts | None,
) -> Baseline:
    """Starting point within the band plus additions for amount, count and consequence.

    The charges outside the guidelines start at the lower quarter of the band, in a band that
    knows detention within a year. All in months.
    """
    lo, hi = band.lo, band.hi if band.hi is not None else max(LONGEST_FIXED, band.lo)
    measured = result is not None and result.value is not None and result.reached_level is not None
    start, source = _start(charge, band, level, hi)
    steps = [
        SentenceStep(label="量刑起点", months=round(start, 1), note=source, citation=band.article)
    ]
    months, severity = start, 1.0
    if measured and result is not None:
        share, severity = _excess(result, hi)
        added = share * max(hi - start, 0) * _ADDED_SHARE
        if added >= 0.5:
            months += added
            note = "；".join(result.reasons[:1])
            steps.append(_added("数额、数量增加刑罚量", months, note))
    extra, note = _injuries(charge, facts)
    if extra:
        months += extra
        steps.append(_added("伤害后果增加刑罚量", months, note))
    months = min(max(months, lo), hi)
    steps.append(SentenceStep(label="基准刑", months=round(months, 1)))
    return Baseline(months=months, severity=severity, steps=tuple(steps))


def _start(charge: str, band: Band, level: str | None, hi: int) -> tuple[float, str]:
    found = guideline(threshold_name(charge))
    point = _point(found.starts, band, level) if found else None
    if found is None or point is None:
        general = band.lo + (hi - band.lo) * _GENERAL_SHARE
        if band.lo <= _LIGHT_BAND:
            general = min(general, _LIGHT_START)
        return general, "该罪未列入量刑指导意见，取法定刑幅度下部"
    middle = (point.lo + point.hi) / 2
    return middle, f"{found.source}：{point.lo:g}至{point.hi:g}个月"


def _point(starts: Sequence[StartingPoint], band: Band, level: str | None) -> StartingPoint | None:
    """The starting point that lies in the band, by name if several do."""
    inside = [
        s for s in starts if s.lo >= band.lo and (band.hi is None or s.hi <= max(band.hi, band.lo))
    ]
    named = [s for s in inside if s.level in (level, band.key)]
    if named:
        return named[0]
    return min(inside, key=lambda s: s.lo) if inside else None


def _excess(result: ThresholdResult, hi: int) -> tuple[float, float]:
    """Share (0-1) of the way from the level's line to the next, and the ratio to the line."""
    value, at = result.value or 0.0, result.level_at or 0.0
    severity = value / at if at else 1.0
    if result.measure in ("injury", "alcohol_mg") or result.level_at is None:
        return 0.0, 1.0
    if result.next_at is not None and result.next_at > at:
        return min(max((value - at) / (result.next_at - at), 0.0), 1.0), severity
    if severity <= 1 or not at:
        return 0.0, max(severity, 1.0)
    return min(math.log10(severity) / 2, 1.0), severity


def _injuries(charge: str, facts: Facts | None) -> tuple[float, str]:
    if facts is None or ("伤害" not in charge and "寻衅" not in charge and "斗殴" not in charge):
        return 0.0, ""
    ranks = sorted((i.grade.rank for i in _distinct(facts)), reverse=True)
    if not ranks:
        return 0.0, ""
    extra = 0.0
    if ranks[0] == InjuryGrade.SLIGHT_1.rank:
        extra += 4
    elif ranks[0] == InjuryGrade.SERIOUS_1.rank:
        extra += 18
    for rank in ranks[1:]:
        if rank >= InjuryGrade.SERIOUS.rank:
            extra += _PER_SERIOUS
        elif rank >= InjuryGrade.SLIGHT.rank:
            extra += _PER_SLIGHT
    return extra, f"{len(ranks)}人受伤，最重{list(InjuryGrade)[ranks[0]].zh}"


def _distinct(facts: Facts) -> list[_Injured]:
    """One injury per named victim, the gravest; of unnamed ones one per degree."""
    gravest: dict[str, _Injured] = {}
    suspects = {s.name for s in facts.suspects}
    for injury in facts.injuries:
        if injury.victim in suspects:
            continue
        key = injury.victim or f"?{injury.grade.rank}"
        if key not in gravest or injury.grade.rank > gravest[key].grade.rank:
            gravest[key] = _Injured(grade=injury.grade)
    return list(gravest.values())


class _Injured(Frozen):
    grade: InjuryGrade


def _added(label: str, months: float, note: str) -> SentenceStep:
    return SentenceStep(label=label, months=round(months, 1), note=note)


def heavier(level: str | None, other: str | None) -> str | None:
    """The graver of two levels."""
    ranks = {name: index for index, name in enumerate(ORDER)}
    return max((level, other), key=lambda name: ranks.get(name or "", -1))
