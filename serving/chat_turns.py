"""Reading a conversation: the case in it, the review that it goes on about, or neither.

Chat programs send the whole conversation each time and keep nothing else, so a review is found
again by the id at the end of our own earlier answer, or by the case that an earlier message holds.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from ..cases.readers import cases_from_bytes
from ..errors import InputError
from .chat_questions import is_case, task_answer

REVIEW_ID = re.compile(r"\brv-[0-9a-f]{32}\b")
FILE_BYTES = 2 * 2**20
_SOURCE = re.compile(r"<source\b[^>]*>(.*?)</source>", re.DOTALL)
_QUERY = re.compile(r"<user_query>(.*?)</user_query>", re.DOTALL)
_WRAPPED = re.compile(r"<context>.*?</context>|^### Task:.*?(?=^###|\Z)", re.DOTALL | re.MULTILINE)
_RECORD = re.compile(r"\{.*\}", re.DOTALL)
_DATA_URL = re.compile(r"data:[^,;]*(?:;[^,;]*)*;base64,(.*)", re.DOTALL)


class Said(NamedTuple):
    """One message: who said it and what. ``asked`` is the question beside attached documents."""

    role: str
    text: str
    asked: str = ""


class Turn(NamedTuple):
    """What the last message of a conversation is.

    ``text`` is the new case, the question, or the answer to a chat program's own task. For a
    question, ``review_id`` names the review that it is about where the conversation tells, and
    ``case_text`` holds the case.
    """

    kind: Literal["case", "question", "help", "task"]
    text: str
    review_id: str | None = None
    case_text: str | None = None


def turn_of(said: Sequence[Said]) -> Turn:
    """What the last message from the user is, in the light of those before it."""
    told = [m for m in said if m.role in ("user", "human", "assistant", "ai")]
    last = max((i for i, m in enumerate(told) if m.role in ("user", "human")), default=None)
    if last is None or not told[last].text.strip():
        return Turn("help", "")
    text, before = told[last].text.strip(), told[:last]
    if (done := task_answer(text)) is not None:
        return Turn("task", done)
    review_id, case_text = None, None
    for message in reversed(before):
        if message.role in ("assistant", "ai"):
            ids = REVIEW_ID.findall(message.text)
            review_id = review_id or (ids[-1] if ids else None)
        elif is_case(message.text, after_review=True):
            case_text = message.text
            break
    known = review_id is not None or case_text is not None
    asked = told[last].asked
    if known and asked and not is_case(asked, after_review=True):
        return Turn("question", asked, review_id, case_text or text)
    if is_case(text, after_review=known):
        return Turn("case", text)
    if known:
        return Turn("question", text, review_id, case_text)
    return Turn("help", text)


def said_of(messages: Sequence[Mapping[str, Any]]) -> list[Said]:
    """The messages of a chat request as texts. Raises InputError for an attachment that cannot be
    read; what is no text (images, sound) is left out."""
    return [Said(str(m.get("role", "")), *_content(m.get("content"))) for m in messages]


def _content(content: Any) -> tuple[str, str]:
    """What a message's content holds, a text or a list of parts, and the question beside files."""
    if content is None or isinstance(content, str):
        return _unwrapped(content or "")
    parts = content if isinstance(content, Sequence) else []
    asked = "\n".join(filter(None, map(_text, parts)))
    files = "\n".join(filter(None, map(_attached, parts)))
    return (files, asked) if files else _unwrapped(asked)


def _text(part: Any) -> str:
    if isinstance(part, Mapping):
        plain = part.get("type") in ("text", "input_text", "output_text")
        part = part.get("text") if plain else ""
    return part if isinstance(part, str) else ""


def _attached(part: Any) -> str:
    file = part.get("file") if isinstance(part, Mapping) and part.get("type") == "file" else None
    if isinstance(file, Mapping) and isinstance(file.get("file_data"), str):
        return _file(file["file_data"], str(file.get("filename") or "case.txt"))
    return ""


def _file(data: str, name: str) -> str:
    """The text of an attached file; a case in JSON stays JSON."""
    found = _DATA_URL.fullmatch(data)
    try:
        raw = base64.b64decode(found[1] if found else data, validate=True)
    except (binascii.Error, ValueError):
        raise InputError(f"not base64, attachment {name[:80]!r}: attach the file again") from None
    if len(raw) > FILE_BYTES:
        raise InputError(f"more than 2 MB, attachment {name[:80]!r}: attach the case only")
    ((_, case), *more) = cases_from_bytes(raw, name)
    if more:
        raise InputError(f"more than one case, attachment {name[:80]!r}: attach one at a time")
    return case.model_dump_json()


def _unwrapped(text: str) -> tuple[str, str]:
    """A message without what a chat program puts around attached documents: what is in them, and
    the question beside them."""
    if task_answer(text) is not None:
        return text, ""
    if '"fact' in text and (record := _RECORD.search(text)):
        return record[0], ""
    sources = _SOURCE.findall(text)
    if not sources:
        return text, ""
    query = _QUERY.search(text)
    asked = query[1] if query else _WRAPPED.sub("", _SOURCE.sub("", text))
    asked = asked.strip()
    documents = "\n".join(source.strip() for source in sources)
    return (documents, asked) if is_case(documents) else (f"{documents}\n{asked}", "")
