"""The published prompts about one defendant, put for every defendant of a case: MMSI, MultiJustice.

The defendants of a case are asked about side by side; together they make one record.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..cases.joint import JointCase, JointExample
from ..cases.vocabulary import SentenceKind
from ..config import Settings
from ..graphs.joint_run import JointResult
from .arms import ArmKind
from .dataset_kinds import DEATH, LIFE
from .jobs import Job
from .record_of import failure_of, spent_of
from .records import Failure, Person, Record

if TYPE_CHECKING:
    from ..agents.client import Client
    from ..agents.limits import Budget

Example = Callable[[JointCase], JointExample | None]
_UNCOUNTED = {SentenceKind.LIFE: LIFE, SentenceKind.DEATH: DEATH}
_SPOILT = (Failure.LIMIT, Failure.MODEL_ERROR)


async def answer_joint(
    job: Job,
    client: Client,
    budget: Budget | None,
    settings: Settings,
    example: Example | None = None,
) -> Record:
    """The record of a job of kind ``mmsi`` or ``multijustice``."""
    from ..graphs.mmsi import arun_mmsi
    from ..graphs.multijustice import arun_multijustice

    case = job.sample.joint
    assert case is not None
    asking: Any = {"seed": job.seed, "client": client, "budget": budget, "settings": settings}
    if job.arm.kind is ArmKind.MMSI:
        put: Any = arun_mmsi
    else:
        put = arun_multijustice
        asking["example"] = example(case) if example is not None else None
    results = await asyncio.gather(
        *(put(case, name, job.arm.design, job.spec, **asking) for name in case.names)
    )
    return of_joint(job, results)


def of_joint(job: Job, results: Sequence[JointResult]) -> Record:
    """The record of the answers about all defendants of a case.

    A call that fell to a limit or a model out of reach spoils the record, so that it is asked
    again; an answer that cannot be read leaves that defendant without a prediction.
    """
    open_ = [result for result in results if result.unresolved is not None]
    failures = [failure_of(r.unresolved.code) for r in open_ if r.unresolved is not None]
    spoilt = [failure for failure in _SPOILT if failure in failures]
    failure = spoilt[0] if spoilt else failures[0] if len(failures) == len(results) else None
    reasons = (f"{r.defendant}：{r.unresolved.reason}" for r in open_ if r.unresolved is not None)
    persons = tuple(map(_person, results))
    return job.record(
        charges=tuple(dict.fromkeys(name for one in persons for name in one.charges)),
        persons=persons,
        asked=job.arm.asked,
        failure=failure,
        reason="；".join(reasons),
        spent=spent_of([usage for result in results for usage in result.usage.values()]),
        answer="\n\n".join(map(_said, results)),
        steps=tuple(step for result in results for step in _steps(result)),
    )


def _person(result: JointResult) -> Person:
    kind = result.sentence_kind
    return Person(
        name=result.defendant,
        role=result.role.value if result.role else None,
        charges=result.charges,
        months=_UNCOUNTED.get(kind, result.months) if kind else result.months,
    )


def _said(result: JointResult) -> str:
    return "\n".join((f"【{result.defendant}】", *result.answers.values()))


def _steps(result: JointResult) -> list[dict[str, Any]]:
    """What a page shows of the rounds about one defendant."""
    return [
        {"node": name, "defendant": result.defendant, "model": result.model, "summary": text}
        | ({"example": result.example_id} if result.example_id else {})
        for name, text in result.answers.items()
    ]
