"""The review graph: its nodes in order, roles, repairs, gold kept out, its entry."""

from __future__ import annotations

import json

import pytest

from nolle.cases.findings import Step
from nolle.cases.vocabulary import Check, Decision, Role
from nolle.errors import InputError
from nolle.graphs.context import RunContext
from nolle.graphs.run import run
from nolle.graphs.state import Node


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


def test_no_suspect_is_unresolved(fakes, make_case):
    review = run(make_case(people=""))
    assert (review.decision, review.unresolved.code) == (None, "no_suspect")
    assert nodes_of(review) == [("intake", None), ("opinion", None)]


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


def test_steps_are_valid_models(fakes, make_case):
    for step in run(make_case("张某、李某")).trace:
        assert Step.model_validate(step.model_dump(mode="json")) == step
