"""Figures of papers that stand beside a run on the same data set."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ..cases.models import Frozen
from .tables import Table

DATA = Path(__file__).parent / "data" / "report" / "published.yaml"


class Published(Frozen):
    """One figure of a paper, as a share of 1."""

    system: str
    figure: str
    value: float


def published_table(data: str) -> Table:
    """What papers report on the data set that ``data`` names; without rows for any other."""
    found = [figure for name, figures in _published() if name in data.lower() for figure in figures]
    return Table(
        id="published",
        title="Published figures",
        note="From the papers, on their full data and by their definitions: they stand beside the "
        "figures above and do not rank with them.",
        columns=("system", "figure", "value"),
        rows=tuple((one.system, one.figure, one.value) for one in found),
        heads=2,
    )


@cache
def _published() -> tuple[tuple[str, tuple[Published, ...]], ...]:
    import yaml

    rows: list[dict[str, Any]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return tuple(
        (row["match"], tuple(Published.model_validate(f) for f in row["figures"])) for row in rows
    )
