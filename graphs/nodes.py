"""The nodes that read the case and ask the agents, from intake to the three checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any, cast

from langgraph.runtime import Runtime
from pydantic import ValidationError

from ..agents.base import Context, View
from ..agents.step_record import recording
from ..cases.facts import Facts
from ..cases.findings import ChargeFinding, Finding, RoleFinding, Unresolved
from ..cases.models import Case
from ..cases.vocabulary import Check, Verdict
from ..errors import InputError
from . import overrides as changes
from .context import RunContext, agent_context, context_of, day_of, inputs_of, view_of
from .guard import Failure, attempt
from .judges import RULES
from .state import CHECK_NODES, Json, Node, State, Task
from .trace import step_id

CASE_LEVEL = ""
"""Key of ``errors`` for what concerns the whole case and no single defendant."""


def intake(state: State, runtime: Runtime[RunContext]) -> Json:
    """Read the facts out of the case and apply the assumed changes, if any."""
    started = perf_counter()
    ctx = context_of(runtime)
    model = state.get("model") or RULES
    case = _case(ctx, state["case"])
    assumed = state.get("overrides") or {}

    def read() -> tuple[Case, Facts]:
        base = changes.apply_to_case(case, assumed)
        facts = ctx.judge(model).read_facts(base, day_of(state.get("today")))
        return base, changes.apply_to_facts(facts, assumed)

    result = attempt(Node.INTAKE, read)
    inputs = (ctx.memo.digest(state["case"]), state.get("today"), assumed)
    if isinstance(result, Failure):
        step = ctx.step(Node.INTAKE, seq=1, started=started, finding=result.finding, inputs=inputs)
        return {"errors": {CASE_LEVEL: result.unresolved.model_dump(mode="json")}, "steps": [step]}
    read_case, facts = result
    order = [suspect.name for suspect in facts.suspects]
    update: Json = {"facts": ctx.memo.dump(facts), "order": order, "model": model}
    if read_case is not case or not isinstance(state["case"].get("fact"), str):
        update["case"] = ctx.memo.dump(read_case)
    finding = {
        "suspects": order,
        "alleged_charges": list(facts.alleged_charges),
        "conduct_end": facts.conduct_end.isoformat() if facts.conduct_end else None,
        "decision_date": facts.decision_date.isoformat(),
        "returns": facts.returns,
        "circumstances": sorted({c.id for c in facts.circumstances if c.holds}),
        "overrides": dict(assumed),
    }
    step = ctx.step(Node.INTAKE, seq=1, started=started, finding=finding, inputs=inputs)
    return {**update, "steps": [step]}


def _case(ctx: RunContext, data: Json) -> Case:
    """The case to review; InputError if the input is none."""
    try:
        return cast(Case, ctx.memo.load(Case, data))
    except ValidationError as exc:
        error = exc.errors()[0]
        where = ".".join(str(part) for part in error["loc"]) or "case"
        raise InputError(f"not a case: {where}: {error['msg']}; mend the input") from None


def _ask(
    node: Node,
    task: Task,
    runtime: Runtime[RunContext],
    question: Callable[[Any, View, Context], Any],
) -> tuple[Any, Json, RunContext, float, Json]:
    """Put the question of one fanned-out node: the answer (or Failure), what the step needs, and
    what the rules said before a model was asked."""
    started = perf_counter()
    ctx = context_of(runtime)
    model = task.get("model") or RULES

    def work() -> Any:
        view = view_of(ctx, task, task["defendant"], dict(task))
        return question(ctx.judge(model), view, agent_context(view.case, model))

    with recording() as record:
        answer = attempt(node, work)
    about: Json = {
        "seq": task["seq"],
        "parent": task["parent"],
        "inputs": (
            *inputs_of(ctx, task),
            task.get("charges"),
            task.get("role"),
            task.get("feedback"),
        ),
        "model": model,
        "usage": record.usage,
    }
    return answer, about, ctx, started, record.signals


def charge(task: Task, runtime: Runtime[RunContext]) -> Json:
    """Which charges the facts suggest for one defendant."""
    asked = _ask(
        Node.CHARGE, task, runtime, lambda judges, view, context: judges.charge(view, context)
    )
    return _keep("charges", Node.CHARGE, task, *asked)


def roles(task: Task, runtime: Runtime[RunContext]) -> Json:
    """The role of one of several defendants in the joint crime."""
    asked = _ask(
        Node.ROLES, task, runtime, lambda judges, view, context: judges.roles(view, context)
    )
    return _keep("role_findings", Node.ROLES, task, *asked)


def _keep(
    key: str,
    node: Node,
    task: Task,
    answer: Any,
    about: Json,
    ctx: RunContext,
    started: float,
    signals: Json,
) -> Json:
    """The update for a finding about one defendant, or for its failure."""
    name = task["defendant"]
    if isinstance(answer, Failure):
        told = _told(answer.finding, signals)
        step = ctx.step(node, started=started, defendant=name, finding=told, **about)
        return {"errors": {name: answer.unresolved.model_dump(mode="json")}, "steps": [step]}
    data = ctx.memo.dump(answer)
    about["model"] = answer.judge
    told = _told(data, signals)
    step = ctx.step(node, started=started, defendant=name, finding=told, **about)
    return {key: {name: data}, "steps": [step]}


def _told(finding: Json, signals: Json) -> Json:
    """The finding as the trace keeps it: with the signals of the rules where a model judged."""
    return {**finding, "signals": signals} if signals else finding


def similar(task: Task, runtime: Runtime[RunContext]) -> Json:
    """Decided cases that resemble this one. They only help: a failure leaves a note."""

    def question(judges: Any, view: View, context: Context) -> Json:
        found: Json = judges.similar(view, context).model_dump(mode="json")
        return found

    answer, about, ctx, started, _ = _ask(Node.SIMILAR, task, runtime, question)
    about["model"] = RULES
    if isinstance(answer, Failure):
        step = ctx.step(Node.SIMILAR, started=started, finding=answer.finding, **about)
        note = f"未能检索类案：{answer.unresolved.reason}"
        return {"similar_cases": [], "notes": {Node.SIMILAR.value: note}, "steps": [step]}
    step = ctx.step(Node.SIMILAR, started=started, finding=answer, **about)
    notes = {Node.SIMILAR.value: answer["note"]} if answer["note"] else {}
    return {"similar_cases": answer["cases"], "notes": notes, "steps": [step]}


def brief(state: State, runtime: Runtime[RunContext]) -> Json:
    """Join what was found so far and broadcast charges and role to the checks."""
    started = perf_counter()
    ctx = context_of(runtime)
    charges = state.get("charges") or {}
    found_roles = state.get("role_findings") or {}
    briefs: Json = {}
    for name in state["order"]:
        charged = ctx.memo.load(ChargeFinding, charges[name]) if name in charges else None
        role = ctx.memo.load(RoleFinding, found_roles[name]).role if name in found_roles else None
        briefs[name] = {
            "charges": list(charged.charges) if charged else [],
            "role": role.value if role else None,
        }
    steps = state["steps"]
    step = ctx.step(
        Node.BRIEF,
        seq=len(steps) + 1,
        parent=step_id(steps[0]),
        started=started,
        finding={"briefs": briefs},
        inputs=(*inputs_of(ctx, state), briefs),
    )
    return {"briefs": briefs, "steps": [step]}


def check_node(check: Check) -> Callable[[Task, Runtime[RunContext]], Json]:
    """The node that puts one check to one defendant."""
    node = CHECK_NODES[check]

    def run_check(task: Task, runtime: Runtime[RunContext]) -> Json:
        answer, about, ctx, started, signals = _ask(
            node,
            task,
            runtime,
            lambda judges, view, context: judges.checks[check](view, context),
        )
        name = task["defendant"]
        if isinstance(answer, Failure):
            told = _told(answer.finding, signals)
            step = ctx.step(node, started=started, defendant=name, finding=told, **about)
            data = ctx.memo.dump(unresolved_finding(check, name, answer.unresolved))
            error = answer.unresolved.model_dump(mode="json")
            return {
                "findings": {name: {check.value: data}},
                "errors": {name: error},
                "steps": [step],
            }
        data = ctx.memo.dump(answer)
        about["model"] = answer.judge
        told = _told(data, signals)
        step = ctx.step(node, started=started, defendant=name, finding=told, **about)
        return {"findings": {name: {check.value: data}}, "steps": [step]}

    run_check.__name__ = f"{node.value}_node"
    return run_check


def unresolved_finding(check: Check, defendant: str, why: Unresolved) -> Finding:
    """The finding of a check that could not be made."""
    return Finding(
        check=check,
        defendant=defendant,
        verdict=Verdict.UNRESOLVED,
        summary=why.reason,
        confidence=0.0,
        notes=(why.code,),
    )


def findings_of(ctx: RunContext, state: Mapping[str, Any], defendant: str) -> dict[Check, Finding]:
    """The findings about one defendant, in the order of the checks."""
    found = (state.get("findings") or {}).get(defendant, {})
    return {
        check: ctx.memo.load(Finding, found[check.value]) for check in Check if check.value in found
    }
