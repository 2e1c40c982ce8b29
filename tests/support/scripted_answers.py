"""What a scripted server is asked, and the answers it gives: right, late, broken, refused."""

from __future__ import annotations

import json
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
