"""The roles agent: which part each person played in a joint crime (CL 25-29), by rules.

Parts are read off conduct and compared within the case: whoever contributed clearly less than the
one who contributed most is an accomplice. What the file states itself goes first. Instigation
counts by the part played (CL 29(1)). An accomplice needs a principal, in the file or elsewhere.
"""

from __future__ import annotations

from ..cases.facts import Facts, PersonKind
from ..cases.findings import RoleFinding
from ..cases.vocabulary import Role
from ..statutes.charges import charge as find_charge
from .base import Context, View
from .contribution import (
    CLEAR,
    LEADS,
    LEAN,
    MAIN,
    MAIN_LED,
    MAIN_SHARE,
    MAIN_TOLD,
    MINOR,
    PLAIN,
    Contribution,
    deed_zh,
    once_per_facts,
    ranking,
)
from .signals import quote

_STATED = frozenset({"stated_principal", "stated_greater"})
_COERCED = -1.5
_QUOTES = 4


def assess(view: View, context: Context) -> RoleFinding:
    """The role of the defendant; None for a person who acted alone."""
    facts = view.facts
    if negligent(facts):
        return RoleFinding(
            defendant=view.defendant,
            role=Role.NOT_DISTINGUISHED if len(facts.suspects) > 1 else None,
            reasons=("过失犯罪不以共同犯罪论处（刑法第二十五条第二款）",),
        )
    if not is_joint(facts):
        return RoleFinding(defendant=view.defendant, role=None, reasons=("单独犯罪",))
    ranked = ranking(facts)
    own = next((c for c in ranked if c.name == view.defendant), None)
    if own is None:
        return RoleFinding(defendant=view.defendant, role=None, reasons=("单位犯罪主体",))
    quotes = tuple(quote(view.case, deed.span) for deed in own.deeds[:_QUOTES])
    reasons = tuple(f"{zh}：“{d.span.of(view.case)}”" for d in own.deeds if (zh := deed_zh(d)))
    role = _clear(facts).get(view.defendant)
    if len(facts.suspects) == 1 and role is Role.NOT_DISTINGUISHED:
        role = None
    return RoleFinding(
        defendant=view.defendant,
        role=role,
        reasons=reasons or ("案卷未写明作用大小",),
        quotes=tuple(dict.fromkeys(quotes)),
        score=own.score,
    )


def is_joint(facts: Facts) -> bool:
    """Whether several people took part: suspects in the file or persons dealt with elsewhere."""
    people = [s for s in facts.suspects if not s.is_unit]
    return len(people) > 1 or any(p.kind is PersonKind.ELSEWHERE for p in facts.others)


def negligent(facts: Facts) -> bool:
    """Whether only crimes of negligence are alleged: those are no joint crime (CL 25(2))."""
    found = [find_charge(name) for name in facts.alleged_charges]
    return bool(found) and all(c is not None and c.mens_rea == "negligence" for c in found)


def roles_of(facts: Facts, gap: float = CLEAR) -> dict[str, Role]:
    """The role of every suspect, by comparison within the case.

    ``gap`` is how far below the top a lesser part lies. Where nobody stands out, the parts are not
    distinguished; where somebody is an accomplice, those near the top are principals.
    """
    ranked = ranking(facts)
    found = {c.name: _role(c, ranked, gap) for c in ranked}
    told_apart = any(r in (Role.ACCOMPLICE, Role.COERCED) for r in found.values())
    # Somebody must be the principal; of the others, those about whom enough is told are.
    told = MAIN_TOLD if gap >= CLEAR else float("-inf")
    for person in ranked:
        if found[person.name] is Role.PRINCIPAL and not person.signals & _STATED:
            main = person is ranked[0] or person.score >= told
            found[person.name] = Role.PRINCIPAL if told_apart and main else Role.NOT_DISTINGUISHED
    own = {s.name for s in facts.suspects}
    return {name: role for name, role in found.items() if name in own}


@once_per_facts
def _clear(facts: Facts) -> dict[str, Role]:
    return roles_of(facts)


def leaning(facts: Facts) -> dict[str, Role]:
    """As :func:`roles_of`, but any perceptible distance counts: for measuring, not for review."""
    return roles_of(facts, LEAN)


def _role(person: Contribution, ranked: tuple[Contribution, ...], gap: float) -> Role:
    stated = {d.signal: d.weight for d in person.deeds}
    if "stated_principal" in stated:
        return Role.PRINCIPAL
    if stated.get("coerced", 0) <= _COERCED or stated.get("coercing", 0) <= _COERCED:
        return Role.COERCED
    if "stated_accomplice" in stated:
        return Role.ACCOMPLICE
    others = [c for c in ranked if c.name != person.name]
    here = max((c for c in others if not c.elsewhere), key=lambda c: c.score, default=None)
    if gap < CLEAR and here is not None and not person.leads:
        main = max(MAIN_LED if person.led else MAIN, MAIN_SHARE * here.score)
        if _led_by(here, person, gap, main):
            return Role.ACCOMPLICE
    top = max(others, key=lambda c: c.score)
    if not _led_by(top, person, CLEAR, MINOR):
        return Role.PRINCIPAL
    plain = bool(person.deeds) and not top.elsewhere and top.score - person.score >= PLAIN
    # Against someone who is not before this court, and where little is told, the own deeds decide.
    return Role.ACCOMPLICE if person.lesser or plain else Role.PRINCIPAL


def _led_by(top: Contribution, person: Contribution, gap: float, main: float) -> bool:
    """Whether ``person`` lies at least ``gap`` below ``top`` and short of a main part."""
    if top.score < LEADS and not person.lesser:
        return False
    return top.score - person.score >= gap and person.score < main
