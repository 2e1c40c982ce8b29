"""The form of an answer in words, for models that are not shown the JSON schema itself."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel

LONG_ENUM = 10


@cache
def outline(answer: type[BaseModel]) -> str:
    """One line per field: name, kind, description; the fields of list items indented below."""
    schema = answer.model_json_schema()
    return "\n".join(_lines(schema, schema.get("$defs", {}), ""))


def _lines(schema: dict[str, Any], known: dict[str, Any], indent: str) -> list[str]:
    lines = []
    for name, field in schema["properties"].items():
        described = field.get("description", "")
        lines.append(f"{indent}{name}：{_kind(field)}{'，' if described else ''}{described}")
        reference = field.get("items", {}).get("$ref")
        if reference:
            lines += _lines(known[reference.rpartition("/")[2]], known, indent + "  ")
    return lines


def _kind(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return f"{_kind(field['anyOf'][0])}或null"
    if "enum" in field and len(field["enum"]) <= LONG_ENUM:
        return "文字"
    if field.get("type") == "array":
        return f"数组（至多{field['maxItems']}项）"
    kinds = {"string": "文字", "boolean": "true或false", "number": "数字", "integer": "整数"}
    return kinds.get(field.get("type", ""), "文字")
