"""The similar-cases agent: decided cases like this one, from the corpus where there is one."""

from __future__ import annotations

from ..cases.findings import SimilarCase
from .base import Context, View

NO_CORPUS = "没有案例库：未检索类案"


def note() -> str:
    """Why no similar cases are shown."""
    return NO_CORPUS


def assess(view: View, context: Context) -> tuple[SimilarCase, ...]:
    """The similar decided cases, best first; empty while no corpus has been indexed."""
    return ()
