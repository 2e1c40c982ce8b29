"""A real HTTP server that speaks the OpenAI chat protocol by script.

    with ScriptedServer([rate_limited(0.2), right('{"verdict": "holds"}')]) as server:
        ...  # server.url is the base URL (…/v1); server.requests holds what arrived

A script is one Answer (given always), a sequence (one per request in order of arrival, the last
for all further ones) or a function ``Request -> Answer``. Run as a program it serves one answer
in a process of its own: ``python -m support.scripted_server --delay 1``, then read the URL from its
first line; a line on standard input ends it and makes it print its figures as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
import time
from collections.abc import Mapping

from support.scripted_answers import ONE_MODEL, RIGHT, Answer, Request, Script
from support.scripted_wire import body_of, send, stream


class ScriptedServer:
    """Serves the script on a loopback port from a thread of its own, until closed.

    ``models`` are listed under /models with their context in tokens.
    """

    def __init__(
        self, script: Script = RIGHT, models: Mapping[str, int | None] = ONE_MODEL
    ) -> None:
        self.requests: list[Request] = []
        self.max_concurrent = 0
        self._script, self._models = script, dict(models)
        self._open, self._busy_s = 0, 0.0
        self._first = self._last = 0.0
        self._loop = asyncio.new_event_loop()
        self._ready, self._stop = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def sent(self) -> bytes:
        """Every byte of every request's body, in order of arrival."""
        return b"\n".join(request.raw for request in self.requests)

    def busy_share(self, capacity: int) -> float:
        """Mean share of ``capacity`` in use between the first request and the last answer."""
        span = self._last - self._first
        return self._busy_s / (capacity * span) if span > 0 else 0.0

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._main())
        self._loop.close()

    async def _main(self) -> None:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=512)
        self.port = int(server.sockets[0].getsockname()[1])
        self._ready.set()
        await self._stop.wait()
        server.close()
        others = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        headers = {k.lower(): v.strip() for k, _, v in (h.partition(":") for h in head[1:]) if k}
        raw = await reader.readexactly(int(headers.get("content-length", 0)))
        now = time.perf_counter()
        if method == "GET":
            rows = [{"id": m, "max_model_len": size} for m, size in self._models.items()]
            send(writer, 200, json.dumps({"object": "list", "data": rows}).encode(), {})
            await writer.drain()
            return True
        request = Request(len(self.requests), method, path, headers, raw, now)
        self.requests.append(request)
        self._first = self._first or now
        self._open += 1
        self.max_concurrent = max(self.max_concurrent, self._open)
        try:
            return await self._answer(writer, request, self._scripted(request))
        finally:
            self._open -= 1
            self._last = time.perf_counter()
            self._busy_s += self._last - now

    def _scripted(self, request: Request) -> Answer:
        if isinstance(self._script, Answer):
            return self._script
        if callable(self._script):
            return self._script(request)
        return self._script[min(request.number, len(self._script) - 1)]

    async def _answer(self, writer: asyncio.StreamWriter, request: Request, answer: Answer) -> bool:
        if answer.delay_s:
            await asyncio.sleep(answer.delay_s)
        if answer.disconnect == "before":
            return False
        if answer.status == 200 and answer.raw is None and request.json.get("stream"):
            return await stream(writer, request, answer)
        body = body_of(request, answer)
        cut = len(body) // 2 if answer.disconnect else None
        send(writer, answer.status, body, answer.headers, cut)
        await writer.drain()
        return cut is None


def main() -> None:
    """Serve one answer until a line arrives on standard input."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--content", default='{"ok": true}')
    parser.add_argument("--capacity", type=int, default=64)
    given = parser.parse_args()
    with ScriptedServer(Answer(content=given.content, delay_s=given.delay)) as server:
        print(server.url, flush=True)
        sys.stdin.readline()
        figures = {
            "requests": len(server.requests),
            "max_concurrent": server.max_concurrent,
            "busy_share": round(server.busy_share(given.capacity), 4),
        }
        print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
