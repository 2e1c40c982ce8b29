"""The sentencing guidelines for common offences: starting points, circumstances, fines.

Source: guidelines of the SPC and SPP of 2021-06-16, in force 2021-07-01; shares that they leave
open carry a note. Months, shares of the baseline, yuan.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import Field

from ..cases.models import Frozen
from .models import Adjustment, Guideline, StartingPoint
from .store import read_mapping

FILE = "guidelines.yaml"


class SentencingCircumstance(Adjustment):
    """A circumstance with the share an ordinary case gets (``typical``, within ``lo`` to ``hi``).

    ``mitigates``: the law lets the sentence go below the band (CL 63(1)). ``exempts``: it may even
    exempt when the offence is minor. ``group`` ``repentance`` is not counted beside the plea.
    ``floor_months`` is the least that an aggravation adds.
    """

    typical: float
    section: str = ""
    mitigates: bool = False
    exempts: bool = False
    group: str = ""
    floor_months: float = 0.0


class FineRule(Frozen):
    """How a fine is estimated: ``share`` of the sum involved or yuan ``per_month`` of the term.

    ``least`` is the lower limit in yuan (``levels``: for graver levels), ``most_share`` the upper
    limit as a multiple of the sum.
    """

    charge: str
    source: str
    share: float = 0.0
    per_month: float = 0.0
    least: int = 1000
    most_share: float = 0.0
    levels: dict[str, int] = Field(default_factory=dict)


class RepentanceCap(Frozen):
    """The greatest share that the plea takes off, alone and with surrender, restitution, etc."""

    plea_alone: float
    with_others: float


@cache
def guidelines() -> dict[str, Guideline]:
    """The guidelines by charge."""
    data = read_mapping(FILE)
    found = {}
    for row in data["offences"]:
        source = f"{data['source']}四{row['section']}"
        found[row["charge"]] = Guideline(
            charge=row["charge"],
            since=data["since"],
            starts=tuple(StartingPoint.model_validate(start) for start in row["starts"]),
            additions=tuple(row.get("additions", ())),
            source=source,
        )
    return found


def guideline(charge: str) -> Guideline | None:
    """The guideline of a charge; None for the charges that the guidelines do not name.

    For conduct before its ``since`` it serves as a reference only: earlier editions hold much the
    same starting points.
    """
    return guidelines().get(charge)


def starting_point(charge: str, level: str) -> StartingPoint | None:
    """The range of starting points (months) of one level of a charge, if the guidelines hold it."""
    found = guideline(charge)
    if found is None:
        return None
    return next((start for start in found.starts if start.level == level), None)


@cache
def circumstances() -> dict[str, SentencingCircumstance]:
    """The circumstances of the guidelines by id."""
    rows = read_mapping(FILE)["circumstances"]
    return {row["id"]: SentencingCircumstance.model_validate(row) for row in rows}


@cache
def repentance_cap() -> RepentanceCap:
    """The caps of the plea and the circumstances that it absorbs (section 3(14))."""
    return RepentanceCap.model_validate(read_mapping(FILE)["repentance_cap"])


@cache
def _fines() -> dict[str, FineRule]:
    rows: list[dict[str, Any]] = read_mapping(FILE)["fines"]
    return {row["charge"]: FineRule.model_validate(row) for row in rows}


def fine_rule(charge: str) -> FineRule | None:
    """The rule for the fine of a charge, if a source fixes its limits."""
    return _fines().get(charge)
