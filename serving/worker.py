"""What a worker process does: read cases, review them by rules, compare assumed changes.

Jobs and results cross a pipe as plain data. The parent talks first; a worker ends when its parent
does.
"""

from __future__ import annotations

import json
import signal
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from ..cases.findings import Review, Step
from ..cases.models import Case
from ..collector import settle
from ..errors import InputError, NolleError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Json = dict[str, Any]
Emit = Callable[[Json], None]


def main(pipe: Connection) -> None:
    """Serve jobs from ``pipe`` until it closes."""
    # The parent decides when to end: a Ctrl-C of the terminal reaches its children too.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            kind, given = pipe.recv()
            pipe.send(_answer(kind, given, lambda step: pipe.send(("step", step))))


def _answer(kind: str, given: Json, emit: Emit) -> tuple[str, Any]:
    try:
        return "done", JOBS[kind](given, emit)
    except NolleError as error:
        return "error", error
    except Exception as error:
        # Only the kind goes out: the message of an unexpected error may hold words of the case.
        return "failed", type(error).__name__


def warm(given: Json, emit: Emit) -> None:
    """Load the tables with a small review, so that the first real one does not wait for them."""
    from ..graphs.run import run

    run(Case(fact="2020年8月3日，甲某窃得手机一部，价值3000元。"))
    settle()


def read(given: Json, emit: Emit) -> Json:
    """The case of ``record``, ``text``, or ``data`` with ``name``, as JSON."""
    return read_case(given).model_dump(mode="json")


def read_case(given: Mapping[str, Any]) -> Case:
    """The one case of a record, a text, or a file's content; InputError if there is none."""
    from ..cases import readers

    if given.get("record") is not None:
        return readers.case_from_record(given["record"], "case")
    if given.get("data") is None:
        return readers.case_from_text(given.get("text") or "", "text")
    cases = readers.cases_from_bytes(given["data"], given["name"])
    if len(cases) != 1:
        raise InputError(f"{len(cases)} cases, {given['name']}: send one case at a time")
    return cases[0][1]


class Made(NamedTuple):
    """A finished review: its packed public JSON, and what is asked of it most."""

    packed: bytes
    steps: int
    decision: str | None


def review(given: Json, emit: Emit) -> Made:
    """Review a case by rules."""
    from ..graphs.run import run

    class Sink:
        def emit(self, step: Step) -> None:
            emit(step.model_dump(mode="json"))

    made = run(
        Case.model_validate(given["case"]),
        overrides=given["overrides"] or None,
        run_id=given["review_id"],
        trace=Sink(),
        today=date.fromisoformat(given["today"]),
    )
    return made_of(made)


def whatif(given: Json, emit: Emit) -> bytes:
    """Compare a case by rules with and without ``changes``; packed JSON, see :func:`compared`."""
    from ..graphs.run import run

    case, day = Case.model_validate(given["case"]), date.fromisoformat(given["today"])
    base, changes = given["overrides"], given["changes"]
    if given["before"] is not None:
        before = review_of(unpack(given["before"]))
    else:
        before = run(case, overrides=base or None, today=day)
    after = run(case, overrides={**base, **changes}, today=day)
    return pack(compared(before, after, changes))


def compared(before: Review, after: Review, changes: dict[str, str]) -> Json:
    """What ``nolle whatif --json`` prints for two reviews of one case."""
    from ..graphs.whatif import WhatIf, differences

    return WhatIf(
        before=before, after=after, changes=changes, differences=differences(before, after)
    ).to_json()


def made_of(review: Review) -> Made:
    """A review, ready to be kept."""
    decision = review.decision.value if review.decision else None
    return Made(pack(public(review)), len(review.trace), decision)


def public(made: Review) -> Json:
    """The JSON of ``nolle review --json`` under its review id."""
    return {"review_id": made.run_id, **made.to_json()}


def review_of(data: Mapping[str, Any]) -> Review:
    """The review that its public JSON stands for."""
    known = {key: value for key, value in data.items() if key in Review.model_fields}
    known["outcomes"] = {outcome["name"]: outcome for outcome in data["outcomes"]}
    return Review.model_validate(known)


def pack(data: Json) -> bytes:
    """JSON, compressed."""
    return zlib.compress(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"), 1)


def raw(data: bytes) -> bytes:
    """The JSON text that :func:`pack` packed."""
    return zlib.decompress(data)


def unpack(data: bytes) -> Any:
    """What :func:`pack` packed."""
    return json.loads(raw(data))


JOBS: dict[str, Callable[[Json, Emit], Any]] = {
    "warm": warm,
    "read": read,
    "review": review,
    "whatif": whatif,
}
