"""IMLJP: facts (FD), the court's view (CV), and by name role, prison and probation in months.

Every case of it is one of intentional injury (MMSI, section IV-A). Rows come with ``judgment`` by
name, as in the paper's repository, or with ``defendants`` as a list, as on its hub.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .joint import JointCase, JointDefendant, JointSource
from .joint_fields import label_of, name_of, number_of, text_of
from .sanitise import problem
from .sources import Item
from .vocabulary import Role, SentenceKind

CHARGE = "故意伤害罪"
_ROLES = {
    "principal": Role.PRINCIPAL,
    "accomplice": Role.ACCOMPLICE,
    "主犯": Role.PRINCIPAL,
    "从犯": Role.ACCOMPLICE,
}
_MARKUP = re.compile(r"(?:\\[nrt]|</?p>|&nbsp;|<br\s*/?>)+")
_BRACKETS = re.compile(r"[\[\]]")
_FORM = 'write {"name": {"guilt": "principal", "prison": 36, "probation": 0}}'


def is_imljp(record: Mapping[str, Any]) -> bool:
    """Whether a record has the fields of IMLJP."""
    return "FD" in record and ("judgment" in record or "defendants" in record)


def rows_of(item: Item) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The rows of one JSON value: itself, or the rows of a mapping from case id to row."""
    record = item.record or {}
    rows = list(record.items())
    if rows and all(isinstance(row, Mapping) and "FD" in row for _, row in rows):
        for number, (case_id, row) in enumerate(rows, start=1):
            yield {"case_id": case_id, **row}, f"{item.where}, case {number}"
    else:
        yield record, item.where


def imljp_case(record: Mapping[str, Any], where: str) -> JointCase:
    """The case of one row; an empty judgment gives a case without defendants.

    Raises InputError that names row and field.
    """
    case_id = record.get("case_id", record.get("id"))
    people = _people(record, where)
    return JointCase(
        id=label_of(case_id, f"{where}, field case_id") or where,
        source=JointSource.IMLJP,
        facts=plain(text_of(record, "FD", where, needed=True)),
        court_view=plain(text_of(record, "CV", where)),
        defendants=tuple(_defendant(name, row, at) for name, row, at in people),
        where=where,
    )


def plain(text: str) -> str:
    """The text without markup, without the brackets around names and without a torn beginning."""
    return _BRACKETS.sub("", _MARKUP.sub("\n", text)).strip().lstrip("，,：:、 ").strip()


def _people(record: Mapping[str, Any], where: str) -> list[tuple[Any, Mapping[str, Any], str]]:
    """Name, labels and place of every defendant, from whichever of the two forms."""
    key = "judgment" if record.get("judgment") is not None else "defendants"
    value = record.get(key)
    place = f"{where}, field {key}"
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise problem("text that is no JSON", place, _FORM) from None
    if isinstance(value, Mapping):
        # Tables give every row the columns of all rows: a name without labels is of another case.
        rows = [(name, row) for name, row in value.items() if row is not None]
    elif isinstance(value, list):
        rows = [(row.get("name") if isinstance(row, Mapping) else None, row) for row in value]
    else:
        raise problem("no judgment by name", place, _FORM)
    found = []
    for number, (name, row) in enumerate(rows, start=1):
        at = f"{place}, defendant {number}"
        if not isinstance(row, Mapping):
            raise problem("not an object", at, _FORM)
        found.append((name, row, at))
    return found


def _defendant(name: Any, row: Mapping[str, Any], where: str) -> JointDefendant:
    guilt = row.get("guilt", row.get("role"))
    role = _ROLES.get(guilt.strip()) if isinstance(guilt, str) else None
    if role is None:
        raise problem("unknown guilt", f"{where}, field guilt", "write principal or accomplice")
    months = number_of(row.get("prison"), f"{where}, field prison")
    probation = number_of(row.get("probation"), f"{where}, field probation")
    return JointDefendant(
        name=name_of(name, f"{where}, field name"),
        role=role,
        charges=(CHARGE,),
        kind=SentenceKind.FIXED_TERM if months else None,
        months=months,
        probation_months=probation or None,
    )
