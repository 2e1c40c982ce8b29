"""Dangerous driving: declared directly within one to six months of detention (guidelines 4(2))."""

from __future__ import annotations

from ..cases.facts import Facts
from ..cases.findings import Sentence, SentenceStep
from ..cases.vocabulary import Role, SentenceKind
from ..statutes.models import Band
from .sentencing_adjust import adjust, applicable
from .sentencing_declare import Declared, fine, probation, whole_months

_UNKNOWN_MG = 140.0
_MG_PER_MONTH = 80.0
# Months that each aggravation adds: after provincial practice, not the guidelines.
_ADDED = {
    "accident": 0.75,
    "hit_and_run": 1.0,
    "fled": 1.0,
    "no_licence": 0.5,
    "passenger_vehicle": 1.0,
    "school_bus": 1.0,
    "motorway": 0.75,
    "refused_test": 0.75,
    "overloaded": 0.5,
    "drugged": 1.0,
    "heavy_truck": 0.5,
    "dangerous_goods": 1.0,
    "prior_drunk_driving": 0.5,
    "prior_drunk_conviction": 1.0,
}


def dangerous_driving(
    band: Band,
    held: frozenset[str],
    role: Role | None,
    facts: Facts | None,
    age: int | None,
) -> Sentence:
    """The sentence for dangerous driving: by blood alcohol, aggravations, then circumstances.

    Args:
        band: the statutory band (detention).
        held: ids of circumstances that hold.
        role: role in a joint crime, rare here.
        facts: for the blood alcohol in mg per 100 ml.
        age: full years at the conduct.
    """
    readings = [a.mg_per_100ml for a in facts.alcohol] if facts else []
    mg = max(readings, default=_UNKNOWN_MG)
    months = 1.0 + max(mg - 80.0, 0.0) / _MG_PER_MONTH
    note = f"血液酒精含量{mg:g}毫克/100毫升" if readings else "血液酒精含量未明，取中等值"
    steps = [
        SentenceStep(
            label="法定刑幅度：1个月至6个月拘役",
            months=1,
            note="直接确定宣告刑",
            citation=band.article,
        ),
        SentenceStep(label="基准刑", months=round(months, 1), note=note),
    ]
    for name, added in _ADDED.items():
        if name in held:
            months += added
            steps.append(SentenceStep(label=f"从重情形：{name}", months=round(months, 1)))
    adjusted = adjust(months, applicable(held, role, age), band.article)
    declared_months = min(max(whole_months(adjusted.months), 1.0), 6.0)
    declared = Declared(
        kind=SentenceKind.DETENTION,
        months=declared_months,
        steps=(SentenceStep(label=f"宣告刑：拘役{declared_months:g}个月", months=declared_months),),
    )
    probation_months, step = probation(declared, "危险驾驶罪", held, age=age)
    fine_yuan, fine_step = fine("危险驾驶罪", band, None, declared_months, None)
    return Sentence(
        kind=declared.kind,
        months=declared_months,
        probation_months=probation_months,
        fine_yuan=fine_yuan,
        band=(1, 6),
        steps=(
            *steps,
            *adjusted.steps,
            *declared.steps,
            step,
            *((fine_step,) if fine_step else ()),
        ),
    )
