"""The legal calculators of :mod:`nolle.tools` as MCP tools, with the arguments that they have."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import BaseModel, Field, ValidationError

from ..errors import InputError
from ..tools.langchain import TOOLS
from .rest_input import in_line

NAMES = {"sentence_recommendation": "sentence"}
"""Other names than LangChain's."""
ELSEWHERE = frozenset({"check_citations", "show_statute"})
"""What the tool ``statute`` does."""


class Calculated(BaseModel):
    """What a calculator found."""

    result: dict[str, Any] = Field(description="The finding with its reasons and articles.")


def add_to(
    server: MCPServer[Any], annotations: ToolAnnotations, told: Callable[[Any], Any]
) -> None:
    """Add every calculator; ``told`` makes tool errors of input errors."""
    for name, function, schema in TOOLS:
        if name not in ELSEWHERE:
            call = told(_calling(function, schema))
            # The wrapper passes the arguments on, so its own signature says nothing of them.
            call.__signature__, call.__annotations__ = _signature(schema)
            server.add_tool(
                call,
                name=NAMES.get(name, name),
                description=(function.__doc__ or "").strip(),
                annotations=annotations,
            )


def _calling(function: Callable[..., Any], schema: type[BaseModel]) -> Callable[..., Any]:
    async def call(**given: Any) -> CallToolResult:
        try:
            args = schema.model_validate(given)
        except ValidationError as error:
            raise InputError(in_line(error)) from None
        fields = {name: getattr(args, name) for name in schema.model_fields}
        found = await asyncio.to_thread(lambda: function(**fields))
        text = json.dumps(found, ensure_ascii=False, indent=1)
        return CallToolResult(
            content=[TextContent(type="text", text=text)], structured_content={"result": found}
        )

    return call


def _signature(schema: type[BaseModel]) -> tuple[inspect.Signature, dict[str, Any]]:
    """The signature of a function that takes the fields of ``schema``."""
    hints: dict[str, Any] = {}
    parameters = []
    for name, field in schema.model_fields.items():
        hints[name] = Annotated[field.annotation, Field(description=field.description)]
        default = (
            inspect.Parameter.empty
            if field.is_required()
            else field.get_default(call_default_factory=True)
        )
        parameters.append(
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hints[name]
            )
        )
    returns = Annotated[CallToolResult, Calculated]
    signature = inspect.Signature(parameters, return_annotation=returns)
    return signature, {**hints, "return": returns}
