"""What the rules say of several convicted defendants of one case: role, charges and term of each.

At the stage of trial, as IMLJP and MultiJustice ask: nobody is let off, and whoever is no
accomplice counts as a principal. A review is another question: it may let people off, and leaves
parts that are close undistinguished.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..agents.roles import leaning
from ..cases.extract import read_facts
from ..cases.facts import Facts
from ..cases.models import Case, Frozen
from ..cases.vocabulary import Role
from ..statutes.charges import find_charges
from ..tools.charge_identification import charges_of
from .records import Person
from .term import conduct_day, predict_term

PRINCIPAL, ACCOMPLICE = Role.PRINCIPAL.value, Role.ACCOMPLICE.value
DEFAULT_MONTHS = 12.0
"""The term where no charge has a sentencing band."""
_LESSER = (Role.ACCOMPLICE, Role.COERCED)


class Reading(Frozen):
    """A text as a case of named defendants, and what the rules read out of it."""

    case: Case
    facts: Facts


def read_named(names: Sequence[str], text: str) -> Reading:
    """The case with its defendants named, as the head of a judgment names them."""
    person_info = "\n".join(f"犯罪嫌疑人{name}。" for name in names)
    case = Case(person_info=person_info, fact=text)
    return Reading(case=case, facts=read_facts(case))


def role_of(reading: Reading, name: str) -> str:
    """``principal`` or ``accomplice``, at any perceptible distance between the parts."""
    role = leaning(reading.facts).get(name)
    if role is None:
        # A text that names nobody else may still call the only defendant an accomplice.
        held = reading.facts.holding(name)
        called = "accomplice" in held and "principal_words" not in held
        return ACCOMPLICE if called else PRINCIPAL
    return ACCOMPLICE if role in _LESSER else PRINCIPAL


def terms_of(fact: Reading, view: Reading | None, roles: Mapping[str, str]) -> dict[str, float]:
    """Months for each defendant of ``roles``, from the facts and, if given, the court's view."""
    charges = _charges(fact, view)
    return {name: _term(fact, view, charges, name, role) for name, role in roles.items()}


def persons_by_rules(names: Sequence[str], facts: str) -> tuple[Person, ...]:
    """Role, charges and term of every defendant, from the facts alone."""
    reading = read_named(names, facts)
    roles = {name: role_of(reading, name) for name in names}
    charges = _charges(reading, None)
    return tuple(
        Person(name=name, role=roles[name], charges=charges, months=months)
        for name, months in terms_of(reading, None, roles).items()
    )


def _charges(fact: Reading, view: Reading | None) -> tuple[str, ...]:
    """The charges that the court's view names; without it those that the facts suggest."""
    if view is not None:
        named = tuple(dict.fromkeys(name for name, _, _ in find_charges(view.case.fact)))
        if named:
            return named[:1]
    return charges_of(fact.case.fact, on=conduct_day(fact.facts))


def _term(
    fact: Reading, view: Reading | None, charges: Sequence[str], name: str, role: str
) -> float:
    extra = frozenset(view.facts.holding(name)) if view is not None else frozenset()
    months = predict_term(
        fact.case.fact,
        charges,
        fact.facts,
        role=Role(role),
        defendant=name,
        extra=extra,
    )
    return DEFAULT_MONTHS if months is None else months
