"""Single prompts against a real server that answers by script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.scripted_answers import right, thinking
from support.scripted_answers import truncated as cut_off
from support.scripted_server import ScriptedServer
from support.single_prompts import ANSWER, PAPER, case_with

from nolle.agents.client import Client
from nolle.agents.limits import Budget, Limits
from nolle.cases.vocabulary import Decision
from nolle.config import load_settings
from nolle.graphs.baselines import run_baseline


class TestOverHttp:
    """Against a real server that answers by script."""

    @pytest.fixture
    def settings(self) -> Callable[[ScriptedServer], Any]:
        return lambda server: load_settings({"NOLLE_VLLM_BASE_URL": server.url})

    def test_all_conditions(self, settings: Callable[[ScriptedServer], Any]) -> None:
        with ScriptedServer(right(ANSWER)) as server:
            client, known = Client(), settings(server)
            results = [
                run_baseline(case_with(), k, "vllm:tiny", client=client, settings=known, seed=42)
                for k in PAPER
            ]
        assert [r.decision for r in results] == [Decision.P] * 3
        assert [len(request.messages) for request in server.requests] == [2, 2, 4]
        assert {request.json["seed"] for request in server.requests} == {42}
        assert results[0].usage["served_model"] == "tiny"
        assert results[0].usage["completion_tokens"] == len(ANSWER)

    @pytest.mark.parametrize("style", ["think_tag", "reasoning", "reasoning_content"])
    def test_thoughts_are_no_answer(
        self, style: str, settings: Callable[[ScriptedServer], Any]
    ) -> None:
        thought = "【最终结论】\n决定：法定不起诉"
        with ScriptedServer(thinking(style, ANSWER, thought)) as server:
            result = run_baseline(
                case_with(), "baseline", "vllm:tiny", client=Client(), settings=settings(server)
            )
        assert result.decision is result.lenient.decision is Decision.P
        assert result.answer == ANSWER
        assert thought in result.reasoning

    def test_what_cannot_be_read_is_counted(
        self, settings: Callable[[ScriptedServer], Any]
    ) -> None:
        script = [cut_off("【适用法条】\n刑法"), right("我不知道。"), right(ANSWER)]
        with ScriptedServer(script) as server:
            client, known = Client(), settings(server)
            codes = [
                r.unresolved.code if r.unresolved else None
                for r in (
                    run_baseline(case_with(), k, "vllm:tiny", client=client, settings=known)
                    for k in PAPER
                )
            ]
        assert codes == ["truncated", "unparsable", None]
        counts = client.log.counts()
        assert (counts.calls, counts.truncated, counts.unparsable) == (3, 1, 1)

    def test_past_a_limit_no_call_is_made(self, settings: Callable[[ScriptedServer], Any]) -> None:
        with ScriptedServer(right(ANSWER)) as server:
            client, known, budget = Client(), settings(server), Budget(Limits(requests=1))
            first, second = (
                run_baseline(
                    case_with(), k, "vllm:tiny", client=client, settings=known, budget=budget
                )
                for k in ("baseline", "definitions")
            )
        assert first.decision is Decision.P
        assert second.unresolved is not None
        assert second.unresolved.code == "limit"
        assert len(server.requests) == 1
