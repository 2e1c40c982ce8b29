"""The subsumption check: taking the facts as proven, is it a crime, and is liability excluded?

Grounds that do not hang on proof (limitation, death, age, complaint) are computed; grounds of
justification, missing elements and plain pettiness are weighed from the signals in the file.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..cases.facts import Circumstance
from ..cases.findings import Finding, Ground
from ..cases.vocabulary import Check, Verdict
from ..statutes.charges import charge as charge_named
from ..statutes.grounds import ground as ground_rule
from .base import Context, View
from .computed import computed_grounds
from .defence import refine
from .signals import cite, confidence, weigh
from .tables import GroundSignals, table
from .weighing import applies, first_of, held_signals, row_ground

EXCLUDING = frozenset({"not_pursued", "justified"})


def assess(view: View, context: Context) -> Finding:
    """Judge whether the conduct makes the crime and whether an Article 16 ground excludes it."""
    weights = table("subsumption")
    signals = held_signals(view)
    computed = computed_grounds(view, context)
    weighed = [g for rule in weights.grounds if (g := _weigh(rule, signals, view, weights.line))]
    relief = weigh(signals, weights.relief)
    grounds = _settle(computed, weighed, relief, weights.line)
    holding = [g for g in grounds if g.holds]
    verdict = _verdict(holding)
    best = max((g.weight for g in grounds if not g.proof_free), default=0.0) + relief
    charge = charge_named(view.charge) if view.charge else None
    day = view.conduct_date
    return Finding(
        check=Check.SUBSUMPTION,
        defendant=view.defendant,
        charge=view.charge,
        verdict=verdict,
        summary=_summary(verdict, holding, view),
        grounds=grounds,
        citations=cite([charge.article], day) if charge else (),
        confidence=0.95 if any(g.proof_free for g in holding) else confidence(best - weights.line),
    )


def _weigh(
    rule: GroundSignals, signals: Mapping[str, list[Circumstance]], view: View, line: float
) -> Ground | None:
    found = first_of(rule, signals)
    weight = min(rule.cap, weigh(found, rule.signals))
    if weight <= 0 or not applies(rule, signals, view.charge):
        return None
    ground = row_ground(rule, view, found.values(), weight, holds=weight >= line)
    return refine(ground, view, signals) if rule.ground == "self_defence" else ground


def _settle(
    computed: list[Ground], weighed: list[Ground], relief: float, line: float
) -> tuple[Ground, ...]:
    """Join both kinds of ground; a weighed one holds only if it outweighs what speaks against."""
    known = {g.id: g for g in computed}
    merged = list(computed)
    for ground in weighed:
        twin = known.get(ground.id)
        if twin is None:
            holds = ground.weight + relief >= line
            merged.append(ground.model_copy(update={"holds": holds}))
        elif not twin.holds:
            joint = twin.weight + ground.weight
            joined = ground.model_copy(
                update={
                    "weight": round(joint, 3),
                    "holds": joint + relief >= line,
                    "reason": f"{twin.reason}；{ground.reason}",
                    "quotes": (*twin.quotes, *ground.quotes),
                }
            )
            merged[merged.index(twin)] = joined
    return tuple(merged)


def _verdict(holding: list[Ground]) -> Verdict:
    if not holding:
        return Verdict.CRIME
    if any(ground_rule(g.id).group in EXCLUDING for g in holding):
        return Verdict.EXCLUDED
    return Verdict.NO_CRIME


def _summary(verdict: Verdict, holding: list[Ground], view: View) -> str:
    if verdict is Verdict.CRIME:
        return f"所述事实符合{view.charge or '涉嫌罪名'}的构成要件，未见排除犯罪或责任的事由"
    return "；".join(f"{g.zh}（{g.reason}）" if g.reason else g.zh for g in holding)
