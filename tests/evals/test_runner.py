"""The runner: order, places, stops by the user, errors that end a run."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import date

import pytest

from nolle.cases.models import Case
from nolle.errors import ConfigError
from nolle.evals.arms import Arm
from nolle.evals.jobs import Job
from nolle.evals.records import Gold, Record
from nolle.evals.runner import AT_ONCE, Ended, run_jobs
from nolle.evals.samples import Sample, Task
from nolle.evals.workers import Workers


def job(number: int) -> Job:
    case = Case(id=f"c{number}", fact="张某窃得手机一部。")
    sample = Sample(index=number, case=case, gold=Gold(case_id=case.id, index=number))
    arm = Arm(name="a", kind="rules")
    return Job(key=f"k{number}", task=Task.PROSECUTION, sample=sample, arm=arm, model="m", spec="m")


class Quiet:
    def __init__(self) -> None:
        self.said: list[str] = []

    def kept(self, record: Record) -> None:
        pass

    def stopping(self, why: str) -> None:
        self.said.append(why)


def run(
    jobs: int, answer, concurrency: int = 2, watch: Quiet | None = None
) -> tuple[Ended, list[str], Quiet]:
    kept: list[str] = []
    watch = watch or Quiet()

    def keep(record: Record) -> None:
        kept.append(record.key)

    ended = asyncio.run(
        run_jobs([job(n) for n in range(jobs)], answer, keep, concurrency=concurrency, watch=watch)
    )
    return ended, kept, watch


def test_all_jobs_once_and_no_more_at_once_than_allowed() -> None:
    under_way = most = 0

    async def answer(one: Job) -> Record:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return one.record()

    ended, kept, _ = run(50, answer)
    assert sorted(kept) == sorted(f"k{n}" for n in range(50))
    assert (ended.kept, ended.stopped) == (50, False)
    assert most == 2 * AT_ONCE


def test_an_interrupt_finishes_what_is_under_way() -> None:
    async def answer(one: Job) -> Record:
        if one.sample.index == 5:
            os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(0.01)
        return one.record()

    ended, kept, watch = run(100, answer)
    assert ended.interrupted
    assert not ended.left
    assert "k5" in kept
    assert len(kept) < 20
    assert len(watch.said) == 1


def test_a_second_interrupt_leaves_it() -> None:
    watch = Quiet()

    async def answer(one: Job) -> Record:
        if one.sample.index == 5:
            os.kill(os.getpid(), signal.SIGTERM)
            while not watch.said:
                await asyncio.sleep(0.001)
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.Event().wait()
        return one.record()

    ended, kept, _ = run(100, answer, watch=watch)
    assert ended.left
    assert "k5" not in kept


def test_what_the_user_can_mend_ends_the_run_and_keeps_the_rest() -> None:
    async def answer(one: Job) -> Record:
        if one.sample.index == 9:
            raise ConfigError("no key: set it")
        await asyncio.sleep(0)
        return one.record()

    ended, kept, _ = run(100, answer)
    assert str(ended.error) == "no key: set it"
    assert {"k0", "k1", "k2"} <= set(kept)
    assert len(kept) < 100


def test_an_error_in_the_program_is_raised() -> None:
    async def answer(one: Job) -> Record:
        raise KeyError("x")

    with pytest.raises(KeyError):
        run(3, answer)


@pytest.mark.parametrize("processes", [0, 1])
def test_workers_read_cases_here_or_in_another_process(processes: int) -> None:
    from nolle.cases.extract import read_facts

    case = Case(id="x", fact="2022年1月3日，张某某在超市内窃得手机一部，价值3200元。")
    workers = Workers(1000, processes)
    try:
        found = asyncio.run(workers.facts(case, date(2024, 5, 1)))
        record = asyncio.run(workers.by_rules(job(1), date(2024, 5, 1)))
    finally:
        workers.close()
    assert found == read_facts(case, date(2024, 5, 1))
    assert record.key == "k1"
    assert record.steps
