"""From the records of the data sets that are known to samples: one reader for each layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from ..cases.gold import Labelled, labelled_from_record
from ..cases.models import Case
from ..cases.vocabulary import Decision
from ..errors import InputError
from ..statutes.charges import normalise_charge
from ..statutes.numerals import numeral
from .bench_lawbench import read_row
from .records import Gold, Person
from .samples import Sample, Task

LIFE, DEATH = -1.0, -2.0
"""Terms without a number, as CAIL2018's judge counts them."""
_ANSWER = re.compile(r"^(?:罪名|法条|刑期)[:：]")
_NUMBERS = re.compile(r"\d+")
_GIVEN = re.compile(r"罪名[:：]([^\n]*?)。?(?:法条[:：]([^\n]*?)。法条内容[^\n]*)?$")
_LETTERS = re.compile("[A-H]")


class Kind(StrEnum):
    """Layouts of records, each with the task it is for."""

    PDP = "pdp-bench"
    CAIL = "cail2018"
    LAWBENCH_31 = "lawbench-3-1"
    LAWBENCH_33 = "lawbench-3-3"
    LAWBENCH_34 = "lawbench-3-4"
    LAWBENCH_35 = "lawbench-3-5"
    LEXEVAL = "lexeval"
    IMLJP = "imljp"
    MPMCP = "mpmcp"
    CMDL = "cmdl"
    OWN = "own"


TASKS: Mapping[Kind, Task] = {
    Kind.PDP: Task.PROSECUTION,
    Kind.OWN: Task.PROSECUTION,
    Kind.CAIL: Task.CHARGES,
    Kind.LAWBENCH_31: Task.ARTICLES,
    Kind.LAWBENCH_33: Task.CHARGES,
    Kind.LAWBENCH_34: Task.TERM,
    Kind.LAWBENCH_35: Task.TERM,
    Kind.LEXEVAL: Task.CHOICE,
    Kind.IMLJP: Task.JOINT,
    Kind.MPMCP: Task.JOINT,
    Kind.CMDL: Task.JOINT,
}


def kind_of(record: Mapping[str, Any], hint: str) -> Kind:
    """What layout a record has by its fields; ``hint`` is the name of its file.

    Raises InputError for rows that could be several tasks of LawBench.
    """
    keys = record.keys()
    if {"FD", "judgment"} <= keys:
        return Kind.IMLJP
    if isinstance(record.get("meta"), Mapping) and "accusation" in record["meta"]:
        return Kind.CAIL
    if {"fact", "charges", "articles", "term"} <= keys or {"instruction", "question"} <= keys:
        for kind in LAWBENCH:
            if kind.value in hint or kind.value.removeprefix("lawbench-") == hint:
                return kind
        raise InputError(
            f"rows of LawBench without a task, {hint}, name it: lawbench-3-1:FILE, -3-3, -3-4, -3-5"
        )
    if {"question", "answer"} <= keys or {"input", "answer"} <= keys:
        return Kind.LEXEVAL
    return Kind.OWN


LAWBENCH = (Kind.LAWBENCH_31, Kind.LAWBENCH_33, Kind.LAWBENCH_34, Kind.LAWBENCH_35)


def sample_of(kind: Kind, record: Mapping[str, Any], where: str, index: int) -> Sample:
    """The sample of one record. Raises InputError that names place and field."""
    if kind in LAWBENCH:
        return _lawbench(kind, record, where, index)
    return _READERS[kind](record, where, index)


def _prosecution(record: Mapping[str, Any], where: str, index: int) -> Sample:
    raw = record.get("decision")
    labels: dict[str, Any] = {
        "decision": raw if isinstance(raw, str) and Decision.from_label(raw) else None
    }
    people = record.get("defendants")
    if isinstance(people, list):
        labels["defendants"] = [_known(person) for person in people]
    found = labelled_from_record({**record, **labels}, where)
    return Sample(index=index, case=found.case, gold=_gold(found, raw, index))


def _known(person: Any) -> Any:
    """A labelled defendant, without a decision that is none of the four."""
    if isinstance(person, Mapping) and isinstance(person.get("decision"), str):
        known = Decision.from_label(person["decision"])
        return {**person, "decision": known.zh if known else None}
    return person


def _gold(found: Labelled, raw: Any, index: int) -> Gold:
    charges = found.charges or tuple(
        dict.fromkeys(name for person in found.defendants for name in person.charges)
    )
    return Gold(
        case_id=found.case.id,
        index=index,
        decision=found.decision,
        raw_decision=raw if isinstance(raw, str) else "",
        articles=found.articles,
        charges=charges,
        persons=tuple(
            Person(
                name=person.name,
                decision=person.decision,
                role=person.role.value if person.role else None,
                charges=person.charges,
                months=person.prison_months,
            )
            for person in found.defendants
        ),
    )


def _cail(record: Mapping[str, Any], where: str, index: int) -> Sample:
    """One row of CAIL2018: fact, meta{accusation, relevant_articles, term_of_imprisonment}."""
    meta = record.get("meta") or {}
    term = meta.get("term_of_imprisonment") or {}
    months = term.get("imprisonment")
    if term.get("death_penalty"):
        months = DEATH
    elif term.get("life_imprisonment"):
        months = LIFE
    numbers = [int(n) for n in meta.get("relevant_articles") or ()]
    case = Case(id=str(record.get("id") or f"cail-{index}"), fact=_text(record, "fact", where))
    gold = Gold(
        case_id=case.id,
        index=index,
        charges=tuple(charge_name(str(name)) for name in meta.get("accusation") or ()),
        articles=tuple(map(article_key, numbers)),
        months=float(months) if isinstance(months, (int, float)) else None,
    )
    return Sample(index=index, case=case, gold=gold)


def charge_name(text: str) -> str:
    """The canonical name of a charge; CAIL2018 puts brackets around some."""
    plain = text.strip().strip("[]").replace("][", "、")
    return normalise_charge(plain) or plain


def article_key(article: int) -> str:
    """``264`` as ``cl:第二百六十四条``."""
    return f"cl:第{numeral(article)}条"


def _lawbench(kind: Kind, record: Mapping[str, Any], where: str, index: int) -> Sample:
    """A row with all labels (fact, charges, articles, term), or one of LawBench's own files."""
    official = "question" in record and "instruction" in record
    row = read_row(_unfolded(kind, record, where) if official else record, where)
    charges = tuple(charge_name(name) for name in row.charges)
    articles = tuple(map(article_key, row.articles))
    case_id = str(record.get("id") or f"{kind.value}-{index}")
    given = kind is not Kind.LAWBENCH_33
    return Sample(
        index=index,
        case=Case(id=case_id, fact=row.fact),
        given_charges=charges if given else (),
        given_articles=articles if kind is Kind.LAWBENCH_35 else (),
        gold=Gold(
            case_id=case_id,
            index=index,
            charges=charges if kind is Kind.LAWBENCH_33 else (),
            articles=articles if kind is Kind.LAWBENCH_31 else (),
            months=_months(record, row.months) if TASKS[kind] is Task.TERM else None,
        ),
    )


def _months(record: Mapping[str, Any], months: int | None) -> float | None:
    """The term in months; CAIL2018's numbers for life and death."""
    if months is not None:
        return float(months)
    text = f"{record.get('term', '')}{record.get('answer', '')}"
    return LIFE if "无期" in text else DEATH if "死刑" in text else None


def _unfolded(kind: Kind, record: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The fields of a row of LawBench's own, out of its question and answer."""
    question = _text(record, "question", where).replace("\r\n", "\n").strip()
    answer = _ANSWER.sub("", _text(record, "answer", where).strip())
    fact = question.removeprefix("事实:").removeprefix("事实：")
    found = _GIVEN.search(fact) if kind is not Kind.LAWBENCH_33 else None
    charges = found[1] if found else answer
    articles = answer if kind is Kind.LAWBENCH_31 else (found[2] or "") if found else ""
    return {
        "fact": fact[: found.start()] if found else fact,
        "charges": [name for name in re.split("[;；]", charges.strip("。")) if name.strip()],
        "articles": [int(n) for n in _NUMBERS.findall(articles)],
        "term": answer,
    }


def _choice(record: Mapping[str, Any], where: str, index: int) -> Sample:
    """A multiple-choice question of LexEval: question (or input) with options, and answer."""
    field = "question" if record.get("question") else "input"
    case = Case(id=str(record.get("id") or f"lexeval-{index}"), fact=_text(record, field, where))
    answer = _text(record, "answer", where).upper()
    gold = Gold(case_id=case.id, index=index, choice="".join(sorted(set(_LETTERS.findall(answer)))))
    return Sample(index=index, case=case, gold=gold)


def _text(record: Mapping[str, Any], field: str, where: str) -> str:
    value = record.get(field)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"no {field}, {where}, field {field}, give it as text")
    return value


_READERS: Mapping[Kind, Callable[[Mapping[str, Any], str, int], Sample]] = {
    Kind.PDP: _prosecution,
    Kind.OWN: _prosecution,
    Kind.CAIL: _cail,
    Kind.LEXEVAL: _choice,
}
