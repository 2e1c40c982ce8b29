"""The example cases: readable, labelled, silent about their outcome, and reviewed as labelled."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from nolle.cases.gold import labelled_from_record
from nolle.cases.models import FIELDS
from nolle.cases.vocabulary import Decision, Role
from nolle.graphs.run import run

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = sorted((EXAMPLES / "cases").glob("*.json"))
CODES = {decision.value.lower(): decision for decision in Decision}

MISSED: dict[str, str] = {}
"""Examples that the rules get wrong, and why; the facts stay as a file would state them."""

OUTCOME_WORDS = ("不起诉", "起诉决定", "提起公诉", "判处", "公诉机关", "被告人", "不予核准")


def record(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return data


def reviewed(path: Path) -> Any:
    marks = (
        [pytest.mark.xfail(reason=MISSED[path.stem], strict=True)] if path.stem in MISSED else []
    )
    return pytest.param(path, id=path.stem, marks=marks)


def test_every_decision_has_at_least_two_examples() -> None:
    counts = Counter(CODES[path.stem.rsplit("-", 1)[1]] for path in FILES)
    assert len(FILES) == 10
    assert min(counts[decision] for decision in Decision) >= 2


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_file_name_the_label_and_the_defendants_agree(path: Path) -> None:
    row = labelled_from_record(record(path))
    assert row.case.id == f"example-{path.stem}"
    assert row.decision is CODES[path.stem.rsplit("-", 1)[1]]
    assert row.charges
    assert row.articles
    assert {person.decision for person in row.defendants} == {row.decision}
    for person in row.defendants:
        assert person.name in row.case.person_info
        assert person.name in row.case.fact


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_source_is_named_and_the_length_natural(path: Path) -> None:
    data = record(path)
    assert data["source"]
    assert 300 <= len(data["fact"]) <= 900


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_text_does_not_give_the_outcome_away(path: Path) -> None:
    data = record(path)
    found = [(field, word) for field in FIELDS for word in OUTCOME_WORDS if word in data[field]]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_labels_and_source_never_reach_the_case(path: Path) -> None:
    row = labelled_from_record(record(path))
    assert set(row.case.model_dump()) == {"id", "meta", *FIELDS}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_each_labelled_defendant_is_decided_or_left_open(path: Path) -> None:
    row = labelled_from_record(record(path))
    review = run(row.case)
    assert list(review.outcomes) == [person.name for person in row.defendants]
    for outcome in review.outcomes.values():
        assert (outcome.decision is None) == (outcome.unresolved is not None)
        assert set(row.charges) & set(outcome.charges)


@pytest.mark.parametrize("path", [reviewed(path) for path in FILES])
def test_the_rules_reach_the_labelled_decision(path: Path) -> None:
    row = labelled_from_record(record(path))
    assert run(row.case).decision is row.decision


def test_the_table_says_which_examples_the_rules_miss() -> None:
    rows = re.findall(
        r"^\| \[(\S+)\]\(.*`(\w+)` \| (yes|no) \|$",
        (EXAMPLES / "README.md").read_text("utf-8"),
        flags=re.MULTILINE,
    )
    assert {name: code.lower() for name, code, _ in rows} == {
        path.stem: path.stem.rsplit("-", 1)[1] for path in FILES
    }
    assert {name for name, _, agree in rows if agree == "no"} == MISSED.keys()


def test_one_example_tells_principals_from_accomplices() -> None:
    row = labelled_from_record(record(EXAMPLES / "cases" / "telecom-fraud-gang-p.json"))
    roles = {person.name: person.role for person in row.defendants}
    assert set(roles.values()) == {Role.PRINCIPAL, Role.ACCOMPLICE}
    assert len(roles) == 3
    found = {name: outcome.role for name, outcome in run(row.case).outcomes.items()}
    accomplices = {name for name, role in roles.items() if role is Role.ACCOMPLICE}
    assert {name for name, role in found.items() if role is Role.ACCOMPLICE} == accomplices


def test_one_example_is_a_juvenile_with_the_conditional_advisory() -> None:
    row = labelled_from_record(record(EXAMPLES / "cases" / "juvenile-brawl-p.json"))
    review = run(row.case)
    assert [a.code for a in review.advisories] == ["conditional_non_prosecution"]


@pytest.fixture(scope="module")
def quickstart() -> str:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "quickstart.py")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        check=True,
    )
    return done.stdout


def test_the_quickstart_prints_the_decision(quickstart: str) -> None:
    assert quickstart.startswith("DNP 相对不起诉\n")
    assert quickstart.endswith("DNP -> P\n")


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_output_in_the_readme_is_what_the_quickstart_prints(name: str, quickstart: str) -> None:
    text = (EXAMPLES.parent / name).read_text("utf-8")
    (shown,) = re.findall(r"^```text\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    lines = [line for line in shown.splitlines() if line.strip() not in {"", "…"}]
    assert lines
    assert [line for line in lines if line not in quickstart.splitlines()] == []
