"""MPMCP (MultiJustice): one CSV row for each defendant that is to be judged.

Columns: ``index, date, verdict, defendant, accusation, relevant_law, province,
defendant_accusation, fact, defendant_judgement, relevant_article, imprisonment, fact_len``.
Neighbouring rows of one index and one text are one case. The files name their scenario
(``test_data4.csv``), which the rows alone do not show where a case has other defendants.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TextIO

from .joint import JointCase, JointDefendant, JointSource, Scenario
from .joint_fields import label_of, name_of, number_of, text_of, with_zui
from .sanitise import CASE_BYTES, problem
from .terms import Term, executed_term
from .vocabulary import SentenceKind

_NEEDED = ("defendant", "fact")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_APART = re.compile(r"[\s,，、;；]+")
_NAMES_APART = re.compile(r"[,，、;；]+")
_STATED = re.compile(r"data_?([1-4])$")

# Life and death as CAIL writes them in a column of months.
_ABSOLUTE = {"-1": SentenceKind.LIFE, "-2": SentenceKind.DEATH}

Row = tuple[dict[str, str], str]


def mpmcp_cases(stream: TextIO, name: str) -> Iterator[JointCase]:
    """The cases of a CSV file in order, read row by row.

    ``stream`` is the text of the file ``name``, opened with ``newline=""``. Raises InputError with
    the row (the header is row 1).
    """
    stated = _STATED.search(Path(name).stem)
    scenario = Scenario(f"S{stated[1]}") if stated else None
    for _, rows in groupby(_rows(stream, name), key=lambda row: (row[0]["index"], row[0]["fact"])):
        yield _case(list(rows), scenario)


def listed(cell: str) -> tuple[str, ...]:
    """The items of a cell: ``['盗窃', '诈骗']``, ``[盗窃 诈骗]``, ``盗窃、诈骗`` or one alone."""
    text = cell.strip()
    if text[:1] in {"[", "("} and (quoted := _QUOTED.findall(text)):
        items: Iterable[str] = (one or other for one, other in quoted)
    else:
        items = _APART.split(text.strip("[]()"))
    return tuple(dict.fromkeys(item.strip() for item in items if item.strip()))


def _rows(stream: TextIO, name: str) -> Iterator[Row]:
    csv.field_size_limit(CASE_BYTES)
    reader = csv.reader(stream, strict=True)
    number = 0
    try:
        header = [column.strip().removeprefix("\ufeff") for column in next(reader, [])]
        missing = [column for column in _NEEDED if column not in header]
        if missing:
            columns = ", ".join(missing)
            raise problem(f"no column {columns}", f"{name}, row 1", "give the columns of MPMCP")
        for number, cells in enumerate(reader, start=2):
            where = f"{name}, row {number}"
            if not any(cells):
                continue
            if len(cells) != len(header):
                what = f"{len(cells)} cells under {len(header)} columns"
                raise problem(what, where, "quote cells that hold commas or line breaks")
            row = dict(zip(header, cells, strict=True))
            yield {"index": "", **row}, where
    except csv.Error as error:
        mend = "quote cells that hold commas or line breaks"
        raise problem(f"not CSV ({error})", f"{name}, row {number + 1}", mend) from None
    except UnicodeDecodeError:
        raise problem("not UTF-8", f"{name}, after row {number}", "save it as UTF-8") from None


def _case(rows: list[Row], scenario: Scenario | None) -> JointCase:
    first, where = rows[0]
    people = [person for row, at in rows for person in _defendants(row, at)]
    distinct = {person.name: person for person in reversed(people)}
    return JointCase(
        id=label_of(first["index"], f"{where}, column index") or where,
        source=JointSource.MPMCP,
        facts=text_of(first, "fact", where, needed=True).strip(),
        defendants=tuple(reversed(distinct.values())),
        date=label_of(first.get("date"), f"{where}, column date"),
        province=label_of(first.get("province"), f"{where}, column province"),
        stated=scenario,
        where=where,
    )


def _defendants(row: Mapping[str, str], where: str) -> list[JointDefendant]:
    cell = row["defendant"].strip()
    names = listed(cell) if cell.startswith("[") else _NAMES_APART.split(cell)
    names = [name for name in names if name.strip()]
    if not names:
        raise problem("no defendant", f"{where}, column defendant", "give the defendant's name")
    own = row.get("defendant_accusation") or row.get("accusation") or ""
    charges = tuple(with_zui(charge) for charge in listed(own) if not charge.isdigit())
    if len(names) > 1:
        # Of the labels of several in one row only a charge that is the only one is everybody's.
        shared = charges if len(charges) == 1 else ()
        return [JointDefendant(name=name_of(name, where), charges=shared) for name in names]
    term = _term(row, where)
    return [
        JointDefendant(
            name=name_of(names[0], f"{where}, column defendant"),
            charges=charges,
            articles=listed(row.get("relevant_article") or ""),
            kind=term.kind if term else None,
            months=term.months if term else None,
            probation_months=term.probation_months if term else None,
            fine_yuan=term.fine_yuan if term else None,
        )
    ]


def _term(row: Mapping[str, str], where: str) -> Term | None:
    """The months of the column; kind, probation and fine from the words of the judgment."""
    told = executed_term(row.get("defendant_judgement") or "")
    cell = (row.get("imprisonment") or "").strip()
    if cell and not cell[:1].isdigit() and (named := executed_term(cell)):
        return named
    if (absolute := _ABSOLUTE.get(cell.removesuffix(".0"))) is not None:
        return Term(kind=absolute)
    months = number_of(cell, f"{where}, column imprisonment")
    if months is None:
        return told
    if told is None or told.months is None:
        if told is not None and not months:
            return told
        return Term(kind=SentenceKind.FIXED_TERM, months=round(months))
    return told.model_copy(update={"months": round(months)})
