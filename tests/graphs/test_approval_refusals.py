"""Answers that do not fit and runs that do not wait are refused."""

from __future__ import annotations

import asyncio
import json
import re

import pytest
from support.killed import Killed

from nolle.cases.vocabulary import VERDICTS_OF, Check, Decision, Verdict
from nolle.errors import InputError
from nolle.graphs.approval import answer
from nolle.graphs.pending import checked, edit_of
from nolle.graphs.run import arun, run


def test_what_was_never_judged_cannot_be_edited(fakes, waiting, file):
    fakes.fail["charge:李某"] = ValueError("boom")
    waiting("张某、李某")
    with pytest.raises(InputError, match="never judged"):
        answer(file, "r", by="王某", edit=["李某:evidence=sufficient"])


def test_approval_cannot_be_left_out_later_or_asked_for_too_late(fakes, waiting, make_case, file):
    waiting()
    with pytest.raises(InputError, match="waits for approval"):
        run(make_case(), run_id="r", checkpoint=file)
    with pytest.raises(InputError, match="waits for approval"):
        asyncio.run(arun(make_case(), run_id="r", checkpoint=file))
    run(make_case(), run_id="s", checkpoint=file)
    with pytest.raises(InputError, match="without approval"):
        run(make_case(), run_id="s", checkpoint=file, approve=True)


BAD_ANSWERS = [
    ({}, "give one"),
    ({"accept": True, "reject": "x"}, "give one"),
    ({"accept": True, "edit": ["张某:waiver=waived"]}, "give one"),
    ({"reject": "  "}, "no reason"),
    ({"accept": True, "by": " \n"}, "no name"),
    ({"edit": ["张某:waiver=crime"]}, "give not_waived, unresolved or waived"),
    ({"edit": ["张某:waiver=maybe"]}, "no verdict 'maybe'"),
    ({"edit": ["张某:sentence=waived"]}, "evidence, subsumption or waiver"),
    ({"edit": ["waiver=waived"]}, "DEFENDANT:CHECK=VERDICT"),
    ({"edit": ["张某:waiver"]}, "DEFENDANT:CHECK=VERDICT"),
    ({"edit": ["赵某:waiver=waived"]}, "no defendant '赵某' in this review: give 张某"),
    ({"edit": ["张某:waiver=waived", "张某:waiver=not_waived"]}, "twice"),
]


@pytest.mark.parametrize(("given", "words"), BAD_ANSWERS)
def test_an_answer_that_does_not_fit_leaves_the_run_waiting(fakes, waiting, file, given, words):
    waiting()
    with pytest.raises(InputError, match=re.escape(words)) as error:
        answer(file, "r", **{"by": "王某", **given})
    assert "\n" not in str(error.value)
    assert answer(file, "r", by="王某", accept=True).decision is Decision.P


def test_runs_that_do_not_wait_are_refused(fakes, waiting, make_case, file, tmp_path):
    waiting()
    with pytest.raises(InputError, match="no run 'other'"):
        answer(file, "other", by="王某", accept=True)
    with pytest.raises(InputError, match="no checkpoints"):
        answer(tmp_path / "none.sqlite", "r", by="王某", accept=True)
    assert not (tmp_path / "none.sqlite").exists()
    answer(file, "r", by="王某", accept=True)
    with pytest.raises(InputError, match="nothing waiting"):
        answer(file, "r", by="王某", accept=True)
    fakes.fail["waiver"] = Killed()
    with pytest.raises(Killed):
        run(make_case(), run_id="s", checkpoint=file, approve=True)
    with pytest.raises(InputError, match="not at its approval"):
        answer(file, "s", by="王某", accept=True)
    with pytest.raises(InputError, match="needs a checkpoint"):
        run(make_case(), approve=True)


def test_a_verdict_fits_its_check():
    for check in Check:
        findings = {"甲": {check.value: {}}}
        for verdict in Verdict:
            edit = edit_of(f" 甲 : {check.value} = {verdict.value} ")
            given = {"by": "王某", "action": "edit", "edits": [edit.model_dump()]}
            if verdict in VERDICTS_OF[check]:
                assert checked(given, findings, ["甲"]).edits == (edit,)
            else:
                with pytest.raises(InputError, match="cannot be"):
                    checked(given, findings, ["甲"])


def test_other_front_ends_are_asked_again_until_the_answer_fits(fakes, make_case):
    """Whoever drives the graph itself resumes it with plain JSON."""
    from langgraph.checkpoint.memory import InMemorySaver
    from langgraph.types import Command

    from nolle.graphs.review import build

    graph, config = build(InMemorySaver()), {"configurable": {"thread_id": "t"}}
    case = make_case().model_dump(mode="json")
    out = graph.invoke({"case": case, "approve": True}, config)
    question = out["__interrupt__"][0].value
    assert json.loads(json.dumps(question)) == question
    assert [f["name"] for f in question["findings"]] == ["张某"]
    for bad in ("yes", {"by": "王某", "action": "reject"}):
        out = graph.invoke(Command(resume=bad), config)
        assert out["__interrupt__"][0].value["problem"]
    out = graph.invoke(Command(resume={"by": "王某", "action": "accept"}), config)
    assert out["review"]["decision"] == "P"
