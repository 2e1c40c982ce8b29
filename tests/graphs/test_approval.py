from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.model_answers import agent_of, answering, answers_for
from support.scripted_server import ScriptedServer

import nolle
from nolle.cases.findings import Ground, Review
from nolle.cases.models import Case
from nolle.cases.vocabulary import VERDICTS_OF, Check, Decision, Verdict
from nolle.errors import InputError
from nolle.graphs.approval import answer
from nolle.graphs.checkpoints import open_sqlite
from nolle.graphs.pending import Pending, checked, edit_of
from nolle.graphs.run import arun, run
from nolle.graphs.trace import MemorySink, read_trace

DUI = Path(__file__).parents[2] / "examples" / "cases" / "dui-minor-dnp.json"
NAME = "曹某某"


class Killed(BaseException):
    """Stands for the end of the process: nothing in the graph may catch it."""


def nodes(review: Review, start: int = 0) -> list[tuple[str, str | None]]:
    return [(step.node, step.defendant) for step in review.trace[start:]]


def approval_step(review: Review):
    (step,) = [step for step in review.trace if step.node == "approval"]
    return step


def test_the_run_stops_before_the_opinion_and_tells_what_it_found(fakes, waiting, file):
    pending = waiting("张某、李某")
    assert (pending.run_id, pending.checkpoint) == ("r", str(file))
    assert [(f.name, f.decision, f.charges) for f in pending.findings] == [
        ("张某", Decision.P, ("盗窃罪",)),
        ("李某", Decision.P, ("盗窃罪",)),
    ]
    assert pending.findings[0].checks == {
        Check.EVIDENCE: Verdict.SUFFICIENT,
        Check.SUBSUMPTION: Verdict.CRIME,
        Check.WAIVER: Verdict.NOT_WAIVED,
    }
    assert fakes.count("opinion") == fakes.count("case_level") == 0
    assert Pending.model_validate_json(pending.model_dump_json()) == pending


def test_a_run_without_approval_is_as_before(fakes, make_case, plain, file):
    assert "approval" not in {s.node for s in run(make_case()).trace}
    stored = run(make_case(), run_id="r", checkpoint=file)
    assert plain(stored) == plain(run(make_case()))


def test_accepting_goes_on_to_the_opinion_without_running_anything_again(fakes, waiting, file):
    waiting("张某、李某")
    before = dict(fakes.asked)
    review = answer(file, "r", by=" 王\n检察官 ", accept=True)
    assert review.decision is Decision.P
    assert review.opinion == "【最终结论】起诉"
    assert {key for key in fakes.asked if fakes.asked[key] != before.get(key)} == {
        ("case_level", ""),
        ("advise", "张某"),
        ("advise", "李某"),
        ("opinion", ""),
    }
    assert nodes(review)[-2:] == [("approval", None), ("opinion", None)]


def test_an_accepted_review_concludes_as_one_that_nobody_was_asked_about(
    fakes, waiting, make_case, file
):
    waiting("张某、李某")
    review, alone = answer(file, "r", by="王某", accept=True), run(make_case("张某、李某"))
    same = {"trace", "notes", "run_id"}
    assert review.model_dump(exclude=same) == alone.model_dump(exclude=same)
    assert set(review.notes) - set(alone.notes) == {review.notes[0]}


def test_who_when_and_what_stand_in_trace_and_notes(fakes, waiting, file, tmp_path):
    trace = tmp_path / "t.jsonl"
    waiting("张某", trace=trace)
    review = answer(
        file, "r", by="王某", edit=["张某:waiver=waived"], reason="已达成和解", trace=trace
    )
    step = approval_step(review)
    assert step.model == "human:王某"
    assert step.parent == next(f"verify#{s.seq}" for s in review.trace if s.node == "verify")
    assert step.run_id == "r"
    at = datetime.fromisoformat(step.finding.pop("at"))
    assert at.utcoffset() == UTC.utcoffset(None)
    assert abs((datetime.now(UTC) - at).total_seconds()) < 60
    assert step.finding == {
        "by": "王某",
        "action": "edit",
        "reason": "已达成和解",
        "edits": [
            {
                "defendant": "张某",
                "check": "waiver",
                "verdict": "waived",
                "before": "not_waived",
            }
        ],
    }
    (note,) = [note for note in review.notes if note.startswith("人工审核")]
    for words in ("王某", at.isoformat(), "张某", "有追诉必要", "可以免予刑罚", "已达成和解"):
        assert words in note
    # The JSON trace of both processes is one trace.
    assert [s.seq for s in read_trace(trace, "r")] == [s.seq for s in review.trace]
    assert [s.seq for s in review.trace] == list(range(1, len(review.trace) + 1))


def test_an_edit_decides_anew_about_that_defendant_only(fakes, waiting, file):
    pending = waiting("张某、李某")
    before = dict(fakes.asked)
    review = answer(file, "r", by="王某", edit=["李某:waiver=waived"], reason="初犯")
    assert pending.findings[1].decision is Decision.P
    assert review.outcomes["李某"].decision is Decision.DNP
    assert review.outcomes["李某"].sentence is None
    assert review.outcomes["李某"].articles == ("cpl:第一百七十七条第二款",)
    assert review.outcomes["张某"].decision is Decision.P
    assert review.outcomes["张某"].sentence.months == 6
    changed = {key for key in fakes.asked if fakes.asked[key] != before.get(key)}
    assert {key for key in changed if key[0] in {"decide", "sentence"}} == {("decide", "李某")}
    assert not {key[0] for key in changed} & {"intake", "charge", "roles", "verify", "waiver"}
    tail = [("approval", None), ("decide", "李某"), ("opinion", None)]
    assert nodes(review)[-3:] == tail
    steps = review.trace[-3:]
    assert [s.parent for s in steps[1:]] == [f"approval#{steps[0].seq}"] * 2


def test_the_edited_finding_is_the_persons(fakes, waiting, file):
    waiting()
    review = answer(file, "r", by="王某", edit=["张某:waiver=waived"], reason="初犯")
    finding = review.outcomes["张某"].checks["waiver"]
    assert (finding.verdict, finding.judge, finding.confidence) == (
        Verdict.WAIVED,
        "human:王某",
        1.0,
    )
    assert "初犯" in finding.summary
    assert "初犯" in finding.notes[-1]
    assert "有追诉必要" in finding.notes[-1]
    assert finding.quotes[0].verified
    assert review.checks["waiver"] == finding
    assert review.outcomes["张某"].checks["evidence"].judge == "rules"


def test_a_new_prosecution_gets_a_sentence(fakes, waiting, make_case, file):
    pending = waiting(overrides={"forgiveness": "yes"})
    assert pending.findings[0].decision is Decision.DNP
    assert fakes.count("sentence") == 0
    review = answer(file, "r", by="王某", edit=["张某:waiver=not_waived"])
    assert review.decision is Decision.P
    assert review.outcomes["张某"].sentence.months == 6
    assert [s.node for s in review.trace[-4:]] == ["approval", "decide", "sentence", "opinion"]
    assert "假定：forgiveness=yes" in review.notes


def test_several_edits_at_once(fakes, waiting, file):
    waiting("张某、李某")
    edits = ["张某:waiver=waived", "李某:waiver=waived", "李某:evidence=sufficient"]
    review = answer(file, "r", by="王某", edit=edits)
    assert review.decision is Decision.DNP
    assert [e["check"] for e in approval_step(review).finding["edits"]] == [
        "waiver",
        "waiver",
        "evidence",
    ]


def test_rejecting_ends_unresolved_with_no_label_left(fakes, waiting, file):
    waiting("张某、李某")
    review = answer(file, "r", by="王某", reject="鉴定意见需重新核实")
    assert review.decision is None
    assert review.unresolved.model_dump() == {
        "code": "rejected",
        "node": "approval",
        "reason": "鉴定意见需重新核实",
    }
    for outcome in review.outcomes.values():
        assert outcome.decision is None
        assert outcome.unresolved == review.unresolved
        assert (outcome.sentence, outcome.articles) == (None, ())
        assert outcome.checks["evidence"].verdict is Verdict.SUFFICIENT
        assert outcome.charges == ("盗窃罪",)
    assert review.articles == ()
    assert any("鉴定意见需重新核实" in note for note in review.notes)
    assert nodes(review)[-2:] == [("approval", None), ("opinion", None)]


def test_a_person_may_settle_what_an_agent_failed_at(fakes, waiting, file):
    fakes.fail["evidence"] = ValueError("boom")
    pending = waiting("张某、李某")
    assert {f.decision for f in pending.findings} == {None}
    assert pending.findings[0].unresolved.node == "evidence"
    review = answer(file, "r", by="王某", edit=["李某:evidence=sufficient"])
    assert review.outcomes["李某"].decision is Decision.P
    assert review.outcomes["李某"].sentence is not None
    assert review.outcomes["张某"].unresolved.node == "evidence"


def test_what_was_never_judged_cannot_be_edited(fakes, waiting, file):
    fakes.fail["charge:李某"] = ValueError("boom")
    waiting("张某、李某")
    with pytest.raises(InputError, match="never judged"):
        answer(file, "r", by="王某", edit=["李某:evidence=sufficient"])


def test_a_ground_does_not_decide_against_the_persons_verdict(monkeypatch, file):
    """By the rules a limitation that has run out decides without proof, whatever the verdict."""
    from nolle.agents import subsumption

    assess = subsumption.assess
    ground = Ground(id="limitation", zh="已过追诉时效", holds=True, reason="", proof_free=True)
    monkeypatch.setattr(
        subsumption,
        "assess",
        lambda view, context: assess(view, context).model_copy(
            update={"verdict": Verdict.EXCLUDED, "grounds": (ground,)}
        ),
    )
    pending = run(Case.load(DUI), run_id="r", checkpoint=file, approve=True)
    assert pending.findings[0].decision is Decision.SNP
    review = answer(file, "r", by="王某", edit=[f"{NAME}:subsumption=crime"])
    assert review.decision is Decision.DNP
    assert not review.checks["subsumption"].grounds[0].holds


def test_starting_again_waits_again_and_asks_nobody(fakes, waiting, make_case, file):
    pending = waiting()
    before = dict(fakes.asked)
    assert waiting() == pending
    assert dict(fakes.asked) == before
    review = answer(file, "r", by="王某", accept=True)
    assert run(make_case(), run_id="r", checkpoint=file, approve=True) == review
    assert run(make_case(), run_id="r", checkpoint=file) == review


def test_approval_cannot_be_left_out_later_or_asked_for_too_late(fakes, waiting, make_case, file):
    waiting()
    with pytest.raises(InputError, match="waits for approval"):
        run(make_case(), run_id="r", checkpoint=file)
    with pytest.raises(InputError, match="waits for approval"):
        asyncio.run(arun(make_case(), run_id="r", checkpoint=file))
    run(make_case(), run_id="s", checkpoint=file)
    with pytest.raises(InputError, match="without approval"):
        run(make_case(), run_id="s", checkpoint=file, approve=True)


def test_nothing_to_approve_where_nobody_is_suspected(fakes, make_case, file):
    review = run(make_case(""), run_id="r", checkpoint=file, approve=True)
    assert isinstance(review, Review)
    assert review.unresolved.code == "no_suspect"


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


@pytest.fixture
def by_model(monkeypatch, file):
    """A review of one case by a scripted model, waiting; and the requests its server got."""
    case = Case.load(DUI)
    with ScriptedServer(answering(answers_for("DNP", ["危险驾驶罪"], case.fact[:8]))) as server:
        monkeypatch.setenv("NOLLE_VLLM_BASE_URL", server.url)
        pending = run(case, "vllm:tiny", run_id="r", checkpoint=file, approve=True)
        assert pending.findings[0].decision is Decision.DNP
        yield server.requests


def test_a_model_is_asked_for_nothing_but_the_new_sentence(by_model, file):
    before = len(by_model)
    review = answer(file, "r", by="不外传的人", edit=[f"{NAME}:waiver=not_waived"])
    assert review.decision is Decision.P
    assert review.model == "vllm:tiny"
    assert [agent_of(request) for request in by_model[before:]] == ["sentence"]
    assert "不外传的人" not in json.dumps(by_model[-1].json, ensure_ascii=False)


def test_accepting_needs_no_model(by_model, file, monkeypatch):
    monkeypatch.setenv("NOLLE_VLLM_BASE_URL", "http://127.0.0.1:9/v1")
    before = len(by_model)
    assert answer(file, "r", by="王某", accept=True).decision is Decision.DNP
    assert len(by_model) == before
