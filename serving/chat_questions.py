"""What a message asks, read by tables (``data/chat.yaml``): no language model takes part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field

from ..cases.models import Case, Frozen
from ..cases.vocabulary import Check, Decision
from ..graphs import overrides

_CJK = re.compile(r"[\u4e00-\u9fff]")
_PARTS = re.compile("、|或者|，")
_LEAST_PART = 2
_REACH = 24


class Intent(StrEnum):
    """What a question is about."""

    WHAT_IF = "what_if"
    WHY_NOT = "why_not"
    WHY = "why"
    SENTENCE = "sentence"
    ARTICLES = "articles"
    SIMILAR = "similar"
    ROLES = "roles"
    CHARGES = "charges"
    OPINION = "opinion"
    STEPS = "steps"
    SUMMARY = "summary"
    UNKNOWN = "unknown"


class Question(Frozen):
    """A question about a review. ``changes`` are what it assumes; ``defendant`` whom it is about.
    ``chinese``: whether it is asked, and so answered, in Chinese."""

    intent: Intent
    chinese: bool = True
    decision: Decision | None = None
    check: Check | None = None
    defendant: str | None = None
    changes: dict[str, str] = Field(default_factory=dict)


@cache
def _table() -> dict[str, Any]:
    import yaml

    text = (Path(__file__).parent / "data" / "chat.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def is_chinese(text: str) -> bool:
    """Whether a message holds Chinese at all."""
    return _CJK.search(text) is not None


def is_case(text: str, after_review: bool = False) -> bool:
    """Whether a message is a case rather than a question; ``after_review``: one is under way."""
    if text.lstrip().startswith("{"):
        return '"fact' in text
    rule = _table()["case"]
    count = len(_CJK.findall(text))
    if count < rule["least_chars"] or not _compiled(rule["party"]).search(text):
        return False
    if count >= rule["sure_chars"]:
        return True
    if after_review and _compiled(rule["question"]).search(text.strip()):
        return False
    return _compiled(rule["event"]).search(text) is not None


def task_answer(text: str) -> str | None:
    """The answer to what a chat program asks for itself (a title, tags, …); None for a message."""
    tasks = _table()["tasks"]
    if not re.search(tasks["sign"], text, re.DOTALL):
        return None
    fits = (t["answer"] for t in tasks["answers"] if _compiled(t["pattern"]).search(text))
    return str(next(fits, ""))


def question_of(text: str, defendants: Iterable[str] = ()) -> Question:
    """What ``text`` asks of a review of those defendants."""
    table = _table()
    found = (i["id"] for i in table["intents"] if _compiled(i["pattern"]).search(text))
    intent = Intent(next(found, "unknown"))
    named = next((n for n in sorted(defendants, key=len, reverse=True) if n and n in text), None)
    changes = changes_of(text, named) if intent is Intent.WHAT_IF else {}
    return Question(
        intent=intent,
        chinese=is_chinese(text),
        decision=_first(Decision, table["decisions"], text),
        check=_first(Check, table["checks"], text),
        defendant=named,
        changes=changes,
    )


def _first(kind: Any, patterns: dict[str, str], text: str) -> Any:
    return next((kind(key) for key, p in patterns.items() if _compiled(p).search(text)), None)


def changes_of(text: str, defendant: str | None = None) -> dict[str, str]:
    """The changes that a message assumes, fit for :func:`nolle.graphs.overrides.canonical`."""
    changes = dict(_values(text))
    taken: list[tuple[int, int]] = []
    for key, pattern in _circumstances():
        for hit in _compiled(pattern).finditer(text):
            if any(a < hit.end() and hit.start() < b for a, b in taken):
                continue
            taken.append(hit.span())
            denied = _denied(text, hit.start()) and not key.startswith("no_")
            changes.setdefault(key, "no" if denied else "yes")
    if not changes:
        changes = dict(_told(text))
    wide = set(overrides.VALUES) - {"age"}
    return {f"{defendant}:{k}" if defendant and k not in wide else k: v for k, v in changes.items()}


def _denied(text: str, start: int) -> bool:
    return _compiled(_table()["denial"]).search(text, max(0, start - _REACH), start) is not None


@cache
def _circumstances() -> tuple[tuple[str, str], ...]:
    """Each circumstance with a pattern, those with longer Chinese names first: 未赔偿 is told
    before 赔偿 is."""
    known = overrides.circumstances()
    extra: dict[str, str] = _table()["circumstances"]
    pairs = []
    for key, zh in sorted(known.items(), key=lambda item: -len(item[1])):
        names = [re.escape(p) for p in _PARTS.split(zh) if len(p) >= _LEAST_PART]
        pairs.append((key, "|".join([*([extra[key]] if key in extra else []), *names])))
    return tuple((key, pattern) for key, pattern in pairs if pattern)


def _values(text: str) -> Iterator[tuple[str, str]]:
    table = _table()
    for key, pattern in table["values"].items():
        if hit := _compiled(pattern).search(text):
            found = next(v for v in hit.groupdict().values() if v)
            plain = str(found).replace(" ", "").lower()
            yield key, str(table["numbers"].get(plain, plain))
    for grade, pattern in table["injuries"].items():
        if _compiled(pattern).search(text):
            yield "injury", grade
            return


def _told(text: str) -> Iterator[tuple[str, str]]:
    """The circumstances that the reader of cases finds in the message, as a last resort."""
    from ..cases.circumstances import find_circumstances

    try:
        case = Case(fact=text)
    except ValueError:
        return
    known = overrides.circumstances()
    for item in find_circumstances(case, ()):
        if item.id in known:
            yield item.id, "yes" if item.holds else "no"
