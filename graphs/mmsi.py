"""The sentencing prompts of MMSI (appendices K and L) as graphs, one defendant at a time.

``fd``, ``cv`` and ``fd_cv`` ask for the term at once, from the facts, from the court's view without
its role statements, or from both. ``two_stage`` asks for the role from the facts, and then, in the
same conversation and with that role, for the term from the court's view. Wording of our own.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Any

from ..cases.joint import JointCase
from ..config import Settings
from ..errors import ConfigError
from .joint_nodes import Question, Round
from .joint_run import JointGraph, JointPlan, JointResult, build
from .run import TraceTarget


class MmsiDesign(StrEnum):
    """The prompt strategies of the paper."""

    FD = "fd"
    CV = "cv"
    FD_CV = "fd_cv"
    TWO_STAGE = "two_stage"


def _term(*, facts: bool = False, court_view: bool = False) -> Question:
    return Question(Round.TERM, "mmsi_term", ("term",), facts=facts, court_view=court_view)


CHAINS: dict[MmsiDesign, tuple[Question, ...]] = {
    MmsiDesign.FD: (_term(facts=True),),
    MmsiDesign.CV: (_term(court_view=True),),
    MmsiDesign.FD_CV: (_term(facts=True, court_view=True),),
    MmsiDesign.TWO_STAGE: (
        Question(Round.ROLE, "mmsi_role", ("role",), facts=True),
        _term(court_view=True),
    ),
}


def run_mmsi(
    case: JointCase,
    defendant: str,
    design: MmsiDesign | str,
    model: str,
    *,
    seed: int | None = None,
    client: Any = None,
    trace: TraceTarget = None,
    budget: Any = None,
    settings: Settings | None = None,
    run_id: str | None = None,
) -> JointResult:
    """Ask a model for the term of one defendant, by one of the paper's prompts.

    ``client``, ``trace`` and ``budget`` as in :func:`~nolle.graphs.baselines.run_baseline`. Of the
    case only texts and names are used. A call that fails or an answer that cannot be read ends in
    ``unresolved``. Raises InputError and ConfigError for what cannot be asked.
    """
    known = _design(design)
    plan = _plan(case, defendant, known, model, seed=seed, run_id=run_id, settings=settings)
    return plan.invoke(graph_of(known), client, budget, trace)


async def arun_mmsi(
    case: JointCase,
    defendant: str,
    design: MmsiDesign | str,
    model: str,
    *,
    seed: int | None = None,
    client: Any = None,
    trace: TraceTarget = None,
    budget: Any = None,
    settings: Settings | None = None,
    run_id: str | None = None,
) -> JointResult:
    """As :func:`run_mmsi`, without a thread that waits for the model."""
    known = _design(design)
    plan = _plan(case, defendant, known, model, seed=seed, run_id=run_id, settings=settings)
    return await plan.ainvoke(graph_of(known, awaiting=True), client, budget, trace)


def _plan(
    case: JointCase, defendant: str, design: MmsiDesign, model: str, **more: Any
) -> JointPlan:
    return JointPlan(case, defendant, f"mmsi_{design}", CHAINS[design], model, **more)


def _design(design: MmsiDesign | str) -> MmsiDesign:
    try:
        return MmsiDesign(design)
    except ValueError:
        known = ", ".join(MmsiDesign)
        raise ConfigError(f"unknown design {str(design)[:40]!r}: use one of {known}") from None


@cache
def graph_of(design: MmsiDesign, awaiting: bool = False) -> JointGraph:
    """The compiled graph of a design; with ``awaiting`` for an event loop."""
    return build(f"mmsi_{design}", CHAINS[design], awaiting=awaiting)


fd = graph_of(MmsiDesign.FD)
cv = graph_of(MmsiDesign.CV)
fd_cv = graph_of(MmsiDesign.FD_CV)
two_stage = graph_of(MmsiDesign.TWO_STAGE)
