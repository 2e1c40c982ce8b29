"""Assumed changes to a case: circumstances set to yes or no, and values set to others.

A change is ``key=value``; ``NAME:key=value`` limits it to one defendant. Keys are the ids (or
Chinese names) of ``cases/data/circumstances.yaml`` with yes or no, and the values in
:data:`VALUES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from ..cases.facts import (
    Amount,
    AmountKind,
    BloodAlcohol,
    Circumstance,
    Facts,
    Injury,
    Suspect,
    Weight,
)
from ..cases.models import Case, Span
from ..cases.vocabulary import InjuryGrade
from ..errors import InputError

_YES = frozenset({"yes", "y", "true", "1", "on", "是", "有"})
_NO = frozenset({"no", "n", "false", "0", "off", "否", "无"})
_NOWHERE = Span(field="fact", start=0, end=0)
_MONEY = frozenset(
    {
        AmountKind.VALUE,
        AmountKind.LOSS,
        AmountKind.GAIN,
        AmountKind.SALES,
        AmountKind.TURNOVER,
        AmountKind.TAX,
    }
)
_GRADES = {**{g.value: g for g in InjuryGrade}, **{g.zh: g for g in InjuryGrade}}

VALUES: dict[str, str] = {
    "amount": "yuan, the sum that the offence is measured by",
    "alcohol": "mg per 100 ml of blood",
    "grams": "grams, the quantity of the substance",
    "injury": "gravest degree of injury: " + ", ".join(g.value for g in InjuryGrade),
    "age": "years, at the conduct",
    "returns": "times returned for supplementary investigation",
    "conduct_date": "YYYY-MM-DD",
    "decision_date": "YYYY-MM-DD",
}
"""The values that can be set, with their units."""

_VALUES_ZH = {
    "金额": "amount",
    "数额": "amount",
    "血液酒精含量": "alcohol",
    "酒精含量": "alcohol",
    "重量": "grams",
    "伤情": "injury",
    "年龄": "age",
    "退回补充侦查次数": "returns",
    "行为日期": "conduct_date",
    "决定日期": "decision_date",
}
VALUES_ZH_OF: dict[str, str] = {key: zh for zh, key in reversed(_VALUES_ZH.items())}
"""The Chinese name of each value; the first one where there are several."""
_PERSONAL = frozenset({"age"})
_CASE_WIDE = frozenset(VALUES) - _PERSONAL


@cache
def circumstances() -> dict[str, str]:
    """The ids of the circumstances that can be set, each with its Chinese name."""
    from ..cases.circumstances import rules

    return {rule.id: rule.zh for rule in rules()}


@cache
def _ids_by_zh() -> dict[str, str]:
    return {zh: key for key, zh in circumstances().items()}


def canonical(changes: Mapping[str, object]) -> dict[str, str]:
    """The changes with ids for Chinese names and values in one form, sorted by key.

    Raises InputError, listing the valid keys, for an unknown key or an unusable value.
    """
    result: dict[str, str] = {}
    for raw, value in changes.items():
        name, key = _split(str(raw))
        checked = _value(key, str(value).strip())
        if name and key in _CASE_WIDE:
            raise InputError(
                f"{key} belongs to the case, not to {name}: write {key}={checked} without a name"
            )
        full = f"{name}:{key}" if name else key
        if result.setdefault(full, checked) != checked:
            raise InputError(f"{full} is set twice, to {result[full]} and {checked}: keep one")
    return dict(sorted(result.items()))


def _split(raw: str) -> tuple[str, str]:
    """Defendant ('' for all) and canonical key."""
    name, _, key = raw.replace("：", ":").strip().rpartition(":")
    key = key.strip()
    known = key if key in VALUES or key in circumstances() else None
    known = known or _VALUES_ZH.get(key) or _ids_by_zh().get(key)
    if known is None:
        raise InputError(
            f"unknown change {key!r}: use one of {', '.join(VALUES)} or, with yes or no, "
            f"one of {', '.join(sorted(circumstances()))}"
        )
    return name.strip(), known


def _value(key: str, value: str) -> str:
    if key in VALUES:
        return _CHECKS[key](key, value)
    lowered = value.lower()
    if lowered in _YES:
        return "yes"
    if lowered in _NO:
        return "no"
    raise InputError(f"{key}={value}: say yes or no")


def _number(key: str, value: str) -> str:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(万)?", value.replace(",", "").replace("，", ""))
    if match is None:
        raise InputError(f"{key}={value}: give a number that is not negative ({VALUES[key]})")
    number = float(match[1]) * (10_000 if match[2] else 1)
    return f"{number:.10g}"


def _whole(key: str, value: str) -> str:
    if not re.fullmatch(r"\d{1,3}", value):
        raise InputError(f"{key}={value}: give a whole number ({VALUES[key]})")
    return str(int(value))


def _date(key: str, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise InputError(f"{key}={value}: give a date as YYYY-MM-DD") from None


def _grade(key: str, value: str) -> str:
    if value not in _GRADES:
        raise InputError(f"{key}={value}: use one of {', '.join(g.value for g in InjuryGrade)}")
    return _GRADES[value].value


_CHECKS: dict[str, Callable[[str, str], str]] = {
    "amount": _number,
    "alcohol": _number,
    "grams": _number,
    "injury": _grade,
    "age": _whole,
    "returns": _whole,
    "conduct_date": _date,
    "decision_date": _date,
}


def apply_to_case(case: Case, changes: Mapping[str, str]) -> Case:
    """The case with the assumed decision date, which decides the law in force."""
    if "decision_date" not in changes:
        return case
    meta = case.meta.model_copy(update={"date": changes["decision_date"]})
    return case.model_copy(update={"meta": meta})


def apply_to_facts(facts: Facts, changes: Mapping[str, str]) -> Facts:
    """The facts with the canonical ``changes`` applied.

    Raises InputError if a change names a defendant who is not in the case. An assumed item keeps
    the place of the passage that it replaces, or has an empty span where there was none.
    """
    for full, value in changes.items():
        name, _, key = full.rpartition(":")
        if name and name not in {s.name for s in facts.suspects}:
            known = ", ".join(s.name for s in facts.suspects)
            raise InputError(f"{full}: no such defendant in the case: use one of {known}")
        update = (
            _SETTERS[key](facts, value, name or None)
            if key in VALUES
            else _circumstance(facts, key, value == "yes", name or None)
        )
        facts = facts.model_copy(update=update)
    return facts


def _circumstance(facts: Facts, key: str, holds: bool, name: str | None) -> dict[str, Any]:
    """Set one circumstance for a defendant, or (without a name) for all."""
    everyone = [s.name for s in facts.suspects]
    opposite = key.removeprefix("no_") if key.startswith("no_") else f"no_{key}"
    replaced = {key, opposite} if holds else {key}
    kept: list[Circumstance] = []
    span = _NOWHERE
    for item in facts.circumstances:
        if item.id not in replaced or (name and item.defendant not in (None, name)):
            kept.append(item)
            continue
        if item.id == key:
            span = item.span
        if name and item.defendant is None:
            kept += [item.model_copy(update={"defendant": n}) for n in everyone if n != name]
    kept.append(Circumstance(id=key, holds=holds, span=span, defendant=name))
    return {"circumstances": tuple(kept)}


def _amount(facts: Facts, value: str, name: str | None) -> dict[str, Any]:
    """One sum in place of those that measure the offence; compensation and the like stay."""
    measuring = [item for item in facts.amounts if item.kind in _MONEY]
    main = max(measuring, key=lambda item: (item.total, item.yuan), default=None)
    kind = main.kind if main else AmountKind.VALUE
    span = main.span if main else _NOWHERE
    amount = Amount(yuan=float(value), kind=kind, span=span, total=True)
    return {"amounts": (amount, *(item for item in facts.amounts if item.kind not in _MONEY))}


def _alcohol(facts: Facts, value: str, name: str | None) -> dict[str, Any]:
    span = facts.alcohol[0].span if facts.alcohol else _NOWHERE
    return {"alcohol": (BloodAlcohol(mg_per_100ml=float(value), span=span),)}


def _grams(facts: Facts, value: str, name: str | None) -> dict[str, Any]:
    main = max(facts.weights, key=lambda item: item.grams, default=None)
    if main is None:
        return {"weights": (Weight(grams=float(value), span=_NOWHERE),)}
    return {"weights": (main.model_copy(update={"grams": float(value)}),)}


def _injury(facts: Facts, value: str, name: str | None) -> dict[str, Any]:
    """The gravest injury becomes the given one; graver ones cannot remain."""
    grade = InjuryGrade(value)
    main = max(facts.injuries, key=lambda item: item.grade.rank, default=None)
    changed = (
        main.model_copy(update={"grade": grade}) if main else Injury(grade=grade, span=_NOWHERE)
    )
    others = (i for i in facts.injuries if i is not main and i.grade.rank <= grade.rank)
    return {"injuries": (changed, *others)}


def _age(facts: Facts, value: str, name: str | None) -> dict[str, Any]:
    """An age instead of a date of birth, which would contradict it; with it minor and elderly."""
    age = {
        "age_at_conduct": int(value),
        "stated_age": int(value),
        "birth": None,
        "birth_precision": None,
    }
    suspects = tuple(
        s.model_copy(update=age) if name is None or s.name == name else s for s in facts.suspects
    )
    for key, holds in (("minor", int(value) < 18), ("elderly", int(value) >= 75)):
        if holds or key in facts.holding(name):
            facts = facts.model_copy(update=_circumstance(facts, key, holds, name))
    return {"suspects": suspects, "circumstances": facts.circumstances}


def _returns(facts: Facts, value: str, name: str | None) -> dict[str, Any]:
    return {"returns": int(value)}


def _conduct_date(facts: Facts, value: str, name: str | None) -> dict[str, Any]:
    """The conduct on that one day; ages follow where the date of birth is known."""
    day = date.fromisoformat(value)

    def aged(suspect: Suspect) -> Suspect:
        if suspect.birth is None or suspect.age_at_conduct is None:
            return suspect
        birth = suspect.birth
        # Full years are reached on the day after the birthday (CL 17).
        age = day.year - birth.year - ((day.month, day.day) <= (birth.month, birth.day))
        return suspect.model_copy(update={"age_at_conduct": max(age, 0)})

    return {
        "conduct_start": day,
        "conduct_end": day,
        "suspects": tuple(aged(suspect) for suspect in facts.suspects),
    }


def _decision_date(facts: Facts, value: str, name: str | None) -> dict[str, Any]:
    return {"decision_date": date.fromisoformat(value), "decision_date_note": ""}


_SETTERS: dict[str, Callable[[Facts, str, str | None], dict[str, Any]]] = {
    "amount": _amount,
    "alcohol": _alcohol,
    "grams": _grams,
    "injury": _injury,
    "age": _age,
    "returns": _returns,
    "conduct_date": _conduct_date,
    "decision_date": _decision_date,
}
