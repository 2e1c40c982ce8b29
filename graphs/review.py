"""The review graph: one case file in, one recommendation out.

``graph`` is the entry of ``langgraph.json``; :func:`build` compiles with a checkpointer.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from . import approval, closing, conclude, nodes, routes
from .context import RunContext
from .state import CHECK_NODES, Input, Node, Output, State

ReviewGraph = CompiledStateGraph[State, RunContext, Input, Output]


@cache
def _builder() -> StateGraph[State, RunContext, Input, Output]:
    """The graph before compilation, made once per process."""
    builder: StateGraph[State, RunContext, Input, Output] = StateGraph(
        State, context_schema=RunContext, input_schema=Input, output_schema=Output
    )
    add: Any = builder.add_node
    add(Node.INTAKE.value, nodes.intake)
    add(Node.CHARGE.value, nodes.charge)
    add(Node.ROLES.value, nodes.roles)
    add(Node.SIMILAR.value, nodes.similar)
    add(Node.BRIEF.value, nodes.brief)
    for check, node in CHECK_NODES.items():
        add(node.value, nodes.check_node(check))
    add(Node.DECIDE.value, conclude.decide)
    add(Node.SENTENCE.value, conclude.sentence)
    add(Node.VERIFY.value, conclude.verify)
    add(Node.APPROVAL.value, approval.approval)
    add(Node.REVISE.value, approval.revise)
    add(Node.OPINION.value, closing.opinion)

    builder.add_edge(START, Node.INTAKE.value)
    route: Any = builder.add_conditional_edges
    route(Node.INTAKE.value, routes.after_intake, _names(routes.AFTER_INTAKE))
    for node in (Node.CHARGE, Node.ROLES, Node.SIMILAR):
        builder.add_edge(node.value, Node.BRIEF.value)
    route(Node.BRIEF.value, routes.after_brief, _names(routes.AFTER_BRIEF))
    for node in CHECK_NODES.values():
        builder.add_edge(node.value, Node.DECIDE.value)
    route(Node.DECIDE.value, routes.after_decide, _names(routes.AFTER_DECIDE))
    builder.add_edge(Node.SENTENCE.value, Node.VERIFY.value)
    route(Node.VERIFY.value, routes.after_verify, _names(routes.AFTER_VERIFY))
    route(Node.APPROVAL.value, routes.after_approval, _names(routes.AFTER_APPROVAL))
    builder.add_edge(Node.REVISE.value, Node.OPINION.value)
    builder.add_edge(Node.OPINION.value, END)
    return builder


def _names(targets: list[Node]) -> list[str]:
    return [node.value for node in targets]


def build(checkpointer: Any = None) -> ReviewGraph:
    """The compiled graph, keeping its state in ``checkpointer`` if one is given.

    Without one the same graph is returned each time.
    """
    if checkpointer is None:
        return _plain()
    return _builder().compile(checkpointer=checkpointer, name="nolle-review")


@cache
def _plain() -> ReviewGraph:
    return _builder().compile(name="nolle-review")


graph = build()
