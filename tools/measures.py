"""The value of a measure in the facts of a case: the best reading and the greatest conceivable."""

from __future__ import annotations

from collections.abc import Sequence

from ..cases.facts import Amount, AmountKind, Facts
from ..cases.models import Frozen
from ..cases.vocabulary import InjuryGrade

_UNRELATED = frozenset({AmountKind.COMPENSATION, AmountKind.RESTITUTION, AmountKind.PENALTY})
# A stated total of a near kind tells more than single sums of the best one; OTHER is not near.
_KINDS_WITH_TOTALS = 4
_KINDS: dict[str, tuple[AmountKind, ...]] = {
    "value_yuan": (
        AmountKind.VALUE,
        AmountKind.LOSS,
        AmountKind.TURNOVER,
        AmountKind.SALES,
        AmountKind.GAIN,
        AmountKind.OTHER,
    ),
    "loss_yuan": (AmountKind.LOSS, AmountKind.VALUE),
    "gain_yuan": (AmountKind.GAIN,),
    "sales_yuan": (AmountKind.SALES, AmountKind.TURNOVER),
    "turnover_yuan": (AmountKind.TURNOVER, AmountKind.SALES, AmountKind.VALUE),
    "tax_yuan": (AmountKind.TAX,),
}
_UNITS: dict[str, tuple[str, ...]] = {
    "times": ("times", "次", "起", "余次"),
    "persons": ("persons", "人", "名"),
    "recipients": ("recipients",),
    "items": ("items", "件", "张", "份", "枚", "套", "册"),
    "records": ("records", "条"),
    "animals": ("animals", "只", "头", "条", "items"),
    "guns": ("guns", "支", "把"),
    "plants": ("plants", "株", "棵", "items"),
    "saplings": ("saplings", "幼树"),
    "households": ("households", "户"),
    "area_mu": ("mu", "area_mu", "亩"),
    "cubic_metres": ("cubic_metres", "立方米"),
    "tons": ("tons", "吨"),
    "kilograms": ("kilograms", "公斤", "千克"),
    "clicks": ("clicks",),
    "forwards": ("forwards",),
    "deaths": ("deaths",),
    "serious_injuries": ("serious_injuries",),
}
_NAMES = {
    "value_yuan": "数额{:.12g}元",
    "loss_yuan": "损失{:.12g}元",
    "gain_yuan": "违法所得{:.12g}元",
    "sales_yuan": "销售金额{:.12g}元",
    "turnover_yuan": "经营（流水）数额{:.12g}元",
    "tax_yuan": "税额{:.12g}元",
    "alcohol_mg": "血液酒精含量{:g}毫克/100毫升",
    "grams": "重量{:g}克",
    "times": "{:g}次",
    "persons": "{:g}人",
    "deaths": "死亡{:g}人",
    "serious_injuries": "重伤{:g}人",
}


class Measured(Frozen):
    """A value in the unit of its measure; ``clear`` if the text leaves no doubt about it."""

    measure: str
    value: float
    clear: bool = False

    def describe(self) -> str:
        """The value in words, for reasons."""
        if self.measure == "injury":
            return list(InjuryGrade)[int(self.value)].zh
        return _NAMES.get(self.measure, self.measure + " {:g}").format(self.value)


def measure(
    name: str, facts: Facts, substances: Sequence[str] = (), *, strict: bool = False
) -> Measured | None:
    """The best reading of a measure, None if the facts hold nothing for it.

    Sums that the text calls a total go before single ones; without a total the distinct single
    sums are added up. ``strict`` takes sums of the measure's own kind only, for charges that know
    the value as a measure of its own.
    """
    if name in _KINDS:
        return _amount(name, facts, _KINDS[name][:1] if strict else _KINDS[name])
    if name == "alcohol_mg":
        return _greatest(name, [a.mg_per_100ml for a in facts.alcohol if not a.breath])
    if name == "grams":
        return _weight(facts, substances)
    if name == "injury":
        suspects = {suspect.name for suspect in facts.suspects}
        return _greatest(name, [i.grade.rank for i in facts.injuries if i.victim not in suspects])
    if name == "deaths":
        return _injured(name, facts, InjuryGrade.DEATH, InjuryGrade.DEATH)
    if name == "serious_injuries":
        return _injured(name, facts, InjuryGrade.SERIOUS, InjuryGrade.SERIOUS_1)
    return _greatest(name, _counts(name, facts))


def upper_bound(name: str, facts: Facts, *, strict: bool = False) -> float | None:
    """The greatest value of a measure that the facts could mean; None if nothing speaks for it.

    Sums of unknown meaning count, so that "below the threshold" is never concluded too early;
    ``strict`` leaves out the sums that clearly stand for another measure.
    """
    if name in _KINDS:
        possible = {_KINDS[name][0], AmountKind.OTHER} if strict else set(AmountKind) - _UNRELATED
        sums = [a.yuan for a in facts.amounts if a.kind in possible]
        if any(a.approximate for a in facts.amounts):
            sums = [s * 1.2 for s in sums]
        return max([*sums, sum(set(sums))]) if sums else None
    if name == "alcohol_mg":
        return max((a.mg_per_100ml for a in facts.alcohol), default=None)
    if name == "grams":
        return sum(w.grams for w in facts.weights) if facts.weights else None
    found = measure(name, facts)
    return found.value if found else None


def _amount(name: str, facts: Facts, kinds: Sequence[AmountKind]) -> Measured | None:
    for kind in kinds[:_KINDS_WITH_TOTALS]:
        totals = [a.yuan for a in facts.amounts if a.kind is kind and a.total and a.yuan > 0]
        if totals:
            return Measured(measure=name, value=max(totals), clear=True)
    for kind in kinds:
        amounts = [a for a in facts.amounts if a.kind is kind and a.yuan > 0]
        if amounts:
            return Measured(measure=name, value=_added(amounts), clear=len(amounts) == 1)
    return None


def _added(amounts: Sequence[Amount]) -> float:
    """Distinct sums added; a sum that equals the rest together is their unmarked total."""
    distinct = sorted({a.yuan for a in amounts})
    total = sum(distinct)
    greatest = distinct[-1]
    if len(distinct) > 1 and abs(total - 2 * greatest) <= 0.01 * greatest:
        return greatest
    return total


def _weight(facts: Facts, substances: Sequence[str]) -> Measured | None:
    fitting = [
        w.grams
        for w in facts.weights
        if not substances
        or w.substance in (None, "毒品")
        or any(s in w.substance or w.substance in s for s in substances)
    ]
    if not fitting:
        return None
    return Measured(measure="grams", value=sum(set(fitting)), clear=len(fitting) == 1)


def _injured(name: str, facts: Facts, lo: InjuryGrade, hi: InjuryGrade) -> Measured | None:
    counted = _counts(name, facts)
    if counted:
        return _greatest(name, counted)
    hits = [i for i in facts.injuries if lo.rank <= i.grade.rank <= hi.rank]
    if not hits:
        return None
    named = {i.victim for i in hits if i.victim}
    return Measured(measure=name, value=float(max(len(named), 1)), clear=len(hits) == 1)


def _counts(name: str, facts: Facts) -> list[float]:
    units = _UNITS.get(name, (name,))
    return [float(c.value) for c in facts.counts if c.unit in units]


def _greatest(name: str, values: Sequence[float]) -> Measured | None:
    if not values:
        return None
    return Measured(measure=name, value=float(max(values)), clear=len(set(values)) == 1)
