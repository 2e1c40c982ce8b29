"""``nolle bench lawbench``: articles, charges and terms of published judgments (LawBench 3-1, 3-3,
3-4)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..cases.extract import read_facts
from ..cases.models import Case, Frozen
from ..cases.sources import read_items
from ..errors import InputError
from ..statutes.charges import normalise_charge
from ..tools.charge_identification import charges_of
from .ljp_articles import cited_articles
from .ljp_metrics import best_constant, lawbench_term_score, mean_set_f1
from .term import conduct_day, expected_term

Progress = Callable[[int, int], None]
DIGITS = 4
LONGEST_GUESS = 240
_TERM = re.compile(r"(\d+)\s*个?月")


class Row(Frozen):
    """One judgment. ``months`` is None for life and death."""

    fact: str
    charges: tuple[str, ...]
    articles: tuple[int, ...]
    months: int | None


class Prediction(Frozen):
    """What the rules say of one row."""

    articles: frozenset[int]
    charges: tuple[str, ...]
    months: float | None


def bench_lawbench(path: Path, model: str, on_progress: Progress | None) -> dict[str, Any]:
    """Articles given fact and charges, charges given the fact, term given fact and charges.

    Raises InputError for an unusable file, and for another model than the rules.
    """
    only_rules(model, "lawbench")
    rows = [read_row(record, where) for record, where in records(path)]
    predictions = []
    for done, row in enumerate(rows, 1):
        predictions.append(predict(row))
        if on_progress:
            on_progress(done, len(rows))
    timed = [
        (r.months, p.months) for r, p in zip(rows, predictions, strict=True) if r.months is not None
    ]
    return {
        "kind": "lawbench",
        "model": model,
        "n": len(rows),
        "n_terms": len(timed),
        "articles_f1": _articles_f1(rows, [p.articles for p in predictions]),
        "charges_f1": _charges_f1(rows, [p.charges for p in predictions]),
        "term_score": round(
            lawbench_term_score([g for g, _ in timed], [p for _, p in timed]), DIGITS
        ),
        "baseline": _baseline(rows, [g for g, _ in timed]),
    }


def predict(row: Row) -> Prediction:
    """Articles and term from fact and gold charges, charges from the fact alone."""
    facts = read_facts(Case(fact=row.fact))
    given = names(row.charges)
    return Prediction(
        articles=cited_articles(row.fact, given, facts),
        charges=charges_of(row.fact, on=conduct_day(facts)),
        months=expected_term(row.fact, given, facts)[0],
    )


def names(charges: Sequence[str]) -> tuple[str, ...]:
    """Canonical names of charges, each once; what no charge bears stays as it is."""
    return tuple(dict.fromkeys(normalise_charge(name) or name for name in charges))


def read_row(record: Mapping[str, Any], where: str) -> Row:
    """One row with keys fact, charges, articles, term; InputError names what is missing."""
    fact, charges, articles, term = (
        record.get(key) for key in ("fact", "charges", "articles", "term")
    )
    if not isinstance(fact, str) or not fact.strip():
        raise InputError(f"no facts, {where}, field fact, give the facts as text")
    if not isinstance(charges, list) or not isinstance(articles, list):
        raise InputError(f"no labels, {where}, give charges and articles as lists")
    match = _TERM.search(str(term))
    try:
        numbers = tuple(int(article) for article in articles)
    except (TypeError, ValueError):
        raise InputError(f"not a number, {where}, field articles, give CL numbers") from None
    return Row(
        fact=fact,
        charges=tuple(str(name) for name in charges),
        articles=numbers,
        months=int(match.group(1)) if match else None,
    )


def records(path: Path) -> list[tuple[Mapping[str, Any], str]]:
    """The records of a file with their places; InputError if there is none."""
    found = [(item.record, item.where) for item in read_items(path) if item.record is not None]
    if not found:
        raise InputError(f"no records, {path}, give rows as .json or .jsonl")
    return [(record, where) for record, where in found]


def only_rules(model: str, kind: str) -> None:
    """InputError unless ``model`` is ``rules``: this bench scores the deterministic tools."""
    if model != "rules":
        raise InputError(f"bench {kind} runs by rules only, not with {model!r}; leave out --model")


def _articles_f1(rows: Sequence[Row], predicted: Sequence[frozenset[int]]) -> float:
    gold = [{str(n) for n in row.articles} for row in rows]
    return round(mean_set_f1(gold, [{str(n) for n in p} for p in predicted]), DIGITS)


def _charges_f1(rows: Sequence[Row], predicted: Sequence[Sequence[str]]) -> float:
    return round(mean_set_f1([names(row.charges) for row in rows], predicted), DIGITS)


def _baseline(rows: Sequence[Row], months: Sequence[int]) -> dict[str, Any]:
    """The commonest article set and charge set for every row, and the best constant term."""
    articles = Counter(frozenset(row.articles) for row in rows).most_common(1)[0][0]
    charges = Counter(names(row.charges) for row in rows).most_common(1)[0][0]
    term, score = best_constant(
        range(LONGEST_GUESS + 1), lambda m: lawbench_term_score(months, [m] * len(months))
    )
    return {
        "articles": sorted(articles),
        "articles_f1": _articles_f1(rows, [articles] * len(rows)),
        "charges": list(charges),
        "charges_f1": _charges_f1(rows, [charges] * len(rows)),
        "term_months": term,
        "term_score": round(score, DIGITS),
    }
