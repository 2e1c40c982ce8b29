"""A review under way: its steps so far, and waking everybody who waits for more of them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from .store import Record, Status

Json = dict[str, Any]


class Live:
    """A review that has not ended, in memory.

    Listeners read ``steps`` at their own pace and wait for ``changed`` in between, so a slow one
    neither holds the others up nor piles anything up.
    """

    def __init__(self, record: Record) -> None:
        self.id, self.model, self.status = record.id, record.model, record.status
        self.steps: list[Json] = []
        self.task: asyncio.Task[None] | None = None
        self.began = time.monotonic()
        self.left = False
        """Whether nobody works on it any more, although it has not ended: the server stops."""
        self.changed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done at the next change, and then replaced by another one."""

    def change(self, status: Status | None = None, step: Json | None = None) -> None:
        """Note what happened and wake everybody who waits."""
        if status is not None:
            self.status = status
        # A job that was started again tells its first steps twice.
        if step is not None and all(step["seq"] != known["seq"] for known in self.steps):
            self.steps.append(step)
        changed, self.changed = self.changed, asyncio.get_running_loop().create_future()
        changed.set_result(None)

    async def end(self) -> None:
        """Wait until it has ended, or was left."""
        while not (self.status.ended or self.left):
            await asyncio.wait({self.changed})
