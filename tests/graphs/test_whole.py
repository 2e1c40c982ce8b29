"""The graph with the real rules, and what the speed benchmark measures."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import nolle
from nolle.cases.readers import load_cases
from nolle.graphs.run import run
from nolle.graphs.state import Node

ROOT = Path(__file__).parents[2]
SPEED = ROOT / "benchmarks" / "speed.py"
needs_benchmarks = pytest.mark.skipif(
    not SPEED.exists(), reason="the benchmarks are not installed with the package"
)


@pytest.fixture(scope="module")
def speed():
    spec = importlib.util.spec_from_file_location("nolle_speed", SPEED)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def dev_cases():
    root = os.environ.get("NOLLE_DEV_DATA")
    if not root:
        pytest.skip("NOLLE_DEV_DATA is not set: no development data")
    return [case for _, case in load_cases(Path(root) / "data" / "reviews_dev.jsonl")]


@pytest.mark.dev_data
def test_no_node_fails_on_the_development_cases():
    failed = [
        (case.id, step.node, step.finding["error"])
        for case in dev_cases()
        for step in run(case, today=date(2025, 1, 1)).trace
        if "error" in step.finding
    ]
    assert failed == []


@pytest.mark.dev_data
def test_equal_reviews_of_the_development_cases(plain):
    for case in dev_cases()[:15]:
        day = date(2025, 1, 1)
        assert plain(run(case, today=day)) == plain(run(case, today=day))


@needs_benchmarks
def test_rules_review_a_generated_case_without_failing(speed, plain):
    for record in speed.generated(4):
        case = nolle.Case.model_validate(record)
        one, two = nolle.review(case, "rules"), nolle.review(case, "rules")
        assert plain(one) == plain(two)
        assert not [step for step in one.trace if "error" in step.finding]
        assert {step.node for step in one.trace} <= {node.value for node in Node}
        assert (one.decision is None) == (one.unresolved is not None)
        assert one.opinion


@needs_benchmarks
def test_resumed_runs_by_rules_equal_fresh_ones(speed, plain, tmp_path):
    case = nolle.Case.model_validate(speed.generated(1)[0])
    file = tmp_path / "c.sqlite"
    stored = nolle.review(case, "rules", run_id="r", checkpoint=file)
    assert nolle.review(case, "rules", run_id="r", checkpoint=file) == stored
    assert plain(stored) == plain(nolle.review(case, "rules"))


@needs_benchmarks
def test_generated_cases_are_about_800_characters_and_always_the_same(speed):
    records = speed.generated(8)
    assert records == speed.generated(8)
    for record in records:
        length = sum(len(record[key]) for key in ("person_info", "procedure", "fact"))
        assert 780 <= length <= 900


@needs_benchmarks
def test_the_graph_costs_at_most_twice_a_bare_one(speed):
    figures = speed.graph_overhead(count=40, warm_up=5)
    assert figures["ratio"] <= 2
    json.dumps(figures)


@needs_benchmarks
def test_the_benchmark_explains_itself():
    shown = subprocess.run([sys.executable, str(SPEED), "--help"], capture_output=True, text=True)
    assert shown.returncode == 0
    assert "reviews to time" in shown.stdout
    bad = subprocess.run([sys.executable, str(SPEED), "--n", "0"], capture_output=True, text=True)
    assert bad.returncode == 2
