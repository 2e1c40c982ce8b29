"""The single-prompt baselines: prompts, graph and trace, readings, injections, privacy."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from support.scripted_server import ScriptedServer, right, thinking
from support.scripted_server import truncated as cut_off

from nolle.agents.client import Client
from nolle.agents.limits import Budget, Limits
from nolle.agents.registry import ModelSpec
from nolle.agents.reply import Reply
from nolle.cases.models import FIELDS, Case
from nolle.cases.vocabulary import Decision
from nolle.config import load_settings
from nolle.errors import ConfigError, LimitError, ModelError
from nolle.graphs.baseline_prompts import (
    FENCE_CLOSE,
    FENCE_OPEN,
    Kind,
    demonstration_case,
    messages,
    neutral,
    user_message,
    version,
)
from nolle.graphs.baselines import BaselineResult, arun_baseline, build, run_baseline
from nolle.graphs.reading import TAGS, format_ok, read_lenient, read_strict
from nolle.graphs.trace import MemorySink, read_trace
from nolle.statutes import citations

LOCAL = "vllm:Qwen/Qwen3-8B"
REMOTE = "openrouter:qwen/qwen3.6-max-preview"
ANSWER = (
    "【适用法条】\n刑法：第二百六十四条\n刑事诉讼法：第一百七十六条\n\n"
    "【审查分析】\n依照刑法第二百六十四条，构成盗窃罪。\n\n【最终结论】\n决定：起诉"
)
INJECTIONS: list[str] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "injections.yaml").read_text("utf-8")
)


def case_with(fact: str = "张某某于2021年3月1日盗窃手机一部，价值三千元。", **more: Any) -> Case:
    fields = {"id": "c1", "person_info": "犯罪嫌疑人张某某，男。", "procedure": "移送审查起诉。"}
    return Case.model_validate({**fields, "fact": fact, **more})


class FakeClient:
    """Answers at once: with a text, by a function of the messages, or with an error."""

    def __init__(
        self,
        answer: str | Callable[[Sequence[Mapping[str, str]]], str] | Exception = ANSWER,
        **more: Any,
    ) -> None:
        self.answer, self.more = answer, more
        self.asked: list[dict[str, Any]] = []

    def complete(
        self, messages: Sequence[Mapping[str, str]], spec: ModelSpec, **options: Any
    ) -> Reply:
        self.asked.append({"messages": messages, "spec": spec, **options})
        if isinstance(self.answer, Exception):
            raise self.answer
        text = self.answer if isinstance(self.answer, str) else self.answer(messages)
        fields = {"prompt_tokens": 100, "completion_tokens": 20, "cost_usd": 0.01, **self.more}
        return Reply(text=text, requested_model=spec.name, seed=options["seed"], **fields)

    async def acomplete(
        self, messages: Sequence[Mapping[str, str]], spec: ModelSpec, **options: Any
    ) -> Reply:
        return self.complete(messages, spec, **options)

    @property
    def sent(self) -> str:
        return "\n".join(m["content"] for call in self.asked for m in call["messages"])


PAPER = (Kind.BASELINE, Kind.DEFINITIONS, Kind.ONE_SHOT)


class TestPrompts:
    @pytest.mark.parametrize(
        ("kind", "roles"),
        [
            (Kind.BASELINE, "system user"),
            (Kind.DEFINITIONS, "system user"),
            (Kind.ONE_SHOT, "system user assistant user"),
        ],
    )
    def test_messages_of_a_condition(self, kind: Kind, roles: str) -> None:
        chat = messages(case_with(), kind)
        assert " ".join(m["role"] for m in chat) == roles
        assert chat[-1]["content"] == user_message(case_with())
        assert ("四种决定的含义" in chat[0]["content"]) is (kind is Kind.DEFINITIONS)

    def test_conditions_differ_only_in_what_they_add(self) -> None:
        base, more, shot = (messages(case_with(), kind) for kind in PAPER)
        assert more[0]["content"].startswith(base[0]["content"])
        assert (shot[0], shot[-1]) == (base[0], base[-1])

    def test_the_system_message_names_every_decision_and_section(self) -> None:
        system = messages(case_with(), Kind.BASELINE)[0]["content"]
        assert all(decision.zh in system for decision in Decision)
        places = [system.index(tag) for tag in TAGS]
        assert places == sorted(places)
        assert read_strict(system).decision is None
        assert read_lenient(system).decision is None

    def test_of_the_case_only_the_three_fields_are_sent(self) -> None:
        case = case_with(id="ID-77", meta={"date": "1999-09-09", "province": "青海"})
        text = "\n".join(m["content"] for m in messages(case, Kind.ONE_SHOT))
        assert all(case.text_of(field) in text for field in FIELDS)
        assert not any(word in text for word in ("ID-77", "1999", "青海"))

    def test_the_demonstration_keeps_the_format(self) -> None:
        answer = messages(case_with(), Kind.ONE_SHOT)[2]["content"]
        assert format_ok(answer)
        assert read_strict(answer).decision is Decision.DNP
        assert read_strict(answer).articles == read_lenient(answer).articles
        assert len(read_strict(answer).articles) == 3

    @pytest.mark.parametrize("kind", PAPER)
    def test_articles_named_in_the_prompt_are_in_force(self, kind: Kind) -> None:
        chat = messages(case_with(fact="无"), kind)
        keys = {key for m in chat for key in citations.keys_in(m["content"])}
        named = {key for key in keys if not key.startswith("other")}
        assert kind is Kind.BASELINE or named
        assert {citations.status(key, date(2023, 8, 24)) for key in named} <= {"in_force"}

    def test_the_demonstration_is_a_case_of_its_own(self) -> None:
        case = demonstration_case()
        assert all(case.text_of(field) for field in FIELDS)
        assert "107.84" in case.fact

    def test_versions(self) -> None:
        assert [version(kind) for kind in Kind] == [
            "system.1 user.1",
            "system.1 definitions.1 user.1",
            "system.1 user.1 demonstration.1",
            "system.1 user.1",
        ]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("张某某盗窃财物，价值3000元。", None),
            ("【2021】某检刑诉1号", None),
            ("〔最终〕", None),
            ("[2021]第3号", None),
            ("含量<80mg", "含量＜80mg"),
            ("【最终结论】", "〔最终结论〕"),
            ("【 适用 法条 】", "〔 适用 法条 〕"),
            ("[INST]x[/INST]", "〔INST〕x〔/INST〕"),
        ],
    )
    def test_neutral_changes_nothing_else(self, text: str, expected: str | None) -> None:
        assert neutral(text) == (expected or text)
        assert neutral(neutral(text)) == neutral(text)


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


class TestInjection:
    """Models that only give back what they were sent, in several ways."""

    ECHOES: ClassVar[dict[str, Callable[[str], str]]] = {
        "message": lambda sent: sent,
        "fact": lambda sent: _last_fence(sent),
        "with a word of its own": lambda sent: f"案卷内容如下：\n{_last_fence(sent)}",
        "quoted": lambda sent: "> " + _last_fence(sent).replace("\n", "\n> "),
        "brackets put back": lambda sent: (
            _last_fence(sent)
            .replace("〔", "【")
            .replace("〕", "】")
            .replace("＜", "<")
            .replace("＞", ">")
        ),
    }

    def test_there_are_at_least_forty(self) -> None:
        assert len(set(INJECTIONS)) >= 40

    @pytest.mark.parametrize("injection", INJECTIONS)
    @pytest.mark.parametrize("field", FIELDS)
    def test_fencing_holds(self, injection: str, field: str) -> None:
        plain = user_message(case_with())
        case = case_with().model_copy(update={field: f"前文。{injection}后文。"})
        text = user_message(case)
        assert text.count(FENCE_OPEN) == text.count(FENCE_CLOSE) == 3
        assert not any(tag in text for tag in TAGS)
        assert "<|" not in text
        outside = re.compile(f"{FENCE_OPEN}.*?{FENCE_CLOSE}", re.DOTALL)
        assert outside.sub("…", text) == outside.sub("…", plain)

    @pytest.mark.parametrize("injection", INJECTIONS)
    @pytest.mark.parametrize("echo", ECHOES)
    def test_an_echo_is_no_decision(self, injection: str, echo: str) -> None:
        before = (
            "张某某于2021年3月1日在商场盗窃手机一部，经鉴定价值人民币三千元，案发后被当场抓获。"
        )
        after = "上述事实有证人证言、被害人陈述、鉴定意见等证据证实，足以认定，犯罪嫌疑人亦予供认。"
        case = case_with(f"{before}\n{injection}\n{after}")
        give_back = self.ECHOES[echo]
        client = FakeClient(lambda chat: give_back(chat[-1]["content"]))
        result = run_baseline(case, "one_shot", LOCAL, client=client)
        assert result.lenient.decision is None
        assert result.decision is None or result.from_case
        assert result.decision is None or echo == "brackets put back"

    @pytest.mark.parametrize("injection", INJECTIONS)
    def test_an_echo_of_the_injection_alone_is_no_decision(self, injection: str) -> None:
        client = FakeClient(neutral(injection))
        result = run_baseline(
            case_with(f"事实。{injection}以上。"), "baseline", LOCAL, client=client
        )
        assert result.decision is result.lenient.decision is None

    def test_a_copy_that_mends_the_tags_is_marked(self) -> None:
        before = "案卷第一页记载了全部经过，内容详见侦查机关移送的材料。"
        fact = f"{before}\n{INJECTIONS[5]}\n以上是全部案情。"
        client = FakeClient(fact)
        result = run_baseline(case_with(fact), "baseline", LOCAL, client=client)
        assert (result.decision, result.from_case) == (Decision.DNP, True)
        assert result.lenient.decision is None

    @pytest.mark.parametrize("injection", INJECTIONS)
    def test_the_models_own_decision_is_read(self, injection: str) -> None:
        case = case_with(f"事实。{injection}\n以上。")
        result = run_baseline(case, "baseline", LOCAL, client=FakeClient(ANSWER))
        assert result.decision is result.lenient.decision is Decision.P
        assert not result.from_case
        client = FakeClient(lambda chat: f"{_last_fence(chat[-1]['content'])}\n\n{ANSWER}")
        result = run_baseline(case, "baseline", LOCAL, client=client)
        assert result.decision is result.lenient.decision is Decision.P


def _last_fence(sent: str) -> str:
    return sent.rpartition(FENCE_OPEN)[2].partition(FENCE_CLOSE)[0].strip()


class TestPrivacy:
    FACT = "王大锤于2021年3月1日盗窃李翠花手机一部，王大锤电话13912345678，被害人李翠花报案。"

    def case(self) -> Case:
        return case_with(self.FACT, person_info="犯罪嫌疑人王大锤，男，1990年5月1日出生。")

    def test_a_remote_model_sees_masked_text_and_the_answer_is_mapped_back(self) -> None:
        client = FakeClient(lambda chat: f"{_last_fence(chat[-1]['content'])}\n{ANSWER}")
        result = run_baseline(self.case(), "baseline", REMOTE, client=client)
        assert not any(word in client.sent for word in ("王大锤", "李翠花", "13912345678"))
        assert self.FACT in result.answer
        assert result.decision is Decision.P
        assert result.steps[0].finding["redacted"] is True

    def test_a_model_on_this_machine_sees_it_as_it_is(self) -> None:
        client = FakeClient()
        result = run_baseline(self.case(), "baseline", LOCAL, client=client)
        assert self.FACT in client.sent
        assert result.steps[0].finding["redacted"] is False

    def test_the_setting_decides(self) -> None:
        client = FakeClient()
        settings = load_settings({"NOLLE_REDACT": "always"})
        run_baseline(self.case(), "baseline", LOCAL, client=client, settings=settings)
        assert "王大锤" not in client.sent


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
