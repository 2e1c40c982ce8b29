"""Approval by a person before the opinion: the run stops, and an answer makes it go on.

The answer may come days later and from another process: all it needs is in the checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from ..agents.base import UNANSWERED
from ..cases.findings import Finding, Outcome, Review, Unresolved
from ..cases.models import Case
from ..cases.vocabulary import VERDICT_ZH, Check, Verdict
from ..errors import InputError
from . import conclude
from .context import RunContext, context_of
from .judges import RULES
from .nodes import findings_of
from .pending import Action, Answer, Edit, Pending, Proposed, answer_of, checked
from .state import CHECK_NODES, SCHEMA_VERSION, Json, Node, State

if TYPE_CHECKING:
    from .asking import Asking
    from .trace import Sink

__all__ = ["Answer", "Edit", "Pending", "Proposed", "answer", "approval", "case_of", "revise"]

REJECTED = "rejected"
"""Code of the Unresolved with which a rejected review ends."""


def approval(state: State, runtime: Runtime[RunContext]) -> Json:
    """Stop until a person has answered, then record the answer and put it into the findings."""
    ctx = context_of(runtime)
    given = _asked(state, ctx)
    started = perf_counter()
    edited: Json = {}
    changes: list[Json] = []
    for edit in given.edits:
        before = findings_of(ctx, state, edit.defendant)[edit.check]
        after = _edited(before, edit.verdict, given)
        edited.setdefault(edit.defendant, {})[edit.check.value] = ctx.memo.dump(after)
        changes.append({**edit.model_dump(mode="json"), "before": before.verdict.value})
    record: Json = {
        "by": given.by,
        "at": given.at,
        "action": given.action.value,
        "reason": given.reason,
        "edits": changes,
    }
    step = ctx.step(
        Node.APPROVAL,
        seq=len(state["steps"]) + 1,
        parent=conclude.last_step(state, Node.VERIFY),
        started=started,
        finding=record,
        inputs=(state.get("outcomes"), state.get("findings"), record),
        model=given.judge,
    )
    update: Json = {
        "approval": record,
        "notes": {Node.APPROVAL.value: _note(record)},
        "steps": [step],
    }
    if edited:
        update["findings"] = edited
    if given.action is Action.REJECT:
        why = Unresolved(code=REJECTED, node=Node.APPROVAL.value, reason=given.reason)
        update["outcomes"] = {
            name: _without_decision(outcome, why)
            for name, outcome in conclude.outcomes_of(state, ctx).items()
        }
    return update


def _without_decision(outcome: Outcome, why: Unresolved) -> Json:
    """The outcome as the state keeps it, open again: no label, article or sentence stays."""
    none: Json = {"decision": None, "articles": (), "sentence": None, "reasons": ()}
    opened = outcome.model_copy(update={**none, "unresolved": why})
    return opened.model_dump(mode="json", exclude={"checks"})


def _asked(state: State, ctx: RunContext) -> Answer:
    """The person's answer; asked again, with the problem named, while it does not fit."""
    question: Json = {
        "run_id": ctx.run_id,
        "findings": [one.model_dump(mode="json") for one in _proposed(state, ctx)],
    }
    while True:
        given = interrupt(question)
        try:
            return checked(given, state.get("findings") or {}, state["order"])
        except InputError as error:
            question = {**question, "problem": str(error)}


def _proposed(state: State, ctx: RunContext) -> tuple[Proposed, ...]:
    return tuple(
        Proposed(
            name=name,
            decision=outcome.decision,
            charges=outcome.charges,
            checks={Check(check): found.verdict for check, found in outcome.checks.items()},
            reasons=outcome.reasons,
            unresolved=outcome.unresolved,
        )
        for name, outcome in conclude.outcomes_of(state, ctx).items()
    )


def _edited(before: Finding, verdict: Verdict, given: Answer) -> Finding:
    """The finding with the person's verdict, certain, and the change among its notes."""
    why = f"：{given.reason}" if given.reason else ""
    change = f"人工审核：由“{VERDICT_ZH[before.verdict]}”改为“{VERDICT_ZH[verdict]}”{why}"
    grounds = before.grounds
    if verdict is Verdict.CRIME:
        # A ground that excludes the crime would decide by itself, against the person's verdict.
        grounds = tuple(ground.model_copy(update={"holds": False}) for ground in grounds)
    return before.model_copy(
        update={
            "verdict": verdict,
            "summary": f"经人工审核认定{VERDICT_ZH[verdict]}{why}",
            "grounds": grounds,
            "confidence": 1.0,
            "judge": given.judge,
            "notes": (*(note for note in before.notes if note not in UNANSWERED), change),
        }
    )


_ACTION_ZH = {Action.ACCEPT: "同意审查意见", Action.EDIT: "修改", Action.REJECT: "不同意审查意见"}


def _note(record: Json) -> str:
    """Who answered when and what, for the notes of the review."""
    changes = "；".join(
        f"{edit['defendant']}的{Check(edit['check']).zh}由“{VERDICT_ZH[Verdict(edit['before'])]}”"
        f"改为“{VERDICT_ZH[Verdict(edit['verdict'])]}”"
        for edit in record["edits"]
    )
    text = (
        f"人工审核：{record['by']}于{record['at']}{_ACTION_ZH[Action(record['action'])]}{changes}"
    )
    return f"{text}（理由：{record['reason']}）" if record["reason"] else text


def revise(state: State, runtime: Runtime[RunContext]) -> Json:
    """Decide anew about the defendants whose findings a person edited, and sentence them anew.

    What failed in a check is settled by the person's verdict on that check.
    """
    edited: dict[str, set[str]] = {}
    for edit in state["approval"]["edits"]:
        edited.setdefault(edit["defendant"], set()).add(CHECK_NODES[Check(edit["check"])].value)
    errors = {
        name: error
        for name, error in (state.get("errors") or {}).items()
        if error["node"] not in edited.get(name, ())
    }
    order = [name for name in state["order"] if name in edited]
    part = cast(State, {**state, "order": order, "errors": errors})
    decided = conclude.decide(part, runtime)
    part = cast(
        State,
        {**part, "outcomes": decided["outcomes"], "steps": [*state["steps"], *decided["steps"]]},
    )
    sentenced = conclude.sentence(part, runtime)
    return {
        "outcomes": {**decided["outcomes"], **sentenced["outcomes"]},
        "errors": decided["errors"],
        "notes": {
            # What an earlier sentence noted of these defendants holds no longer.
            **{f"{Node.SENTENCE.value}:{name}": "" for name in order},
            **sentenced["notes"],
        },
        "steps": [*decided["steps"], *sentenced["steps"]],
    }


def answer(
    checkpoint: str | Path,
    run_id: str,
    *,
    by: str,
    accept: bool = False,
    reject: str | None = None,
    edit: Iterable[str] = (),
    reason: str = "",
    trace: str | Path | Sink | None = None,
    asking: Asking | None = None,
) -> Review:
    """Answer a run that waits for approval and return its finished review.

    Exactly one of: ``accept``; ``reject``, the reason for which the review ends Unresolved
    (``rejected``); ``edit``, changes written ``DEFENDANT:CHECK=VERDICT``, after which the decision
    is drawn again. ``by`` is who answers, ``reason`` why. Finished nodes do not run again, and a
    model is asked only for the sentence of an edited defendant (``asking`` says how).

    Raises InputError for a run that is not known or does not wait, and for an answer that does not
    fit; the run then waits on. Raises ConfigError for a model that is no longer available.
    """
    from .checkpoints import open_sqlite
    from .run import _graph, _Plan, _tracing, sink_of

    given = answer_of(by, accept, reject, edit, reason)
    with open_sqlite(_existing(checkpoint)) as saver:
        graph = _graph(saver)
        values = _waiting(graph, run_id)
        checked(given, values.get("findings") or {}, values["order"])
        plan = _Plan(
            Case.model_validate(values["case"]),
            values.get("model") or RULES if given.action is Action.EDIT else RULES,
            values.get("overrides"),
            run_id,
            None,
            asking,
        )
        with _tracing(), sink_of(trace) as sink:
            context = plan.context(sink)
            done = graph.invoke(
                Command(resume=given.model_dump(mode="json")),
                plan.config,
                context=context,
                durability="sync",
            )
            return plan.review(done, context)


def case_of(checkpoint: str | Path, run_id: str) -> Case:
    """The case of a stored run, as it was reviewed. Raises InputError if it is not known."""
    from .checkpoints import open_sqlite
    from .run import _graph

    with open_sqlite(_existing(checkpoint)) as saver:
        return Case.model_validate(_stored(_graph(saver), run_id).values["case"])


def _existing(checkpoint: str | Path) -> Path:
    file = Path(checkpoint)
    if not file.is_file():
        raise InputError(
            f"no checkpoints in {file}: name the file that the review was started with"
        )
    return file


def _stored(graph: Any, run_id: str) -> Any:
    known = graph.get_state({"configurable": {"thread_id": run_id}})
    if "case" not in known.values:
        raise InputError(f"no run {run_id!r} in this checkpoint file: check --run-id")
    version = known.values.get("schema_version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION:
        raise InputError(
            f"run {run_id} was stored in layout {version}, this version uses {SCHEMA_VERSION}: "
            "review the case again under another run id"
        )
    return known


def _waiting(graph: Any, run_id: str) -> Json:
    """The state of a run that waits for its answer; InputError if it does not."""
    known = _stored(graph, run_id)
    if Node.APPROVAL.value in known.next:
        return cast(Json, known.values)
    if known.next:
        raise InputError(
            f"run {run_id} is not at its approval: go on with nolle review and the same run id"
        )
    raise InputError(f"run {run_id} has nothing waiting: its review is finished")
