"""The word lists of ``redact.yaml``, read once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import yaml

from .tables import DATA


@cache
def words() -> dict[str, list[str]]:
    """The lists by name; ``surnames`` and ``left_edges`` are lists of single signs."""
    raw = yaml.safe_load((DATA / "redact.yaml").read_text(encoding="utf-8"))
    return {name: list(value) for name, value in raw.items()}


def alternatives(items: Iterable[str]) -> str:
    """A regular expression for any of ``items``, the longest first."""
    return "|".join(re.escape(item) for item in sorted(set(items), key=len, reverse=True))
