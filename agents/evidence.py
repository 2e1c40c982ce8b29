"""The evidence check: is every element of the charge proven beyond reasonable doubt? (CPL 55, 175)

The rules list which evidence speaks for each element, collect what the file itself says against
it (Rules 368: gaps, doubtful evidence, contradictions, other explanations, illogic), and weigh
that against corroboration. Two returns for investigation without result weigh most.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..cases.facts import Circumstance, EvidenceItem, Facts
from ..cases.findings import ElementProof, Finding, Ground
from ..cases.vocabulary import Check, EvidenceKind, Verdict
from ..statutes.charges import charge as charge_named
from ..statutes.versions import cite as cite_subject
from ..tools.evidence_inventory import proving
from .base import Context, View
from .signals import cite, confidence, quotes_of, weigh
from .tables import GroundSignals, table
from .weighing import applies, first_of, held_signals, row_ground


def assess(view: View, context: Context) -> Finding:
    """Judge whether the evidence is sufficient for the defendant's first charge."""
    facts, day = view.facts, view.facts.decision_date
    weights = table("evidence")
    signals = held_signals(view)
    found = (_doubt(rule, signals, view) for rule in weights.grounds)
    doubts = _told_once([ground for ground in found if ground is not None])
    procedure = _procedural(facts, weights.procedure)
    relief = max(
        weights.procedure["relief_cap"],
        weigh(signals, weights.relief) + _variety(facts, weights.procedure),
    )
    score = round(sum(g.weight for g in doubts) + procedure + relief, 3)
    insufficient = bool(doubts) and score >= weights.line
    doubts = tuple(g.model_copy(update={"holds": insufficient}) for g in doubts)
    subject = "evidence.standard"
    return Finding(
        check=Check.EVIDENCE,
        defendant=view.defendant,
        charge=view.charge,
        verdict=Verdict.INSUFFICIENT if insufficient else Verdict.SUFFICIENT,
        summary=_summary(insufficient, doubts, facts),
        grounds=doubts,
        elements=_elements(view, doubts),
        quotes=quotes_of(view.case, facts.evidence),
        citations=cite(cite_subject(subject, day), day),
        confidence=confidence(score - weights.line),
        notes=(f"疑点得分 {score:.2f}，界线 {weights.line:.2f}",),
    )


def _doubt(
    rule: GroundSignals, signals: Mapping[str, list[Circumstance]], view: View
) -> Ground | None:
    found = first_of(rule, signals)
    if not found or not applies(rule, signals, view.charge):
        return None
    return row_ground(rule, view, found.values(), min(rule.cap, weigh(found, rule.signals)))


def _told_once(grounds: list[Ground]) -> tuple[Ground, ...]:
    """Of several grounds that rest on the same words only the weightiest."""
    heaviest = sorted(grounds, key=lambda g: -g.weight)
    kept: list[Ground] = []
    for ground in heaviest:
        if not any(ground.reason in k.reason or k.reason in ground.reason for k in kept):
            kept.append(ground)
    return tuple(g for g in grounds if g in kept)


def _procedural(facts: Facts, weights: Mapping[str, float]) -> float:
    """What the course of the procedure says: returns for investigation (CPL 175)."""
    return weights.get(f"returns_{min(facts.returns, 2)}", 0.0)


def _variety(facts: Facts, weights: Mapping[str, float]) -> float:
    """Relief for every objective kind of evidence beyond statements."""
    objective = {EvidenceKind.PHYSICAL, EvidenceKind.EXPERT, EvidenceKind.RECORD}
    kinds = {item.kind for item in facts.evidence}
    return weights.get("objective_kind", 0.0) * len(kinds & objective)


def _elements(view: View, doubts: tuple[Ground, ...]) -> tuple[ElementProof, ...]:
    charge = charge_named(view.charge) if view.charge else None
    if charge is None:
        return ()
    doubted = {
        kind: rule.ground
        for rule in table("evidence").grounds
        for kind in rule.elements
        if any(g.id == rule.ground for g in doubts)
    }
    kinds = {item.kind for item in view.facts.evidence}
    return tuple(
        ElementProof(
            id=element.id,
            zh=element.zh,
            kind=element.kind,
            proven_by=tuple(k.zh for k in proving(element.kind, kinds)),
            doubts=(doubted[element.kind],) if element.kind in doubted else (),
        )
        for element in charge.elements
    )


def _summary(insufficient: bool, doubts: tuple[Ground, ...], facts: Facts) -> str:
    kinds = "、".join(dict.fromkeys(_kind(i) for i in facts.evidence)) or "案卷未列明证据种类"
    if insufficient:
        named = "、".join(g.zh for g in sorted(doubts, key=lambda g: -g.weight)[:3])
        returned = f"，已退回补充侦查{facts.returns}次" if facts.returns else ""
        return f"现有证据不能排除合理怀疑：{named}{returned}"
    if doubts:
        named = "、".join(g.zh for g in doubts[:2])
        return f"虽有疑点（{named}），在案证据（{kinds}）足以认定"
    return f"在案证据（{kinds}）足以认定所述事实，未见影响定罪的疑点"


def _kind(item: EvidenceItem) -> str:
    return item.kind.zh
