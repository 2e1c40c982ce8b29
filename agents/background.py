"""One event loop in a thread of its own, for every model call of the process.

HTTP connections belong to the loop that opened them. With one loop they serve synchronous callers,
several threads, and callers inside a running loop (a notebook, a web server) alike.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_thread: threading.Thread | None = None
_pid = 0


def submit(work: Coroutine[Any, Any, T]) -> Future[T]:
    """Start the work on the background loop."""
    return asyncio.run_coroutine_threadsafe(work, _running())


def run(work: Coroutine[Any, Any, T]) -> T:
    """Wait for the work, from any thread but the background one. An interrupt cancels it."""
    if _thread is threading.current_thread():
        work.close()
        raise RuntimeError("called on the model loop itself: await the asynchronous form instead")
    future = submit(work)
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


async def arun(work: Coroutine[Any, Any, T]) -> T:
    """Await the work from any loop; cancelling the wait cancels it."""
    return await asyncio.wrap_future(submit(work))


def _running() -> asyncio.AbstractEventLoop:
    """The loop, started on first use, and anew in a forked child, where the thread is gone."""
    global _loop, _pid, _thread
    with _lock:
        if _loop is None or _pid != os.getpid():
            loop = asyncio.new_event_loop()
            _thread = threading.Thread(
                target=_serve, args=(loop,), name="nolle-models", daemon=True
            )
            _thread.start()
            _loop, _pid = loop, os.getpid()
        return _loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
