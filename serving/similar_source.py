"""The one place that knows where similar decided cases come from."""

from __future__ import annotations

from ..agents import similar
from ..cases.findings import SimilarCase
from ..cases.models import Case


def find(case: Case, count: int = 5, corpus: str | None = None) -> tuple[SimilarCase, ...]:
    """Decided cases that resemble ``case``, best first; ``corpus`` names what to search in.

    Empty while there is no corpus, see :func:`note`.
    """
    return ()


def note(corpus: str | None = None) -> str:
    """Why nothing is found; "" where there is a corpus."""
    return similar.note()
