"""Routers are total and pure; reducers merge what nodes return."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nolle.graphs import routes
from nolle.graphs.state import CHECK_NODES, merge, merge_deep, merge_first, merge_steps, only_case

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
