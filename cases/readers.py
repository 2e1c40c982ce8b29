"""Cases from records, texts, files and standard input.

Everything that comes in is checked here. Whatever cannot be used raises
:class:`~nolle.errors.InputError` with one line: what, where, how to mend.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from ..errors import InputError
from .documents import split_document
from .models import Case, Meta
from .sanitise import check_label, check_text, problem
from .sources import Item, items_from_bytes, parse_json, read_items

_FIELD_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "person_info": ("person_info", "suspect_info"),
    "procedure": ("procedure",),
    "fact": ("fact", "facts"),
}
_YEAR = re.compile(r"(?:19|20)\d\d")


def load_case(path: str | os.PathLike[str]) -> Case:
    """Read the one case of a file, or of standard input for ``"-"``.

    Raises InputError if it cannot be used, or if there is more than one case.
    """
    cases = iter_cases(path)
    _, case = next(cases)
    if next(cases, None) is not None:
        raise problem(
            "more than one case", _name(path), "use load_cases, or keep one case in the file"
        )
    return case


def load_cases(path: str | os.PathLike[str]) -> list[tuple[str, Case]]:
    """Read all cases of a file, or of standard input for ``"-"``, as ``(label, case)`` pairs.

    The label is the file's stem (``stdin`` for standard input), with ``-ROW`` where the format can
    hold many. All or nothing: one bad row raises InputError with its number.
    """
    return list(iter_cases(path))


def iter_cases(path: str | os.PathLike[str]) -> Iterator[tuple[str, Case]]:
    """Like :func:`load_cases`, one case at a time, in constant memory.

    A bad row raises InputError only when it is reached: run :func:`check_cases` first where work
    on the rows before it would be lost.
    """
    for item in read_items(path):
        yield item.label, case_from_item(item)


def check_cases(path: str | os.PathLike[str]) -> int:
    """Read and check every case of a file without keeping any; the number of cases."""
    return sum(1 for _ in iter_cases(path))


def cases_from_bytes(data: bytes, name: str) -> list[tuple[str, Case]]:
    """Like :func:`load_cases` for content already in memory, e.g. an upload of that file name."""
    return [(item.label, case_from_item(item)) for item in items_from_bytes(data, name)]


def case_from_item(item: Item) -> Case:
    """The case of one raw item, whether record or text."""
    if item.record is not None:
        return case_from_record(item.record, item.where)
    return case_from_text(item.text or "", item.where)


def case_from_text(text: str, where: str = "text") -> Case:
    """Split a whole document, a labelled text or a plain narrative into a case.

    What gives the outcome away (document number, reasoning, decision, remedies, signature, the
    names 被告人 and 被不起诉人) is left out; date and province come from foot and letterhead.
    A JSON record given as text is read as a record. Raises InputError if no facts are left.
    """
    if not isinstance(text, str):
        raise problem(f"{_kind(text)} instead of text", where, "give the document as text")
    if text.lstrip("\ufeff \t\r\n").startswith("{") and (record := _as_record(text, where)):
        return case_from_record(record, where)
    # Page and column breaks are layout, left over by converters; other control characters are not.
    parts = split_document(check_text(re.sub("[\f\v]", "\n", text), where))
    record = {
        "meta": {"date": parts.date, "province": parts.province},
        "person_info": parts.person_info,
        "procedure": parts.procedure,
        "fact": parts.fact,
    }
    return case_from_record(record, where)


def case_from_record(record: Mapping[str, Any], where: str = "record") -> Case:
    """Check one JSON record (PDP-Bench fields) and make it a case.

    Only id, meta, person_info (or suspect_info), procedure and fact (or facts) are read; all other
    keys, gold labels among them, are dropped. null counts as absent, a year given as a number as
    text, and a missing id is derived from the text. Raises InputError naming the field.
    """
    if not isinstance(record, Mapping):
        raise problem(f"{_kind(record)} instead of an object", where, "give the case as an object")
    texts = {field: _text(record, field, where) for field in _FIELD_KEYS}
    if not texts["fact"].strip():
        raise problem("no facts", f"{where}, field fact", "give the facts under review as text")
    meta = _meta(record.get("meta"), where)
    case_id = record.get("id")
    if isinstance(case_id, int) and not isinstance(case_id, bool) and abs(case_id) < 10**18:
        case_id = str(case_id)
    case_id = _label(case_id, f"{where}, field id")
    try:
        return Case(id=case_id or derived_id(**texts), meta=meta, **texts)
    except ValidationError as error:
        raise problem(error.errors()[0]["msg"], where, "correct the record") from None


def derived_id(person_info: str, procedure: str, fact: str) -> str:
    """A short id that depends on the text alone: ``case-`` and eight hexadecimal digits."""
    text = "\0".join((person_info, procedure, fact))
    return f"case-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def _text(record: Mapping[str, Any], field: str, where: str) -> str:
    value, key = "", field
    for name in _FIELD_KEYS[field]:
        found = record.get(name)
        if found is not None and found != "":
            value, key = found, name
            break
    place = f"{where}, field {key}"
    if not isinstance(value, str):
        raise problem(f"{_kind(value)} instead of text", place, 'write it as text in quotes "…"')
    return check_text(value, place)


def _meta(value: Any, where: str) -> Meta:
    if value is None or value == "":
        return Meta()
    if not isinstance(value, Mapping):
        raise problem(
            f"{_kind(value)} instead of an object",
            f"{where}, field meta",
            'write {"date": "2021-05-01", "province": "浙江省"}, or leave it out',
        )
    date = value.get("date")
    if date is None or date == "":
        date = value.get("year")
    if isinstance(date, int) and not isinstance(date, bool) and 0 <= date <= 99991231:
        if not _YEAR.fullmatch(str(date)) and not _YEAR.match(f"{date:08d}"):
            raise problem(
                "a number that is no year",
                f"{where}, field meta.date",
                'write the date as text, e.g. "2021-05-01"',
            )
        date = str(date)
    return Meta(
        date=_label(date, f"{where}, field meta.date"),
        province=_label(value.get("province"), f"{where}, field meta.province"),
    )


def _label(value: Any, where: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise problem(f"{_kind(value)} instead of text", where, 'write it as text in quotes "…"')
    return check_label(value, where)


def _as_record(text: str, where: str) -> dict[str, Any] | None:
    """The JSON record that a text holds; None if it is a text that merely starts with a brace."""
    try:
        value = parse_json(text.lstrip("\ufeff"), where)
    except InputError:
        return None
    return value if isinstance(value, dict) else None


def _name(path: str | os.PathLike[str]) -> str:
    name = os.fspath(path)
    return "standard input" if name == "-" else str(name)


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list() | tuple():
            return "a list"
        case Mapping():
            return "an object"
        case _:
            return f"a {type(value).__name__}"
