"""Processes that read cases by rules while this one keeps the calls to models in flight.

One Python process can read about forty cases a second; a model server can answer faster.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from typing import Any, TypeVar

from ..cases.facts import Facts
from ..cases.models import Case
from ..collector import settle
from .jobs import Job
from .records import Record

T = TypeVar("T")
WORTH_IT = 60
"""From so many jobs on a process is worth its start of one to two seconds."""
MOST = 8


class Workers:
    """Runs functions of the rules elsewhere. Close it when all is done."""

    def __init__(self, jobs: int, processes: int | None = None) -> None:
        cores = os.cpu_count() or 1
        count = min(MOST, max(1, cores - 1)) if processes is None else processes
        self._here = ThreadPoolExecutor(1, thread_name_prefix="nolle-rules")
        self._pool: Executor = self._here
        self._ready: Future[None] | None = None
        if jobs >= WORTH_IT and count:
            import multiprocessing

            # Spawned, not forked: this process has threads. A worker whose parent is gone ends.
            self._pool = ProcessPoolExecutor(
                count,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_end_with_parent,
                initargs=(os.getpid(),),
            )
            self._ready = self._pool.submit(_load)

    async def facts(self, case: Case, today: date) -> Facts:
        """What the rules read out of the case."""
        return await self._run(_facts, case, today)

    async def by_rules(self, job: Job, today: date) -> Record:
        """What the rules answer to the job."""
        return await self._run(_by_rules, job, today)

    async def _run(self, work: Callable[..., T], *given: Any) -> T:
        loop = asyncio.get_running_loop()
        loading = self._ready is not None and not self._ready.done()
        try:
            pool = self._here if loading else self._pool
            return await loop.run_in_executor(pool, work, *given)
        except BrokenProcessPool:
            # No process can be had here (a notebook, little memory): slower, but it goes on.
            self._pool = self._here
            return await loop.run_in_executor(self._here, work, *given)

    def close(self) -> None:
        """End the processes; what has not begun is dropped."""
        for pool in {self._pool, self._here}:
            pool.shutdown(wait=False, cancel_futures=True)


def _load() -> None:
    """Load what the rules need; until that is done, cases are read in this process."""
    from ..cases.extract import read_facts
    from . import by_rules

    assert by_rules.__doc__
    read_facts(Case(fact="张某盗窃手机一部。"))
    settle()


def _facts(case: Case, today: date) -> Facts:
    from ..cases.extract import read_facts

    return read_facts(case, today)


def _by_rules(job: Job, today: date) -> Record:
    from .by_rules import answer_by_rules

    return answer_by_rules(job, today)


def _end_with_parent(parent: int) -> None:
    """Ignore Ctrl-C, which is the parent's to handle, and end when the parent is gone."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
