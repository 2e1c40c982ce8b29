"""CMDL: facts and, for each defendant, an outcome whose judgment lists charges and penalties.

``{"fact", "defendants": […], "outcomes": [{"name", "judgment": [{"standard_accusation",
"article": […], "penalty": {"imprisonment", "detention", "surveillance", "death_penalty",
"life_imprisonment"}}]}]}``; lengths are in months.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .joint import JointCase, JointDefendant, JointSource
from .joint_fields import label_of, name_of, number_of, text_of, with_zui
from .sanitise import problem
from .vocabulary import SentenceKind

_FORM = 'write [{"name": …, "judgment": [{"standard_accusation": …, "penalty": {…}}]}]'
_LENGTHS = (
    ("imprisonment", SentenceKind.FIXED_TERM),
    ("detention", SentenceKind.DETENTION),
    ("surveillance", SentenceKind.CONTROL),
)
_ABSOLUTE = (
    ("death_penalty", SentenceKind.DEATH),
    ("life_imprisonment", SentenceKind.LIFE),
)


def is_cmdl(record: Mapping[str, Any]) -> bool:
    """Whether a record has the fields of CMDL."""
    return "fact" in record and "outcomes" in record


def cmdl_case(record: Mapping[str, Any], where: str) -> JointCase:
    """The case of one row. Raises InputError that names row and field."""
    outcomes = record.get("outcomes")
    if not isinstance(outcomes, list) or not outcomes:
        raise problem("no outcomes", f"{where}, field outcomes", _FORM)
    case_id = next((record[k] for k in ("id", "case_id", "uuid") if record.get(k)), None)
    view = next((k for k in ("court_view", "interpretation", "view") if record.get(k)), "view")
    return JointCase(
        id=label_of(case_id, f"{where}, field id") or where,
        source=JointSource.CMDL,
        facts=text_of(record, "fact", where, needed=True).strip(),
        court_view=text_of(record, view, where).strip(),
        defendants=tuple(
            _defendant(outcome, f"{where}, outcome {number}")
            for number, outcome in enumerate(outcomes, start=1)
        ),
        where=where,
    )


def _defendant(outcome: Any, where: str) -> JointDefendant:
    counts = outcome.get("judgment") if isinstance(outcome, Mapping) else None
    if isinstance(counts, Mapping):
        counts = [counts]
    if not isinstance(counts, list) or not all(isinstance(count, Mapping) for count in counts):
        raise problem("no judgment", f"{where}, field judgment", _FORM)
    charges, articles = [], []
    for count in counts:
        name = count.get("standard_accusation") or count.get("accusation")
        charges.append(with_zui(label_of(name, f"{where}, field standard_accusation")))
        listed = count.get("article")
        for article in listed if isinstance(listed, list) else [listed]:
            articles.append(label_of(article, f"{where}, field article"))
    penalties = [_penalty(count, where) for count in counts]
    kind, months, probation, fine = _together(penalties)
    return JointDefendant(
        name=name_of(outcome.get("name"), f"{where}, field name"),
        charges=tuple(dict.fromkeys(c for c in charges if c)),
        articles=tuple(dict.fromkeys(a for a in articles if a)),
        kind=kind,
        months=months,
        probation_months=probation,
        fine_yuan=fine,
    )


Penalty = tuple[SentenceKind | None, float | None, float | None, float | None]


def _penalty(count: Mapping[str, Any], where: str) -> Penalty:
    """Kind, months, probation and fine of one count."""
    value = count.get("penalty")
    penalty = value if isinstance(value, Mapping) else {}
    lengths = {
        key: number_of(penalty.get(key), f"{where}, field penalty.{key}")
        for key in ("imprisonment", "detention", "surveillance", "probation", "fine")
    }
    kind = next((kind for key, kind in _ABSOLUTE if penalty.get(key)), None)
    months = None
    if kind is None:
        found = next(((key, kind) for key, kind in _LENGTHS if lengths[key]), None)
        if found:
            months, kind = lengths[found[0]], found[1]
    return kind, months, lengths["probation"] or None, lengths["fine"] or None


def _together(penalties: list[Penalty]) -> Penalty:
    """The punishment of all counts: life and death absorb; of several terms none is known.

    What is executed of several lies between the longest and the sum (CL 69): not in the data.
    """
    kinds = [kind for kind, *_ in penalties if kind]
    for absolute in (SentenceKind.DEATH, SentenceKind.LIFE):
        if absolute in kinds:
            return absolute, None, None, _sum(fine for *_, fine in penalties)
    terms = [months for _, months, *_ in penalties if months]
    kind = kinds[0] if len(set(kinds)) == 1 else None
    probation = next((p for _, _, p, _ in penalties if p), None)
    fines = _sum(fine for *_, fine in penalties)
    return kind, terms[0] if len(terms) == 1 else None, probation, fines


def _sum(values: Any) -> float | None:
    known = [value for value in values if value]
    return sum(known) if known else None
