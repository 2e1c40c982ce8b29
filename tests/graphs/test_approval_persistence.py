"""A run that waits outlives its process: started again, killed, answered elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from support.approvals import DUI, NAME, approval_step
from support.killed import Killed

import nolle
from nolle.cases.findings import Review
from nolle.cases.vocabulary import Decision
from nolle.errors import InputError
from nolle.graphs.approval import answer
from nolle.graphs.checkpoints import open_sqlite
from nolle.graphs.pending import Pending
from nolle.graphs.run import run
from nolle.graphs.trace import MemorySink


def test_starting_again_waits_again_and_asks_nobody(fakes, waiting, make_case, file):
    pending = waiting()
    before = dict(fakes.asked)
    assert waiting() == pending
    assert dict(fakes.asked) == before
    review = answer(file, "r", by="王某", accept=True)
    assert run(make_case(), run_id="r", checkpoint=file, approve=True) == review
    assert run(make_case(), run_id="r", checkpoint=file) == review


@pytest.mark.parametrize("node", ["decide", "sentence"])
def test_an_answer_survives_the_end_of_its_process(fakes, waiting, make_case, file, node):
    waiting(overrides={"forgiveness": "yes"})
    fakes.fail[node] = Killed()
    with pytest.raises(Killed):
        answer(file, "r", by="王某", edit=["张某:waiver=not_waived"])
    fakes.fail.clear()
    with pytest.raises(InputError, match="go on with nolle review"):
        answer(file, "r", by="别人", accept=True)
    checks = fakes.count("waiver")
    review = run(
        make_case(), run_id="r", checkpoint=file, approve=True, overrides={"forgiveness": "yes"}
    )
    assert review.decision is Decision.P
    assert approval_step(review).finding["by"] == "王某"
    assert fakes.count("waiver") == checks


def test_an_answer_lost_before_it_was_recorded_is_given_again(fakes, waiting, file, monkeypatch):
    from nolle.graphs import approval as module

    waiting()
    with monkeypatch.context() as patch:

        def die(*_):
            raise Killed

        patch.setattr(module, "_note", die)
        with pytest.raises(Killed):
            answer(file, "r", by="王某", accept=True)
    review = answer(file, "r", by="李某", reject="改变主意")
    assert approval_step(review).finding["by"] == "李某"
    assert review.unresolved.code == "rejected"


def test_checkpoints_stay_plain_json(fakes, waiting, file):
    waiting("张某、李某")
    answer(file, "r", by="王某", edit=["李某:waiver=waived"])
    with open_sqlite(file) as saver:
        for item in saver.list({"configurable": {"thread_id": "r"}}):
            values = item.checkpoint["channel_values"]
            known = {k: v for k, v in values.items() if not k.startswith(("__", "branch:"))}
            assert json.loads(json.dumps(known)) == known


def test_a_sink_gets_the_steps_after_the_answer(fakes, waiting, file):
    waiting()
    sink = MemorySink()
    review = answer(file, "r", by="王某", accept=True, trace=sink)
    assert sink.steps == review.trace[-2:]


def test_another_process_answers(file):
    pending = nolle.review(
        json.loads(DUI.read_text(encoding="utf-8")),
        "rules",
        run_id="r",
        checkpoint=file,
        approve=True,
    )
    assert isinstance(pending, Pending)
    code = (
        "import sys, nolle; sys.stdout.reconfigure(encoding='utf-8'); "
        "print(nolle.approve(sys.argv[1], 'r', by='王某', edit=sys.argv[2:], "
        "reason='多次酒驾').model_dump_json())"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code, str(file), f"{NAME}:waiver=not_waived"],
        capture_output=True,
        check=True,
    )
    review = Review.model_validate_json(done.stdout.decode("utf-8"))
    assert pending.findings[0].decision is Decision.DNP
    assert review.decision is Decision.P
    assert review.outcomes[NAME].sentence is not None
    assert "多次酒驾" in review.opinion
    assert "决定：起诉" in review.opinion
