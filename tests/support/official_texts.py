"""Invented laws in official form, and the wording of a place in them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from nolle.statutes.official import article_text

FIXTURES = Path(__file__).parents[1] / "statutes" / "fixtures" / "official"
GARDEN = "other:《示例园林管理法》"


def wording(key: str, day: date | None, store: Path) -> str | None:
    """The text of a place on a day, if there is one."""
    found = article_text(key, day, store)
    return None if found is None else found.text
