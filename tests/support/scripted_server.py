"""A real HTTP server that speaks the OpenAI chat protocol by script.

    with ScriptedServer([rate_limited(0.2), right('{"verdict": "holds"}')]) as server:
        ...  # server.url is the base URL (…/v1); server.requests holds what arrived

A script is one Answer (given always), a sequence (one per request in order of arrival, the last
for all further ones) or a function ``Request -> Answer``. Run as a program it serves one answer
in a process of its own: ``python scripted_server.py --delay 1``, then read the URL from its
first line; a line on standard input ends it and makes it print its figures as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

THINKING = ("think_tag", "open_think_tag", "reasoning", "reasoning_content", "reasoning_details")


@dataclass(frozen=True)
class Request:
    """One request as it arrived; ``number`` counts chat requests from 0."""

    number: int
    method: str
    path: str
    headers: dict[str, str]
    raw: bytes
    at: float

    @cached_property
    def json(self) -> dict[str, Any]:
        return json.loads(self.raw) if self.raw else {}

    @property
    def messages(self) -> list[dict[str, Any]]:
        return self.json.get("messages", [])

    @property
    def question(self) -> str:
        """The text of the last message."""
        return str(self.messages[-1]["content"]) if self.messages else ""

    @property
    def text(self) -> str:
        """All message texts, joined."""
        return "\n".join(str(message["content"]) for message in self.messages)

    @property
    def schema_name(self) -> str:
        """The name of the bound JSON schema or forced tool; empty without."""
        wanted = self.json.get("response_format") or {}
        if "json_schema" in wanted:
            return str(wanted["json_schema"].get("name", ""))
        tools = self.json.get("tools") or [{}]
        return str(tools[0].get("function", {}).get("name", ""))


@dataclass(frozen=True)
class Answer:
    """What the server does with one request.

    ``disconnect``: "" | "before" (no byte sent) | "mid_body" (half of the body, then closed).
    ``raw`` replaces the JSON body; ``message`` adds fields to the message.
    """

    content: str | None = "ok"
    status: int = 200
    delay_s: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    finish_reason: str = "stop"
    message: dict[str, Any] = field(default_factory=dict)
    tool_arguments: str | None = None
    empty_choices: bool = False
    raw: str | None = None
    error: str = ""
    disconnect: str = ""
    model: str | None = None
    provider: str | None = "Scripted"
    cost: float | None = 0.001
    reasoning_tokens: int = 0
    completion_tokens: int | None = None


Script = Answer | Sequence[Answer] | Callable[[Request], Answer]
RIGHT = Answer()
ONE_MODEL: Mapping[str, int | None] = {"tiny": None}


def right(content: str | dict[str, Any] = "ok", **more: Any) -> Answer:
    """A good answer; a dict is sent as JSON."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return Answer(content=text, **more)


def by_tool(arguments: dict[str, Any], **more: Any) -> Answer:
    """A good answer in a call of the forced tool."""
    body = json.dumps(arguments, ensure_ascii=False)
    return Answer(content=None, tool_arguments=body, finish_reason="tool_calls", **more)


def late(delay_s: float, content: str = "ok") -> Answer:
    return Answer(content=content, delay_s=delay_s)


def truncated(content: str = '{"summary": "cut of', **more: Any) -> Answer:
    return Answer(content=content, finish_reason="length", **more)


def malformed(content: str = '{"summary": "no end', **more: Any) -> Answer:
    """JSON that does not parse, though the model says that it is done."""
    return Answer(content=content, **more)


def broken_body() -> Answer:
    """A 200 whose body is not JSON at all."""
    return Answer(raw="<html>upstream trouble</html>")


def rate_limited(retry_after: float | str | None = 0.1, status: int = 429) -> Answer:
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return Answer(status=status, headers=headers, error="rate limit exceeded")


def failed(status: int = 500, error: str = "internal error") -> Answer:
    return Answer(status=status, error=error)


def disconnected(where: str = "mid_body") -> Answer:
    return Answer(disconnect=where)


def empty_choices() -> Answer:
    return Answer(empty_choices=True)


def error_in_body(code: int = 502, text: str = "provider returned error") -> Answer:
    """OpenRouter's way to report a provider's failure: status 200 with an error object."""
    return Answer(raw=json.dumps({"error": {"code": code, "message": text}}))


def refused(text: str = "I cannot help with that.") -> Answer:
    return Answer(content=None, message={"refusal": text})


def thinking(style: str, content: str = "ok", thought: str = "想一想", **more: Any) -> Answer:
    """An answer with its thoughts in one of the styles of THINKING."""
    base = Answer(content=content, reasoning_tokens=7, **more)
    if style == "think_tag":
        return replace(base, content=f"<think>\n{thought}\n</think>\n\n{content}")
    if style == "open_think_tag":
        return replace(base, content=f"{thought}\n</think>\n\n{content}")
    if style == "reasoning_details":
        details = [{"type": "reasoning.text", "text": thought, "index": 0}]
        return replace(base, message={"reasoning_details": details})
    return replace(base, message={style: thought})


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
            _send(writer, 200, json.dumps({"object": "list", "data": rows}).encode(), {})
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
            return await _stream(writer, request, answer)
        body = _body(request, answer)
        cut = len(body) // 2 if answer.disconnect else None
        _send(writer, answer.status, body, answer.headers, cut)
        await writer.drain()
        return cut is None


def _send(
    writer: asyncio.StreamWriter,
    status: int,
    body: bytes,
    headers: dict[str, str],
    cut: int | None = None,
) -> None:
    lines = {"content-type": "application/json", "content-length": str(len(body)), **headers}
    head = "".join(f"{key}: {value}\r\n" for key, value in lines.items())
    writer.write(f"HTTP/1.1 {status} Scripted\r\n{head}\r\n".encode("latin-1") + body[:cut])


def _body(request: Request, answer: Answer) -> bytes:
    if answer.raw is not None:
        return answer.raw.encode()
    if answer.status != 200:
        return json.dumps({"error": {"code": answer.status, "message": answer.error}}).encode()
    message: dict[str, Any] = {"role": "assistant", "content": answer.content, **answer.message}
    if answer.tool_arguments is not None:
        call = {"name": request.schema_name or "answer", "arguments": answer.tool_arguments}
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": call}]
    choice = {"index": 0, "message": message, "finish_reason": answer.finish_reason}
    whole = _envelope(request, answer, "chat.completion")
    whole["choices"] = [] if answer.empty_choices else [choice]
    whole["usage"] = _usage(request, answer)
    return json.dumps(whole, ensure_ascii=False).encode()


def _envelope(request: Request, answer: Answer, kind: str) -> dict[str, Any]:
    whole = {
        "id": f"gen-{request.number}",
        "object": kind,
        "created": 1_760_000_000,
        "model": answer.model or request.json.get("model", "tiny"),
    }
    return whole | ({"provider": answer.provider} if answer.provider else {})


def _usage(request: Request, answer: Answer) -> dict[str, Any]:
    told = answer.completion_tokens
    completion = len(answer.content or answer.tool_arguments or "") if told is None else told
    prompt = len(request.text)
    usage: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "completion_tokens_details": {"reasoning_tokens": answer.reasoning_tokens},
    }
    return usage | ({"cost": answer.cost} if answer.cost is not None else {})


async def _stream(writer: asyncio.StreamWriter, request: Request, answer: Answer) -> bool:
    writer.write(
        b"HTTP/1.1 200 Scripted\r\ncontent-type: text/event-stream\r\n"
        b"transfer-encoding: chunked\r\n\r\n"
    )
    if answer.empty_choices:
        return await _stream_end(writer, request, answer)
    text = answer.content or ""
    pieces = [text[i : i + 8] for i in range(0, len(text), 8)]
    deltas: list[dict[str, Any]] = [{"role": "assistant", **answer.message}]
    deltas += [{"content": piece} for piece in pieces]
    kept = deltas[: len(deltas) // 2] if answer.disconnect else deltas
    for delta in kept:
        _event(writer, request, answer, [{"index": 0, "delta": delta, "finish_reason": None}])
    if answer.disconnect:
        await writer.drain()
        return False
    last = {"index": 0, "delta": {}, "finish_reason": answer.finish_reason}
    _event(writer, request, answer, [last])
    return await _stream_end(writer, request, answer)


async def _stream_end(writer: asyncio.StreamWriter, request: Request, answer: Answer) -> bool:
    _event(writer, request, answer, [], usage=_usage(request, answer))
    _chunk(writer, b"data: [DONE]\n\n")
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


def _event(
    writer: asyncio.StreamWriter,
    request: Request,
    answer: Answer,
    choices: list[dict[str, Any]],
    **more: Any,
) -> None:
    whole = _envelope(request, answer, "chat.completion.chunk") | {"choices": choices, **more}
    _chunk(writer, b"data: " + json.dumps(whole, ensure_ascii=False).encode() + b"\n\n")


def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


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
