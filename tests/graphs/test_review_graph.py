from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nolle.cases.findings import Step
from nolle.cases.vocabulary import Check, Decision, Role, Verdict
from nolle.errors import ConfigError, InputError, LimitError, ModelError
from nolle.graphs import routes
from nolle.graphs.context import RunContext
from nolle.graphs.run import run
from nolle.graphs.state import (
    CHECK_NODES,
    Node,
    merge,
    merge_deep,
    merge_first,
    merge_steps,
    only_case,
)


def nodes_of(review) -> list[tuple[str, str | None]]:
    return [(step.node, step.defendant) for step in review.trace]


def test_one_suspect_goes_through_every_node_but_roles(fakes, make_case):
    review = run(make_case())
    assert nodes_of(review) == [
        ("intake", None),
        ("charge", "张某"),
        ("similar", None),
        ("brief", None),
        ("evidence", "张某"),
        ("subsumption", "张某"),
        ("waiver", "张某"),
        ("decide", "张某"),
        ("sentence", "张某"),
        ("verify", "张某"),
        ("opinion", None),
    ]
    assert review.decision is Decision.P
    assert review.outcomes["张某"].sentence.months == 6
    assert review.outcomes["张某"].role is None
    assert review.opinion == "【最终结论】起诉"
    assert review.articles == ("cpl:第一百七十六条",)
    assert set(review.checks) == {"evidence", "subsumption", "waiver"}
    assert review.notes == ("no corpus",)
    assert [a.code for a in review.advisories] == ["plea"]
    assert fakes.count("roles") == 0


def test_no_sentence_without_prosecution(fakes, make_case):
    review = run(make_case(), overrides={"forgiveness": "yes"})
    assert review.decision is Decision.DNP
    assert "sentence" not in [step.node for step in review.trace]
    assert "假定：forgiveness=yes" in review.notes


def test_roles_are_inferred_and_broadcast_for_several_suspects(fakes, make_case):
    review = run(make_case("张某、李某、王某"))
    assert list(review.outcomes) == ["张某", "李某", "王某"]
    assert review.outcomes["张某"].role is Role.PRINCIPAL
    for node in ("evidence", "subsumption", "waiver", "sentence"):
        assert fakes.views[node, "李某"].role is Role.ACCOMPLICE
        assert fakes.views[node, "李某"].charges == ("盗窃罪",)
    assert fakes.views["charge", "李某"].role is None
    assert all(fakes.asked[check.value, "王某"] == 1 for check in Check)


def test_seq_runs_by_superstep_node_and_defendant(fakes, make_case):
    review = run(make_case("张某、李某"))
    assert [step.seq for step in review.trace] == list(range(1, len(review.trace) + 1))
    order = list(Node)
    superstep = dict.fromkeys(("charge", "roles", "similar"), 1)
    superstep |= {check.value: 3 for check in Check}
    superstep |= {"intake": 0, "brief": 2, "decide": 4, "sentence": 5, "verify": 6, "opinion": 7}
    people = {"张某": 0, "李某": 1, None: 2}
    keys = [
        (superstep[s.node], order.index(Node(s.node)), people[s.defendant]) for s in review.trace
    ]
    assert keys == sorted(keys)


def test_every_parent_is_an_earlier_step(fakes, make_case):
    review = run(make_case("张某、李某"))
    seen: set[str] = set()
    for step in review.trace:
        assert (step.parent in seen) if step.node != "intake" else step.parent is None
        seen.add(f"{step.node}#{step.seq}")


def test_inputs_hash_depends_on_what_the_node_read(fakes, make_case):
    one, same, other = (run(make_case(fact=f)) for f in ("盗窃一。", "盗窃一。", "盗窃二。"))
    assert [s.inputs_hash for s in one.trace] == [s.inputs_hash for s in same.trace]
    for step, changed in zip(one.trace, other.trace, strict=True):
        if step.node in ("intake", "charge", "evidence", "waiver"):
            assert step.inputs_hash != changed.inputs_hash


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


def test_no_suspect_is_unresolved(fakes, make_case):
    review = run(make_case(people=""))
    assert (review.decision, review.unresolved.code) == (None, "no_suspect")
    assert nodes_of(review) == [("intake", None), ("opinion", None)]


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


def test_rules_are_not_asked_twice_and_unverified_findings_lose_confidence(fakes, make_case):
    fakes.bad_until = 99
    review = run(make_case())
    assert fakes.asked["evidence", "张某"] == 1
    finding = review.checks["evidence"]
    assert not finding.quotes[0].verified
    assert finding.confidence == pytest.approx(0.72)
    verify = next(step for step in review.trace if step.node == "verify")
    assert verify.finding["failures"]["evidence"] == ["quote"]


@pytest.mark.parametrize(
    ("bad_until", "asked", "confidence"), [(0, 1, 0.9), (1, 2, 0.9), (2, 3, 0.9), (99, 3, 0.72)]
)
def test_another_judge_gets_the_reason_at_most_twice(
    fakes, make_case, bad_until, asked, confidence
):
    fakes.judge = "some-model"
    fakes.bad_until = bad_until
    review = run(make_case())
    assert [fakes.asked[check.value, "张某"] for check in Check] == [asked] * 3
    assert fakes.views["evidence", "张某"].feedback == (("quote",) if asked > 1 else ())
    finding = review.checks["evidence"]
    assert finding.confidence == pytest.approx(confidence)
    assert finding.quotes[0].verified is (bad_until < asked)
    assert [s.seq for s in review.trace] == list(range(1, len(review.trace) + 1))
    assert fakes.asked["decide", "张某"] == asked
    assert review.decision is Decision.P


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


GOLD = {
    "decision": "起诉",
    "relevant_articles": ["cl:第二百六十四条"],
    "raw_reasoning_and_decision": "SECRET",
    "gist": "SECRET",
    "label_note": "SECRET",
    "defendants": [{"name": "张某", "decision": "起诉"}],
}


def test_gold_labels_never_reach_the_state(fakes, make_case):
    from nolle.graphs.review import graph

    record = {**make_case().model_dump(mode="json"), **GOLD}
    states = [
        state
        for state in graph.stream(
            {"case": record, "today": "2024-01-01"},
            stream_mode="values",
            output_keys=list(graph.channels),
        )
        if "case" in state
    ]
    assert states[-1]["review"]["decision"] == "P"
    for state in states:
        assert "SECRET" not in json.dumps(state, ensure_ascii=False, default=str)
        assert not set(state["case"]) & set(GOLD)


def test_the_entry_of_langgraph_json_is_a_compiled_graph(fakes, make_case):
    from pathlib import Path

    from nolle.graphs import review as module

    settings = Path(__file__).parents[2] / "langgraph.json"
    if settings.exists():  # not part of the wheel
        entry = json.loads(settings.read_text())["graphs"]["review"]
        assert entry == "nolle.graphs.review:graph"
    graph = vars(module)["graph"]
    assert set(graph.nodes) == {"__start__", *(node.value for node in Node)}
    assert graph is module.build()
    out = graph.invoke({"case": make_case().model_dump(mode="json")})
    assert set(out) == {"review", "steps"}
    assert graph.get_input_jsonschema()["properties"]["case"]
    assert graph.get_context_jsonschema()
    assert "evidence" in graph.get_graph().draw_mermaid()


def test_steps_without_a_context_have_no_run_id(fakes, make_case):
    from nolle.graphs.review import graph

    out = graph.invoke({"case": make_case().model_dump(mode="json"), "model": "rules"})
    assert {step["run_id"] for step in out["steps"]} == {""}


def test_an_input_that_is_no_case_is_an_input_error(fakes):
    from nolle.graphs.review import graph

    with pytest.raises(InputError, match="not a case"):
        graph.invoke({"case": {"fact": " "}}, context=RunContext())


JSON = st.dictionaries(
    st.sampled_from(["order", "facts", "briefs", "errors", "outcomes", "repairs", "steps", "x"]),
    st.none(),
)


@given(JSON)
def test_routers_are_total(state):
    for router in (routes.after_intake, routes.after_brief, routes.after_verify):
        assert router(state) in ("opinion", "decide")
    assert routes.after_decide(state) == "verify"


def test_routers_are_pure():
    state = {
        "order": ["甲", "乙"],
        "facts": {},
        "case": {},
        "briefs": {"甲": {"charges": ["x"], "role": None}},
        "errors": {"乙": {}},
        "steps": [{"seq": 1, "node": "intake"}],
    }
    before = json.dumps(state)
    sends = routes.after_brief(state)
    assert [(s.node, s.arg["defendant"], s.arg["seq"]) for s in sends] == [
        (node.value, "甲", seq) for seq, node in enumerate(CHECK_NODES.values(), start=2)
    ]
    assert [s.node for s in routes.after_intake(state)] == ["charge"] * 2 + ["roles"] * 2 + [
        "similar"
    ]
    assert json.dumps(state) == before


@pytest.mark.parametrize(
    ("reducer", "left", "right", "merged"),
    [
        (merge, {"a": 1}, {"a": 2, "b": 3}, {"a": 2, "b": 3}),
        (merge_first, {"a": 1}, {"a": 2, "b": 3}, {"a": 1, "b": 3}),
        (merge_deep, {"a": {"x": 1}}, {"a": {"y": 2}}, {"a": {"x": 1, "y": 2}}),
        (merge_deep, {"a": {"x": 1}}, {"a": {"x": 2}}, {"a": {"x": 2}}),
        (merge_steps, [{"seq": 2}], [{"seq": 1}], [{"seq": 1}, {"seq": 2}]),
        (merge_steps, [{"seq": 1, "v": 1}], [{"seq": 1, "v": 2}], [{"seq": 1, "v": 2}]),
        (merge, None, None, {}),
        (only_case, None, {"id": "1", "gist": "x"}, {"id": "1"}),
    ],
)
def test_reducers(reducer, left, right, merged):
    assert reducer(left, right) == merged


def test_steps_are_valid_models(fakes, make_case):
    for step in run(make_case("张某、李某")).trace:
        assert Step.model_validate(step.model_dump(mode="json")) == step
