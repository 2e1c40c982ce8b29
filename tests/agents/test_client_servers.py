"""Which server is asked, what it is told, and what it may not learn."""

from __future__ import annotations

import logging

import pytest
from support.model_calls import FAST, says
from support.scripted_answers import rate_limited

from nolle.agents.client import Client
from nolle.agents.registry import parse_spec
from nolle.errors import ConfigError, ModelError


def test_each_prompt_stays_with_one_server_and_prompts_take_turns(served):
    (first, _), (second, spec) = served(), served()
    client = Client()
    for case in range(4):
        for question in range(3):
            messages = [{"role": "user", "content": f"案{case}"}, *says(f"问{question}")[1:]]
            client.complete(messages, spec)
    asked = [[r.messages[0]["content"] for r in s.requests] for s in (first, second)]
    assert asked == [["案0"] * 3 + ["案2"] * 3, ["案1"] * 3 + ["案3"] * 3]


def test_another_attempt_goes_to_the_next_server(served):
    (first, _), (second, spec) = served(rate_limited(0)), served()
    reply = Client(policy=FAST).complete(says("问"), spec)
    assert (reply.retries, len(first.requests), len(second.requests)) == (1, 1, 1)


def test_the_only_model_of_a_server_need_not_be_named(served):
    server, spec = served(spec="vllm:", models={"org/only": 4096})
    client = Client()
    assert client.complete(says("问"), spec).served_model == "org/only"
    assert client.served_models(spec) == {"org/only": 4096}
    assert "max_tokens" not in server.requests[0].json
    served(models={"a": None, "b": None})
    with pytest.raises(ConfigError, match="name it in the spec"):
        Client().complete(says("问"), parse_spec("vllm:").model_copy(update={"base_urls": _last()}))


def _last():
    import os

    return (os.environ["NOLLE_VLLM_BASE_URL"].split(",")[-1],)


def test_the_context_of_a_vllm_server_bounds_the_answer(served):
    server, spec = served(models={"tiny": 16384})
    client = Client()
    client.complete(says("短"), spec)
    client.complete(says("长" * 6000), spec)
    assert [request.json.get("max_tokens") for request in server.requests] == [8192, None]


def test_a_server_that_is_not_there_is_told_at_once(monkeypatch):
    monkeypatch.setenv("NOLLE_VLLM_BASE_URL", "http://127.0.0.1:9/v1")
    client = Client()
    with pytest.raises(ModelError, match=r"127\.0\.0\.1:9.*check that it answers"):
        client.complete(says("问"), parse_spec("vllm:tiny"))
    assert client.log.counts().attempts == 0


def test_nothing_of_the_users_openai_account_goes_to_another_server(served, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ORGANIZATION"):
        monkeypatch.setenv(name, "mine-only")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    server, spec = served()
    Client().complete(says("问"), spec)
    (request,) = server.requests
    assert "mine-only" not in str(request.headers)
    assert "mine-only" not in caplog.text
