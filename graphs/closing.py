"""The last node: the case-level conclusion, the advisories and the written opinion."""

from __future__ import annotations

from functools import partial
from time import perf_counter

from langgraph.runtime import Runtime

from ..cases.facts import Facts
from ..cases.findings import Advisory, Review, SimilarCase, Unresolved
from ..cases.models import Case
from ..cases.vocabulary import Decision
from .conclude import last_step, outcomes_of
from .context import RunContext, context_of, view_of
from .guard import Failure, attempt
from .judges import RULES
from .nodes import CASE_LEVEL
from .state import Json, Node, State


def opinion(state: State, runtime: Runtime[RunContext]) -> Json:
    """Draw the case-level conclusion and write the opinion: the review, but for its trace."""
    started = perf_counter()
    ctx = context_of(runtime)
    model = state.get("model") or RULES
    judges = ctx.judge(model)
    case = ctx.memo.load(Case, state["case"])
    outcomes = outcomes_of(state, ctx)
    failures: list[Failure] = []

    decision: Decision | None = None
    unresolved: Unresolved | None = None
    deciding = ""
    errors = state.get("errors") or {}
    if CASE_LEVEL in errors:
        unresolved = Unresolved.model_validate(errors[CASE_LEVEL])
    else:
        level = attempt(Node.OPINION, partial(judges.case_level, outcomes))
        if isinstance(level, Failure):
            failures.append(level)
            unresolved = level.unresolved
        else:
            decision, unresolved, deciding = level

    checks = outcomes[deciding].checks if deciding in outcomes else {}
    advisories: list[Advisory] = []
    for name, outcome in outcomes.items():
        view = view_of(ctx, state, name, state["briefs"][name])
        advice = attempt(Node.OPINION, partial(judges.advise, view, outcome))
        if isinstance(advice, Failure):
            failures.append(advice)
        else:
            advisories += [item for item in advice if item not in advisories]

    text, articles = "", ()
    if outcomes:
        written = attempt(
            Node.OPINION, partial(judges.write, outcomes, advisories, decision, unresolved)
        )
        cited = attempt(Node.OPINION, partial(judges.articles, outcomes))
        failures += [made for made in (written, cited) if isinstance(made, Failure)]
        text = "" if isinstance(written, Failure) else written
        articles = () if isinstance(cited, Failure) else cited

    review = Review(
        id=case.id,
        model=model,
        decision=decision,
        outcomes=outcomes,
        articles=articles,
        checks=checks,
        similar=tuple(
            ctx.memo.load(SimilarCase, item) for item in state.get("similar_cases") or ()
        ),
        advisories=tuple(advisories),
        notes=_notes(state, ctx, failures),
        opinion=text,
        unresolved=unresolved,
        run_id=ctx.run_id,
    )
    finding: Json = {
        "decision": decision.value if decision else None,
        "deciding": deciding,
        "unresolved": unresolved.model_dump(mode="json") if unresolved else None,
        "advisories": [item.code for item in advisories],
    }
    if failures:
        finding["error"] = [failure.detail for failure in failures]
    step = ctx.step(
        Node.OPINION,
        seq=len(state["steps"]) + 1,
        parent=last_step(state, Node.APPROVAL, Node.VERIFY, Node.INTAKE),
        started=started,
        finding=finding,
        inputs=(state.get("outcomes"), state.get("findings")),
    )
    return {"review": ctx.memo.dump(review), "steps": [step]}


def _notes(state: State, ctx: RunContext, failures: list[Failure]) -> tuple[str, ...]:
    """What a reader of the review should know beside the decision, in Chinese like the opinion."""
    notes: list[str] = []
    if state.get("facts"):
        facts = ctx.memo.load(Facts, state["facts"])
        if facts.decision_date_note:
            notes.append(facts.decision_date_note)
    notes += [note for _, note in sorted((state.get("notes") or {}).items()) if note]
    notes += [f"假定：{key}={value}" for key, value in (state.get("overrides") or {}).items()]
    notes += [
        f"步骤{failure.unresolved.node}部分失败：{failure.unresolved.reason}"
        for failure in failures
    ]
    return tuple(dict.fromkeys(notes))
