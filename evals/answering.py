"""From a job to its record: the rules, the review graph, a single prompt, or a direct question."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from ..collector import settle
from ..config import Settings, load_settings
from ..errors import ConfigError
from ..graphs.baseline_prompts import Shot
from .arms import DESIGNS, ArmKind
from .jobs import Job
from .records import Record
from .samples import Task

if TYPE_CHECKING:
    from ..agents.client import Client
    from ..agents.limits import Budget
    from ..cases.models import Case
    from .joint_answering import Example
    from .workers import Workers


class Shots(Protocol):
    """Chooses decided cases to show beside one; never the case itself nor a later one.

    ``version`` names the index that it chooses from: another one is another setting.
    """

    version: str

    def __call__(self, case: Case) -> Sequence[Shot]:
        """The cases to show, in order."""
        ...


@dataclass(frozen=True)
class Answering:
    """What answering needs: the client and the budget of the run, the day, the workers, what
    reviews wait for before the first of them starts, and the examples of arms by name."""

    today: date
    workers: Workers
    client: Client | None = None
    budget: Budget | None = None
    warm: Awaitable[None] | None = None
    settings: Settings = field(default_factory=load_settings)
    examples: Mapping[str, Example] = field(default_factory=dict)
    _masked: dict[str, bool] = field(default_factory=dict, repr=False)

    async def answer(self, job: Job) -> Record:
        """The record of the job. A failed call ends in a record with its failure.

        Raises ConfigError and InputError, which the user can mend.
        """
        kind = job.arm.kind
        if kind is ArmKind.RULES:
            return await self.workers.by_rules(job, self.today)
        if kind is ArmKind.GRAPH:
            return await self._graph(job)
        assert self.client is not None
        if kind in DESIGNS:
            from .joint_answering import answer_joint

            example = self.examples.get(job.arm.name)
            return await answer_joint(job, self.client, self.budget, self.settings, example)
        if job.task is not Task.PROSECUTION:
            from .questions import ask

            return await ask(job, self.client, self.budget)
        return await self._baseline(job)

    async def _graph(self, job: Job) -> Record:
        from ..graphs.asking import Asking
        from ..graphs.run import arun
        from .record_of import of_review

        if self.warm is not None:
            await self.warm
        case = job.sample.case
        asking = Asking(
            seed=job.seed,
            budget=self.budget,
            client=self.client,
            parts=job.arm.parts,
            facts=await self.workers.facts(case, self.today),
        )
        review = await arun(case, job.spec, today=self.today, asking=asking)
        return of_review(job, review)

    async def _baseline(self, job: Job) -> Record:
        from ..graphs.baselines import arun_baseline
        from .record_of import of_baseline

        case = job.sample.case
        hidden = self._masked.get(job.spec)
        if hidden is None:
            hidden = self._masked[job.spec] = masked(job.spec, self.settings)
        facts = await self.workers.facts(case, self.today) if hidden else None
        shots = shots_of(job.arm.shots)(case) if job.arm.kind is ArmKind.FEW_SHOT else ()
        result = await arun_baseline(
            case,
            job.arm.kind.value,
            job.spec,
            seed=job.seed,
            client=self.client,
            budget=self.budget,
            settings=self.settings,
            today=self.today,
            shots=shots,
            facts=facts,
        )
        return of_baseline(job, result)


def warm_up(job: Job, today: date) -> None:
    """Load what reviews need, once, before many of them would each do it at the same time: the
    law, the patterns, the prompts' schemas and the library behind the client.

    Called inside :func:`~nolle.collector.settled`."""
    from ..agents import answers, prompting, structured, templates
    from ..graphs.run import run

    import_module("langchain_openai")
    run(job.sample.case, today=today)
    for answer in answers.Answer.__subclasses__():
        for bounds in (True, False):
            structured.wire_schema(answer, bounds=bounds)
    for agent in (*prompting.AGENTS, "system", "shared"):
        templates.template(agent)
    settle()


def shots_of(name: str) -> Shots:
    """The chooser of examples of that name, made once. Raises ConfigError where there is none."""
    from .shots import CHOOSERS

    if name not in CHOOSERS:
        raise ConfigError(f"unknown shots {name!r}: use one of {', '.join(CHOOSERS)}")
    return _made(CHOOSERS[name])


@cache
def _made(make: Callable[[], Any]) -> Shots:
    found: Shots = make()
    return found


def masked(spec: str, settings: Settings) -> bool:
    """Whether the model of a spec sees case text with names replaced."""
    from ..agents.redact import should_redact
    from ..agents.registry import parse_spec

    return should_redact(parse_spec(spec, settings), settings)
