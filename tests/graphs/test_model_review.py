"""The review by a language model, against a real HTTP server that answers by script."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from itertools import takewhile
from pathlib import Path

import pytest
from support.model_answers import agent_of, answering, answers_for, fact_of, roles_answer
from support.scripted_answers import right
from support.thefts import QUOTE, theft

from nolle.agents.limits import Budget, Limits
from nolle.cases.models import Case
from nolle.cases.vocabulary import Decision, Role
from nolle.errors import ConfigError
from nolle.graphs.asking import Asking
from nolle.graphs.journal import review_files
from nolle.graphs.run import arun, run
from nolle.graphs.trace import MemorySink

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples" / "cases").glob("*.json"))
SPEC = "vllm:tiny"


@pytest.mark.parametrize("decision", list(Decision))
def test_the_answers_lead_to_the_decision(serve, decision):
    server = serve(answering(answers_for(decision.value, ["盗窃罪"], QUOTE)))
    review = run(theft(), SPEC)
    assert review.decision is decision, review.unresolved
    assert review.outcomes["张某某"].charges == ("盗窃罪",)
    assert {f.judge for f in review.checks.values()} == {SPEC}
    asked = Counter(agent_of(request) for request in server.requests)
    expected = {"charge": 1, "evidence": 1, "subsumption": 1, "waiver": 1}
    assert asked == expected | ({"sentence": 1} if decision is Decision.P else {})


def test_the_trace_keeps_usage_and_the_signals_of_the_rules(serve):
    serve(answering(answers_for("P", ["盗窃罪"], QUOTE)))
    review = run(theft(), SPEC, asking=Asking(seed=7))
    asked = {s.node: s for s in review.trace if s.usage}
    assert set(asked) == {"charge", "evidence", "subsumption", "waiver", "sentence"}
    for step in asked.values():
        assert step.model == SPEC
        assert step.usage["calls"] == 1
        assert step.usage["seed"] == 7
        assert step.usage["served_model"] == "tiny"
        assert step.usage["finish_reason"] == "stop"
        assert step.usage["cost_usd"] == 0.001
        assert step.usage["prompt_tokens"] > 1000
        assert step.usage["prompt_hash"]
        assert step.finding["signals"]
    assert asked["evidence"].finding["signals"]["judge"] == "rules"
    json.dumps(review.to_json())


def test_the_checks_go_out_together(serve):
    script = answering(answers_for("P", ["盗窃罪"], QUOTE), delay_s=0.1)
    server = serve(script)
    run(theft(), SPEC)
    assert server.max_concurrent == 3


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_from_the_checks_on_prompts_share_their_beginning(serve, path):
    case = Case.load(path)
    server = serve(answering(answers_for("P", ["盗窃罪"], "")))
    server._script = _with_roles(answers_for("P", ["盗窃罪"], ""), case)
    run(case, SPEC)
    texts: dict[str, list[str]] = {}
    for request in server.requests:
        if agent_of(request) not in ("charge", "roles"):
            defendant = request.text.rpartition("【问题：")[2].partition("。")[0]
            name = defendant.partition("被审查人：")[2].partition("；")[0]
            key = name if "〔" not in name else fact_of(request)
            texts.setdefault(key, []).append(request.text)
    for group in texts.values():
        shared = _shared(group)
        assert shared * len(group) >= 0.7 * sum(map(len, group))


def _shared(texts: list[str]) -> int:
    """How many characters all texts begin with."""
    same = (len(set(column)) == 1 for column in zip(*texts, strict=False))
    return sum(takewhile(bool, same))


def _with_roles(answers, case):
    from nolle.cases.extract import read_facts

    names = [s.name for s in read_facts(case).suspects]
    return answering({**answers, "roles": roles_answer(dict.fromkeys(names, "principal"))})


GANG = {
    "person_info": "犯罪嫌疑人姜某，男，1990年5月1日出生。犯罪嫌疑人姜某某，男，1991年5月1日出生。",
    "procedure": "公安局以姜某、姜某某涉嫌盗窃罪移送审查起诉。",
    "fact": "2022年1月3日，姜某提议并与姜某某到超市窃得手机一部，价值3200元，姜某某望风。",
}


def test_roles_are_asked_once_and_each_suspect_is_seen_by_a_marker(serve):
    answers = answers_for("P", ["盗窃罪"], "窃得手机一部")
    roles = roles_answer({"姜某": "principal", "姜某某": "accomplice"})
    server = serve(answering({**answers, "roles": roles}))
    review = run(theft(**GANG), SPEC)
    assert {n: o.role for n, o in review.outcomes.items()} == {
        "姜某": Role.PRINCIPAL,
        "姜某某": Role.ACCOMPLICE,
    }
    asked = Counter(agent_of(request) for request in server.requests)
    assert asked["roles"] == 1
    assert asked["evidence"] == asked["charge"] == 2
    seen = {fact_of(r) for r in server.requests if agent_of(r) == "evidence"}
    assert any("〔被审查人〕提议并与姜某某到超市" in fact for fact in seen)
    assert any("姜某提议并与〔被审查人〕到超市" in fact for fact in seen)


def test_a_person_left_out_of_the_roles_is_unresolved(serve):
    answers = answers_for("P", ["盗窃罪"], "窃得手机一部")
    serve(answering({**answers, "roles": roles_answer({"姜某": "principal"})}))
    review = run(theft(**GANG), SPEC)
    assert review.outcomes["姜某"].decision is Decision.P
    assert review.outcomes["姜某某"].unresolved.node == "roles"


def test_past_a_limit_the_review_ends_with_what_is_done(serve):
    server = serve(answering(answers_for("P", ["盗窃罪"], QUOTE)))
    review = run(theft(), SPEC, asking=Asking(limits=Limits(requests=2)))
    assert review.decision is None
    assert review.unresolved.code == "limit"
    assert len(server.requests) == 2
    assert review.outcomes["张某某"].charges == ("盗窃罪",)


def test_what_is_assumed_is_told_to_the_model(serve):
    server = serve(answering(answers_for("P", ["盗窃罪"], QUOTE)))
    run(theft(), SPEC, overrides={"surrender": "yes", "张某某:age": "17"})
    for request in server.requests:
        assert "有“自首”这一情节" in request.text
        assert "张某某：行为时年龄（周岁）为17" in request.text


def test_a_review_cut_short_is_not_kept(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path / "home"))
    server = serve(answering(answers_for("DNP", ["盗窃罪"], QUOTE)))
    budget = Budget(Limits(requests=6))
    items = [(tmp_path / f"{i}.json", str(i), theft(id=str(i))) for i in range(2)]
    first = review_files(items, tmp_path / "out", SPEC, asking=Asking(budget=budget))
    assert [r.decision for r in first] == ["DNP", None]
    assert "limit of 6 requests" in first[1].error
    assert not first[1].output.exists()
    second = review_files(items, tmp_path / "out", SPEC)
    assert [(r.decision, r.skipped) for r in second] == [("DNP", True), ("DNP", False)]
    assert len(server.requests) == 6 + 4


def test_the_command_line_takes_seed_and_limits(serve, capsysbinary):
    from nolle import cli

    server = serve(answering(answers_for("P", ["盗窃罪"], "")))
    args = ["review", *map(str, EXAMPLES[:2]), "-m", SPEC, "--json", "--seed", "11"]
    assert cli.run([*args, "--limit-requests", "7"]) == 0
    lines = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert [line["decision"] for line in lines] == ["P", None]
    assert lines[1]["unresolved"]["code"] == "limit"
    assert len(server.requests) == 7
    assert {request.json["seed"] for request in server.requests} == {11}


def test_async_reviews_wait_side_by_side(serve):
    server = serve(answering(answers_for("P", ["盗窃罪"], QUOTE), delay_s=0.1))

    async def four():
        return await asyncio.gather(*(arun(theft(id=str(i)), SPEC) for i in range(4)))

    reviews = asyncio.run(four())
    assert [r.decision for r in reviews] == [Decision.P] * 4
    assert server.max_concurrent >= 8


def test_a_review_given_up_asks_no_more(serve):
    server = serve(answering(answers_for("P", ["盗窃罪"], QUOTE), delay_s=0.2))

    async def leave():
        task = asyncio.create_task(arun(theft(), SPEC))
        while not server.requests:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.5)

    asyncio.run(leave())
    assert len(server.requests) == 1


def test_a_remote_model_sees_pseudonyms_and_its_answer_is_turned_back(serve, monkeypatch):
    monkeypatch.setenv("NOLLE_REDACT", "always")

    def script(request):
        fact = fact_of(request)
        line = next(x for x in fact.splitlines() if "窃得手机一部" in x)
        quote = line.partition("，")[2].partition("，")[0]
        return right(answers_for("P", ["盗窃罪"], quote)[agent_of(request)])

    server = serve(script)
    sink = MemorySink()
    review = run(theft(), SPEC, trace=sink)
    assert "张某某" not in server.sent.decode()
    finding = review.outcomes["张某某"].checks["evidence"]
    assert [(q.text, q.verified) for q in finding.quotes] == [(QUOTE, True)]


@pytest.mark.parametrize("spec", ["nothing:at-all", "vllm:x?nosuch=1", "compatible:nowhere"])
def test_an_unknown_spec_is_one_clear_line(spec):
    with pytest.raises(ConfigError) as caught:
        run(theft(), spec)
    assert "\n" not in str(caught.value)


def test_no_server_is_one_clear_line(monkeypatch, capsys):
    from nolle import cli

    monkeypatch.setenv("NOLLE_VLLM_BASE_URL", "http://127.0.0.1:9/v1")
    assert cli.run(["review", str(EXAMPLES[0]), "-m", "vllm:X"]) in (1, 2)
    error = capsys.readouterr().err.strip()
    assert error.count("\n") == 0
    assert "http://127.0.0.1:9/v1" in error
    assert "vllm" in error
