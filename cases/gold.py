"""Benchmark records with their gold labels. For scoring only: a review never sees these.

The case inside is built by the ordinary reader, so that no label can reach it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from .models import Case, Frozen
from .readers import case_from_record
from .sanitise import check_label, problem
from .sources import read_items
from .vocabulary import Decision, Role

_ROLES = {role.value: role for role in Role} | {role.zh: role for role in Role}
_DECISIONS = ", ".join(decision.zh for decision in Decision)


class GoldDefendant(Frozen):
    """What happened to one defendant. Months and yuan; None where the source does not say."""

    name: str
    role: Role | None = None
    decision: Decision | None = None
    charges: tuple[str, ...] = ()
    prison_months: float | None = None
    probation_months: float | None = None
    fine_yuan: float | None = None


class Labelled(Frozen):
    """A case with the outcome it had. ``where`` names file and row for messages."""

    case: Case
    decision: Decision | None = None
    charges: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    defendants: tuple[GoldDefendant, ...] = ()
    where: str = ""


def load_labelled(path: str | os.PathLike[str]) -> list[Labelled]:
    """Read all records of a ``.json`` or ``.jsonl`` file with their labels, all or nothing.

    Raises InputError for a record that cannot be read and for an unknown label.
    """
    return list(iter_labelled(path))


def iter_labelled(path: str | os.PathLike[str]) -> Iterator[Labelled]:
    """Like :func:`load_labelled`, one record at a time."""
    for item in read_items(path):
        if item.record is None:
            raise problem(
                "a text document holds no labels", item.where, "give records as .json or .jsonl"
            )
        yield labelled_from_record(item.record, item.where)


def labelled_from_record(record: Mapping[str, Any], where: str = "record") -> Labelled:
    """Read one record with its labels; absent labels are None or empty."""
    defendants = _list(record, "defendants", where)
    return Labelled(
        case=case_from_record(record, where),
        decision=_decision(record.get("decision"), f"{where}, field decision"),
        charges=_strings(record, "charges", where),
        articles=_strings(record, "relevant_articles", where),
        defendants=tuple(
            _defendant(value, f"{where}, defendant {number}")
            for number, value in enumerate(defendants, start=1)
        ),
        where=where,
    )


def _defendant(value: Any, where: str) -> GoldDefendant:
    if not isinstance(value, Mapping):
        raise problem("not an object", where, 'write {"name": …, "role": …, "decision": …}')
    name = value.get("name")
    if not isinstance(name, str) or not name.strip():
        raise problem("no name", f"{where}, field name", "give the name as text")
    return GoldDefendant(
        name=check_label(name, f"{where}, field name"),
        role=_role(value.get("role"), f"{where}, field role"),
        decision=_decision(value.get("decision"), f"{where}, field decision"),
        charges=_strings(value, "charges", where),
        prison_months=_number(value, "prison_months", where),
        probation_months=_number(value, "probation_months", where),
        fine_yuan=_number(value, "fine_yuan", where),
    )


def _decision(value: Any, where: str) -> Decision | None:
    if value is None or value == "":
        return None
    decision = Decision.from_label(value) if isinstance(value, str) else None
    if decision is None:
        raise problem(f"unknown decision {_shown(value)}", where, f"use one of {_DECISIONS}")
    return decision


def _role(value: Any, where: str) -> Role | None:
    if value is None or value == "":
        return None
    role = _ROLES.get(value.strip()) if isinstance(value, str) else None
    if role is None:
        known = ", ".join(role.value for role in Role)
        raise problem(f"unknown role {_shown(value)}", where, f"use one of {known}, or null")
    return role


def _number(record: Mapping[str, Any], key: str, where: str) -> float | None:
    value = record.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e15:
        raise problem(
            "not a number from 0 up", f"{where}, field {key}", "write a number, or null if unknown"
        )
    return float(value)


def _strings(record: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    values = _list(record, key, where)
    if not all(isinstance(value, str) for value in values):
        raise problem("not a list of texts", f"{where}, field {key}", 'write ["…", "…"]')
    return tuple(check_label(value, f"{where}, field {key}") for value in values)


def _list(record: Mapping[str, Any], key: str, where: str) -> list[Any]:
    value = record.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise problem("not a list", f"{where}, field {key}", "write a list […]")
    return value


def _shown(value: Any) -> str:
    return repr(value if isinstance(value, (str, bool)) else type(value).__name__)[:40]
