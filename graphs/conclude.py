"""The nodes that conclude: decision, sentence, verification and the written opinion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from time import perf_counter
from typing import TypeVar

from langgraph.runtime import Runtime

from ..agents.base import View
from ..agents.step_record import Record, recording
from ..cases.findings import Finding, Outcome, Sentence, Unresolved
from ..cases.vocabulary import Check, Decision, Role
from .context import RunContext, agent_context, context_of, inputs_of, view_of
from .guard import Failure, attempt
from .judges import RULES, Judges
from .nodes import findings_of
from .state import CHECK_NODES, MAX_REPAIRS, Json, Node, State
from .together import compare_defendants
from .trace import step_id

T = TypeVar("T")
SIDE_BY_SIDE = 32
"""How many sentences are asked for at the same time."""
UNVERIFIED_FACTOR = 0.8
"""What remains of a finding's confidence for each quote or citation that could not be verified."""


def last_step(state: State, *nodes: Node, defendant: str | None = None) -> str | None:
    """The latest step of one of the nodes (about the defendant, if given)."""
    for step in reversed(state["steps"]):
        if step["node"] in nodes and (defendant is None or step["defendant"] == defendant):
            return step_id(step)
    return None


def decide(state: State, runtime: Runtime[RunContext]) -> Json:
    """Apply the law to the findings, one defendant after the other."""
    ctx = context_of(runtime)
    judges = ctx.judge(state.get("model") or RULES)
    parent = last_step(state, Node.APPROVAL, Node.VERIFY, Node.BRIEF)
    errors = state.get("errors") or {}
    update: Json = {"outcomes": {}, "errors": {}, "steps": []}
    for seq, name in _numbered(state, state["order"]):
        started = perf_counter()
        findings = findings_of(ctx, state, name)
        brief = state["briefs"][name]
        error: Json = {}
        if name in errors:
            outcome = _unresolved(state, name, Unresolved.model_validate(errors[name]))
        else:
            view = view_of(ctx, state, name, brief)
            made = attempt(Node.DECIDE, partial(judges.decide, view, findings))
            if isinstance(made, Failure):
                outcome = _unresolved(state, name, made.unresolved)
                update["errors"][name] = made.unresolved.model_dump(mode="json")
                error = made.finding
            else:
                outcome = _complete(made, brief)
        data = update["outcomes"][name] = _kept(ctx, outcome)
        step = ctx.step(
            Node.DECIDE,
            seq=seq,
            parent=parent,
            defendant=name,
            started=started,
            finding={**data, **error},
            inputs=(*inputs_of(ctx, state), (state.get("findings") or {}).get(name), brief),
        )
        update["steps"].append(step)
    return update


def _numbered(state: State, names: list[str]) -> Iterator[tuple[int, str]]:
    return enumerate(names, start=len(state["steps"]) + 1)


def _complete(outcome: Outcome, brief: Json) -> Outcome:
    """The outcome with the role that was broadcast where ``decide`` left it out."""
    if outcome.role is None and brief.get("role"):
        return outcome.model_copy(update={"role": Role(brief["role"])})
    return outcome


def _unresolved(state: State, name: str, why: Unresolved) -> Outcome:
    """The outcome of a defendant about whom a node failed: no label."""
    brief = (state.get("briefs") or {}).get(name, {})
    return Outcome(
        name=name,
        role=Role(brief["role"]) if brief.get("role") else None,
        charges=tuple(brief.get("charges") or ()),
        unresolved=why,
    )


def _kept(ctx: RunContext, outcome: Outcome) -> Json:
    """An outcome as the state keeps it: without its checks, which stand in ``findings``."""
    data = outcome.model_dump(mode="json", exclude={"checks"})
    ctx.memo.remember(data, outcome)
    return data


def sentence(state: State, runtime: Runtime[RunContext]) -> Json:
    """Recommend a sentence for every defendant to be prosecuted.

    The decision does not rest on the sentence: a failure leaves it out and a note.
    """
    ctx = context_of(runtime)
    model = state.get("model") or RULES
    judges = ctx.judge(model)
    outcomes = outcomes_of(state, ctx)
    prosecuted = [name for name, out in outcomes.items() if out.decision is Decision.P]
    update: Json = {"outcomes": {}, "notes": {}, "steps": []}

    def ask(name: str) -> tuple[float, Sentence | Failure | None, Record]:
        started = perf_counter()
        view = view_of(ctx, state, name, state["briefs"][name])
        context = agent_context(view.case, model)
        with recording() as record:
            made = attempt(Node.SENTENCE, partial(judges.sentence, view, outcomes[name], context))
        return started, made, record

    answers = _side_by_side(ask, prosecuted) if model != RULES else map(ask, prosecuted)
    for (seq, name), (started, made, record) in zip(
        _numbered(state, prosecuted), answers, strict=True
    ):
        outcome = outcomes[name]
        if isinstance(made, Failure):
            note = f"{name}：量刑建议未能计算（{made.unresolved.reason}）"
            update["notes"][f"{Node.SENTENCE.value}:{name}"] = note
            finding = made.finding
        else:
            outcome = outcome.model_copy(update={"sentence": made})
            finding = {"sentence": made.model_dump(mode="json") if made else None}
        if record.signals:
            finding = {**finding, "signals": record.signals}
        update["outcomes"][name] = _kept(ctx, outcome)
        step = ctx.step(
            Node.SENTENCE,
            seq=seq,
            parent=last_step(state, Node.DECIDE, defendant=name),
            defendant=name,
            started=started,
            finding=finding,
            inputs=(*inputs_of(ctx, state), state["outcomes"][name]),
            model=model if record.usage else RULES,
            usage=record.usage,
        )
        update["steps"].append(step)
    return update


def _side_by_side(ask: Callable[[str], T], names: list[str]) -> list[T]:
    """The answers about each name in order, asked at the same time: they wait for a model."""
    if len(names) < 2:
        return [ask(name) for name in names]
    with ThreadPoolExecutor(max_workers=min(len(names), SIDE_BY_SIDE)) as pool:
        waiting = [pool.submit(copy_context().run, ask, name) for name in names]
        return [future.result() for future in waiting]


def outcomes_of(state: State, ctx: RunContext) -> dict[str, Outcome]:
    """The outcomes so far with their checks, in the order of the suspects."""
    found = state.get("outcomes") or {}
    made = {}
    for name in state.get("order") or []:
        if name in found:
            checks = {check.value: one for check, one in findings_of(ctx, state, name).items()}
            outcome = ctx.memo.load(Outcome, found[name])
            made[name] = outcome.model_copy(update={"checks": checks})
    return made


def verify(state: State, runtime: Runtime[RunContext]) -> Json:
    """Check quotes and citations; send back what an agent could mend, mark and lower the rest."""
    ctx = context_of(runtime)
    judges = ctx.judge(state.get("model") or RULES)
    rounds = state.get("rounds") or 0
    known_errors = state.get("errors") or {}
    parent = last_step(state, Node.VERIFY, Node.BRIEF)
    update: Json = {"findings": {}, "outcomes": {}, "errors": {}, "steps": []}
    repairs: list[Json] = []
    for seq, name in _numbered(state, state["order"]):
        started = perf_counter()
        view = view_of(ctx, state, name, state["briefs"][name])
        findings = findings_of(ctx, state, name)
        result = attempt(Node.VERIFY, partial(_verified, judges, view, findings))
        if isinstance(result, Failure):
            update["outcomes"][name] = _kept(ctx, _unresolved(state, name, result.unresolved))
            update["errors"][name] = result.unresolved.model_dump(mode="json")
            finding = result.finding
        else:
            failures = {check: list(failed) for check, (_, failed) in result.items()}
            if rounds < MAX_REPAIRS and name not in known_errors:
                repairs += _repairs(name, findings, failures)
            update["findings"][name] = {
                check.value: ctx.memo.dump(_lowered(findings[check], marked, failed))
                for check, (marked, failed) in result.items()
            }
            finding = {
                "round": rounds,
                "failures": {check.value: failed for check, failed in failures.items()},
            }
        step = ctx.step(
            Node.VERIFY,
            seq=seq,
            parent=parent,
            defendant=name,
            started=started,
            finding=finding,
            inputs=(*inputs_of(ctx, state), (state.get("findings") or {}).get(name)),
        )
        update["steps"].append(step)
    if repairs:
        # The checks answer again: marks and lowered confidence wait for the last round.
        kept = {key: update[key] for key in ("errors", "steps")}
        return {**kept, "repairs": repairs, "rounds": rounds + 1}
    if len(state["order"]) > 1:
        outcomes = {
            name: one
            for name, one in outcomes_of(state, ctx).items()
            if name not in update["outcomes"]
        }
        seq = len(state["steps"]) + len(update["steps"]) + 1
        last = compare_defendants(ctx, state, outcomes, seq, parent)
        update["outcomes"].update({n: _kept(ctx, out) for n, out in last["outcomes"].items()})
        update["steps"] += last["steps"]
        update["notes"] = last["notes"]
    return {**update, "repairs": []}


def _repairs(
    name: str, findings: Mapping[Check, Finding], failures: Mapping[Check, list[str]]
) -> list[Json]:
    """The checks to ask again and why: rules would only repeat themselves."""
    return [
        {"node": CHECK_NODES[check].value, "defendant": name, "feedback": failed}
        for check, failed in failures.items()
        if failed and findings[check].judge != RULES
    ]


def _verified(
    judges: Judges, view: View, findings: Mapping[Check, Finding]
) -> dict[Check, tuple[Finding, tuple[str, ...]]]:
    """Each finding with its marks, and what failed in it."""
    return {check: judges.verify(view, finding) for check, finding in findings.items()}


def _lowered(before: Finding, marked: Finding, failed: tuple[str, ...]) -> Finding:
    """The marked finding, its confidence lowered for each failure (once, whoever lowers it)."""
    if not failed:
        return marked
    ceiling = round(before.confidence * UNVERIFIED_FACTOR ** len(failed), 4)
    return marked.model_copy(update={"confidence": min(marked.confidence, ceiling)})
