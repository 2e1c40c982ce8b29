"""The weights that the rule agents judge by, read once from ``agents/data``.

Weights are our own calibration of how much a signal speaks for a ground; the law itself (which
grounds exist, what they lead to, which article says so) is in :mod:`nolle.statutes.grounds`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import Field

from ..cases.models import Frozen

DATA = Path(__file__).parent / "data"


class GroundSignals(Frozen):
    """Signals (circumstance ids) that speak for a ground, with their weights.

    ``elements`` are the kinds of offence elements that the ground puts in doubt; ``needs`` are
    signals of which at least one must be present, ``unless`` signals that shut the ground out;
    ``charges`` limits the ground to some charges;
    ``cap`` is the most the ground may add.
    """

    ground: str
    signals: dict[str, float]
    elements: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    charges: tuple[str, ...] = ()
    cap: float = 2.0


class Table(Frozen):
    """A check's decision line and its grounds; ``relief`` are signals that settle doubts."""

    line: float
    grounds: tuple[GroundSignals, ...] = ()
    relief: dict[str, float] = Field(default_factory=dict)
    procedure: dict[str, float] = Field(default_factory=dict)


@cache
def table(name: str) -> Table:
    """The table of one check: ``evidence``, ``subsumption`` or ``waiver``."""
    raw = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return Table.model_validate(raw)
