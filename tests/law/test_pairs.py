"""Pairs of cases that differ in one deciding detail: the whole review must tell them apart.

Each file under ``pairs`` holds rows ``{name, why, base, change, …}``: ``base`` is a case,
``change`` says in which field what is replaced by what. ``expect`` gives both decisions (a list
where the law leaves a choice), ``charge`` both first charges, ``cites`` the articles that only the
one and only the other cites, ``band`` both bands in months, ``months`` how the second sentence
compares with the first, ``probation`` whether each comes with probation, ``advisory`` the hints
that only the one and only the other carries.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.law_rows import params, read_rows

from nolle.cases.findings import Outcome, Review
from nolle.cases.models import Case
from nolle.graphs.run import run

Row = dict[str, Any]
FOLDER = Path(__file__).parent / "pairs"
TODAY = date(2026, 1, 1)
ASKS = ("expect", "charge", "cites", "band", "months", "probation", "advisory")


ROWS = read_rows(FOLDER)


def both(row: Row) -> tuple[Case, Case]:
    """The base, and the base with the one change."""
    changed = {**row["base"], "meta": {**row["base"]["meta"]}}
    for field, swap in row["change"].items():
        place = changed["meta"] if field in ("date", "province") else changed
        assert place[field].count(str(swap["from"])) == 1, (row["name"], field)
        place[field] = place[field].replace(str(swap["from"]), str(swap["to"]))
    return Case.model_validate(row["base"]), Case.model_validate(changed)


@cache
def reviewed(index: int) -> tuple[Review, Review]:
    first, second = both(ROWS[index][1])
    return run(first, today=TODAY), run(second, today=TODAY)


def outcome(review: Review) -> Outcome:
    assert review.outcomes, review.unresolved
    return next(iter(review.outcomes.values()))


@pytest.mark.parametrize("row", params(ROWS))
def test_pair(row: Row) -> None:
    pair = reviewed([r for _, r in ROWS].index(row))
    for review, wanted in zip(pair, row.get("expect", ()), strict=False):
        allowed = [wanted] if isinstance(wanted, str) else wanted
        assert review.decision in allowed, why(pair)
    if "charge" in row:
        assert [outcome(r).charges[0] for r in pair] == row["charge"]
    if "cites" in row:
        one, other = (set(r.articles) for r in pair)
        assert set(row["cites"][0]) <= one - other, (one, other)
        assert set(row["cites"][1]) <= other - one, (one, other)
    if "advisory" in row:
        one, other = ({a.code for a in r.advisories} for r in pair)
        assert set(row["advisory"][0]) <= one - other, (one, other)
        assert set(row["advisory"][1]) <= other - one, (one, other)
    if row.keys() & {"band", "months", "probation"}:
        compare_sentences(row, pair)


def compare_sentences(row: Row, pair: tuple[Review, Review]) -> None:
    sentences = [outcome(review).sentence for review in pair]
    assert all(sentences), why(pair)
    if "band" in row:
        assert [list(s.band) for s in sentences if s] == row["band"]
    if "probation" in row:
        assert [bool(s.probation_months) for s in sentences if s] == row["probation"]
    if "months" in row:
        first, second = (s.months for s in sentences if s)
        assert first is not None
        assert second is not None
        assert second < first if row["months"] == "shorter" else second > first, (first, second)


def why(pair: tuple[Review, Review]) -> list[Any]:
    return [(r.decision, [o.reasons for o in r.outcomes.values()], r.unresolved) for r in pair]


def test_every_pair_says_why_and_asks_for_a_difference() -> None:
    for file, row in ROWS:
        assert row["why"], (file, row)
        assert set(row) <= {"name", "why", "base", "change", "xfail", *ASKS}, (file, row["name"])
        told = [row[ask] for ask in ASKS if ask in row]
        assert told, (file, row["name"])
        assert any(isinstance(t, str) or t[0] != t[1] for t in told), (file, row["name"])
        assert len(row["change"]) == 1, (file, row["name"])


def test_there_are_enough_pairs() -> None:
    names = [(file, row["name"]) for file, row in ROWS]
    assert len(set(names)) == len(names) >= 60
