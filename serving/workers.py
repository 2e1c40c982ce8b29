"""Worker processes for what keeps a core busy, so that the event loop stays free.

One job per process at a time. A job that is cancelled or takes too long is ended by ending its
process; the next job gets a fresh one.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from ..errors import LimitError, NolleError
from . import worker

PATIENCE = 1.0
"""Seconds that a job which nobody waits for any more may still take."""
OnStep = Callable[[dict[str, Any]], None]


class WorkerError(NolleError):
    """A job failed for a reason that is not the caller's."""


class Workers:
    """A fixed number of worker processes, each started when first needed."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._slots = asyncio.Semaphore(count)
        self._idle = [_Worker() for _ in range(count)]
        self._all = list(self._idle)
        # A thread per process waits for its answers without holding the interpreter lock.
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="nolle-worker")

    async def run(
        self,
        kind: str,
        given: dict[str, Any],
        on_step: OnStep | None = None,
        timeout: float | None = None,
        on_start: Callable[[], None] | None = None,
    ) -> Any:
        """The result of a job, in the order of calling; ``timeout`` counts from its start.

        Raises what the job raised on purpose, LimitError past the timeout, WorkerError otherwise.
        """
        loop = asyncio.get_running_loop()
        await self._slots.acquire()
        mine = self._idle.pop()
        if on_start is not None:
            on_start()

        def step(data: dict[str, Any]) -> None:
            if on_step is not None:
                loop.call_soon_threadsafe(on_step, data)

        job = loop.run_in_executor(self._threads, mine.call, kind, given, step)

        def free(done: asyncio.Future[Any]) -> None:
            if not done.cancelled():
                done.exception()
            self._idle.append(mine)
            self._slots.release()

        job.add_done_callback(free)
        try:
            return await asyncio.wait_for(asyncio.shield(job), timeout)
        except TimeoutError:
            mine.kill()
            raise LimitError(
                f"the work took more than {timeout:g} s, {kind}: send a shorter case"
            ) from None
        except asyncio.CancelledError:
            # Most jobs end by themselves before a fresh process would have started.
            loop.call_later(PATIENCE, lambda: None if job.done() else mine.kill())
            raise

    async def warm(self) -> None:
        """Start every process and load its tables."""
        await asyncio.gather(*(self.run("warm", {}) for _ in range(self.count)))

    def close(self) -> None:
        """End every process."""
        for each in self._all:
            each.kill(for_good=True)
        self._threads.shutdown(wait=True, cancel_futures=True)


class _Worker:
    """One process and the pipe to it; used by one thread at a time, ended from any."""

    def __init__(self) -> None:
        self._process: Any = None
        self._pipe: Any = None
        self._unwanted = self._closed = False
        self._lock = threading.Lock()

    def call(self, kind: str, given: dict[str, Any], step: OnStep) -> Any:
        """Do one job, and once more where the process was lost before it answered."""
        self._unwanted = False
        for last in (False, True):
            try:
                return self._once(kind, given, step)
            except (EOFError, OSError):
                self._end()
                if last or self._unwanted or self._closed:
                    raise WorkerError(f"a worker process ended, {kind}: try again") from None
        raise AssertionError

    def _once(self, kind: str, given: dict[str, Any], step: OnStep) -> Any:
        if self._process is None or not self._process.is_alive():
            self._end()
            self._start()
        self._pipe.send((kind, given))
        while True:
            what, data = self._pipe.recv()
            if what == "step":
                step(data)
            elif what == "done":
                return data
            elif what == "error":
                raise data
            else:
                raise WorkerError(f"unexpected {data}, {kind}: report it with the case's form")

    def _start(self) -> None:
        # A fresh interpreter: the server's threads and sockets must not be copied.
        spawn = multiprocessing.get_context("spawn")
        pipe, other = spawn.Pipe()
        process = spawn.Process(target=worker.main, args=(other,), daemon=True)
        process.start()
        other.close()
        with self._lock:
            self._process, self._pipe = process, pipe
            if self._unwanted or self._closed:
                process.kill()

    def kill(self, for_good: bool = False) -> None:
        """End the process, also one that is just starting; a call that waits for it fails."""
        with self._lock:
            self._unwanted, self._closed = True, self._closed or for_good
            if self._process is not None:
                self._process.kill()

    def _end(self) -> None:
        with self._lock:
            process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if process is not None:
            process.kill()
            process.join()
            with suppress(OSError):
                pipe.close()
