"""A node that fails leaves what depends on it unresolved, and nothing else."""

from __future__ import annotations

import pytest

from nolle.cases.vocabulary import Check, Decision, Verdict
from nolle.errors import ConfigError, InputError, LimitError, ModelError
from nolle.graphs.run import run


@pytest.mark.parametrize(
    "node",
    ["charge", "roles", "evidence", "subsumption", "waiver", "decide", "verify"],
)
def test_a_failing_node_leaves_the_defendant_unresolved(fakes, make_case, node):
    where = f"{node}:李某"
    fakes.fail[where] = ZeroDivisionError("by zero")
    review = run(make_case("张某、李某"))
    outcome = review.outcomes["李某"]
    assert outcome.decision is None
    assert outcome.sentence is None
    assert (outcome.unresolved.code, outcome.unresolved.node) == ("node_failed", node)
    assert outcome.unresolved.reason == "ZeroDivisionError: by zero"
    assert review.outcomes["张某"].decision is Decision.P
    failed = [s for s in review.trace if s.node == node and s.defendant == "李某"]
    assert failed
    assert failed[0].finding["error"]["reason"] == "ZeroDivisionError: by zero"
    assert any("conftest.py" in frame for frame in failed[0].finding["error"]["where"])


def test_a_failing_sentence_leaves_the_decision_and_a_note(fakes, make_case):
    fakes.fail["sentence:李某"] = ZeroDivisionError("by zero")
    review = run(make_case("张某、李某"))
    outcome = review.outcomes["李某"]
    assert (outcome.decision, outcome.sentence, outcome.unresolved) == (Decision.P, None, None)
    assert any("李某" in note and "by zero" in note for note in review.notes)
    failed = [s for s in review.trace if s.node == "sentence" and s.defendant == "李某"]
    assert failed[0].finding["error"]["reason"] == "ZeroDivisionError: by zero"


@pytest.mark.parametrize("check", list(Check))
def test_a_failing_check_is_an_unresolved_finding(fakes, make_case, check):
    fakes.fail[check.value] = RuntimeError("no")
    review = run(make_case())
    assert review.decision is None
    assert review.unresolved.node == check.value
    finding = review.outcomes["张某"].checks[check.value]
    assert (finding.verdict, finding.confidence) == (Verdict.UNRESOLVED, 0.0)
    data = review.to_json()
    assert (data["decision"], data["decision_zh"], data["level1"]) == (None, None, None)
    assert data["unresolved"]["code"] == "node_failed"


def test_a_failing_charge_stops_the_checks_of_that_defendant_only(fakes, make_case):
    fakes.fail["charge:李某"] = RuntimeError("no")
    run(make_case("张某、李某"))
    assert fakes.asked["evidence", "李某"] == 0
    assert fakes.asked["evidence", "张某"] == 1


@pytest.mark.parametrize("node", ["intake", "case_level"])
def test_a_failure_of_the_whole_case_is_unresolved(fakes, make_case, node):
    fakes.fail[node] = RuntimeError("broken")
    review = run(make_case())
    assert review.decision is None
    assert review.unresolved.reason == "RuntimeError: broken"
    assert any("error" in step.finding for step in review.trace)


@pytest.mark.parametrize("node", ["similar", "advise", "opinion"])
def test_what_only_helps_may_fail_without_taking_the_decision(fakes, make_case, node):
    fakes.fail[node] = RuntimeError("broken")
    review = run(make_case())
    assert review.decision is Decision.P
    assert any("RuntimeError: broken" in note for note in review.notes)
    assert any("error" in step.finding for step in review.trace)


@pytest.mark.parametrize("error", [InputError("bad"), ConfigError("bad")])
@pytest.mark.parametrize("node", ["intake", "charge", "evidence", "decide"])
def test_errors_that_the_user_can_mend_pass(fakes, make_case, error, node):
    fakes.fail[node] = error
    with pytest.raises(type(error), match="bad"):
        run(make_case())


@pytest.mark.parametrize(
    ("error", "code"), [(LimitError("tokens"), "limit"), (ModelError("400"), "model_error")]
)
def test_codes_of_failures(fakes, make_case, error, code):
    fakes.fail["evidence"] = error
    assert run(make_case()).unresolved.code == code


def test_a_repair_that_fails_is_unresolved(fakes, make_case, monkeypatch):
    fakes.judge = "some-model"
    fakes.bad_until = 1
    original = fakes.ask

    def ask(node, defendant="", view=None):
        count = original(node, defendant, view)
        if node == "waiver" and count == 2:
            raise RuntimeError("second time")
        return count

    monkeypatch.setattr(fakes, "ask", ask)
    review = run(make_case())
    assert (review.decision, review.unresolved.node) == (None, "waiver")
