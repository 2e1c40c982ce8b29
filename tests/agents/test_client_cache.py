"""Replies kept on disk and given again."""

from __future__ import annotations

import pytest
from support.model_calls import SCHEMA, says
from support.scripted_answers import right, truncated

from nolle.agents.cache import ReplyCache
from nolle.agents.client import Client
from nolle.agents.limits import Budget, Limits, Usage
from nolle.agents.registry import parse_spec
from nolle.errors import ConfigError


def test_a_question_asked_before_is_answered_from_the_cache_if_asked_for(served, tmp_path):
    server, spec = served(lambda request: right(f"{request.number}", cost=0.5))
    cache = ReplyCache(tmp_path / "home" / "cache.sqlite")
    client = Client(cache=cache)
    budget = Budget(Limits(requests=5))
    first = client.complete(says("问"), spec, seed=1)
    again = client.complete(says("问"), spec, seed=1, budget=budget)
    assert (first.cached, again.cached, again.text, again.cost_usd) == (False, True, "0", 0)
    assert budget.used == Usage()
    others = [
        client.complete(says("问"), spec, seed=2),
        client.complete(says("另"), spec, seed=1),
        client.complete(says("问"), spec, seed=1, schema=SCHEMA),
        client.complete(says("问"), parse_spec("vllm:tiny?temperature=0"), seed=1),
        client.complete(says("问"), parse_spec("vllm:tiny?max_tokens=9"), seed=1),
        client.complete(says("问"), parse_spec("vllm:other"), seed=1),
    ]
    assert [reply.text for reply in others] == ["1", "2", "3", "4", "5", "6"]
    assert not any(reply.cached for reply in others)
    assert (tmp_path / "home" / "cache.sqlite").stat().st_mode & 0o077 == 0
    assert client.log.counts().cached == 1
    assert Client().complete(says("问"), spec, seed=1).text == "7"
    assert Client(cache=ReplyCache(cache.path)).complete(says("问"), spec, seed=1).text == "0"
    assert len(server.requests) == 8


def test_cut_answers_are_not_kept(served, tmp_path):
    _, spec = served([truncated("半"), right("整")])
    client = Client(cache=ReplyCache(tmp_path / "c.sqlite"))
    assert [client.complete(says("问"), spec).text for _ in range(3)] == ["半", "整", "整"]


def test_a_cache_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigError, match="NOLLE_HOME"):
        ReplyCache(tmp_path / "file" / "c.sqlite")
    (tmp_path / "broken").write_text("not a database" * 100)
    with pytest.raises(ConfigError, match="remove the file"):
        ReplyCache(tmp_path / "broken")
