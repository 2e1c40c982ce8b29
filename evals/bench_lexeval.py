"""``nolle bench lexeval``: multiple-choice questions on charges, articles and terms (LexEval 3-1 to
3-3)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ..cases.extract import read_facts
from ..cases.models import Case, Frozen
from ..errors import InputError
from ..statutes.charges import charge as charge_named
from ..statutes.charges import charges_of_article
from ..statutes.numerals import number, numeral
from ..tools.charge_identification import charges_of, identify
from .bench_lawbench import DIGITS, only_rules, records
from .civil import article_weight, cause_weight
from .ljp_articles import read_table
from .mcq import Question, choose, parse_question, plain
from .term import conduct_day, expected_term, term_weight

Progress = Callable[[int, int], None]
Subject = Literal["charge", "article", "term"]
ALL = 600
UNCOUNTED = 300
DEFAULT_MONTHS = 9.0
SEVERAL_FROM = 2.0
"""Weight from which a civil cause is chosen beside the best one."""
_CRIMINAL = re.compile(r"刑法第(?P<number>[〇零一二三四五六七八九十百千\d]+)条")
_MONTHS = re.compile(r"(\d+)\s*个?月")
_PRIOR = 0.001


class Row(Frozen):
    """One question with the letters of its answer."""

    question: Question
    answer: str
    subject: Subject


def bench_lexeval(path: Path, model: str, on_progress: Progress | None) -> dict[str, Any]:
    """Share of questions whose letters are all right, and the baseline of the same kind.

    Raises InputError for an unusable file, and for another model than the rules.
    """
    only_rules(model, "lexeval")
    rows = [_row(record, where) for record, where in records(path)]
    right: Counter[str] = Counter()
    total = Counter(row.subject for row in rows)
    for done, row in enumerate(rows, 1):
        right[row.subject] += solve(row.question, row.subject) == row.answer
        if on_progress:
            on_progress(done, len(rows))
    return {
        "kind": "lexeval",
        "model": model,
        "n": len(rows),
        "accuracy": round(sum(right.values()) / len(rows), DIGITS),
        "by_subject": {s: round(right[s] / n, DIGITS) for s, n in sorted(total.items())},
        "baseline": _baseline(rows),
    }


def subject_of(question: Question) -> Subject:
    """What the options are: terms in months, articles of laws, or charges and causes of action."""
    options = list(question.options.values())
    if all(_MONTHS.fullmatch(o) or o in ("无期徒刑", "死刑", "无期") for o in options):
        return "term"
    if sum(bool(re.search(r"第.{1,8}条", o)) for o in options) >= len(options) - 1:
        return "article"
    return "charge"


def solve(question: Question, subject: Subject | None = None) -> str:
    """The letters chosen, in alphabetical order."""
    solver = {"charge": solve_charge, "article": solve_article, "term": solve_term}
    return solver[subject or subject_of(question)](question)


def solve_charge(question: Question) -> str:
    """Charges by their cues, one letter; civil causes by words of the facts, maybe several."""
    named = {letter: charge_named(name) for letter, name in question.options.items()}
    if any(named.values()):
        scores = _scores(question.stem)
        return choose(
            {
                letter: scores.get(charge.name, 0.0) + _prior(charge.frequent) if charge else -9.0
                for letter, charge in named.items()
            }
        )
    weights = {
        letter: cause_weight(plain(name), question.stem)
        for letter, name in question.options.items()
    }
    return choose(weights, several_from=SEVERAL_FROM)


def solve_article(question: Question) -> str:
    """Criminal articles by the charges they define, others by the subject of their law."""
    fact = question.stem
    scores = _scores(fact)
    weights = {}
    for letter, option in question.options.items():
        text = plain(option)
        match = _CRIMINAL.search(text)
        weights[letter] = (
            _criminal_weight(number(match["number"]), scores)
            if match
            else article_weight(text, fact) - (3.0 if _looks_criminal(fact) else 0.0)
        )
    return choose(weights)


def solve_term(question: Question) -> str:
    """The option that a court would most probably declare, given the expected term."""
    fact = question.stem
    facts = read_facts(Case(fact=fact))
    found, spread = expected_term(fact, charges_of(fact, on=conduct_day(facts)), facts)
    expected = DEFAULT_MONTHS if found is None else found
    months = {
        letter: int(match.group(1)) if (match := _MONTHS.search(text)) else UNCOUNTED
        for letter, text in question.options.items()
    }
    return choose({letter: term_weight(m, expected, spread) for letter, m in months.items()})


def _criminal_weight(article: int, scores: dict[str, float]) -> float:
    names = _charges_by_article().get(article, ())
    return max((scores.get(name, 0.0) + _prior(_frequent(name)) for name in names), default=-1.0)


@cache
def _charges_by_article() -> dict[int, tuple[str, ...]]:
    """Charges that an article defines or goes with, 之一 and paragraphs folded into the number."""
    found: dict[int, list[str]] = {}
    for article in range(102, 452):
        stem = f"cl:第{numeral(article)}条"
        keys = (stem, *(f"{stem}之{numeral(sub)}" for sub in range(1, 4)))
        found[article] = [c.name for key in keys for c in charges_of_article(key)]
    for row in read_table("related_articles.yaml"):
        for article in row["articles"]:
            found.setdefault(article, []).extend(row["charges"])
    return {article: tuple(names) for article, names in found.items()}


def _scores(fact: str) -> dict[str, float]:
    return {s.charge: s.score for s in identify(fact, top=ALL)}


def _looks_criminal(fact: str) -> bool:
    return "被告人" in fact and ("指控" in fact or "公诉" in fact)


def _frequent(name: str) -> int | None:
    charge = charge_named(name)
    return charge.frequent if charge else None


def _prior(frequent: int | None) -> float:
    """Breaks ties, above all where no cue occurs: the commoner charge first."""
    return _PRIOR * (600 - frequent) / 600 if frequent is not None else 0.0


def _row(record: Any, where: str) -> Row:
    question, answer = record.get("question"), record.get("answer")
    if not isinstance(question, str) or not isinstance(answer, str) or not answer.strip():
        raise InputError(f"no question or answer, {where}, give both as text")
    try:
        parsed = parse_question(question)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    letters = "".join(sorted(set(re.findall("[A-H]", answer.upper()))))
    return Row(question=parsed, answer=letters, subject=subject_of(parsed))


def _baseline(rows: Sequence[Row]) -> dict[str, Any]:
    """Always the commonest answer; for terms always the smallest option."""
    letter = Counter(row.answer for row in rows).most_common(1)[0][0]
    majority = sum(row.answer == letter for row in rows) / len(rows)
    found: dict[str, Any] = {"answer": letter, "accuracy": round(majority, DIGITS)}
    terms = [row for row in rows if row.subject == "term"]
    if terms:
        hits = sum(_smallest(row.question) == row.answer for row in terms)
        found["smallest_option"] = round(hits / len(terms), DIGITS)
    return found


def _smallest(question: Question) -> str:
    months = {
        letter: int(match.group(1)) if (match := _MONTHS.search(text)) else 999
        for letter, text in question.options.items()
    }
    return min(months, key=lambda letter: (months[letter], letter))
