"""Charges, articles, terms, roles and choices of one arm against gold, by the published rules.

Everything is computed per run and given as mean and standard error over runs. A missing answer
counts as wrong wherever the rule gives it a value, and is named beside the figure elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..cases.vocabulary import Role
from ..errors import InputError
from ..statutes.charges import normalise_charge
from ..statutes.numerals import number
from .folder import Arm, Place, place_of
from .ljp_metrics import (
    cail_f1,
    cail_term_score,
    lawbench_term_score,
    log_d,
    mean_set_f1,
    multi_label_scores,
    pair_accuracy,
    reference_macro_f1,
    role_scores,
    term_scores,
)
from .records import Asked, Gold, Person, Record
from .repeats import over_runs

Pair = tuple[Gold, Record]
Persons = tuple[Person, Person | None]
_CL_ARTICLE = re.compile(r"^(?:cl:|刑法)?第?\s*([零〇一二三四五六七八九十百千两\d]+)\s*条?")
_NEEDS = {
    "charges": Asked.CHARGES,
    "persons": Asked.CHARGES,
    "roles": Asked.ROLE,
    "person_terms": Asked.TERM,
}
"""What must have been asked for a subject to be scored."""
_POSITIVE, _NEGATIVE = Role.PRINCIPAL.value, Role.ACCOMPLICE.value


def judgment_figures(
    arm: Arm, gold: Mapping[Place, Gold], labels: Sequence[str] = ()
) -> dict[str, Any]:
    """Every figure of trial-stage prediction that the labels allow, by subject.

    ``labels`` is the full list of charges that CAIL2018's judge averages over (default: those that
    occur in gold or answers).
    """
    runs = [
        [(gold[place_of(r)], r) for r in records if place_of(r) in gold]
        for records in arm.runs.values()
    ]
    found: dict[str, Any] = {}
    parts: tuple[tuple[str, Callable[[list[Pair]], dict[str, float | None]]], ...] = (
        ("charges", lambda run: _charges(run, labels)),
        ("article_numbers", _articles),
        ("terms", _terms),
        ("choice", _choice),
        ("persons", lambda run: _persons(_people(run))),
        ("roles", _roles),
        ("person_terms", lambda run: _term_rows(_months(_people(run)))),
    )
    unasked = {
        subject
        for subject, what in _NEEDS.items()
        if any(r.asked and what not in r.asked for run in runs for _, r in run)
    }
    for subject, figures in parts:
        if subject in unasked:
            continue
        stats = over_runs(runs, figures)
        if stats:
            found[subject] = {name: s.model_dump() for name, s in stats.items()}
    scenarios = sorted({g.scenario for run in runs for g, _ in run if g.scenario})
    if scenarios and "persons" in found:
        found["scenarios"] = {
            name: {
                key: s.model_dump()
                for key, s in over_runs(
                    [[p for p in run if p[0].scenario == name] for run in runs],
                    lambda run: _persons(_people(run)),
                ).items()
            }
            for name in scenarios
        }
    return found


def charge_names(charges: Iterable[str]) -> frozenset[str]:
    """Canonical names; what no charge bears stays as it is."""
    return frozenset(normalise_charge(name) or name for name in charges)


def article_numbers(articles: Iterable[str]) -> frozenset[int]:
    """CL article numbers as LawBench 3-1 reads them: paragraphs and 之一 are lost."""
    found = set()
    for text in articles:
        match = _CL_ARTICLE.match(text.strip())
        if match:
            try:
                found.add(number(match.group(1)))
            except InputError:
                continue
    return frozenset(found)


def letters(choice: str) -> frozenset[str]:
    """The letters of a multiple-choice answer, in any order and layout."""
    return frozenset(re.findall("[A-H]", choice.upper()))


def by_name(record: Record, gold: Gold) -> list[Persons]:
    """Every labelled defendant with the prediction of the same name, None where there is none."""
    found = {person.name: person for person in record.persons}
    return [(person, found.get(person.name)) for person in gold.persons]


def _people(run: Sequence[Pair]) -> list[Persons]:
    return [pair for gold, record in run for pair in by_name(record, gold)]


def _charges(run: Sequence[Pair], labels: Sequence[str]) -> dict[str, float | None]:
    rows = [(charge_names(g.charges), charge_names(r.charges)) for g, r in run if g.charges]
    if not rows:
        return {}
    gold, predicted = [g for g, _ in rows], [p for _, p in rows]
    known = sorted(charge_names(labels) or frozenset().union(*gold, *predicted))
    pooled = multi_label_scores(gold, predicted)
    exact = [(_bare(g.charges), _bare(r.charges)) for g, r in run if g.charges]
    return {
        "n": len(rows),
        "set_f1": mean_set_f1(gold, predicted),
        "set_f1_strings": mean_set_f1([g for g, _ in exact], [p for _, p in exact]),
        "accuracy": pooled.accuracy,
        "micro_precision": pooled.precision,
        "micro_recall": pooled.recall,
        "micro_f1": pooled.f1,
        "macro_f1": reference_macro_f1(gold, predicted),
        "cail_f1": cail_f1(gold, predicted, known),
        "cail_labels": len(known),
    }


def _bare(charges: Iterable[str]) -> set[str]:
    """Names as they stand, but for a final 罪: options of LawBench 3-3 have none."""
    return {name.removesuffix("罪") for name in charges}


def _articles(run: Sequence[Pair]) -> dict[str, float | None]:
    rows = [(article_numbers(g.articles), article_numbers(r.raw_articles)) for g, r in run]
    rows = [(g, p) for g, p in rows if g]
    if not rows:
        return {}
    gold = [set(map(str, g)) for g, _ in rows]
    return {"n": len(rows), "set_f1": mean_set_f1(gold, [set(map(str, p)) for _, p in rows])}


def _terms(run: Sequence[Pair]) -> dict[str, float | None]:
    return _term_rows([(g.months, r.months) for g, r in run if g.months is not None])


def _term_rows(rows: Sequence[tuple[float, float | None]]) -> dict[str, float | None]:
    """All term scores; life (-1) and death (-2) count for CAIL2018's alone."""
    timed = [(g, p if p is None or p >= 0 else None) for g, p in rows if g >= 0]
    if not rows:
        return {}
    answered = [(g, p) for g, p in timed if p is not None]
    scores = term_scores([g for g, _ in answered], [p for _, p in answered])
    share = len(answered) / len(timed) if timed else 0.0
    distance = log_d([g for g, _ in answered], [p for _, p in answered])
    return {
        "n": len(timed),
        "answered": share,
        "imp_score": scores.imp_score * share,
        "imp_acc": scores.imp_acc * share,
        "imp_err": scores.imp_err if answered else None,
        "log_d": distance if answered else None,
        "lawbench": lawbench_term_score([g for g, _ in timed], [p for _, p in timed]),
        "cail": cail_term_score([g for g, _ in rows], [p for _, p in rows]),
    }


def _choice(run: Sequence[Pair]) -> dict[str, float | None]:
    rows = [(letters(g.choice), letters(r.choice)) for g, r in run if g.choice]
    if not rows:
        return {}
    return {"n": len(rows), "accuracy": sum(g == p for g, p in rows) / len(rows)}


def _persons(people: Sequence[Persons]) -> dict[str, float | None]:
    """MPMCP and MultiJustice: charges per defendant, and LogD of the terms that both give."""
    rows = [
        (charge_names(g.charges), charge_names(p.charges if p else ()))
        for g, p in people
        if g.charges
    ]
    if not rows:
        return {}
    scores = multi_label_scores([g for g, _ in rows], [p for _, p in rows])
    terms = [(g, p) for g, p in _months(people) if g >= 0 and p is not None and p >= 0]
    return {
        "n": len(rows),
        "accuracy": scores.accuracy,
        "precision": scores.precision,
        "recall": scores.recall,
        "f1": scores.f1,
        "log_d": log_d([g for g, _ in terms], [p for _, p in terms]) if terms else None,
    }


def _months(people: Sequence[Persons]) -> list[tuple[float, float | None]]:
    return [(g.months, p.months if p else None) for g, p in people if g.months is not None]


def _roles(run: Sequence[Pair]) -> dict[str, float | None]:
    """IMLJP: single defendants with the principal as positive, and pairs with both right."""
    rows = [(g.role, (p.role if p else None) or "") for g, p in _people(run) if g.role]
    if not rows:
        return {}
    scores = role_scores([g for g, _ in rows], [p for _, p in rows], _POSITIVE)
    pairs, total = pair_accuracy(
        [
            (
                {person.name: person.role for person in g.persons if person.role},
                {person.name: person.role or "" for person in r.persons},
            )
            for g, r in run
        ],
        _POSITIVE,
        _NEGATIVE,
    )
    return {
        "n": len(rows),
        **scores.model_dump(),
        "pair_accuracy": pairs if total else None,
        "pairs": total,
    }
