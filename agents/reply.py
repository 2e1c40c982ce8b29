"""One answer of a language model and everything about how it came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..cases.models import Frozen
from .limits import cost_of
from .registry import ModelSpec
from .thinking import split_thinking

CUT = {"length", "max_tokens", "model_length"}
FILTERED = {"content_filter", "refusal", "safety"}


class Reply(Frozen):
    """What a model answered.

    ``text`` is without thoughts, which stand in ``reasoning``; ``parsed_tool`` holds the arguments
    (JSON text) of the tool it called. ``truncated``: it ran into its token limit. ``cost_usd`` is
    the provider's own figure, else reckoned from the price, else None. ``latency_ms`` is the wall
    time of the attempt that succeeded; ``retries`` counts those that failed before it.
    """

    text: str
    reasoning: str = ""
    parsed_tool: str | None = None
    refusal: str = ""
    finish_reason: str = ""
    truncated: bool = False
    requested_model: str
    served_model: str = ""
    served_provider: str = ""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: float | None = None
    seed: int | None = None
    latency_ms: float = 0.0
    retries: int = 0
    prompt_hash: str = ""
    tag: str = ""
    cached: bool = False

    @property
    def refused(self) -> bool:
        """Whether the model or a filter before it declined to answer."""
        return bool(self.refusal) or self.finish_reason in FILTERED


def read_reply(body: Mapping[str, Any], spec: ModelSpec, **more: Any) -> Reply:
    """The reply in the JSON body of a chat completion that has at least one choice.

    ``more`` are fields that only the caller knows (seed, latency_ms, retries, prompt_hash, tag).
    """
    choice = body["choices"][0]
    message = choice.get("message") or {}
    text, reasoning = split_thinking(message, tags=spec.profile.think_tags)
    finish = str(choice.get("finish_reason") or "")
    usage = body.get("usage") or {}
    prompt, completion = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    cost = _number(usage.get("cost"))
    return Reply(
        text=text,
        reasoning=reasoning,
        parsed_tool=_tool_arguments(message),
        refusal=str(message.get("refusal") or ""),
        finish_reason=finish,
        truncated=finish in CUT,
        requested_model=spec.name,
        served_model=str(body.get("model") or ""),
        served_provider=str(body.get("provider") or ""),
        prompt_tokens=prompt,
        cached_tokens=_count(usage.get("prompt_tokens_details") or {}, "cached_tokens"),
        completion_tokens=completion,
        reasoning_tokens=_count(usage.get("completion_tokens_details") or {}, "reasoning_tokens"),
        cost_usd=cost_of(spec.price, prompt, completion) if cost is None else cost,
        **more,
    )


def _tool_arguments(message: Mapping[str, Any]) -> str | None:
    for call in message.get("tool_calls") or ():
        arguments = (call.get("function") or {}).get("arguments")
        if isinstance(arguments, str):
            return arguments
    return None


def _count(usage: Mapping[str, Any], key: str) -> int:
    return int(_number(usage.get(key)) or 0)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value >= 0 else None
