"""Answers of a fixed form: bound where the model can, always validated here, repaired once."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from .client import Client
from .limits import Budget
from .payload import Message
from .registry import ModelSpec
from .reply import Reply

M = TypeVar("M", bound=BaseModel)

UNPARSABLE, TRUNCATED, REFUSED = "unparsable", "truncated", "refused"
_FENCED = re.compile(r"```(?:json|JSON)?[ \t]*\n(.*?)\n?[ \t]*```", re.DOTALL)
_BOUNDS = {
    "maxLength", "minLength", "maxItems", "minItems", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "pattern", "multipleOf", "uniqueItems",
}  # fmt: skip
_QUOTED = 4000
_ERRORS = 8


def ask(
    client: Client,
    spec: ModelSpec,
    messages: Sequence[Message],
    model_class: type[M],
    *,
    budget: Budget | None = None,
    seed: int | None = None,
    tag: str = "",
) -> tuple[M | None, list[Reply], str]:
    """Ask for an instance of ``model_class``: the instance, all replies, and the problem code.

    An answer that does not validate goes back once with the error. Then the instance is None and
    the problem ``unparsable``, ``truncated`` (cut at the token limit) or ``refused``; else it is
    empty. Raises what :meth:`Client.complete` raises.
    """
    schema = wire_schema(model_class, bounds=spec.profile.bounds)
    replies: list[Reply] = []
    asked: list[Message] = list(messages)
    problem = ""
    for attempt in (1, 2):
        reply = client.complete(asked, spec, schema=schema, seed=seed, budget=budget, tag=tag)
        replies.append(reply)
        found, problem, why = read_answer(reply, model_class)
        if found is not None:
            return found, replies, ""
        if problem == REFUSED or attempt == 2:
            break
        client.log.add("repairs")
        asked = [*messages, *_repair(reply, why)]
    client.log.add(problem)
    return None, replies, problem


def read_answer(reply: Reply, model_class: type[M]) -> tuple[M | None, str, str]:
    """The validated answer in a reply, or the problem code and what is wrong with it."""
    if reply.refused:
        return None, REFUSED, ""
    why = "没有找到 JSON 对象。"
    for found in _objects(reply):
        try:
            return model_class.model_validate(found), "", ""
        except ValidationError as error:
            why = _told(error)
    if reply.truncated:
        return None, TRUNCATED, "回答超出长度上限而被截断。请大幅精简，直接给出 JSON。"
    return None, UNPARSABLE, why


@lru_cache(maxsize=256)
def wire_schema(model_class: type[BaseModel], *, bounds: bool = True) -> dict[str, Any]:
    """The JSON schema that is sent: every property required, no others allowed, references
    resolved; without ``bounds`` also no lengths and ranges. Treat it as read-only.
    """
    raw = model_class.model_json_schema()
    known = raw.pop("$defs", {})
    return {**_closed(raw, known, bounds), "title": model_class.__name__}


def _closed(node: Any, known: dict[str, Any], bounds: bool) -> Any:
    if isinstance(node, list):
        return [_closed(item, known, bounds) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = known[node["$ref"].rpartition("/")[2]]
        return _closed({**target, **{k: v for k, v in node.items() if k != "$ref"}}, known, bounds)
    kept = {
        key: value
        for key, value in node.items()
        if key not in {"title", "default", "properties"} and (bounds or key not in _BOUNDS)
    }
    closed = {key: _closed(value, known, bounds) for key, value in kept.items()}
    if node.get("type") == "object" and "properties" in node:
        # By name: a property may itself be called "title" or "default".
        properties = {name: _closed(p, known, bounds) for name, p in node["properties"].items()}
        closed |= {"properties": properties, "required": list(properties)}
        closed["additionalProperties"] = False
    return closed


def _objects(reply: Reply) -> list[dict[str, Any]]:
    """JSON objects of a reply in the order in which to try them."""
    if reply.parsed_tool is not None:
        return _loaded([reply.parsed_tool])
    # Some vLLM reasoning parsers put the whole answer of a model told not to think among its
    # thoughts; only what is JSON from end to end is taken from there.
    if not reply.text and not reply.truncated:
        return _loaded([reply.reasoning])
    text = reply.text
    if whole := _loaded([text]):
        return whole
    if fenced := _loaded(reversed(_FENCED.findall(text))):
        return fenced
    start = text.find("{")
    if start < 0:
        return []
    try:
        found, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return []
    return [found] if isinstance(found, dict) else []


def _loaded(texts: Any) -> list[dict[str, Any]]:
    found = []
    for text in texts:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            found.append(value)
    return found


def _repair(reply: Reply, why: str) -> list[Message]:
    """The answer as it was and what to mend; without the case, which stands in the prompt."""
    said = (reply.parsed_tool or reply.text)[:_QUOTED] or "（无内容）"
    told = f"你的上一个回答不符合要求的格式：{why}\n请改正后重新输出完整的 JSON 对象。"
    return [{"role": "assistant", "content": said}, {"role": "user", "content": told}]


def _told(error: ValidationError) -> str:
    """What does not validate, place by place, without repeating the values."""
    rows = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"{'.'.join(map(str, row['loc'])) or '(root)'}: {row['msg']}" for row in rows]
    more = f"；另有 {len(lines) - _ERRORS} 处" if len(lines) > _ERRORS else ""
    return "；".join(lines[:_ERRORS]) + more
