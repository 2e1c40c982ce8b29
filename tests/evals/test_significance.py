"""The tests between arms: no difference where there is none, few false alarms, real gaps found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.made_runs import write_run
from support.run_files import write_folder

from nolle.evals import paired
from nolle.evals.folder import read_folder
from nolle.evals.metrics import LEVEL2, decision_scores
from nolle.evals.significance import own_interval, significance

SIMULATED, CASES, ERROR = 2000, 400, 0.3


def test_false_alarms_of_mcnemar_stay_near_five_in_a_hundred() -> None:
    rng = np.random.default_rng(20)
    one, two = rng.random((2, SIMULATED, CASES)) < 1 - ERROR
    only_one, only_two = (one & ~two).sum(axis=1), (two & ~one).sum(axis=1)
    p = [paired.mid_p(int(b), int(c)) for b, c in zip(only_one, only_two, strict=True)]
    assert 0.03 <= np.mean(np.array(p) < 0.05) <= 0.07


def test_false_alarms_of_the_bootstrap_stay_low() -> None:
    rng = np.random.default_rng(21)
    labels = np.array(LEVEL2)
    blocks = paired.weights(200, draws=400, seed=1)
    alarms = 0
    rounds = 100
    for _ in range(rounds):
        gold = labels[rng.integers(0, 4, 200)]
        draws, values = [], []
        for _ in range(2):
            wrong = rng.random(200) < ERROR
            said = np.where(wrong, labels[rng.integers(0, 4, 200)], gold).tolist()
            draws.append(paired.macro_draws(gold.tolist(), [said], blocks))
            values.append(decision_scores(gold.tolist(), said).macro_f1)
        alarms += paired.difference(draws[0], draws[1], values[0] - values[1]).p < 0.05
    assert alarms <= 12


def test_two_arms_with_the_same_answers_do_not_differ(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", 80, arms=("graph",), runs=2)
    lines = (folder / "records.jsonl").read_text("utf-8").splitlines()
    twins = [json.dumps({**json.loads(line), "arm": "twin"}) for line in lines]
    (folder / "records.jsonl").write_text("\n".join([*lines, *twins]) + "\n", "utf-8")
    (folder / "run.json").write_text(json.dumps({"data": "made", "runs": 2}), "utf-8")
    (pair,) = significance(read_folder(folder))
    assert pair["mcnemar"]["p"] == pair["bootstrap"]["p"] == 1.0
    assert pair["bootstrap"]["difference"] == pair["bootstrap"]["low"] == 0.0
    assert not pair["mcnemar"]["significant"]
    assert not pair["bootstrap"]["significant"]


def test_one_model_and_prompt_asked_twice_does_not_differ(tmp_path: Path) -> None:
    same = {"a": 0.7, "b": 0.7}
    folder = write_run(tmp_path / "run", 300, arms=("a", "b"), runs=3, right=same)
    (pair,) = significance(read_folder(folder))
    assert not pair["mcnemar"]["significant"]
    assert not pair["bootstrap"]["significant"]


def test_a_real_gap_is_found_by_both(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", 300, arms=("a", "b"), right={"a": 0.95, "b": 0.5})
    (pair,) = significance(read_folder(folder))
    assert pair["mcnemar"]["significant"]
    assert pair["bootstrap"]["significant"]
    assert pair["bootstrap"]["low"] > 0
    assert pair["measure"] == "l2_macro_f1"


def test_the_bootstrap_of_one_draw_of_every_case_is_the_figure_itself() -> None:
    rng = np.random.default_rng(22)
    labels = np.array(LEVEL2)
    gold = labels[rng.integers(0, 4, 50)].tolist()
    runs: list[list[str | None]] = [
        [None if rng.random() < 0.1 else str(labels[rng.integers(0, 4)]) for _ in gold]
        for _ in range(3)
    ]
    every_case_once = (np.ones((1, 50), dtype=np.float32),)
    expected = np.mean([decision_scores(gold, run).macro_f1 for run in runs])
    assert paired.macro_draws(gold, runs, every_case_once)[0] == pytest.approx(expected, abs=1e-6)


def test_draws_take_each_case_as_often_as_chance_has_it() -> None:
    blocks = paired.weights(30, draws=250, seed=3)
    drawn = np.concatenate(blocks)
    assert drawn.shape == (250, 30)
    assert (drawn.sum(axis=1) == 30).all()
    assert drawn.mean() == pytest.approx(1.0)


def test_holm_multiplies_the_smallest_most() -> None:
    assert paired.holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx(
        {"a": 0.03, "b": 0.06, "c": 0.06}
    )
    assert paired.holm({}) == {}


@pytest.mark.parametrize(
    ("gold", "right", "wrong"),
    [
        ({"charges": ["盗窃"]}, {"charges": ["盗窃罪"]}, {"charges": ["诈骗"]}),
        ({"choice": "AB"}, {"choice": "BA"}, {"choice": "A"}),
        ({"months": 12}, {"months": 13}, {"months": 40}),
        ({"articles": ["cl:第37条"]}, {"raw_articles": ["cl:第三十七条"]}, {}),
        (
            {"persons": [{"name": "甲", "role": "principal"}]},
            {"persons": [{"name": "甲", "role": "principal"}]},
            {"persons": [{"name": "甲", "role": "accomplice"}]},
        ),
    ],
)
def test_other_tasks_are_compared_by_their_score(
    gold: dict[str, Any], right: dict[str, Any], wrong: dict[str, Any], tmp_path: Path
) -> None:
    records = [
        {"index": n, "arm": arm, **said}
        for n in range(12)
        for arm, said in (("a", right), ("b", wrong))
    ]
    folder = write_folder(tmp_path / "run", records, [{"index": n, **gold} for n in range(12)])
    (pair,) = significance(read_folder(folder))
    assert (pair["measure"], pair["mcnemar"]["only_first"]) == ("score", 12)
    assert pair["mcnemar"]["significant"]
    assert pair["bootstrap"]["difference"] > 0


def test_only_cases_that_both_arms_answered_are_compared(tmp_path: Path) -> None:
    gold = [{"index": n, "decision": "P"} for n in range(3)]
    records = [
        {"index": 0, "arm": "a", "raw_decision": "起诉"},
        {"index": 1, "arm": "a", "raw_decision": "起诉"},
        {"index": 1, "arm": "b", "raw_decision": "起诉"},
        {"index": 2, "arm": "b", "raw_decision": "起诉"},
    ]
    run = read_folder(write_folder(tmp_path / "run", records, gold))
    (pair,) = significance(run, draws=10)
    assert pair["n"] == 1
    assert own_interval(run.arms[0], run.gold, draws=10) == (0.25, 0.25)
    assert own_interval(run.arms[0], {}, draws=10) is None
