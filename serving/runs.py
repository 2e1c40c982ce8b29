"""How one kept review is run, and compared with itself under changes: by rules or by a model."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from datetime import date
from pathlib import Path
from typing import Any

from ..cases.findings import Step
from ..cases.models import Case
from ..graphs import overrides as assumed
from ..graphs.judges import RULES
from . import worker
from .live import Live
from .store import Record, Status, Store
from .workers import Workers

Json = dict[str, Any]
RULES_SECONDS = 120.0
"""The longest that a review by rules may take."""


def given_of(store: Store, record: Record) -> Json:
    """What a review was asked with."""
    return {
        "case": store.case(record.id),
        "review_id": record.id,
        "overrides": record.overrides,
        "today": record.today,
    }


async def by_rules(
    workers: Workers, store: Store, record: Record, live: Live, timeout: float
) -> worker.Made:
    """Review in a worker process; its steps go to ``live``."""
    made: worker.Made = await workers.run(
        "review",
        given_of(store, record),
        on_step=lambda step: live.change(step=step),
        on_start=lambda: live.change(Status.RUNNING),
        timeout=min(timeout, RULES_SECONDS),
    )
    return made


async def by_model(
    store: Store, record: Record, live: Live, checkpoint: Path, timeout: float
) -> worker.Made:
    """Review in threads of this process, from the last step in ``checkpoint`` on."""
    from ..graphs.run import astream

    live.change(Status.RUNNING)
    store.note(record.id, Status.RUNNING)
    made: Any = None
    stream: Any = astream(
        Case.model_validate(store.case(record.id)),
        record.model,
        overrides=record.overrides or None,
        run_id=record.id,
        checkpoint=checkpoint,
        today=date.fromisoformat(record.today),
    )
    async with asyncio.timeout(timeout), aclosing(stream):
        async for item in stream:
            if isinstance(item, Step):
                live.change(step=item.model_dump(mode="json"))
            else:
                made = item
    return worker.made_of(made)


async def compared(
    workers: Workers,
    store: Store,
    record: Record,
    changes: Mapping[str, object],
    model: str,
    timeout: float,
) -> Json:
    """What ``nolle whatif --json`` prints for a review that is done. Judged by its own model, it is
    not made again for the side before the changes."""
    given = {**given_of(store, record), "changes": assumed.canonical(changes)}
    before = store.result(record.id) if model == record.model else None
    if model == RULES:
        packed = await workers.run("whatif", {**given, "before": before}, timeout=RULES_SECONDS)
        found: Json = worker.unpack(packed)
        return found
    from ..graphs.run import arun

    case, day = Case.model_validate(given["case"]), date.fromisoformat(record.today)
    after_changes = {**record.overrides, **given["changes"]}
    async with asyncio.timeout(timeout):
        one = (
            worker.review_of(worker.unpack(before))
            if before is not None
            else await arun(case, model, overrides=record.overrides or None, today=day)
        )
        other = await arun(case, model, overrides=after_changes, today=day)
    return worker.compared(one, other, given["changes"])
