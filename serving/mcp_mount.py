"""The MCP endpoint of a server, loaded when it is first asked: the SDK takes its time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from typing import Any

from .engine import Engine

PATH = "/mcp"


class McpMount:
    """An ASGI application for :data:`PATH`; requests wait until it is loaded."""

    def __init__(self, engine_of: Callable[[], Engine]) -> None:
        self._engine_of = engine_of
        self._wanted = asyncio.Event()
        self._app: asyncio.Future[Any] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on."""
        assert self._app is not None
        self._wanted.set()
        app = await asyncio.shield(self._app)
        await app(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve the endpoint, once it is wanted, until the end."""
        self._app = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._run(self._app))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self, ready: asyncio.Future[Any]) -> None:
        await self._wanted.wait()
        module: Any = await asyncio.to_thread(import_module, ".mcp_server", __package__)
        server = module.build(self._engine_of)
        app = module.http_app(server)
        async with server.session_manager.run():
            ready.set_result(app)
            await asyncio.Event().wait()
