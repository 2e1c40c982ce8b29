"""The JSON body of a request: the messages and everything that shapes the answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from .limits import estimate_tokens
from .profiles import Provider
from .registry import ModelSpec

Message = Mapping[str, Any]
_FORM = "只输出一个 JSON 对象，不要输出其他内容。它必须符合以下 JSON Schema：\n"
_LEAST_ROOM = 256


def build(
    spec: ModelSpec,
    messages: Sequence[Message],
    schema: Mapping[str, Any] | None,
    seed: int | None,
) -> dict[str, Any]:
    """The request for these messages; with a JSON schema (its ``title`` names it) the answer is
    bound to it in the way the model's profile says.
    """
    options = spec.options
    payload: dict[str, Any] = {"model": spec.model, "messages": [dict(m) for m in messages]}
    payload |= _form(spec, schema, payload["messages"])
    payload |= _reasoning(spec)
    seed = options.seed if seed is None else seed
    sampling = {
        "seed": seed if spec.profile.sends_seed else None,
        "temperature": options.temperature,
        "top_p": options.top_p,
        "stream": options.stream or None,
    }
    payload |= {key: value for key, value in sampling.items() if value is not None}
    if (room := answer_room(spec, prompt_text(messages))) is not None:
        payload[_limit_key(spec)] = room
    if spec.provider is Provider.OPENROUTER:
        payload |= {"provider": _routing(spec), "usage": {"include": True}}
    return payload


def answer_room(spec: ModelSpec, prompt: str) -> int | None:
    """The ``max_tokens`` to send; None leaves it to the server.

    Where prompt and answer might not fit the context together, a vLLM server is asked for no limit
    (it then takes what the prompt leaves), any other for what is left by estimate.
    """
    most, context = spec.max_tokens, spec.context
    if context is None:
        return most
    if spec.provider is Provider.VLLM:
        safe = estimate_tokens(prompt, max(3.0, spec.tokens_per_char))
        return most if safe + most <= context else None
    left = context - estimate_tokens(prompt, spec.tokens_per_char)
    return max(min(most, left), _LEAST_ROOM)


def prompt_text(messages: Sequence[Message]) -> str:
    """All texts of the messages, joined."""
    return "\n".join(str(message.get("content", "")) for message in messages)


def fingerprint(value: object) -> str:
    """64 hexadecimal digits that identify a JSON value."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _form(
    spec: ModelSpec, schema: Mapping[str, Any] | None, messages: list[dict[str, Any]]
) -> dict[str, Any]:
    if schema is None:
        return {}
    name = str(schema.get("title", "answer"))
    how = spec.structured
    if how == "json_schema":
        bound = {"name": name, "strict": True, "schema": schema}
        return {"response_format": {"type": "json_schema", "json_schema": bound}}
    if how == "tools":
        function = {"name": name, "parameters": schema}
        chosen = {"type": "function", "function": {"name": name}}
        return {"tools": [{"type": "function", "function": function}], "tool_choice": chosen}
    told = _FORM + json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    messages[-1]["content"] = f"{messages[-1]['content']}\n\n{told}"
    return {"response_format": {"type": "json_object"}} if how == "json_object" else {}


def _reasoning(spec: ModelSpec) -> dict[str, Any]:
    options = spec.options
    if spec.provider is Provider.OPENROUTER:
        if options.effort is not None:
            return {"reasoning": {"effort": options.effort}}
        if options.budget:
            return {"reasoning": {"max_tokens": options.budget}}
        if options.budget == 0 or options.think is not None:
            return {"reasoning": {"enabled": options.think == "on"}}
        return {}
    if options.effort is not None:
        return {"reasoning_effort": options.effort}
    if options.think is not None:
        return {"chat_template_kwargs": {"enable_thinking": options.think == "on"}}
    if options.budget is not None:
        return {"reasoning": {"max_tokens": options.budget}}
    return {}


def _routing(spec: ModelSpec) -> dict[str, Any]:
    """OpenRouter: no provider that keeps the data, none that ignores a parameter, and where one
    is pinned no other.
    """
    routing: dict[str, Any] = {"data_collection": "deny", "require_parameters": True}
    options = spec.options
    if options.provider:
        routing |= {"order": list(options.provider), "only": list(options.provider)}
    if options.only:
        routing["only"] = list(options.only)
    if options.provider or options.only:
        routing["allow_fallbacks"] = False
    return routing


def _limit_key(spec: ModelSpec) -> str:
    return "max_completion_tokens" if spec.provider is Provider.OPENAI else "max_tokens"
