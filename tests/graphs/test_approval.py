"""A person accepts, edits or rejects what a run found before its opinion."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from support.approvals import DUI, NAME, approval_step
from support.model_answers import agent_of, answering, answers_for
from support.scripted_server import ScriptedServer

from nolle.cases.findings import Ground, Review
from nolle.cases.models import Case
from nolle.cases.vocabulary import Check, Decision, Verdict
from nolle.graphs.approval import answer
from nolle.graphs.pending import Pending
from nolle.graphs.run import run
from nolle.graphs.trace import read_trace


def nodes(review: Review, start: int = 0) -> list[tuple[str, str | None]]:
    return [(step.node, step.defendant) for step in review.trace[start:]]


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


def test_nothing_to_approve_where_nobody_is_suspected(fakes, make_case, file):
    review = run(make_case(""), run_id="r", checkpoint=file, approve=True)
    assert isinstance(review, Review)
    assert review.unresolved.code == "no_suspect"


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
