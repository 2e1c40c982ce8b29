"""Telling a model's thoughts from its answer, in the ways in which servers send them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OPEN, CLOSE = "<think>", "</think>"
_FIELDS = ("reasoning_content", "reasoning")


def split_thinking(message: Mapping[str, Any], *, tags: bool = True) -> tuple[str, str]:
    """The answer and the thoughts of an assistant message.

    Thoughts come in a field of their own (``reasoning``, ``reasoning_content``,
    ``reasoning_details``), in parts of the content, or between tags at the head of the text. With
    ``tags`` a lone closing tag counts too: some chat templates open the thoughts themselves.
    """
    text, in_parts = _content(message.get("content"))
    apart = _apart(message) or in_parts
    if apart and not text.lstrip().startswith(OPEN):
        return text.strip(), apart
    text, in_tags = _untagged(text, lone_close=tags and not apart)
    return text, apart or in_tags


def _untagged(text: str, *, lone_close: bool) -> tuple[str, str]:
    head = text.lstrip()
    if head.startswith(OPEN):
        inner = head.removeprefix(OPEN)
    elif lone_close and CLOSE in head and not head.startswith(("{", "[", "```")):
        inner = head
    else:
        return text.strip(), ""
    # The last closing tag counts: thoughts may quote one from the case, and what they say must
    # never be read as the answer.
    thoughts, closed, answer = inner.rpartition(CLOSE)
    if not closed:
        return "", inner.strip()
    return answer.strip(), thoughts.strip()


def _content(content: object) -> tuple[str, str]:
    """Text and thoughts of a content that is a string or a list of typed parts."""
    if isinstance(content, str):
        return content, ""
    texts: list[str] = []
    thoughts: list[str] = []
    for part in content if isinstance(content, list) else ():
        if isinstance(part, Mapping):
            kind = str(part.get("type", "text"))
            into = thoughts if kind in {"thinking", "reasoning"} else texts
            into.append(_text_of(part))
    return "".join(texts), "".join(thoughts)


def _apart(message: Mapping[str, Any]) -> str:
    for field in _FIELDS:
        value = message.get(field)
        if isinstance(value, str) and value.strip():
            return value.strip()
    details = message.get("reasoning_details")
    if isinstance(details, list):
        return "".join(_text_of(part) for part in details if isinstance(part, Mapping)).strip()
    return ""


def _text_of(part: Mapping[str, Any]) -> str:
    """The words of a part, whichever key holds them; nothing for encrypted thoughts."""
    for key in ("text", "summary", "thinking", "content"):
        value = part.get(key)
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            return "".join(_text_of(inner) for inner in value if isinstance(inner, Mapping))
    return ""
