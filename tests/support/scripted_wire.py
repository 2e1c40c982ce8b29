"""How an answer of the scripted server goes over the wire: whole, or in pieces as events."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from support.scripted_answers import Answer, Request


def send(
    writer: asyncio.StreamWriter,
    status: int,
    body: bytes,
    headers: dict[str, str],
    cut: int | None = None,
) -> None:
    lines = {"content-type": "application/json", "content-length": str(len(body)), **headers}
    head = "".join(f"{key}: {value}\r\n" for key, value in lines.items())
    writer.write(f"HTTP/1.1 {status} Scripted\r\n{head}\r\n".encode("latin-1") + body[:cut])


def body_of(request: Request, answer: Answer) -> bytes:
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


async def stream(writer: asyncio.StreamWriter, request: Request, answer: Answer) -> bool:
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
