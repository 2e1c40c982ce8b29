"""The agents on a model, with a client that answers in the same process."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from support.model_answers import AGENTS, answers_for, roles_answer

from nolle.agents.asking import Unanswered
from nolle.agents.base import Context
from nolle.agents.model_judges import ModelJudges
from nolle.agents.once import Once
from nolle.agents.registry import parse_spec
from nolle.agents.reply import Reply
from nolle.agents.step_record import recording
from nolle.agents.usage import CallLog
from nolle.cases.facts import Facts, Suspect
from nolle.cases.findings import Outcome
from nolle.cases.models import Case
from nolle.cases.vocabulary import Check, Decision, Role, SentenceKind, Verdict
from nolle.errors import LimitError


class FakeClient:
    """Answers each agent from a table; a value that is no dict is sent as it is."""

    def __init__(self, answers) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str]] = []
        self.log = CallLog()
        self._lock = threading.Lock()

    def complete(self, messages, spec, *, schema=None, seed=None, budget=None, tag=""):
        with self._lock:
            self.asked.append((tag, messages[1]["content"]))
        answer = self.answers[tag]
        text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        return Reply(
            text=text,
            requested_model=spec.name,
            served_model="tiny",
            finish_reason="stop",
            prompt_tokens=100,
            completion_tokens=10,
            cost_usd=0.5,
            seed=seed,
            latency_ms=5.0,
        )


def judges(answers) -> tuple[ModelJudges, FakeClient]:
    client = FakeClient(answers)
    return ModelJudges(parse_spec("vllm:tiny"), client, seed=3), client


ANSWERS = answers_for("P", ["盗窃罪"], "拿走乙某手机一部")


def test_each_agent_asks_its_own_question(view):
    agents, client = judges(ANSWERS)
    one = view()
    charged = agents.charge(one, Context())
    findings = {check: ask(one, Context()) for check, ask in agents.checks.items()}
    assert charged.charges == ("盗窃罪",)
    assert charged.judge == "vllm:tiny"
    assert findings[Check.EVIDENCE].verdict is Verdict.SUFFICIENT
    assert findings[Check.SUBSUMPTION].charges == ("盗窃罪",)
    assert findings[Check.WAIVER].verdict is Verdict.NOT_WAIVED
    for tag, text in client.asked:
        heads = [agent for head, agent in AGENTS.items() if f"\n{head}" in text]
        assert heads == [tag]


def test_the_record_of_a_step_sums_its_calls(view):
    agents, _ = judges({**ANSWERS, "evidence": "no json"})
    with recording() as record:
        found = agents.evidence(view(), Context())
    assert (found.verdict, found.notes) == (Verdict.UNRESOLVED, ("unparsable",))
    usage = record.usage
    assert (usage["calls"], usage["prompt_tokens"], usage["cost_usd"]) == (2, 200, 1.0)
    assert (usage["repairs"], usage["problem"], usage["seed"]) == (1, "unparsable", 3)
    assert usage["prompt_version"].startswith("evidence ")
    assert record.signals["verdict"] in {"sufficient", "insufficient"}


def test_without_a_charge_the_checks_ask_nothing(view):
    agents, client = judges(ANSWERS)
    found = agents.subsumption(view(charges=()), Context())
    assert (found.verdict, found.notes) == (Verdict.UNRESOLVED, ("no_charge",))
    assert client.asked == []


def gang(view, count: int, **more):
    names = [f"{c}某某" for c in "赵钱孙李周吴郑王冯陈褚卫蒋沈"[:count]]
    facts = Facts(
        suspects=tuple(Suspect(name=name) for name in names), decision_date=date(2022, 5, 1)
    )
    case = Case(id="x", fact="、".join(names) + "共同盗窃。")
    return [view(case=case, facts=facts, defendant=name, **more) for name in names]


def test_roles_are_asked_by_groups_of_ten(view):
    views = gang(view, 12)
    names = [v.defendant for v in views]
    agents, client = judges({"roles": ""})

    def answer(tag_text: str):
        listed = tag_text.rpartition("名单：")[2].partition("。")[0].split("、")
        return roles_answer(dict.fromkeys(listed, "accomplice"))

    complete = client.complete

    def by_list(messages, spec, **more):
        client.answers = {"roles": answer(messages[1]["content"])}
        return complete(messages, spec, **more)

    client.complete = by_list
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda v: agents.roles(v, Context()), views))
    assert {f.defendant: f.role for f in found} == dict.fromkeys(names, Role.ACCOMPLICE)
    assert len(client.asked) == 2


def test_a_person_left_out_is_not_given_a_role(view):
    views = gang(view, 2)
    agents, _ = judges({"roles": roles_answer({"赵某某": "principal"})})
    assert agents.roles(views[0], Context()).role is Role.PRINCIPAL
    with pytest.raises(Unanswered):
        agents.roles(views[1], Context())


def test_the_sentence_is_asked_once_for_the_same_question(view):
    agents, client = judges(ANSWERS)
    one = view()
    outcome = Outcome(name="甲某", decision=Decision.P, charges=("盗窃罪",))
    first = agents.sentence(one, outcome, Context())
    with recording() as record:
        second = agents.sentence(one, outcome, Context())
    assert first == second
    assert (first.kind, first.months) == (SentenceKind.FIXED_TERM, 12)
    assert [tag for tag, _ in client.asked] == ["sentence"]
    assert record.usage == {"cached": True}


def test_no_sentence_is_asked_for_where_none_is_due(view):
    agents, client = judges(ANSWERS)
    outcome = Outcome(name="甲某", decision=Decision.DNP, charges=("盗窃罪",))
    assert agents.sentence(view(), outcome, Context()) is None
    assert client.asked == []


def test_after_stop_nothing_is_asked(view):
    agents, client = judges(ANSWERS)
    agents.stop()
    with pytest.raises(LimitError, match="given up"):
        agents.evidence(view(), Context())
    assert client.asked == []


def test_the_feedback_reaches_the_agent(view):
    agents, client = judges(ANSWERS)
    agents.waiver(view(feedback=("引文不在案卷中：“甲”",)), Context())
    assert "引文不在案卷中" in client.asked[0][1]


def test_once_makes_each_result_once_and_passes_failures_on():
    once, made = Once(), []

    def make():
        made.append(1)
        return len(made)

    assert once("a", make) == (1, True)
    assert once("a", make) == (1, False)
    with pytest.raises(ZeroDivisionError):
        once("b", lambda: 1 // 0)
    assert once("b", make) == (2, True)
