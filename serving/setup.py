"""What a server is started with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from ..cases.models import Frozen
from .engine import Engine
from .guard import Rules
from .store import Status


class Setup(Frozen):
    """What a server is started with; see ``nolle serve --help``."""

    home: Path
    models: tuple[str, ...] = ("rules",)
    rules: Rules = Rules()
    workers: int = 2
    timeout: float = 1800.0
    keep_days: float = 30.0
    grace: float = 10.0
    only_mcp: bool = False


@asynccontextmanager
async def engine_for(
    setup: Setup, on_end: Callable[[str, Status, str | None, float], None] | None = None
) -> AsyncIterator[Engine]:
    """The engine of a server, started, and stopped at the end."""
    engine = Engine(
        setup.home,
        setup.models,
        workers=setup.workers,
        timeout=setup.timeout,
        keep_days=setup.keep_days,
        on_end=on_end,
    )
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop(setup.grace)
