"""Runs the jobs of a comparison: as many at once as keep the model's places full, each answer kept
before it counts, and a clean end at a limit or when asked to stop."""

from __future__ import annotations

import asyncio
import re
import signal
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from ..errors import NolleError
from .jobs import Job
from .records import Failure, Record

Answer = Callable[[Job], Awaitable[Record]]
AT_ONCE = 2
"""Jobs under way for each place: a review has one to three calls under way, or none."""
_EXCEPTION = re.compile(r"^\w+Error: ")
IN_A_ROW = 24
"""So many failed calls without one answer between them mean that the model is out of reach."""


class Watch(Protocol):
    """Follows a run."""

    def kept(self, record: Record) -> None:
        """A record has been kept."""

    def stopping(self, why: str) -> None:
        """No further job is started; those under way are finished."""


@dataclass
class Ended:
    """How a run ended: what was kept, and why it stopped early ("" if it did not).

    ``interrupted``: by the user, who in a second step ``left`` what was under way; ``limit``: at a
    limit; ``failed``: records without an answer because a model was out of reach; ``error``: what
    made the run give up.
    """

    kept: int = 0
    failed: int = 0
    limit: str = ""
    first_failure: str = ""
    interrupted: bool = False
    left: bool = False
    error: NolleError | None = None
    _row: int = field(default=0, repr=False)

    @property
    def stopped(self) -> bool:
        """Whether no further job is to be started."""
        return self.interrupted or bool(self.limit) or self.error is not None or self.gave_up

    @property
    def gave_up(self) -> bool:
        """Whether the model was found out of reach."""
        return self._row >= IN_A_ROW

    def note(self, record: Record) -> bool:
        """Take note of an answer; whether it is to be kept."""
        if record.failure is Failure.LIMIT:
            self.limit = self.limit or _plain(record.reason)
            return False
        if record.failure is Failure.MODEL_ERROR:
            self.failed += 1
            self.first_failure = self.first_failure or _plain(record.reason)
            self._row += 1
        elif record.spent.calls:
            self._row = 0
        self.kept += 1
        return True


def _plain(reason: str) -> str:
    """A reason without the name of the exception before it."""
    return _EXCEPTION.sub("", reason)


async def run_jobs(
    jobs: Sequence[Job],
    answer: Answer,
    keep: Callable[[Record], None],
    *,
    concurrency: int,
    watch: Watch,
) -> Ended:
    """Answer all jobs in order, up to twice ``concurrency`` at once; ``keep`` runs in a thread of
    its own, one record after the other.

    Ctrl-C (or SIGTERM) once: what is under way is finished; twice: it is left. An error that the
    user can mend, or one in the program, ends the run and is told in the result or raised.
    """
    ended, waiting = Ended(), deque(jobs)
    loop = asyncio.get_running_loop()

    with ThreadPoolExecutor(1, thread_name_prefix="nolle-journal") as writer:

        async def one() -> None:
            while waiting and not ended.stopped:
                record = await answer(waiting.popleft())
                if ended.note(record):
                    await loop.run_in_executor(writer, keep, record)
                    watch.kept(record)

        tasks = [
            asyncio.create_task(one()) for _ in range(min(len(jobs), concurrency * AT_ONCE) or 1)
        ]

        def stop() -> None:
            if ended.interrupted:
                ended.left = True
                for task in tasks:
                    task.cancel()
                return
            ended.interrupted = True
            watch.stopping("finishing what is under way; Ctrl-C again to leave it")

        with _signals(loop, stop):
            await _finish(tasks, ended, watch)
    return ended


async def _finish(tasks: list[asyncio.Task[None]], ended: Ended, watch: Watch) -> None:
    """Wait for the tasks; the first error ends the others. Cancelled ones are those left."""
    pending = set(tasks)
    told = False
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        errors = [error for t in done if not t.cancelled() and (error := t.exception())]
        if errors:
            broken = next((e for e in errors if not isinstance(e, NolleError)), errors[0])
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)
            if not isinstance(broken, NolleError):
                raise broken
            ended.error = ended.error or broken
            return
        if ended.stopped and not ended.interrupted and not told:
            told = True
            watch.stopping(ended.limit or "the model is out of reach")


class _signals:
    """Ctrl-C and SIGTERM call ``stop`` while inside, where the loop can take signals."""

    def __init__(self, loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
        self._loop, self._stop = loop, stop
        self._held: list[signal.Signals] = []

    def __enter__(self) -> None:
        # Off the main thread, or on Windows, an interrupt stays an exception.
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError, RuntimeError, ValueError):
                self._loop.add_signal_handler(number, self._stop)
                self._held.append(number)

    def __exit__(self, *_: object) -> None:
        for number in self._held:
            self._loop.remove_signal_handler(number)
