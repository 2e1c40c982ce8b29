"""The Jinja environments: prompts and opinions as text with their versions, pages as HTML."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..cases.sanitise import plain

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_PROMPTS = Path(__file__).parent / "prompts"
_VERSION = re.compile(r"\{#-? version (\d+)")


@cache
def template(name: str) -> Template:
    """The template ``prompts/NAME.j2``; a value that it misses is an error when it is rendered."""
    return _environment().get_template(f"{name}.j2")


@cache
def version(name: str) -> str:
    """The version that ``prompts/NAME.j2`` begins with. ValueError for a file without one."""
    match = _VERSION.match((_PROMPTS / f"{name}.j2").read_text(encoding="utf-8"))
    if match is None:
        raise ValueError(f"prompts/{name}.j2 does not begin with its version")
    return match[1]


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_PROMPTS),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )


def html(folder: Path) -> Environment:
    """An environment for pages: every value is escaped and freed of control characters."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def safe(value: object) -> object:
        if isinstance(value, str) and not isinstance(value, Markup):
            return plain(value)
        return value

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=safe,
        trim_blocks=True,
        lstrip_blocks=True,
    )
