"""The card of a data set of several defendants: what it holds, counted in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import mean, median

from .joint import JointCase, Scenario
from .joint_sets import fair_pairs, role_pairs
from .joint_text import states_role
from .models import Frozen


class Spread(Frozen):
    """How a number is spread over its ``n`` values; zeros where there are none."""

    n: int = 0
    least: float = 0
    median: float = 0
    mean: float = 0
    most: float = 0


class Card(Frozen):
    """Counts over cases and defendants; lengths in characters, terms in months.

    ``pairs`` are all principal-accomplice pairs of one case, ``fair_pairs`` the disjoint ones;
    ``views_with_roles`` the cases whose court's view states a role.
    """

    sources: dict[str, int]
    cases: int
    without_judgment: int
    defendants: int
    scenarios: dict[str, int]
    defendants_per_case: dict[str, int]
    roles: dict[str, int]
    charges: dict[str, int]
    pairs: int
    fair_pairs: int
    views_with_roles: int
    facts_chars: Spread
    court_view_chars: Spread
    months: Spread
    probation: int
    repeated_ids: int


def card(cases: Iterable[JointCase]) -> Card:
    """The card of the cases, which are read once and not kept."""
    counts: dict[str, Counter[str]] = {
        key: Counter() for key in ("source", "scenario", "size", "role", "charge", "n", "id")
    }
    facts: list[int] = []
    views: list[int] = []
    months: list[float] = []
    for case in cases:
        n = counts["n"]
        n["cases"] += 1
        n["without"] += not case.defendants
        n["pairs"] += len(role_pairs(case))
        n["fair"] += len(fair_pairs(case))
        n["stating"] += bool(case.court_view) and states_role(case.court_view)
        counts["id"][case.id] += 1
        counts["source"][case.source.value] += 1
        counts["scenario"][case.scenario.value if case.scenario else "unknown"] += 1
        counts["size"][str(len(case.defendants))] += 1
        facts.append(len(case.facts))
        views += [len(case.court_view)] if case.court_view else []
        for one in case.defendants:
            n["defendants"] += 1
            n["probation"] += bool(one.probation_months)
            counts["role"][one.role.value if one.role else "unknown"] += 1
            counts["charge"].update(one.charges or ("unknown",))
            months += [one.months] if one.months is not None else []
    return Card(
        sources=dict(sorted(counts["source"].items())),
        cases=counts["n"]["cases"],
        without_judgment=counts["n"]["without"],
        defendants=counts["n"]["defendants"],
        scenarios=_ordered(counts["scenario"], [*Scenario, "unknown"]),
        defendants_per_case=_ordered(counts["size"], sorted(counts["size"], key=int)),
        roles=dict(counts["role"].most_common()),
        charges=dict(counts["charge"].most_common()),
        pairs=counts["n"]["pairs"],
        fair_pairs=counts["n"]["fair"],
        views_with_roles=counts["n"]["stating"],
        facts_chars=_spread(facts),
        court_view_chars=_spread(views),
        months=_spread(months),
        probation=counts["n"]["probation"],
        repeated_ids=sum(times - 1 for times in counts["id"].values()),
    )


def _ordered(counts: Counter[str], keys: Iterable[str]) -> dict[str, int]:
    return {str(key): counts[key] for key in keys if counts[key]}


def _spread(values: Sequence[float]) -> Spread:
    if not values:
        return Spread()
    return Spread(
        n=len(values),
        least=min(values),
        median=median(values),
        mean=round(mean(values), 1),
        most=max(values),
    )
