"""How single fields of an answer are read: clipped, translated, looked up among the grounds."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

_MARKS = re.compile(r"[\s，,。；;、（）()“”‘’\"']+")
_SIMILAR = 0.8
_DENIALS = ("未", "没", "不", "无", "拒")

DECISIONS = {"evidence": ("IENP",), "subsumption": ("SNP",), "waiver": ("DNP", "P")}
"""Which decisions the grounds of each check lead to."""


def clip(limit: int) -> Callable[[Any], Any]:
    """Reads null as empty and numbers as text, and cuts what is too long."""

    def read(value: Any) -> Any:
        if value is None:
            return ""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = str(value)
        return value.strip()[:limit] if isinstance(value, str) else value

    return read


def clip_list(limit: int) -> Callable[[Any], Any]:
    """Reads null as no items and a single item as a list of it, and drops what is too many."""

    def read(value: Any) -> Any:
        if value is None or value == "":
            return ()
        if isinstance(value, (str, dict)):
            value = (value,)
        return tuple(value)[:limit] if isinstance(value, (list, tuple)) else value

    return read


def synonym(words: Mapping[str, str]) -> Callable[[Any], Any]:
    """Reads a Chinese label as the value it stands for."""

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = value.strip()
        return words.get(text, text.lower())

    return read


def _ground_of(check: str) -> Any:
    """The type of a ground's id in the answers of one check: named in Chinese, or by the id."""

    def read(value: Any) -> Any:
        return ground_id(check, value) if isinstance(value, str) else value

    def names(schema: dict[str, Any]) -> None:
        schema["enum"] = [zh for zh, _ in _names(check)]

    return Annotated[str, Field(max_length=80, json_schema_extra=names), BeforeValidator(read)]


def ground_id(check: str, text: str) -> str:
    """The id of the ground that the text names.

    Raises:
        ValueError: it names no ground of that check.
    """
    plain = _MARKS.sub("", text)
    known = {_MARKS.sub("", zh): name for zh, name in _names(check)}
    by_id = {name: name for _, name in _names(check)}
    found = by_id.get(text.strip()) or known.get(plain)
    if found:
        return found
    if len(plain) > 1:
        near = [name for zh, name in known.items() if _within(zh, plain) or _within(plain, zh)]
        if len(near) == 1:
            return near[0]
        alike = difflib.get_close_matches(plain, list(known), n=1, cutoff=_SIMILAR)
        if alike and _denies(alike[0]) == _denies(plain):
            return known[alike[0]]
    raise ValueError(f"清单中没有“{text[:40]}”，请照抄清单中的名称")


def _within(part: str, whole: str) -> bool:
    """Whether the part stands in the whole undenied: 退赃退赔 is not in 未退赃退赔."""
    before, found, _ = whole.partition(part)
    return bool(found) and not _denies(before)


def _denies(text: str) -> bool:
    return any(word in text for word in _DENIALS)


@cache
def _names(check: str) -> tuple[tuple[str, str], ...]:
    from ..statutes.grounds import grounds_of

    return tuple((g.zh, g.id) for decision in DECISIONS[check] for g in grounds_of(decision))


evidence_ground = _ground_of("evidence")
subsumption_ground = _ground_of("subsumption")
waiver_ground = _ground_of("waiver")
