"""The steps of a review for whoever listens, while it runs or afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from ..graphs.judges import RULES
from . import worker
from .engine import Engine
from .live import Live
from .store import Record, Status

Event = tuple[str, dict[str, Any]]
STOPPING = "stopping"
LOOK_SECONDS = 0.5
"""How often a review is looked at that another server of the same store works on."""


async def events(engine: Engine, record: Record) -> AsyncIterator[Event]:
    """``("step", …)`` for each step as it finishes, then ``(STATUS, …)``; a review that has ended
    is told again from its trace. ``("stopping", …)`` where the server ends before."""
    live = engine.live.get(record.id)
    if live is not None:
        async for event in _live(engine, live):
            yield event
        if not live.status.ended:
            yield STOPPING, {"review_id": record.id}
            return
    last = engine.store.get(record.id) or record
    while not last.status.ended:
        await asyncio.sleep(LOOK_SECONDS)
        last = engine.store.get(record.id) or last
    if live is None and last.status is Status.DONE:
        for step in worker.unpack(engine.done(last))["trace"]:
            yield "step", step
    told: dict[str, Any] = {"review_id": last.id, "decision": last.decision}
    if last.error is not None:
        told["error"] = {"code": last.error[0], "message": last.error[1]}
    yield last.status.value, told


async def _live(engine: Engine, live: Live) -> AsyncIterator[Event]:
    """The steps of a review under way, until it ends or the server stops."""
    sent = 0
    stopping = asyncio.create_task(engine.stopping.wait())
    try:
        while True:
            while sent < len(live.steps):
                yield "step", live.steps[sent]
                sent += 1
            if live.status.ended or live.left or (stopping.done() and live.model != RULES):
                return
            awaited: set[asyncio.Future[Any]] = {live.changed}
            if not stopping.done():
                awaited.add(stopping)
            await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
