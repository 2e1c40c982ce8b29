"""The sentence agent: the recommended sentence for a defendant to be prosecuted (CPL 176(2))."""

from __future__ import annotations

from ..cases.findings import Outcome, Sentence, SentenceStep
from ..cases.vocabulary import Decision, SentenceKind
from ..errors import InputError
from ..tools.combine import combine_terms
from ..tools.sentencing import recommend_sentence
from .base import Context, View


def assess(view: View, outcome: Outcome, context: Context) -> Sentence | None:
    """The sentence for all charges of one defendant; None where he is not to be prosecuted.

    Several terms are combined (CL 69). Units are punished by fine only (CL 31): no term.
    """
    if outcome.decision is not Decision.P or view.suspect.is_unit:
        return None
    made = {name: _one(view, name, context) for name in outcome.charges}
    found = {name: sentence for name, sentence in made.items() if sentence is not None}
    if len(found) <= 1:
        return next(iter(found.values()), None)
    return _combine(view, found)


def _one(view: View, charge: str, context: Context) -> Sentence | None:
    facts = view.facts
    suspect = view.suspect
    age = suspect.age_at_conduct if suspect.age_at_conduct is not None else suspect.stated_age
    try:
        return recommend_sentence(
            charge,
            day=view.conduct_date,
            circumstances=facts.holding(view.defendant) or ("none_known",),
            role=view.role,
            facts=facts,
            text=view.case.fact,
            province=context.province or view.case.meta.province or None,
            age=age,
            decision_day=facts.decision_date,
        )
    except InputError:
        return None


def _combine(view: View, found: dict[str, Sentence]) -> Sentence:
    """One sentence for several crimes: terms combined, fines added, probation only if one fits."""
    single = list(found.values())
    fines = [s.fine_yuan for s in single if s.fine_yuan]
    if all(s.kind in (SentenceKind.FINE, SentenceKind.EXEMPT) for s in single):
        gravest = next((s for s in single if s.kind is SentenceKind.FINE), single[0])
        return gravest.model_copy(update={"fine_yuan": sum(fines) or None})
    by_kind = {kind: [s for s in single if s.kind is kind] for kind in SentenceKind}
    terms = {
        kind: [round(s.months) for s in by_kind[kind] if s.months]
        for kind in (SentenceKind.FIXED_TERM, SentenceKind.DETENTION, SentenceKind.CONTROL)
    }
    combined = combine_terms(
        terms[SentenceKind.FIXED_TERM],
        terms[SentenceKind.DETENTION],
        terms[SentenceKind.CONTROL],
        life=bool(by_kind[SentenceKind.LIFE]),
        death=bool(by_kind[SentenceKind.DEATH]),
        day=view.facts.decision_date,
    )
    own_steps = [
        SentenceStep(label=f"{name}：{sentence.kind.zh}", months=sentence.months or 0)
        for name, sentence in found.items()
    ]
    probation = [s.probation_months for s in single]
    eligible = all(probation) and combined.months is not None and combined.months <= 36
    return Sentence(
        kind=combined.kind,
        months=combined.months,
        probation_months=max(p or 0 for p in probation) if eligible else None,
        fine_yuan=sum(fines) if fines else None,
        band=(combined.floor or 0, combined.cap),
        steps=(*own_steps, *combined.steps),
    )
