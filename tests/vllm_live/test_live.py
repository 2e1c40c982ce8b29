"""The review against a real vLLM server. What the model says is noise: only the protocol, the
reading of the answers, the limits and the trace are tested.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

import pytest
from pydantic import BaseModel

from nolle.agents import charge
from nolle.agents.answers import EvidenceAnswer, RolesAnswer, SubsumptionAnswer, WaiverAnswer
from nolle.agents.client import Client
from nolle.agents.limits import Budget, Limits
from nolle.agents.model_judges import ModelJudges
from nolle.agents.registry import parse_spec
from nolle.agents.structured import ask
from nolle.cases.models import FIELDS, Case
from nolle.cases.vocabulary import Check
from nolle.errors import NolleError
from nolle.graphs.baselines import run_baseline
from nolle.graphs.run import Asking, run

pytestmark = [pytest.mark.vllm, pytest.mark.slow]

CASE = Path(__file__).parents[2] / "examples" / "cases" / "dui-minor-dnp.json"
CODES = {"unparsable", "truncated"}
SHORT = "max_tokens=2500"
MESSAGES = [
    {"role": "system", "content": "你是审查员。"},
    {"role": "user", "content": "请审查：张某某在超市内窃得手机一部，价值3200元。"},
]


def nolle(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nolle", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_the_command_says_how_to_use_the_server(live):
    assert live.printed.splitlines() == [
        f"export NOLLE_VLLM_BASE_URL={live.url}",
        "nolle review FILE --model vllm:tiny",
    ]


def test_the_server_lists_its_model(live, spec):
    with build_opener(ProxyHandler({})).open(f"{live.url}/models", timeout=10) as answer:
        (row,) = json.load(answer)["data"]
    assert (row["id"], row["max_model_len"]) == ("tiny", 32768)
    assert Client().served_models(parse_spec(spec)) == {"tiny": 32768}


def test_doctor_finds_it(spec, live):
    done = nolle("doctor", "--json")
    found = [c for c in json.loads(done.stdout)["checks"] if c["area"] == "endpoints"]
    assert done.returncode == 0
    assert [(c["name"], c["ok"], c["models"]) for c in found] == [("vllm", True, ["tiny"])]
    assert live.url in found[0]["detail"]


def test_a_review_from_the_command_line(spec):
    done = nolle("review", str(CASE), "-m", spec, "--seed", "7", "--json")
    assert done.returncode == 0, done.stderr
    review = json.loads(done.stdout)
    assert review["model"] == spec
    assert_decided_or_open(review)
    step = next(s for s in review["trace"] if s["node"] == "charge")
    assert step["model"] == spec
    assert step["finding"]["signals"]["judge"] == "rules"
    assert_counted(step["usage"], seed=7)


def test_the_checks_are_asked_of_the_server(spec, monkeypatch):
    """With the charge of the rules, as noise names no charge of the law."""
    monkeypatch.setattr(
        ModelJudges, "charge", lambda self, view, context: charge.assess(view, context)
    )
    budget = Budget(Limits(requests=40))
    case = Case.load(CASE)
    review = run(case, f"{spec}?{SHORT}", asking=Asking(seed=3, budget=budget))
    assert_decided_or_open(review.to_json())
    steps = [s for s in review.trace if s.usage]
    assert {c.value for c in Check} <= {s.node for s in steps}
    for step in steps:
        assert step.model.startswith(spec)
        assert_counted(step.usage, seed=3)
    made = sum(s.usage["calls"] for s in steps)
    assert made == budget.used.requests
    tokens = sum(s.usage["prompt_tokens"] + s.usage["completion_tokens"] for s in steps)
    assert tokens == budget.used.tokens
    text = "".join(case.text_of(field) for field in FIELDS)
    quotes = [quote for finding in review.checks.values() for quote in finding.quotes]
    assert all(quote.text in text for quote in quotes if quote.verified)


def assert_decided_or_open(review: dict[str, Any]) -> None:
    """A decision, or none with a code that says what was wrong with an answer."""
    if review["decision"] is None:
        assert review["unresolved"]["code"] in CODES
        assert review["decision_zh"] is None
        assert review["level1"] is None
    else:
        assert review["decision"] in {"P", "DNP", "SNP", "IENP"}
        assert review["outcomes"][0]["charges"]


def assert_counted(usage: dict[str, Any], seed: int) -> None:
    assert usage["served_model"] == "tiny"
    assert usage["finish_reason"] in {"stop", "length"}
    assert usage["calls"] == 1 + usage["repairs"]
    assert usage["prompt_tokens"] > 1000
    assert usage["completion_tokens"] > 0
    assert usage["seed"] == seed
    assert usage["retries"] == 0
    assert usage["cost_usd"] == 0


@pytest.mark.parametrize("kind", ["baseline", "definitions", "one_shot"])
def test_a_baseline(spec, kind):
    result = run_baseline(Case.load(CASE), kind, f"{spec}?max_tokens=80", seed=5)
    assert result.answer
    assert result.usage["served_model"] == "tiny"
    assert result.usage["completion_tokens"] == 80
    assert result.truncated
    assert result.decision is None
    assert result.unresolved.code in CODES
    assert [s.node for s in result.trace if s.usage]


@pytest.mark.parametrize(
    "form", [EvidenceAnswer, SubsumptionAnswer, WaiverAnswer, RolesAnswer], ids=lambda c: c.__name__
)
def test_bound_answers_have_the_form_that_was_asked_for(spec, form: type[BaseModel]):
    parsed = parse_spec(f"{spec}?max_tokens=8192")
    assert parsed.structured == "json_schema"
    found, replies, problem = ask(Client(), parsed, MESSAGES, form, seed=11)
    assert [r.finish_reason for r in replies] == ["stop"] * len(replies)
    whole = [json.loads(reply.text) for reply in replies]
    assert all(set(form.model_fields) <= set(answer) for answer in whole)
    # The grammar knows lengths, not what our own validators ask for besides.
    assert (found is None) == (problem == "unparsable")
    assert len(replies) <= 2


@pytest.mark.parametrize("stream", [0, 1])
def test_a_cut_answer_is_told_apart(spec, stream):
    parsed = parse_spec(f"{spec}?max_tokens=12&stream={stream}")
    found, replies, problem = ask(Client(), parsed, MESSAGES, EvidenceAnswer, seed=1)
    assert (found, problem) == (None, "truncated")
    assert [r.truncated for r in replies] == [True, True]
    assert {r.completion_tokens for r in replies} == {12}


@pytest.mark.parametrize("stream", [0, 1])
def test_seeds_repeat(spec, stream):
    parsed = parse_spec(f"{spec}?max_tokens=40&stream={stream}")
    client = Client()
    texts = [client.complete(MESSAGES, parsed, seed=seed).text for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_the_second_question_about_a_case_finds_its_beginning_cached(spec):
    long = [{"role": "user", "content": "案件事实：" + "张某某在超市内窃得手机一部。" * 60}]
    client, parsed = Client(), parse_spec(f"{spec}?max_tokens=4")
    replies = [
        client.complete([*long, {"role": "user", "content": q}], parsed) for q in ("一", "二")
    ]
    assert replies[1].cached_tokens > 0.7 * replies[1].prompt_tokens


def test_a_prompt_longer_than_the_context_is_one_clear_line(spec):
    long = [{"role": "user", "content": "案件事实。" * 8000}]
    with pytest.raises(NolleError) as caught:
        Client().complete(long, parse_spec(spec))
    assert "vllm:tiny" in str(caught.value)
    assert "\n" not in str(caught.value)
