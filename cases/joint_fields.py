"""What the readers of cases of several defendants share: checked fields and their errors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .sanitise import check_label, check_text, problem


def text_of(record: Mapping[str, Any], key: str, where: str, *, needed: bool = False) -> str:
    """A text of the record; "" for none unless ``needed``. InputError for another type."""
    value = record.get(key)
    place = f"{where}, field {key}"
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise problem("not a text", place, 'write it as text in quotes "…"')
    if needed and not value.strip():
        raise problem(f"no {key}", place, "give it as text")
    return check_text(value, place)


def label_of(value: Any, where: str) -> str:
    """A short text or whole number as one line; "" for none."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise problem("not a text", where, 'write it as text in quotes "…"')
    return check_label(value, where)


def number_of(value: Any, where: str) -> float | None:
    """A number from 0 up, None for none (null, "" and NaN as tables write them)."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise problem("not a number", where, "write months or yuan as a number") from None
    bad = isinstance(value, bool) or not isinstance(value, int | float)
    if bad or not math.isfinite(value) or not 0 <= value < 1e15:
        raise problem("not a number from 0 up", where, "write a number, or nothing if unknown")
    return float(value)


def name_of(value: Any, where: str) -> str:
    """A defendant's name, without the brackets that mark names."""
    name = label_of(value, where).strip("[]【】<>〈〉 ")
    if not name:
        raise problem("no name", where, "give the defendant's name as text")
    return name


def with_zui(charge: str) -> str:
    """A charge in the form that judgments use: with 罪 at its end."""
    plain = charge.strip()
    return plain if not plain or plain.endswith("罪") else f"{plain}罪"
