"""The prompts of MultiJustice (appendix A) as graphs: charges, term, or both, one defendant each.

With or without one example, the nearest case of the same scenario: the caller chooses it and
passes it as :class:`~nolle.cases.joint.JointExample`. Wording of our own.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Any

from ..cases.joint import JointCase, JointExample
from ..config import Settings
from ..errors import ConfigError, InputError
from .joint_nodes import Question, Round
from .joint_run import JointGraph, JointPlan, JointResult, build
from .run import TraceTarget


class Task(StrEnum):
    """What is asked for."""

    CHARGE = "charge"
    TERM = "term"
    MULTITASK = "multitask"


_INCLUDED = ("multijustice_case",)
CHAINS: dict[Task, tuple[Question, ...]] = {
    task: (Question(node, f"multijustice_{task}", wants, facts=True, included=_INCLUDED),)
    for task, node, wants in (
        (Task.CHARGE, Round.CHARGE, ("charges",)),
        (Task.TERM, Round.TERM, ("term",)),
        (Task.MULTITASK, Round.MULTITASK, ("charges", "term")),
    )
}


def run_multijustice(
    case: JointCase,
    defendant: str,
    task: Task | str,
    model: str,
    *,
    example: JointExample | None = None,
    seed: int | None = None,
    client: Any = None,
    trace: TraceTarget = None,
    budget: Any = None,
    settings: Settings | None = None,
    run_id: str | None = None,
) -> JointResult:
    """Ask a model for charges, term or both of one defendant, from the facts.

    ``client``, ``trace`` and ``budget`` as in :func:`~nolle.graphs.baselines.run_baseline`. Facts
    that name the charges: see :func:`~nolle.cases.joint_text.leak_free`. What the answer does not
    hold is ``unresolved``; of a multitask answer the readable half is kept.

    Raises InputError and ConfigError for what cannot be asked.
    """
    known = _task(task)
    more: Any = {"example": example, "seed": seed, "run_id": run_id, "settings": settings}
    plan = _plan(case, defendant, known, model, **more)
    return plan.invoke(graph_of(known), client, budget, trace)


async def arun_multijustice(
    case: JointCase,
    defendant: str,
    task: Task | str,
    model: str,
    *,
    example: JointExample | None = None,
    seed: int | None = None,
    client: Any = None,
    trace: TraceTarget = None,
    budget: Any = None,
    settings: Settings | None = None,
    run_id: str | None = None,
) -> JointResult:
    """As :func:`run_multijustice`, without a thread that waits for the model."""
    known = _task(task)
    more: Any = {"example": example, "seed": seed, "run_id": run_id, "settings": settings}
    plan = _plan(case, defendant, known, model, **more)
    return await plan.ainvoke(graph_of(known, awaiting=True), client, budget, trace)


def _plan(
    case: JointCase,
    defendant: str,
    task: Task,
    model: str,
    *,
    example: JointExample | None,
    **more: Any,
) -> JointPlan:
    return JointPlan(
        case,
        defendant,
        f"multijustice_{task}",
        CHAINS[task],
        model,
        example=_usable(example, task),
        **more,
    )


def _task(task: Task | str) -> Task:
    try:
        return Task(task)
    except ValueError:
        known = ", ".join(Task)
        raise ConfigError(f"unknown task {str(task)[:40]!r}: use one of {known}") from None


def _usable(example: JointExample | None, task: Task) -> JointExample | None:
    """The example, if it holds the answer that it is to show."""
    if example is None:
        return None
    if task is not Task.TERM and not example.charges:
        raise InputError(f"no charges, example {example.id or 'without id'}: choose another")
    if task is not Task.CHARGE and not example.answers_term:
        raise InputError(f"no term, example {example.id or 'without id'}: choose another")
    return example


@cache
def graph_of(task: Task, awaiting: bool = False) -> JointGraph:
    """The compiled graph of a task; with ``awaiting`` for an event loop."""
    return build(f"multijustice_{task}", CHAINS[task], awaiting=awaiting)


charge = graph_of(Task.CHARGE)
term = graph_of(Task.TERM)
multitask = graph_of(Task.MULTITASK)
