"""Whether what is recommended for several defendants of one joint crime fits together.

Roles are compared with the ranking of contributions, terms with roles: for the same charge and the
same circumstances an accomplice gets no more than a principal (CL 26, 27).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..cases.circumstances import group_of
from ..cases.facts import Facts, PersonKind
from ..cases.findings import Outcome, SentenceStep
from ..cases.models import Frozen
from ..cases.vocabulary import Decision, Role
from .contribution import CLEAR, ranking

LESSER = (Role.ACCOMPLICE, Role.COERCED)


class Inconsistency(Frozen):
    """What does not fit: ``code`` is no_principal, ranked_above, term_above or decision_above.

    ``defendant`` is the lesser participant, ``other`` the principal compared with, if any.
    """

    code: str
    defendant: str
    other: str = ""
    zh: str = ""


def inconsistencies(facts: Facts, outcomes: Mapping[str, Outcome]) -> tuple[Inconsistency, ...]:
    """What does not fit together in the outcomes of one case; empty for a single defendant."""
    if len(outcomes) < 2:
        return ()
    return (*_no_principal(facts, outcomes), *_ranked(facts, outcomes), *_terms(facts, outcomes))


def balanced(
    facts: Facts, outcomes: Mapping[str, Outcome]
) -> tuple[dict[str, Outcome], tuple[Inconsistency, ...]]:
    """The outcomes with terms mended, and everything that did not fit.

    A term above a comparable principal's is lowered to it, with a step that says so. Roles and
    decisions are not changed: which of the two is wrong takes a person to say.
    """
    found = inconsistencies(facts, outcomes)
    mended: dict[str, Outcome] = {}
    for item in found:
        own, other = outcomes[item.defendant], outcomes.get(item.other)
        if item.code == "term_above" and other is not None:
            mended[own.name] = _lowered(mended.get(own.name, own), other)
    return mended, found


def _no_principal(facts: Facts, outcomes: Mapping[str, Outcome]) -> Iterator[Inconsistency]:
    roles = {name: out.role for name, out in outcomes.items()}
    if not all(role in LESSER for role in roles.values()):
        return
    if any(p.kind is PersonKind.ELSEWHERE for p in facts.others):
        return
    yield Inconsistency(
        code="no_principal",
        defendant=next(iter(roles)),
        zh="全部被告人均认定为从犯，案卷中没有主犯，也没有另案处理的主犯，请复核作用认定",
    )


def _ranked(facts: Facts, outcomes: Mapping[str, Outcome]) -> Iterator[Inconsistency]:
    score = {c.name: c.score for c in ranking(facts)}
    for lesser, leading in _pairs(outcomes):
        if score.get(lesser.name, 0.0) - score.get(leading.name, 0.0) >= CLEAR:
            yield Inconsistency(
                code="ranked_above",
                defendant=lesser.name,
                other=leading.name,
                zh=f"{lesser.name}认定为从犯，但所述行为的作用大于主犯{leading.name}，请复核作用认定",
            )


def _terms(facts: Facts, outcomes: Mapping[str, Outcome]) -> Iterator[Inconsistency]:
    for lesser, leading in _pairs(outcomes):
        if lesser.charges != leading.charges or not _no_worse(facts, lesser.name, leading.name):
            continue
        if lesser.decision is Decision.P and leading.decision is Decision.DNP:
            yield Inconsistency(
                code="decision_above",
                defendant=lesser.name,
                other=leading.name,
                zh=f"从犯{lesser.name}拟起诉而主犯{leading.name}拟相对不起诉，情节相当，请复核",
            )
        mine, theirs = lesser.sentence, leading.sentence
        if mine is None or theirs is None or mine.months is None or theirs.months is None:
            continue
        if mine.months > theirs.months:
            yield Inconsistency(
                code="term_above",
                defendant=lesser.name,
                other=leading.name,
                zh=f"从犯{lesser.name}的刑期高于情节相当的主犯{leading.name}，已调整为不高于主犯",
            )


def _pairs(outcomes: Mapping[str, Outcome]) -> Iterator[tuple[Outcome, Outcome]]:
    for lesser in outcomes.values():
        if lesser.role in LESSER:
            for leading in outcomes.values():
                if leading.role is Role.PRINCIPAL:
                    yield lesser, leading


def _no_worse(facts: Facts, lesser: str, leading: str) -> bool:
    """Whether nothing of his own makes the lesser participant's case graver than the other's."""
    mine, theirs = _grouped(facts, lesser), _grouped(facts, leading)
    return mine["against"] <= theirs["against"] and theirs["for"] <= mine["for"] | {"accomplice"}


def _grouped(facts: Facts, name: str) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = {"for": set(), "against": set()}
    for key in facts.holding(name):
        group = group_of(key)
        if group in grouped:
            grouped[group].add(key)
    return grouped


def _lowered(own: Outcome, leading: Outcome) -> Outcome:
    mine, theirs = own.sentence, leading.sentence
    if mine is None or theirs is None or mine.months is None or theirs.months is None:
        return own
    months = min(mine.months, theirs.months)
    step = SentenceStep(
        label=f"与同案主犯{leading.name}均衡，不高于其刑期",
        months=months,
        before=mine.months,
        note="同案均衡",
        citation="cl:第二十七条第二款",
    )
    changes = {"kind": theirs.kind if months < 6 else mine.kind, "months": months}
    lowered = mine.model_copy(update={**changes, "steps": (*mine.steps, step)})
    return own.model_copy(update={"sentence": lowered})
