"""Text of a case that gives orders decides nothing in a single prompt."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
import yaml
from support.fake_client import FakeClient
from support.single_prompts import ANSWER, LOCAL, case_with, last_fence

from nolle.cases.models import FIELDS
from nolle.cases.vocabulary import Decision
from nolle.graphs.baseline_prompts import FENCE_CLOSE, FENCE_OPEN, neutral, user_message
from nolle.graphs.baselines import run_baseline
from nolle.graphs.reading import TAGS

INJECTIONS: list[str] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "injections.yaml").read_text("utf-8")
)


class TestInjection:
    """Models that only give back what they were sent, in several ways."""

    ECHOES: ClassVar[dict[str, Callable[[str], str]]] = {
        "message": lambda sent: sent,
        "fact": lambda sent: last_fence(sent),
        "with a word of its own": lambda sent: f"案卷内容如下：\n{last_fence(sent)}",
        "quoted": lambda sent: "> " + last_fence(sent).replace("\n", "\n> "),
        "brackets put back": lambda sent: (
            last_fence(sent)
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
        client = FakeClient(lambda chat: f"{last_fence(chat[-1]['content'])}\n\n{ANSWER}")
        result = run_baseline(case, "baseline", LOCAL, client=client)
        assert result.decision is result.lenient.decision is Decision.P
