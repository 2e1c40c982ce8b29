"""Where the graph goes next: pure functions of the state that never raise.

A router also gives out the ``seq`` of the steps it schedules, ordered by node and defendant.
"""

from __future__ import annotations

from collections.abc import Iterable

from langgraph.types import Send

from .state import CHECK_NODES, Json, Node, State, Task
from .trace import step_id

AFTER_INTAKE = [Node.CHARGE, Node.ROLES, Node.SIMILAR, Node.OPINION]
AFTER_BRIEF = [*CHECK_NODES.values(), Node.DECIDE]
AFTER_DECIDE = [Node.SENTENCE, Node.VERIFY]
AFTER_VERIFY = [*CHECK_NODES.values(), Node.APPROVAL, Node.OPINION]
AFTER_APPROVAL = [Node.REVISE, Node.OPINION]


def after_intake(state: State) -> list[Send] | str:
    """Charge and (in a joint crime) role per defendant, and similar cases once."""
    order = state.get("order") or []
    if not order or "facts" not in state:
        return Node.OPINION.value
    wanted: list[tuple[Node, str, Json]] = [(Node.CHARGE, name, {}) for name in order]
    if len(order) > 1 or _others_took_part(state):
        wanted += [(Node.ROLES, name, {}) for name in order]
    wanted.append((Node.SIMILAR, order[0], {}))
    return _sends(state, wanted)


def _others_took_part(state: State) -> bool:
    """Whether persons dealt with elsewhere took part: one of them may be the principal."""
    others = state.get("facts", {}).get("others") or []
    return any(person.get("kind") == "elsewhere" for person in others)


def after_brief(state: State) -> list[Send] | str:
    """The three checks for every defendant about whom nothing has failed so far."""
    briefs = state.get("briefs") or {}
    errors = state.get("errors") or {}
    live = [name for name in state.get("order") or [] if name not in errors]
    wanted = [(node, name, briefs.get(name, {})) for node in CHECK_NODES.values() for name in live]
    return _sends(state, wanted) or Node.DECIDE.value


def after_decide(state: State) -> str:
    """A sentence if anyone is to be prosecuted."""
    outcomes = (state.get("outcomes") or {}).values()
    prosecuted = any(outcome.get("decision") == "P" for outcome in outcomes)
    return Node.SENTENCE.value if prosecuted else Node.VERIFY.value


def after_verify(state: State) -> list[Send] | str:
    """The checks that verification sent back, else the approval, if wanted, else the opinion."""
    briefs = state.get("briefs") or {}
    wanted = [
        (
            Node(repair["node"]),
            repair["defendant"],
            {**briefs.get(repair["defendant"], {}), "feedback": repair["feedback"]},
        )
        for repair in state.get("repairs") or []
    ]
    last = Node.APPROVAL if state.get("approve") else Node.OPINION
    return _sends(state, wanted) or last.value


def after_approval(state: State) -> str:
    """The decision anew if a person edited a finding, else the opinion."""
    edits = (state.get("approval") or {}).get("edits")
    return Node.REVISE.value if edits else Node.OPINION.value


def _sends(state: State, wanted: Iterable[tuple[Node, str, Json]]) -> list[Send]:
    """One Send per node and defendant, numbered in order."""
    steps = state.get("steps") or []
    parent = step_id(steps[-1]) if steps else ""
    sends = []
    for seq, (node, name, brief) in enumerate(wanted, start=len(steps) + 1):
        task: Task = {
            "seq": seq,
            "parent": parent,
            "defendant": name,
            "case": state.get("case") or {},
            "facts": state.get("facts") or {},
            "model": state.get("model") or "",
            "charges": brief.get("charges") or [],
            "role": brief.get("role"),
            "similar_cases": state.get("similar_cases") or [],
            "feedback": brief.get("feedback") or [],
        }
        sends.append(Send(node.value, task))
    return sends
