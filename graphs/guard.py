"""What becomes of an agent that fails: an explicit Unresolved and a record, never a label."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TypeVar

from langgraph.errors import GraphBubbleUp

from ..cases.findings import Unresolved
from ..errors import ConfigError, InputError, LimitError, ModelError
from .state import Json, Node

T = TypeVar("T")

PASSED_ON = (InputError, ConfigError, GraphBubbleUp)
"""Errors that the caller must see (or LangGraph's own signals); every other is a Failure."""

_CODES: dict[type[Exception], str] = {LimitError: "limit", ModelError: "model_error"}
_FRAMES = 3
_REASON_LENGTH = 300


@dataclass(frozen=True)
class Failure:
    """An error in a node: what the review says of it, and what the trace keeps."""

    unresolved: Unresolved
    detail: Json

    @property
    def finding(self) -> Json:
        """The ``finding`` of the step that failed."""
        return {"error": self.detail}


def attempt(node: Node, work: Callable[[], T]) -> T | Failure:
    """The result of ``work``, or the Failure that stands for its unexpected exception.

    InputError and ConfigError pass: the user can mend them.
    """
    try:
        return work()
    except PASSED_ON:
        raise
    except Exception as exc:
        return failure(node, exc)


def failure(node: Node, exc: Exception) -> Failure:
    """The Failure for an exception. Codes: ``limit``, ``model_error`` (or the error's own
    ``code``, such as ``truncated``), ``node_failed``."""
    code = next((code for kind, code in _CODES.items() if isinstance(exc, kind)), "node_failed")
    code = getattr(exc, "code", code) if isinstance(exc, ModelError) else code
    text = " ".join(str(exc).split())[:_REASON_LENGTH]
    reason = f"{type(exc).__name__}: {text}" if text else type(exc).__name__
    unresolved = Unresolved(code=code, node=node.value, reason=reason)
    frames = traceback.extract_tb(exc.__traceback__)[-_FRAMES:]
    where = [f"{PurePath(f.filename).name}:{f.lineno} {f.name}" for f in frames]
    return Failure(unresolved, {**unresolved.model_dump(mode="json"), "where": where})
