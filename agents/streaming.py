"""A streamed answer put together into the body that an unstreamed one would have had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .retry import Failed, Fault

_JOINED = ("content", "reasoning", "reasoning_content", "refusal")


async def collect(http: Any, payload: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
    """Send the payload with ``stream`` and read every piece; :class:`Failed` if it breaks off.

    ``http`` is an ``openai.AsyncOpenAI``. A stream that ends without a finish reason was cut.
    """
    asked = {k: v for k, v in payload.items() if k not in {"model", "messages", "stream"}}
    stream = await http.chat.completions.create(
        model=payload["model"],
        messages=payload["messages"],
        stream=True,
        extra_body={**asked, "stream_options": {"include_usage": True}},
        timeout=timeout_s,
    )
    body: dict[str, Any] = {}
    message: dict[str, Any] = {"role": "assistant"}
    finish = None
    async with stream:
        async for chunk in stream:
            piece = chunk.model_dump()
            body |= {k: v for k, v in piece.items() if k != "choices" and v is not None}
            for choice in (piece.get("choices") or ())[:1]:
                _add(message, choice.get("delta") or {})
                finish = choice.get("finish_reason") or finish
    if finish is None:
        kind = "connection" if len(message) > 1 else "no_choices"
        raise Failed(Fault(kind=kind, retryable=True, billed=True))
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return {**body, "choices": [choice]}


def _add(message: dict[str, Any], delta: Mapping[str, Any]) -> None:
    for key in _JOINED:
        if isinstance(delta.get(key), str):
            message[key] = message.get(key, "") + delta[key]
    if delta.get("reasoning_details"):
        message.setdefault("reasoning_details", []).extend(delta["reasoning_details"])
    for call in delta.get("tool_calls") or ():
        calls: list[dict[str, Any]] = message.setdefault("tool_calls", [])
        index = call.get("index") or 0
        while len(calls) <= index:
            calls.append({"type": "function", "function": {"name": "", "arguments": ""}})
        for part in ("name", "arguments"):
            calls[index]["function"][part] += (call.get("function") or {}).get(part) or ""
