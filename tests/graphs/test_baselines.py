"""The graph of a single prompt: one call, its trace, and answers without a decision."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from support.fake_client import FakeClient
from support.single_prompts import ANSWER, LOCAL, REMOTE, case_with

from nolle.cases.vocabulary import Decision
from nolle.errors import ConfigError, LimitError, ModelError
from nolle.graphs.baseline_prompts import Kind, version
from nolle.graphs.baselines import BaselineResult, arun_baseline, build, run_baseline
from nolle.graphs.trace import MemorySink, read_trace


class TestGraph:
    @pytest.mark.parametrize("kind", Kind)
    def test_one_call_and_its_trace(self, kind: Kind) -> None:
        client, sink = FakeClient(), MemorySink()
        result = run_baseline(case_with(), kind, LOCAL, seed=43, client=client, trace=sink)
        (asked,) = client.asked
        assert (asked["seed"], asked["tag"], asked["schema"]) == (43, kind.value, None)
        assert asked["spec"].model == "Qwen/Qwen3-8B"
        assert result.decision is Decision.P
        assert result.articles == ("cl:第二百六十四条", "cpl:第一百七十六条")
        assert (result.kind, result.model, result.seed, result.id) == (kind, LOCAL, 43, "c1")
        assert result.format_ok
        assert not result.from_case
        assert result.unresolved is None
        assert result.trace == sink.steps == result.steps
        assert [(s.seq, s.node, s.parent) for s in result.steps] == [
            (1, "prompt", None),
            (2, "call", "prompt#1"),
            (3, "read", "call#2"),
        ]
        assert {s.run_id for s in result.steps} == {result.run_id}
        assert result.steps[0].finding["prompt_version"] == version(kind)
        assert result.steps[1].usage == result.usage
        assert (result.usage["prompt_tokens"], result.usage["cost_usd"]) == (100, 0.01)
        assert result.steps[1].model == LOCAL

    def test_equal_runs_have_equal_hashes(self) -> None:
        first, second = (
            run_baseline(case_with(), "baseline", LOCAL, seed=1, client=FakeClient()) for _ in "ab"
        )
        other = run_baseline(case_with(), "baseline", LOCAL, seed=2, client=FakeClient())
        hashes = [[s.inputs_hash for s in r.steps] for r in (first, second, other)]
        assert hashes[0] == hashes[1] != hashes[2]

    def test_the_trace_file(self, tmp_path: Path) -> None:
        path = tmp_path / "trace.jsonl"
        result = run_baseline(case_with(), "baseline", LOCAL, client=FakeClient(), trace=path)
        assert read_trace(path, result.run_id) == result.steps

    def test_awaited_it_says_the_same(self) -> None:
        done = asyncio.run(
            arun_baseline(case_with(), "one_shot", LOCAL, client=FakeClient(), run_id="r")
        )
        told = run_baseline(case_with(), "one_shot", LOCAL, client=FakeClient(), run_id="r")
        plain = {"exclude": {"steps": {"__all__": {"ms"}}}}
        assert done.model_dump(**plain) == told.model_dump(**plain)

    def test_json_and_export(self) -> None:
        data = run_baseline(case_with(), "baseline", LOCAL, client=FakeClient()).to_json()
        assert (data["decision"], data["decision_zh"], data["level1"]) == ("P", "起诉", "P")
        assert data["lenient"]["decision"] == "P"
        assert len(data["trace"]) == 3
        answer = ANSWER.replace("决定：起诉", "决定：起诉（依法）")
        result = run_baseline(case_with(), "baseline", LOCAL, client=FakeClient(answer))
        assert result.prediction() == {
            "relevant_articles": ["cl:第二百六十四条", "cpl:第一百七十六条"],
            "decision": "起诉（依法）",
        }

    def test_gold_labels_do_not_enter(self) -> None:
        client = FakeClient()
        given = {"person_info": "张某", "fact": "事实。", "decision": "法定不起诉"}
        given["raw_reasoning_and_decision"] = "本院认为"
        values = build(Kind.BASELINE).invoke(
            {"case": given, "model": LOCAL}, context=_context(client)
        )
        assert set(values["case"]) == {"person_info", "fact"}
        assert "本院认为" not in client.sent
        assert values["result"]["strict"]["decision"] == "P"

    def test_unknown_kind_and_rules_are_refused(self) -> None:
        with pytest.raises(ConfigError, match="baseline, definitions, one_shot"):
            run_baseline(case_with(), "two_shot", LOCAL, client=FakeClient())
        with pytest.raises(ConfigError, match="language model"):
            run_baseline(case_with(), "baseline", "rules", client=FakeClient())

    def test_a_missing_key_is_told_before_anything_is_done(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("OPENROUTER_API_KEY", raising=False)
        with pytest.raises(ConfigError, match="OPENROUTER_API_KEY"):
            run_baseline(case_with(), "baseline", REMOTE)


def _awaited(*args: Any, **more: Any) -> BaselineResult:
    return asyncio.run(arun_baseline(*args, **more))


def _context(client: FakeClient) -> Any:
    from nolle.graphs.baseline_state import BaselineContext

    return BaselineContext(client=client)


class TestAnswersWithoutDecision:
    @pytest.mark.parametrize(
        ("answer", "more", "code", "lenient"),
        [
            ("【审查分析】\n查", {"truncated": True, "finish_reason": "length"}, "truncated", None),
            ("", {"truncated": True, "finish_reason": "length"}, "truncated", None),
            ("", {"finish_reason": "stop"}, "unparsable", None),
            ("【最终结论】\n**决定**：起诉", {"finish_reason": "stop"}, "unparsable", "P"),
            ("", {"finish_reason": "content_filter"}, "refused", None),
            ("", {"refusal": "no"}, "refused", None),
        ],
    )
    def test_why_there_is_none(
        self, answer: str, more: dict[str, Any], code: str, lenient: str | None
    ) -> None:
        result = run_baseline(case_with(), "baseline", LOCAL, client=FakeClient(answer, **more))
        assert result.decision is None
        assert result.unresolved is not None
        assert (result.unresolved.code, result.unresolved.node) == (code, "read")
        assert result.truncated is (code == "truncated")
        assert (result.lenient.decision.value if result.lenient.decision else None) == lenient

    def test_a_decision_before_the_cut_stands(self) -> None:
        client = FakeClient(f"{ANSWER}\n补充", truncated=True, finish_reason="length")
        result = run_baseline(case_with(), "baseline", LOCAL, client=client)
        assert (result.decision, result.truncated, result.unresolved) == (Decision.P, True, None)

    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (ModelError("no answer"), "model_error"),
            (LimitError("requests"), "limit"),
            (RuntimeError("broken"), "node_failed"),
        ],
    )
    @pytest.mark.parametrize("awaiting", [False, True])
    def test_a_failed_call_is_unresolved(self, error: Exception, code: str, awaiting: bool) -> None:
        run = _awaited if awaiting else run_baseline
        result = run(case_with(), "baseline", LOCAL, client=FakeClient(error))
        assert result.unresolved is not None
        assert (result.unresolved.code, result.unresolved.node) == (code, "call")
        assert result.decision is None
        assert [s.node for s in result.steps] == ["prompt", "call", "read"]

    @pytest.mark.parametrize("awaiting", [False, True])
    def test_a_wrong_setting_is_told(self, awaiting: bool) -> None:
        client = FakeClient(ConfigError("model not found"))
        run = _awaited if awaiting else run_baseline
        with pytest.raises(ConfigError, match="model not found"):
            run(case_with(), "baseline", LOCAL, client=client)


def test_a_reading_that_breaks_is_unresolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(answer: str, source: str) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("nolle.graphs.baseline_nodes.read_lenient", broken)
    result = run_baseline(case_with(), "baseline", LOCAL, client=FakeClient())
    assert result.unresolved is not None
    assert (result.unresolved.code, result.unresolved.node) == ("node_failed", "read")
    assert result.usage["calls"] == 1
