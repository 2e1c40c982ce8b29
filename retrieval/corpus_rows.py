"""One row of a known data set as a document: which form it has, and what its fields mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ..cases.gold import labelled_from_record
from ..cases.readers import derived_id
from ..cases.sanitise import check_label, check_text, problem
from ..cases.vocabulary import Decision
from .corpus_csv import is_mpmcp, listed
from .documents import (
    DEATH,
    LIFE,
    Document,
    canonical_charges,
    gravest,
    iso_date,
    scenario_of,
)

_RECORD_KEYS: Final = frozenset({"person_info", "suspect_info", "procedure", "decision"})
_FACT_KEYS: Final = ("fact", "facts", "q")
_CHARGE_KEYS: Final = ("charges", "charge", "crime")
_ID_KEYS: Final = ("id", "pid", "ridx", "index")
_NUMBER = re.compile(r"\d+")


def document_of_row(row: Mapping[str, Any], stem: str, where: str) -> Document:
    """The document that a row tells of; ``stem`` names its file.

    A PDP-Bench record has person_info, procedure, decision or defendants; a CAIL2018 row has
    meta.accusation; an MPMCP row has accusation and imprisonment; any other row with a fact may
    have charges and term (LawBench, LeCaRD, whose own files say q and crime). Raises InputError
    where there are no facts.
    """
    meta = row.get("meta")
    if isinstance(meta, Mapping) and ("accusation" in meta or "term_of_imprisonment" in meta):
        return _cail(row, meta, stem, where)
    if is_mpmcp(row):
        return _mpmcp(row, stem, where)
    if _RECORD_KEYS & row.keys() or isinstance(row.get("defendants"), list):
        return _record(row, stem, where)
    return _plain(row, stem, where)


def _record(row: Mapping[str, Any], stem: str, where: str) -> Document:
    found = labelled_from_record(row, where)
    people = found.defendants
    per_person = {charge for person in people for charge in canonical_charges(person.charges)}
    charges = canonical_charges(found.charges) or tuple(sorted(per_person))
    terms = [None if p.prison_months is None else round(p.prison_months) for p in people]
    roles = {p.role.value for p in people if p.role is not None}
    return Document(
        id=_unique(found.case.id, stem),
        text=found.case.fact,
        charges=charges,
        outcome="" if found.decision is None else found.decision.value,
        months=gravest(terms),
        date=iso_date(found.case.meta.date),
        province=found.case.meta.province,
        role=roles.pop() if len(roles) == 1 else "",
        source=stem,
        defendants=max(1, len(people)),
        scenario=scenario_of(len(people), len(charges)),
    )


def _plain(row: Mapping[str, Any], stem: str, where: str) -> Document:
    text = _fact(row, where)
    charges = canonical_charges(_names(_first(row, _CHARGE_KEYS), f"{where}, field charges"))
    return Document(
        id=_id(row, text, stem, where),
        text=text,
        charges=charges,
        outcome=Decision.P.value if "term" in row else "",
        months=_term(row.get("term")),
        source=stem,
        scenario="",
    )


def _cail(row: Mapping[str, Any], meta: Mapping[str, Any], stem: str, where: str) -> Document:
    text = _fact(row, where)
    charges = canonical_charges(_names(meta.get("accusation"), f"{where}, field meta.accusation"))
    people = _names(meta.get("criminals"), f"{where}, field meta.criminals")
    term = meta.get("term_of_imprisonment")
    months: int | None = None
    if isinstance(term, Mapping):
        number = term.get("imprisonment")
        months = number if isinstance(number, int) and number >= 0 else None
        months = LIFE if term.get("life_imprisonment") is True else months
        months = DEATH if term.get("death_penalty") is True else months
    return Document(
        id=_id(row, text, stem, where),
        text=text,
        charges=charges,
        outcome=Decision.P.value,
        months=months,
        source=stem,
        defendants=max(1, len(people)),
        scenario=scenario_of(len(people), len(charges)),
    )


def _mpmcp(row: Mapping[str, Any], stem: str, where: str) -> Document:
    text = _fact(row, where)
    names = listed(row.get("accusation")) or listed(row.get("defendant_accusation"))
    charges = canonical_charges(name for name in names if not name.isdigit())
    people = listed(row.get("defendant"))
    return Document(
        id=_id(row, text, stem, where),
        text=text,
        charges=charges,
        outcome=Decision.P.value,
        months=gravest(_term(value) for value in listed(row.get("imprisonment"))),
        date=iso_date(str(row.get("date") or "")),
        province=check_label(str(row.get("province") or ""), f"{where}, field province"),
        source=stem,
        defendants=max(1, len(people)),
        scenario=scenario_of(len(people), len(charges)),
    )


def _fact(row: Mapping[str, Any], where: str) -> str:
    value = _first(row, _FACT_KEYS)
    if not isinstance(value, str) or not value.strip():
        raise problem("no facts", f"{where}, field fact", "give the facts of the case as text")
    return check_text(value, f"{where}, field fact")


def _first(row: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    """The value of the first key that the row has; data sets name the same field differently."""
    return next((row[key] for key in keys if row.get(key) is not None), None)


def _names(value: Any, where: str) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(name, str) for name in values):
        raise problem("not a list of names", where, 'write ["盗窃罪", …]')
    return tuple(check_label(name, where) for name in values)


def _term(value: Any) -> int | None:
    """Months of ``21个月``, ``21``, 无期徒刑 or 死刑; data sets also write -1 and -2 for these."""
    text = str(value if value is not None else "").strip()
    if "死" in text or text.startswith("-2"):
        return DEATH
    if "无期" in text or text.startswith("-1"):
        return LIFE
    number = _NUMBER.search(text)
    return int(number.group()) if number else None


def _id(row: Mapping[str, Any], text: str, stem: str, where: str) -> str:
    """The row's own id, its index within its file, or one that follows from the text."""
    for key in _ID_KEYS:
        value = row.get(key)
        if isinstance(value, (str, int)) and str(value).strip():
            return _unique(check_label(str(value), f"{where}, field {key}"), stem)
    return derived_id("", "", text)


def _unique(name: str, stem: str) -> str:
    """A bare number only says which row of its own file it is."""
    return f"{stem}-{name}" if name.lstrip("-").isdigit() else name
