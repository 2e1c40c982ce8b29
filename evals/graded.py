"""One answer against its label: right or wrong, and a score of 0 to 1, whatever the task is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from ..cases.models import Frozen
from .decisions import ReadingKind, decision_of, gold_label
from .judgments import Persons, article_numbers, by_name, charge_names, letters
from .ljp_metrics import imp_step, log_distance, mean_set_f1, term_scores
from .records import Asked, Gold, Person, Record


class Grade(Frozen):
    """Whether an answer is right as a whole, and how good it is from 0 to 1."""

    right: bool
    score: float


class Subject(StrEnum):
    """What is compared: the first label that a case has, in this order."""

    DECISION = "decision"
    CHOICE = "choice"
    PERSONS = "persons"
    CHARGES = "charges"
    TERM = "term"
    ARTICLES = "articles"


def subject_of(labelled: Gold | Record) -> Subject | None:
    """The first subject that a label (or an answer) says something on; None if none."""
    has = {
        Subject.DECISION: labelled.decision is not None or labelled.raw_decision != "",
        Subject.CHOICE: labelled.choice != "",
        Subject.PERSONS: any(p.charges or p.role for p in labelled.persons),
        Subject.CHARGES: bool(labelled.charges),
        Subject.TERM: labelled.months is not None,
        Subject.ARTICLES: bool(labelled.articles),
    }
    return next((subject for subject, there in has.items() if there), None)


ALL = frozenset(Asked)


def asked_of(records: Iterable[Record]) -> frozenset[Asked]:
    """What all these answers were asked of each defendant."""
    found = ALL
    for record in records:
        found &= frozenset(record.asked) or ALL
    return found


def compared_on(golds: Iterable[Gold], asked: frozenset[Asked]) -> str:
    """What of several defendants is graded here; "" where cases have labels of another kind."""
    people = [p for g in golds if subject_of(g) is Subject.PERSONS for p in g.persons]
    labelled = {
        Asked.CHARGES: any(p.charges for p in people),
        Asked.TERM: any(p.months is not None for p in people),
        Asked.ROLE: any(p.role for p in people),
    }
    return next((one.value for one in Asked if one in asked and labelled[one]), "")


def grade(record: Record, gold: Gold, asked: frozenset[Asked] = ALL) -> Grade | None:
    """Grade an answer by the first label of its case; None for a case without labels, for a
    decision label that cannot be read, and where nothing labelled was ``asked``."""
    match subject_of(gold):
        case Subject.DECISION:
            label = gold_label(gold)
            said = decision_of(record, ReadingKind.STRICT)
            return None if label is None else _whole(said is label)
        case Subject.CHOICE:
            return _whole(letters(gold.choice) == letters(record.choice))
        case Subject.PERSONS:
            return _people(by_name(record, gold), asked)
        case Subject.CHARGES:
            return _sets(charge_names(gold.charges), charge_names(record.charges))
        case Subject.TERM:
            return _term(gold.months or 0.0, record.months)
        case Subject.ARTICLES:
            numbers = (article_numbers(a) for a in (gold.articles, record.raw_articles))
            return _sets(*(frozenset(map(str, found)) for found in numbers))
        case None:
            return None


def answer_of(record: Record, subject: Subject | None) -> str:
    """What an answer says on a subject in a few characters, "" for nothing: arms with other words
    disagree."""
    match subject:
        case Subject.DECISION:
            said = decision_of(record, ReadingKind.STRICT)
            return said.value if said else ""
        case Subject.CHOICE:
            return "".join(sorted(letters(record.choice)))
        case Subject.PERSONS:
            return "；".join(_person(person) for person in record.persons)
        case Subject.CHARGES:
            return "、".join(sorted(charge_names(record.charges)))
        case Subject.TERM:
            return "" if record.months is None else f"{record.months:g}"
        case Subject.ARTICLES:
            return "、".join(map(str, sorted(article_numbers(record.raw_articles))))
        case None:
            return ""


def reference_of(gold: Gold) -> str:
    """The label in the same few characters, "" for none."""
    same = gold.model_dump(include={"case_id", "index", "charges", "months", "choice", "persons"})
    stand_in = Record(
        key="",
        arm="",
        model="",
        run_id=0,
        decision=gold_label(gold),
        raw_articles=gold.articles,
        **same,
    )
    return answer_of(stand_in, subject_of(gold))


def _person(person: Person) -> str:
    words = [*sorted(charge_names(person.charges)), *([person.role] if person.role else [])]
    words += [] if person.months is None else [f"{person.months:g}个月"]
    return f"{person.name}：{'、'.join(words)}"


def _people(people: Sequence[Persons], asked: frozenset[Asked]) -> Grade | None:
    found: dict[Asked, list[Grade]] = {
        Asked.CHARGES: [_whole(_charges(g, p)) for g, p in people if g.charges],
        Asked.TERM: [
            _term(g.months, p.months if p else None) for g, p in people if g.months is not None
        ],
        Asked.ROLE: [_whole(p is not None and p.role == g.role) for g, p in people if g.role],
    }
    grades = next((found[one] for one in Asked if one in asked and found[one]), None)
    if grades is None:
        return None
    score = sum(one.score for one in grades) / len(grades)
    return Grade(right=all(one.right for one in grades), score=score)


def _charges(gold: Person, predicted: Person | None) -> bool:
    return charge_names(gold.charges) == charge_names(predicted.charges if predicted else ())


def _term(gold: float, predicted: float | None) -> Grade:
    if predicted is None or gold < 0 or predicted < 0:
        return _whole(predicted == gold)
    right = term_scores([gold], [predicted]).imp_acc == 1.0
    return Grade(right=right, score=imp_step(log_distance(gold, predicted)))


def _sets(wanted: frozenset[str], found: frozenset[str]) -> Grade:
    return Grade(right=wanted == found, score=mean_set_f1([wanted], [found]))


def _whole(right: bool) -> Grade:
    return Grade(right=right, score=float(right))
