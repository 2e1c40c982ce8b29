"""Combination of sentences for several crimes (CL 69)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..cases.findings import SentenceStep
from ..cases.models import Frozen
from ..cases.vocabulary import SentenceKind
from ..errors import InputError
from .arguments import a_day, number_in

_AMENDMENT_VIII = date(2011, 5, 1)
_AMENDMENT_IX = date(2015, 11, 1)
_SHARE_OF_RANGE = 0.6


class CombinedTerm(Frozen):
    """The combined punishment.

    ``floor`` (gravest single term) and ``cap`` bound ``months``, which is a recommendation; all
    are None for life and death. ``control_after`` is control still to be served afterwards.
    ``contested``: the law at the time left the combination open.
    """

    kind: SentenceKind
    floor: int | None = None
    cap: int | None = None
    months: int | None = None
    control_after: int = 0
    contested: bool = False
    steps: tuple[SentenceStep, ...] = ()


def combine_terms(
    fixed: Sequence[int] = (),
    detention: Sequence[int] = (),
    control: Sequence[int] = (),
    *,
    life: bool = False,
    death: bool = False,
    day: date | None = None,
) -> CombinedTerm:
    """Combine the punishments of several crimes (CL 69).

    Args:
        fixed, detention, control: the single terms in months.
        life, death: one of the crimes carries life imprisonment or death, which absorbs the rest.
        day: the day whose law applies; None for today's. The cap of 300 months came with
            amendment VIII (2011-05-01), the absorption of detention with IX (2015-11-01).

    Returns:
        Fixed terms: between the gravest and the sum, at most 240 months if the sum is under 420,
        else 300. Detention at most 12, control at most 36. Fixed-term imprisonment absorbs
        detention; control is served after either.

    Raises:
        InputError: no term at all, or one that is not a positive number of months.
    """
    a_day("day", day)
    for name, terms in (("fixed", fixed), ("detention", detention), ("control", control)):
        for term in terms:
            number_in(f"a term in {name} (months)", term, 1)
    if death:
        return CombinedTerm(kind=SentenceKind.DEATH, steps=(_step("死刑吸收其他主刑", 0, "一"),))
    if life:
        return CombinedTerm(kind=SentenceKind.LIFE, steps=(_step("无期徒刑吸收其他主刑", 0, "一"),))
    if not (fixed or detention or control):
        raise InputError("no term to combine; combine_terms needs at least one term")
    after = min(sum(control), 36) if control else 0
    if fixed:
        cap = _fixed_cap(sum(fixed), day)
        kind, floor, months, steps = _combine(SentenceKind.FIXED_TERM, fixed, cap)
        contested = False
        if detention:
            contested = day is not None and day < _AMENDMENT_IX
            note = "当时法律未作规定" if contested else ""
            steps = (*steps, _step("有期徒刑吸收拘役", months, "二", note))
    elif detention:
        kind, floor, months, steps = _combine(SentenceKind.DETENTION, detention, 12)
        cap, contested = min(sum(detention), 12), False
    else:
        kind, floor, months, steps = _combine(SentenceKind.CONTROL, control, 36)
        return CombinedTerm(
            kind=kind, floor=floor, cap=min(sum(control), 36), months=months, steps=steps
        )
    if after:
        steps = (*steps, _step(f"执行完毕后仍须执行管制{after}个月", months, "二"))
    return CombinedTerm(
        kind=kind,
        floor=floor,
        cap=cap,
        months=months,
        control_after=after,
        contested=contested,
        steps=steps,
    )


def _fixed_cap(total: int, day: date | None) -> int:
    if total < 420 or (day is not None and day < _AMENDMENT_VIII):
        return min(total, 240)
    return 300


def _combine(
    kind: SentenceKind, terms: Sequence[int], limit: int
) -> tuple[SentenceKind, int, int, tuple[SentenceStep, ...]]:
    floor, total = max(terms), sum(terms)
    cap = max(floor, min(total, limit))
    months = floor if len(terms) == 1 else round(floor + _SHARE_OF_RANGE * (cap - floor))
    steps = (
        _step(f"数刑中最高刑{floor}个月", floor, "一"),
        _step(f"总和刑期{total}个月，最高不超过{cap}个月", cap, "一"),
        _step(f"酌情决定执行{months}个月", months, "一"),
    )
    return kind, floor, months, steps


def _step(label: str, months: float, paragraph: str, note: str = "") -> SentenceStep:
    return SentenceStep(
        label=label, months=months, note=note, citation=f"cl:第六十九条第{paragraph}款"
    )
