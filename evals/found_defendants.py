"""Whether the defendants of a case are found in its text alone, and no victim is taken for one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..cases.models import Case, Frozen
from ..cases.names import name_at
from ..cases.suspects import find_suspects

_MARKED = re.compile(r"[\[\]]")
_VICTIM = re.compile(r"(?:被害人|受害人|死者)(?=\[)")
_NEXT = re.compile(r"[、和与及]\s*(?=\[)")


class Told(Frozen):
    """A case as told, names in square brackets: facts, court's view, names judged."""

    facts: str
    view: str
    judged: tuple[str, ...]


def found_defendants(rows: Iterable[Told], digits: int = 4) -> dict[str, Any]:
    """Recall over the names judged, from facts (fd) and court's view (cv), with names marked by
    brackets and without; ``victims_taken`` counts named victims found as defendants, over all four.

    ``defendants_found`` is the lowest of the four recalls.
    """
    right: dict[str, int] = {}
    total = taken = 0
    for row in rows:
        total += len(row.judged)
        victims = marked_victims(row.facts) | marked_victims(row.view)
        victims -= set(row.judged)
        for key, text in _readings(row).items():
            found = {s.name for s in find_suspects(Case(fact=text))}
            right[key] = right.get(key, 0) + len(found & set(row.judged))
            taken += len(found & victims)
    recalls = {key: round(count / total, digits) if total else 0.0 for key, count in right.items()}
    return {
        "defendants_found": min(recalls.values(), default=0.0),
        "defendants_found_in": recalls,
        "victims_taken": taken,
    }


def _readings(row: Told) -> Mapping[str, str]:
    return {
        "fd": _MARKED.sub("", row.facts),
        "fd_marked": row.facts,
        "cv": _MARKED.sub("", row.view),
        "cv_marked": row.view,
    }


def marked_victims(text: str) -> set[str]:
    """The names in brackets that the title 被害人 introduces."""
    found: set[str] = set()
    for match in _VICTIM.finditer(text):
        at: int | None = match.end()
        while at is not None:
            item = name_at(text, at)
            if item is None:
                break
            found.add(item[0])
            following = _NEXT.match(text, item[3])
            at = following.end() if following else None
    return found
