"""What waits for a person before the opinion, and the person's answer: plain models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import Field, ValidationError, field_validator

from ..cases.findings import Unresolved
from ..cases.models import Frozen
from ..cases.vocabulary import VERDICTS_OF, Check, Decision, Verdict
from ..errors import InputError


class Proposed(Frozen):
    """What the review is about to recommend for one defendant; ``checks`` are its verdicts."""

    name: str
    decision: Decision | None = None
    charges: tuple[str, ...] = ()
    checks: dict[Check, Verdict] = Field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    unresolved: Unresolved | None = None


class Pending(Frozen):
    """A review that waits for a person, stored in ``checkpoint`` (a SQLite file) under ``run_id``;
    ``findings`` has one entry per defendant."""

    run_id: str
    checkpoint: str
    findings: tuple[Proposed, ...]


class Waiting(InputError):
    """A run stopped for approval; ``findings`` are what the person is asked about."""

    def __init__(self, run_id: str, findings: tuple[Proposed, ...]) -> None:
        super().__init__(
            f"run {run_id} waits for approval: answer it with nolle approve --run-id {run_id}"
        )
        self.findings = findings


class Action(StrEnum):
    """What a person does with the recommendation."""

    ACCEPT = "accept"
    EDIT = "edit"
    REJECT = "reject"


class Edit(Frozen):
    """A person's verdict in the place of one finding."""

    defendant: str
    check: Check
    verdict: Verdict


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Answer(Frozen):
    """A person's answer: who (``by``), when (``at``, ISO time in UTC), what, and why."""

    by: str
    action: Action
    edits: tuple[Edit, ...] = ()
    reason: str = ""
    at: str = Field(default_factory=_now)

    @field_validator("by", "reason")
    @classmethod
    def _one_line(cls, text: str) -> str:
        return " ".join(text.split())

    @property
    def judge(self) -> str:
        """The person as the judge of a finding."""
        return f"human:{self.by}"


def answer_of(
    by: str,
    accept: bool = False,
    reject: str | None = None,
    edit: Iterable[str] = (),
    why: str = "",
) -> Answer:
    """The answer that the arguments mean; ``edit`` holds ``DEFENDANT:CHECK=VERDICT``.

    Raises InputError unless exactly one of the three is given, and for a malformed edit.
    """
    if isinstance(edit, str):
        edit = (edit,)
    edits = tuple(map(edit_of, edit))
    given = {Action.ACCEPT: accept, Action.REJECT: reject is not None, Action.EDIT: bool(edits)}
    actions = [action for action, wanted in given.items() if wanted]
    if len(actions) != 1:
        raise InputError("an approval is one of accept, reject (with a reason) or edit: give one")
    return Answer(by=by, action=actions[0], edits=edits, reason=reject or why)


def edit_of(text: str) -> Edit:
    """The edit written as ``DEFENDANT:CHECK=VERDICT``; InputError otherwise."""
    place, equals, verdict = (part.strip() for part in text.partition("="))
    defendant, colon, check = (part.strip() for part in place.rpartition(":"))
    if not (equals and colon and defendant):
        raise InputError(
            f"edit {text!r} is none: write DEFENDANT:CHECK=VERDICT, e.g. 张某:evidence=insufficient"
        )
    if check not in set(Check):
        raise InputError(f"edit {text!r}: no check {check!r}; give {_either(Check)}")
    if verdict not in set(Verdict):
        raise InputError(
            f"edit {text!r}: no verdict {verdict!r}; {check} takes "
            f"{_either(VERDICTS_OF[Check(check)])}"
        )
    return Edit(defendant=defendant, check=Check(check), verdict=Verdict(verdict))


def checked(given: Any, findings: Mapping[str, Mapping[str, Any]], order: Iterable[str]) -> Answer:
    """The answer, fit for the ``findings`` (by defendant and check) of the defendants in ``order``.

    Raises InputError for what is no answer, an unknown defendant, a finding that was not made, a
    verdict that the check does not have, and a missing name, reason or edit.
    """
    try:
        answer = Answer.model_validate(given)
    except ValidationError as exc:
        error = exc.errors()[0]
        where = ".".join(str(part) for part in error["loc"]) or "answer"
        raise InputError(f"not an answer to an approval: {where}: {error['msg']}") from None
    if not answer.by:
        raise InputError("an approval has no name: say who answers")
    if answer.action is Action.REJECT and not answer.reason:
        raise InputError("a rejection has no reason: say why")
    if (answer.action is Action.EDIT) != bool(answer.edits):
        raise InputError(
            f"an answer {answer.action.value!r} with {len(answer.edits)} edits: "
            "edit takes at least one, accept and reject none"
        )
    names = list(order)
    places = [(edit.defendant, edit.check) for edit in answer.edits]
    for edit, place in zip(answer.edits, places, strict=True):
        where = f"{edit.defendant}:{edit.check.value}"
        if edit.defendant not in names:
            raise InputError(
                f"no defendant {edit.defendant!r} in this review: give {_either(names)}"
            )
        if edit.check.value not in findings.get(edit.defendant, {}):
            raise InputError(f"{where} was never judged: only findings that exist can be edited")
        if edit.verdict not in VERDICTS_OF[edit.check]:
            raise InputError(
                f"{where} cannot be {edit.verdict.value}: give {_either(VERDICTS_OF[edit.check])}"
            )
        if places.count(place) > 1:
            raise InputError(f"{where} is edited twice: give one verdict")
    return answer


def _either(values: Iterable[str]) -> str:
    *others, last = sorted(str(value) for value in values) or ["nothing"]
    return f"{', '.join(others)} or {last}" if others else last
