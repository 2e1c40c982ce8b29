"""``nolle bench imljp``: roles and terms of the defendants of one case (IMLJP)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..cases.models import Frozen
from ..errors import InputError
from .bench_lawbench import DIGITS, LONGEST_GUESS, only_rules, records
from .found_defendants import Told, found_defendants
from .joint_rules import ACCOMPLICE, PRINCIPAL, read_named, role_of, terms_of
from .ljp_metrics import best_constant, pair_accuracy, term_scores

Progress = Callable[[int, int], None]
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
    by_fact, by_view = read_named(names, row.facts), read_named(names, row.view)
    roles_fd = {name: role_of(by_fact, name) for name in names}
    roles_cv = {name: role_of(by_view, name) for name in names}
    gold = {name: verdict.role for name, verdict in row.judgment.items()}
    return Prediction(
        roles_fd=roles_fd,
        roles_cv=roles_cv,
        months=terms_of(by_fact, by_view, roles_cv),
        months_given=terms_of(by_fact, by_view, gold),
        months_fd=terms_of(by_fact, None, roles_fd),
    )


def plain_names(text: str) -> str:
    """The text without the square brackets that mark names."""
    return _MARKED.sub("", text).strip("，,：: \n")


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
