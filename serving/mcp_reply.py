"""How an MCP tool answers: text for people and structured content for programs, or one line."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import BaseModel

from ..errors import NolleError
from .faults import in_words
from .guard import LOCAL

READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
WRITES = ToolAnnotations(read_only_hint=False, open_world_hint=False)
log = logging.getLogger("nolle.serve")
P = ParamSpec("P")
R = TypeVar("R")


def told(function: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Errors become tool errors with one line; unexpected ones tell nothing more."""

    @wraps(function)
    async def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await function(*args, **kwargs)
        except NolleError as error:
            raise ToolError(in_words(error)[1]) from None
        except Exception as error:
            # The SDK would log the message, which may hold words of the case.
            log.error("%s: %s", function.__name__, type(error).__name__)
            raise ToolError(in_words(error)[1]) from None

    return call


def result(data: BaseModel, text: str, failed: bool = False) -> CallToolResult:
    """Structured content for programs, and text for people."""
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content=data.model_dump(mode="json"),
        is_error=failed,
    )


def owner_of(context: Context) -> str:
    """Whose call it is; over stdio there is but one."""
    request = context.request_context.request
    state = getattr(request, "scope", {}).get("state", {}) if request is not None else {}
    return str(state.get("owner", LOCAL))
