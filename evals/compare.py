"""A comparison from its plan to its files: jobs, journal, answers, labels, scores, exports."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import ValidationError

from ..cases.models import Frozen
from ..collector import settled
from ..errors import ConfigError, InputError
from ..files import replace_whole
from ..graphs.asking import Asking, corpus_state
from ..graphs.judges import RULES
from . import joint_shots
from .answering import Answering, shots_of, warm_up
from .arms import Arm, ArmKind
from .compare_journal import CompareJournal, Taken
from .jobs import Job
from .keys import arm_digest, code_hash, record_key, sample_digest
from .records import About
from .runner import Ended, Watch, run_jobs
from .samples import Data
from .workers import Workers

ABOUT, GOLD = "run.json", "gold.jsonl"
CONCURRENCY = 64


class Plan(Frozen):
    """What is compared: data, arms, models, and how often with seeds from ``base_seed`` on."""

    data: Data
    arms: tuple[Arm, ...]
    models: tuple[str, ...]
    runs: int
    base_seed: int
    today: date
    jobs: tuple[Job, ...]

    def about(self, version: str) -> About:
        """What the run directory says of itself."""
        specs = {f"{job.arm.name} {job.model}": job.spec for job in self.jobs if not job.run_id}
        return About(
            data=self.data.name,
            split=self.data.split,
            task=self.data.task.value,
            arms=tuple(arm.name for arm in self.arms),
            models=tuple(dict.fromkeys(job.model for job in self.jobs if job.model != RULES)),
            runs=self.runs,
            base_seed=self.base_seed,
            version=version,
            settings={
                "today": self.today.isoformat(),
                "samples": len(self.data.samples),
                "of": self.data.of,
                "code": code_hash()[:8],
                "specs": specs,
                "arms": {arm.name: arm.model_dump(mode="json") for arm in self.arms},
            },
        )


def _shown(arm: Arm, data: Data) -> str:
    """Which state of an index, or which cases, an arm's examples are from; empty where it shows
    none."""
    if arm.kind is ArmKind.FEW_SHOT:
        return shots_of(arm.shots).version
    if arm.kind is ArmKind.GRAPH and not arm.by_rules and arm.parts.retrieval:
        return corpus_state(Asking())
    return joint_shots.version_of(arm, data)


def make_plan(
    data: Data,
    arms: Sequence[Arm],
    models: Sequence[str],
    *,
    runs: int = 1,
    base_seed: int = 42,
    today: date | None = None,
) -> Plan:
    """All jobs of a comparison, run by run and case by case, arms side by side.

    The rules answer once: they are the same each time. Run ``n`` of a model has the seed
    ``base_seed + n``.

    Raises ConfigError for a model that cannot be used and for an arm without one.
    """
    if runs < 1:
        raise InputError(f"{runs} runs, --runs, give a number from 1 up")
    for arm in arms:
        joint_shots.check_joint(arm, data)
    day = today or date.today()
    asked = [
        (arm, model, spec, arm_digest(data.task, arm, spec, shown))
        for arm in arms
        for shown in (_shown(arm, data),)
        for model, spec in _specs(arm, models)
    ]
    names = [(arm.name, model) for arm, model, _, _ in asked]
    if len(set(names)) != len(names):
        raise InputError("a model is named twice, --model: leave one out")
    digests = [sample_digest(data.task, sample, day) for sample in data.samples]
    code = code_hash()
    jobs = []
    for run_id in range(runs):
        for sample, told in zip(data.samples, digests, strict=True):
            for arm, model, spec, how in asked:
                if run_id and arm.by_rules:
                    continue
                seed = None if arm.by_rules else base_seed + run_id
                jobs.append(
                    Job.model_construct(
                        key=record_key(told, how, run_id, seed, code),
                        task=data.task,
                        sample=sample,
                        arm=arm,
                        model=model,
                        spec=spec,
                        run_id=run_id,
                        seed=seed,
                    )
                )
    return Plan(
        data=data,
        arms=tuple(arms),
        models=tuple(models),
        runs=runs,
        base_seed=base_seed,
        today=day,
        jobs=tuple(jobs),
    )


def _specs(arm: Arm, models: Sequence[str]) -> list[tuple[str, str]]:
    """The models that an arm runs with, each with the spec that is asked."""
    if arm.by_rules:
        return [(RULES, RULES)]
    chosen = (arm.model,) if arm.model else tuple(models)
    if not chosen or RULES in chosen:
        raise ConfigError(
            f"arm {arm.name} asks a language model, --model: name one, e.g. vllm:Qwen/Qwen3-8B, "
            "or use --arms rules"
        )
    return [(model, arm.spec(model)) for model in chosen]


def check_models(plan: Plan) -> None:
    """Raise ConfigError, before anything is asked, for a missing key or a server that is down."""
    from ..agents.reachable import reachable
    from ..agents.registry import available, parse_spec

    for text in dict.fromkeys(job.spec for job in plan.jobs if not job.arm.by_rules):
        spec = parse_spec(text)
        available(spec)
        reachable(spec)


def day_of_run(folder: Path) -> date | None:
    """The day that an earlier start into this folder took for today, so that a resumed run asks
    the same questions; None for a new folder."""
    try:
        about = About.model_validate_json((folder / ABOUT).read_bytes())
        return date.fromisoformat(about.settings["today"])
    except (OSError, ValidationError, KeyError, ValueError, TypeError):
        return None


def execute(
    plan: Plan,
    folder: Path,
    watch: Watch,
    *,
    concurrency: int = CONCURRENCY,
    limits: Any = None,
    any_code: bool = False,
    on_taken: Any = None,
    processes: int | None = None,
    version: str = "",
) -> Ended:
    """Answer what is not answered yet, into the run directory ``folder``.

    ``limits`` (:class:`~nolle.agents.limits.Limits`) hold for this start; ``on_taken`` is told what
    was done before; ``version`` is nolle's, for ``run.json``. Records already there are never
    asked for again.

    Raises InputError for a folder that cannot be used; other errors are in what is returned.
    """
    with CompareJournal.open(folder) as journal:
        wanted = {job.key: job.sample.index for job in plan.jobs}
        taken: Taken = journal.take_up(wanted, any_code=any_code)
        write_whole(folder / ABOUT, plan.about(version).model_dump_json(indent=1) + "\n")
        gold = "".join(f"{sample.gold.model_dump_json()}\n" for sample in plan.data.samples)
        if plan.data.labelled:
            write_whole(folder / GOLD, gold)
        else:
            (folder / GOLD).unlink(missing_ok=True)
        if on_taken is not None:
            on_taken(taken)
        left = [job for job in plan.jobs if job.key not in taken.done]
        if not left:
            return Ended()
        left = in_order(left, concurrency)
        with settled():
            return asyncio.run(_answer(plan, left, journal, watch, concurrency, limits, processes))


def in_order(jobs: Sequence[Job], last: int) -> list[Job]:
    """The jobs run by run and case by case, but of the ``last`` cases the reviews first.

    A review asks several questions one after the other: were reviews the last to start, most places
    would be empty at the end.
    """
    cases = max((job.sample.index for job in jobs), default=0) + 1
    runs = max((job.run_id for job in jobs), default=0) + 1
    turn = runs * cases - last

    def place(job: Job) -> tuple[int, bool, int]:
        own = job.run_id * cases + job.sample.index
        single = job.arm.kind not in {ArmKind.GRAPH, ArmKind.RULES}
        return min(own, turn), own >= turn and single, own

    return sorted(jobs, key=place)


async def _answer(
    plan: Plan,
    jobs: list[Job],
    journal: CompareJournal,
    watch: Watch,
    concurrency: int,
    limits: Any,
    processes: int | None,
) -> Ended:
    client = budget = None
    if any(not job.arm.by_rules for job in jobs):
        from ..agents.client import Client
        from ..agents.limits import Budget

        client = Client(concurrency=concurrency)
        budget = Budget(limits) if limits is not None else None
    workers = Workers(len(jobs), processes)
    place = TemporaryDirectory(prefix="nolle-examples-")
    try:
        graph = next((job for job in jobs if job.arm.kind is ArmKind.GRAPH), None)
        warm = asyncio.create_task(asyncio.to_thread(warm_up, graph, plan.today)) if graph else None
        examples = {
            arm.name: joint_shots.examples_of(arm, plan.data, Path(place.name)).nearest
            for arm in plan.arms
            if arm.shots == "same_scenario"
        }
        answering = Answering(plan.today, workers, client, budget, warm, examples=examples)
        return await run_jobs(
            jobs, answering.answer, journal.add, concurrency=concurrency, watch=watch
        )
    finally:
        workers.close()
        place.cleanup()


def finish(folder: Path) -> tuple[dict[str, Any], list[Path]]:
    """Write ``metrics.json`` and the exports of a run directory, where this version scores runs;
    the figures and the files."""
    metrics: dict[str, Any] = {}
    exported: list[Path] = []
    if (scores := _module("scores")) is not None:
        metrics = scores.write_metrics(folder)
    if (export := _module("export")) is not None:
        exported = export.export_pdp(folder)
    return metrics, exported


def _module(name: str) -> Any:
    try:
        return import_module(f".{name}", __package__)
    except ModuleNotFoundError:
        return None


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all. Raises InputError if it cannot be written."""
    try:
        replace_whole(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise InputError(
            f"cannot write {path}: {error.strerror}; make room or choose another --out"
        ) from None
