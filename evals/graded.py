"""One answer against its label: right or wrong, and a score of 0 to 1, whatever the task is."""

from __future__ import annotations

from ..cases.models import Frozen
from .decisions import ReadingKind, decision_of, gold_label
from .judgments import article_numbers, by_name, charge_names, letters
from .ljp_metrics import imp_step, log_distance, mean_set_f1, term_scores
from .records import Gold, Person, Record


class Grade(Frozen):
    """Whether an answer is right as a whole, and how good it is from 0 to 1."""

    right: bool
    score: float


def grade(record: Record, gold: Gold) -> Grade | None:
    """Grade by the first label that the case has: decision, choice, charges or roles per
    defendant, charges, term, articles. None for a case without labels."""
    label = gold_label(gold)
    if label is not None:
        return _whole(decision_of(record, ReadingKind.STRICT) is label)
    if gold.decision is not None or gold.raw_decision:
        return None
    if gold.choice:
        return _whole(letters(gold.choice) == letters(record.choice))
    people = by_name(record, gold)
    if any(g.charges for g, _ in people):
        return _share([_charges(g, p) for g, p in people if g.charges])
    if any(g.role for g, _ in people):
        return _share([p is not None and p.role == g.role for g, p in people if g.role])
    if gold.charges:
        wanted, found = charge_names(gold.charges), charge_names(record.charges)
        return Grade(right=wanted == found, score=mean_set_f1([wanted], [found]))
    if gold.months is not None:
        return _term(gold.months, record.months)
    if gold.articles:
        numbers = article_numbers(gold.articles), article_numbers(record.raw_articles)
        texts = [set(map(str, n)) for n in numbers]
        return Grade(right=numbers[0] == numbers[1], score=mean_set_f1([texts[0]], [texts[1]]))
    return None


def answer_of(record: Record) -> str:
    """What an answer says in a few characters, "" for nothing: arms with other words disagree."""
    decision = decision_of(record, ReadingKind.STRICT)
    if decision is not None:
        return decision.value
    if record.choice:
        return "".join(sorted(letters(record.choice)))
    if record.persons and any(p.charges or p.role for p in record.persons):
        return "；".join(_person(person) for person in record.persons)
    if record.charges:
        return "、".join(sorted(charge_names(record.charges)))
    return "" if record.months is None else f"{record.months:g}"


def reference_of(gold: Gold) -> str:
    """The label in the same few characters, "" for none."""
    label = gold_label(gold)
    if label is not None:
        return label.value
    stand_in = Record(
        key="",
        case_id=gold.case_id,
        index=gold.index,
        arm="",
        model="",
        run_id=0,
        charges=gold.charges,
        months=gold.months,
        choice=gold.choice,
        persons=gold.persons,
    )
    return answer_of(stand_in)


def _person(person: Person) -> str:
    words = [*sorted(charge_names(person.charges)), *([person.role] if person.role else [])]
    return f"{person.name}：{'、'.join(words)}"


def _charges(gold: Person, predicted: Person | None) -> bool:
    return charge_names(gold.charges) == charge_names(predicted.charges if predicted else ())


def _term(gold: float, predicted: float | None) -> Grade:
    if predicted is None or gold < 0 or predicted < 0:
        return _whole(predicted == gold)
    right = term_scores([gold], [predicted]).imp_acc == 1.0
    return Grade(right=right, score=imp_step(log_distance(gold, predicted)))


def _whole(right: bool) -> Grade:
    return Grade(right=right, score=float(right))


def _share(rights: list[bool]) -> Grade:
    return Grade(right=all(rights), score=sum(rights) / len(rights))
