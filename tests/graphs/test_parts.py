"""Parts of the review that are switched off: what is asked, and what becomes of the decision."""

from __future__ import annotations

import json

import pytest
from support.model_answers import AGENTS, agent_of, answers_for
from support.scripted_answers import Answer, Request, right
from support.scripted_server import ScriptedServer

from nolle.agents.client import Client
from nolle.cases.extract import read_facts
from nolle.cases.models import Case
from nolle.cases.vocabulary import Check, Decision
from nolle.graphs.asking import Asking
from nolle.graphs.parts import OFF, Parts
from nolle.graphs.run import run

THEFT = Case(
    person_info="犯罪嫌疑人张某某，男，1990年5月1日出生。",
    procedure="公安机关以张某某涉嫌盗窃罪移送审查起诉。",
    fact="2022年1月3日，张某某在超市内窃得手机一部，价值3200元。张某某到案后如实供述。",
)
QUOTE = "张某某在超市内窃得手机一部"
SIGNALS = "五、规则信号"


def without(check: Check) -> Parts:
    return Parts(checks=tuple(other for other in Check if other is not check))


def review(monkeypatch: pytest.MonkeyPatch, parts: Parts, decision: str = "P", quote: str = QUOTE):
    """The review by a scripted model, and the agents in the order in which they asked."""
    answers = answers_for(decision, ["盗窃罪"], quote)
    merged = {check.value: answers[check.value] for check in Check}

    def script(request: Request) -> Answer:
        if "【问题：三项审查】" in request.text:
            return right(merged)
        return right(answers[agent_of(request)])

    with ScriptedServer(script) as server:
        monkeypatch.setenv("NOLLE_VLLM_BASE_URL", server.url)
        found = run(THEFT, "vllm:tiny", asking=Asking(client=Client(), parts=parts))
        return found, list(server.requests)


@pytest.mark.parametrize(
    ("check", "decision", "left"),
    [
        (Check.EVIDENCE, "IENP", Decision.P),
        (Check.SUBSUMPTION, "SNP", Decision.P),
        (Check.WAIVER, "DNP", Decision.P),
    ],
)
def test_a_check_that_is_off_is_not_asked_and_lets_the_case_pass(
    monkeypatch: pytest.MonkeyPatch, check: Check, decision: str, left: Decision
) -> None:
    whole, _ = review(monkeypatch, Parts(), decision)
    assert whole.decision is Decision(decision)
    found, requests = review(monkeypatch, without(check), decision)
    assert found.decision is left
    assert not any(head in r.text for r in requests for head in AGENTS if AGENTS[head] == check)
    assert found.checks[check.value].judge == OFF
    assert found.checks[check.value].notes == (OFF,)


def test_a_check_that_is_off_binds_the_rules_too() -> None:
    theft = Case.model_validate_json(
        json.dumps({"fact": THEFT.fact, "person_info": THEFT.person_info})
    )
    found = run(theft, asking=Asking(parts=without(Check.WAIVER)))
    assert found.decision is not Decision.DNP
    assert found.checks["waiver"].judge == OFF


def test_without_signals_the_model_is_not_told_what_the_rules_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole, told = review(monkeypatch, Parts())
    found, untold = review(monkeypatch, Parts(signals=False))
    assert found.decision is whole.decision is Decision.P
    assert any(SIGNALS in r.text for r in told)
    assert not any(SIGNALS in r.text for r in untold)
    charge = next(r for r in untold if agent_of(r) == "charge")
    assert "规则提示：无" in charge.text
    assert all("三、行为时有效的罪名规定" in r.text for r in untold if r is not charge)
    assert all("signals" not in step.finding for step in found.trace if step.node == "evidence")


@pytest.mark.parametrize("decision", ["P", "DNP", "SNP", "IENP"])
def test_one_question_may_cover_the_three_checks(
    monkeypatch: pytest.MonkeyPatch, decision: str
) -> None:
    found, requests = review(monkeypatch, Parts(merged=True), decision)
    assert found.decision is Decision(decision)
    merged = [r for r in requests if "【问题：三项审查】" in r.text]
    assert len(merged) == 1
    assert all(f"【问题：{name}】" in merged[0].text for name in ("证据", "定性", "起诉必要性"))
    assert len(requests) == 2 + (decision == "P")
    calls = [step.usage.get("calls", 0) for step in found.trace if step.node in set(Check)]
    assert sorted(calls) == [0, 0, 1]


def test_without_verification_nothing_goes_back_but_marks_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = "案卷里没有的话"
    whole, asked = review(monkeypatch, Parts(), "P", wrong)
    found, once = review(monkeypatch, Parts(verify=False), "P", wrong)
    assert len(asked) > len(once) == 5
    check = found.checks["evidence"]
    assert check.confidence == 0.9 > whole.checks["evidence"].confidence
    assert check.quotes == () or not any(quote.verified for quote in check.quotes)


def test_facts_read_beforehand_are_taken_and_changes_are_read_anew() -> None:
    case = THEFT.model_copy(update={"id": "x"})
    facts = read_facts(case).model_copy(update={"returns": 2})
    taken = run(case, asking=Asking(facts=facts))
    assert taken.trace[0].finding["returns"] == 2
    changed = run(case, overrides={"forgiveness": "yes"}, asking=Asking(facts=facts))
    assert changed.trace[0].finding["returns"] == 0
