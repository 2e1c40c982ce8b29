"""A comparison at a limit, with failed calls, or with answers that cannot be read."""

from __future__ import annotations

import pytest
from support import made_cases
from support.compare_bench import Bench, answer
from support.scripted_answers import (
    Answer,
    Request,
    failed,
    refused,
    right,
    truncated,
)


def test_a_limit_ends_the_run_with_what_is_done(bench: Bench) -> None:
    assert bench.run("--arms", "baseline", "--limit-requests", "3") == 1
    assert len(bench.requests) == len(bench.records) == 3
    assert bench.told.count("\n") <= 3
    assert "error: limit of 3 requests reached" in bench.told
    assert "3 of 4 answers are kept" in bench.told
    assert bench.run("--arms", "baseline") == 0
    assert len(bench.requests) == 1
    assert len(bench.records) == 4


def test_a_review_cut_by_a_limit_is_not_kept(bench: Bench) -> None:
    assert bench.run("--arms", "graph", "--limit-requests", "7") == 1
    assert all(one.failure is None for one in bench.records)
    assert len(bench.records) <= 1


def test_failed_calls_are_told_and_asked_again(bench: Bench) -> None:
    def script(request: Request) -> Answer:
        return failed(400, "no") if "卷宗编号1。" in request.text else answer(request)

    assert bench.run("--arms", "baseline,graph", script=script) == 1
    assert "error: 2 answers failed" in bench.told
    broken = [one for one in bench.records if one.failure]
    assert {(one.case_id, one.failure) for one in broken} == {("made-1", "model_error")}
    assert bench.run("--arms", "baseline,graph") == 0
    assert len(bench.requests) == 6
    assert len(bench.records) == len({one.key for one in bench.records}) == 8


def test_a_model_out_of_reach_ends_the_run(bench: Bench) -> None:
    made_cases.write(bench.data, 60)
    assert bench.run("--arms", "baseline", script=failed(400, "no")) == 1
    assert 24 <= len(bench.requests) < 40
    assert "stopping: the model is out of reach" in bench.told


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (right("不知道"), "unparsable"),
        (truncated("【适用法条】"), "truncated"),
        (refused(), "refused"),
    ],
)
def test_answers_that_cannot_be_read_are_kept_as_such(
    bench: Bench, reply: Answer, failure: str
) -> None:
    assert bench.run("--arms", "baseline", script=reply) == 0
    assert {(one.failure, one.decision, one.raw_decision) for one in bench.records} == {
        (failure, None, "")
    }
    assert bench.run("--arms", "baseline") == 0
    assert bench.requests == []
