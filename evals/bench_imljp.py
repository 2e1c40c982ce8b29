"""``nolle bench imljp``: roles and terms of the defendants of one case (IMLJP)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..agents.roles import leaning
from ..cases.extract import read_facts
from ..cases.facts import Facts
from ..cases.models import Case, Frozen
from ..cases.vocabulary import Role
from ..errors import InputError
from ..statutes.charges import find_charges
from ..tools.charge_identification import charges_of
from .bench_lawbench import DIGITS, LONGEST_GUESS, only_rules, records
from .found_defendants import Told, found_defendants
from .ljp_metrics import best_constant, pair_accuracy, term_scores
from .term import conduct_day, predict_term

Progress = Callable[[int, int], None]
PRINCIPAL, ACCOMPLICE = "principal", "accomplice"
DEFAULT_MONTHS = 12.0
_LESSER = (Role.ACCOMPLICE, Role.COERCED)
_MARKED = re.compile(r"[\[\]]")


class Verdict(Frozen):
    """The gold judgment on one defendant: role and months of imprisonment."""

    role: str
    months: float


class Row(Frozen):
    """One case: facts, the court's view, and the judgment by name."""

    facts: str
    view: str
    judgment: dict[str, Verdict]
    told: Told


class Prediction(Frozen):
    """Roles from the facts and from the court's view, months with inferred and with gold roles."""

    roles_fd: dict[str, str]
    roles_cv: dict[str, str]
    months: dict[str, float]
    months_given: dict[str, float]
    months_fd: dict[str, float]


def bench_imljp(path: Path, model: str, on_progress: Progress | None) -> dict[str, Any]:
    """Role accuracy over pairs of principal and accomplice, and the scores of terms.

    ``imp_*`` take facts and court's view, with roles inferred from the view; ``fd_only`` takes the
    facts alone. Rows without a judgment are read and left out.

    Raises InputError for an unusable file, and for another model than the rules.
    """
    only_rules(model, "imljp")
    rows = [row for record, where in records(path) if (row := _row(record, where)).judgment]
    if not rows:
        raise InputError(f"no judgment, {path}, give rows with a judgment by name")
    found = []
    for done, row in enumerate(rows, 1):
        found.append(predict(row))
        if on_progress:
            on_progress(done, len(rows))
    figures = {**_figures(rows, found), **found_defendants(row.told for row in rows)}
    return {"kind": "imljp", "model": model, "n": len(rows), **figures}


def predict(row: Row) -> Prediction:
    """Roles and terms of every judged defendant of a case."""
    names = tuple(row.judgment)
    by_fact, by_view = _read(names, row.facts), _read(names, row.view)
    roles_fd = {name: _role(by_fact, name) for name in names}
    roles_cv = {name: _role(by_view, name) for name in names}
    gold = {name: verdict.role for name, verdict in row.judgment.items()}
    return Prediction(
        roles_fd=roles_fd,
        roles_cv=roles_cv,
        months=_months(by_fact, by_view, roles_cv),
        months_given=_months(by_fact, by_view, gold),
        months_fd=_months(by_fact, None, roles_fd),
    )


def plain_names(text: str) -> str:
    """The text without the square brackets that mark names."""
    return _MARKED.sub("", text).strip("，,：: \n")


class _Reading(Frozen):
    case: Case
    facts: Facts


def _read(names: Sequence[str], text: str) -> _Reading:
    """The case with its defendants named, as the head of a judgment names them."""
    person_info = "\n".join(f"犯罪嫌疑人{name}。" for name in names)
    case = Case(person_info=person_info, fact=text)
    return _Reading(case=case, facts=read_facts(case))


def _role(reading: _Reading, name: str) -> str:
    """The role as IMLJP knows it: whoever is no accomplice counts as a principal."""
    role = leaning(reading.facts).get(name)
    if role is None:
        # A text that names nobody else may still call the only defendant an accomplice.
        held = reading.facts.holding(name)
        called = "accomplice" in held and "principal_words" not in held
        return ACCOMPLICE if called else PRINCIPAL
    return ACCOMPLICE if role in _LESSER else PRINCIPAL


def _months(fact: _Reading, view: _Reading | None, roles: Mapping[str, str]) -> dict[str, float]:
    charges = _charges(fact, view)
    return {name: _term(fact, view, charges, name, role) for name, role in roles.items()}


def _charges(fact: _Reading, view: _Reading | None) -> tuple[str, ...]:
    """The charges that the court's view names; without it those that the facts suggest."""
    if view is not None:
        named = tuple(dict.fromkeys(name for name, _, _ in find_charges(view.case.fact)))
        if named:
            return named[:1]
    return charges_of(fact.case.fact, on=conduct_day(fact.facts))


def _term(
    fact: _Reading, view: _Reading | None, charges: Sequence[str], name: str, role: str
) -> float:
    extra = frozenset(view.facts.holding(name)) if view is not None else frozenset()
    months = predict_term(
        fact.case.fact,
        charges,
        fact.facts,
        role=Role.ACCOMPLICE if role == ACCOMPLICE else Role.PRINCIPAL,
        defendant=name,
        extra=extra,
    )
    return DEFAULT_MONTHS if months is None else months


def _figures(rows: Sequence[Row], found: Sequence[Prediction]) -> dict[str, Any]:
    gold_roles = [{n: v.role for n, v in row.judgment.items()} for row in rows]
    fd, pairs = pair_accuracy(
        zip(gold_roles, [p.roles_fd for p in found], strict=True), PRINCIPAL, ACCOMPLICE
    )
    cv, _ = pair_accuracy(
        zip(gold_roles, [p.roles_cv for p in found], strict=True), PRINCIPAL, ACCOMPLICE
    )
    gold = [v.months for row in rows for v in row.judgment.values()]
    inferred = term_scores(gold, [m for p in found for m in p.months.values()])
    given = term_scores(gold, [m for p in found for m in p.months_given.values()])
    facts = term_scores(gold, [m for p in found for m in p.months_fd.values()])
    return {
        "n_defendants": len(gold),
        "pairs": pairs,
        "role_accuracy_fd": round(fd, DIGITS),
        "role_accuracy_cv": round(cv, DIGITS),
        "imp_score": round(inferred.imp_score, DIGITS),
        "imp_acc": round(inferred.imp_acc, DIGITS),
        "imp_err": round(inferred.imp_err, DIGITS),
        "imp_score_given_roles": round(given.imp_score, DIGITS),
        "fd_only": {
            "imp_score": round(facts.imp_score, DIGITS),
            "imp_acc": round(facts.imp_acc, DIGITS),
            "imp_err": round(facts.imp_err, DIGITS),
        },
        "baseline": _baseline(gold),
    }


def _baseline(gold: Sequence[float]) -> dict[str, Any]:
    """The best constant term for each score; one role for all gets no pair right."""
    months = range(LONGEST_GUESS + 1)

    def of(constant: int) -> Any:
        return term_scores(gold, [constant] * len(gold))

    term, score = best_constant(months, lambda m: of(m).imp_score)
    _, accuracy = best_constant(months, lambda m: of(m).imp_acc)
    _, error = best_constant(months, lambda m: -of(m).imp_err)
    return {
        "role_accuracy_fd": 0.0,
        "role_accuracy_cv": 0.0,
        "term_months": term,
        "imp_score": round(score, DIGITS),
        "imp_acc": round(accuracy, DIGITS),
        "imp_err": round(-error, DIGITS),
    }


def _row(record: Mapping[str, Any], where: str) -> Row:
    fact, view, judgment = record.get("FD"), record.get("CV"), record.get("judgment")
    if not isinstance(fact, str) or not fact.strip():
        raise InputError(f"no facts, {where}, field FD, give the facts as text")
    if not isinstance(judgment, Mapping):
        raise InputError(f"no judgment, {where}, field judgment, give it by name")
    verdicts = {}
    for name, value in judgment.items():
        months = value.get("prison") if isinstance(value, Mapping) else None
        if not isinstance(months, (int, float)) or value.get("guilt") not in (
            PRINCIPAL,
            ACCOMPLICE,
        ):
            raise InputError(f"no guilt or prison, {where}, judgment of {name}, give both")
        verdicts[str(name)] = Verdict(role=str(value["guilt"]), months=float(months))
    text = view if isinstance(view, str) and view.strip() else fact
    told = Told(facts=fact, view=text, judged=tuple(verdicts))
    return Row(facts=plain_names(fact), view=plain_names(text), judgment=verdicts, told=told)
