"""The case as one model sees it: masked, marked, harmless; and the way back to its own words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ..cases.models import FIELDS, FieldName
from ..cases.oriented import masking
from .base import View

# Control tokens of chat templates must not form in case text: same length, so places still match.
_CONTROL = re.compile(r"\[(?=/?[A-Z_]{2,}\])")
_HARMLESS = str.maketrans({"<": "＜", ">": "＞", "\x00": " "})
_FENCE_RUN = re.compile(r"[=＝]+")
_MIN_FENCE = 5

SUBJECT = "被审查人"
"""What stands in the marker of the defendant under review."""


def same(text: str) -> str:
    """The text unchanged."""
    return text


@dataclass(frozen=True)
class Lens:
    """``show`` turns text about the case into what the model may see, ``restore`` turns its words
    back; ``subject`` is what the defendant under review is called."""

    fields: dict[FieldName, str]
    show: Callable[[str], str]
    restore: Callable[[str], str]
    subject: str


def lens(view: View, redaction: Any = None, *, marked: bool = True) -> Lens:
    """How a model sees the case of the view.

    Args:
        view: the defendant's view of the case.
        redaction: a :class:`nolle.agents.redact.Redaction` where the text leaves this machine.
        marked: with several suspects, put a marker in the place of the defendant's name (longest
            name first, so that 姜某 is never found in 姜某某).
    """
    mask: Callable[[str], str] = redaction.mask if redaction is not None else same
    unmask: Callable[[str], str] = redaction.restore if redaction is not None else same
    source = redaction.case if redaction is not None else view.case
    mark: Callable[[str], str] = same
    unmark: Callable[[str], str] = same
    subject = mask(view.defendant)
    if marked and len(view.facts.suspects) > 1:
        texts = [source.text_of(field) for field in FIELDS]
        names = [mask(name) for name in _names(view)]
        marks = masking(texts, subject, names, label=SUBJECT)
        mark, unmark, subject = marks.mask, marks.unmask, marks.markers[subject]

    def show(text: str) -> str:
        return harmless(mark(mask(text)))

    def restore(text: str) -> str:
        return unmask(unmark(text))

    fields = {field: harmless(mark(source.text_of(field))) for field in FIELDS}
    return Lens(fields=fields, show=show, restore=restore, subject=harmless(one_line(subject)))


def _names(view: View) -> list[str]:
    people = [*(s.name for s in view.facts.suspects), *(p.name for p in view.facts.others)]
    return list(dict.fromkeys(name for name in people if name))


def harmless(text: str) -> str:
    """The text without control tokens of chat templates, character for character."""
    return _CONTROL.sub("［", text.translate(_HARMLESS))


def one_line(text: str, limit: int = 200) -> str:
    """The text on one line, at most ``limit`` characters."""
    return " ".join(text.split())[:limit]


def fence_of(*texts: str) -> str:
    """A line of equals signs that is longer than any run of them in the texts."""
    longest = max((len(run) for text in texts for run in _FENCE_RUN.findall(text)), default=0)
    return "=" * max(_MIN_FENCE, longest + 1)


def restored(answer: Any, restore: Callable[[str], str]) -> Any:
    """The answer with every text in it turned back to the case's own words."""
    if isinstance(answer, str):
        return restore(answer)
    if isinstance(answer, tuple):
        return tuple(restored(item, restore) for item in answer)
    if isinstance(answer, BaseModel):
        fields = type(answer).model_fields
        changed = {name: restored(getattr(answer, name), restore) for name in fields}
        return answer.model_copy(update=changed)
    return answer
