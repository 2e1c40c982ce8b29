"""The roles agent: which part each person played in a joint crime (CL 25-29), by rules.

A defendant is judged on the signals of that person only; instigation counts by the part played
(CL 29(1)). An accomplice needs a principal, in the file or dealt with elsewhere.
"""

from __future__ import annotations

from ..cases.facts import Circumstance, Facts, PersonKind
from ..cases.findings import RoleFinding
from ..cases.vocabulary import Role
from .base import Context, View
from .signals import quotes_of
from .tables import table

PRINCIPAL_FROM = 0.5
ACCOMPLICE_TO = -0.5


def assess(view: View, context: Context) -> RoleFinding:
    """The role of the defendant; None for a person who acted alone."""
    facts = view.facts
    if not is_joint(facts):
        return RoleFinding(defendant=view.defendant, role=None, reasons=("单独犯罪",))
    score, items = contribution(facts, view.defendant)
    role = _role(score, items, facts, view.defendant)
    reasons = tuple(dict.fromkeys(c.span.of(view.case) for c in items)) or ("案卷未写明作用大小",)
    return RoleFinding(
        defendant=view.defendant,
        role=role,
        reasons=reasons,
        quotes=quotes_of(view.case, items),
        score=round(score, 3),
    )


def is_joint(facts: Facts) -> bool:
    """Whether several people took part: suspects in the file or persons dealt with elsewhere."""
    people = [s for s in facts.suspects if not s.is_unit]
    return len(people) > 1 or any(p.kind is PersonKind.ELSEWHERE for p in facts.others)


def contribution(facts: Facts, defendant: str) -> tuple[float, list[Circumstance]]:
    """How much the signals of this person speak for a leading part (negative: a lesser one)."""
    weights = {name: w for rule in table("roles").grounds for name, w in rule.signals.items()}
    items = [
        c
        for c in facts.circumstances
        if c.holds and c.id in weights and _belongs(c, defendant, facts)
    ]
    distinct = {c.id: c for c in reversed(items)}
    return sum(weights[name] for name in distinct), list(reversed(distinct.values()))


def _belongs(item: Circumstance, defendant: str, facts: Facts) -> bool:
    """A shared signal says nothing of one person's part unless there is only one suspect."""
    return item.defendant == defendant or (item.defendant is None and len(facts.suspects) == 1)


def _role(score: float, items: list[Circumstance], facts: Facts, defendant: str) -> Role | None:
    ids = {c.id for c in items}
    if "coerced" in ids:
        return Role.COERCED
    if score >= PRINCIPAL_FROM:
        return Role.PRINCIPAL
    if score <= ACCOMPLICE_TO and _has_principal(facts, defendant):
        return Role.ACCOMPLICE
    return Role.NOT_DISTINGUISHED if len(facts.suspects) > 1 else None


def _has_principal(facts: Facts, defendant: str) -> bool:
    """Whether someone else can be the principal: dealt with elsewhere, or with a greater part."""
    if any(p.kind is PersonKind.ELSEWHERE for p in facts.others):
        return True
    own = contribution(facts, defendant)[0]
    others = (s.name for s in facts.suspects if s.name != defendant)
    return any(contribution(facts, name)[0] > own for name in others)
