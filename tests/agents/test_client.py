"""Calls side by side: one loop, the places, cancelling, and the limits they share."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.model_calls import FAST, says
from support.scripted_answers import late, rate_limited, right

from nolle.agents import background
from nolle.agents.client import Client
from nolle.agents.limits import Budget, Limits, Usage
from nolle.agents.registry import parse_spec
from nolle.errors import LimitError


def test_threads_loops_and_second_runs_share_one_loop_and_one_client(served):
    server, spec = served(lambda request: right(request.question))
    client = Client(policy=FAST)
    with ThreadPoolExecutor(8) as pool:
        asked = [str(n) for n in range(40)]
        assert [r.text for r in pool.map(lambda q: client.complete(says(q), spec), asked)] == asked

    async def many():
        replies = await asyncio.gather(*(client.acomplete(says(q), spec) for q in asked))
        return [reply.text for reply in replies]

    async def blocking_inside_a_running_loop():
        return client.complete(says("里"), spec).text

    assert asyncio.run(many()) == asked
    assert asyncio.run(many()) == asked
    assert asyncio.run(blocking_inside_a_running_loop()) == "里"
    named = [t for t in threading.enumerate() if t.name == "nolle-models"]
    assert len(named) == 1
    assert len(server.requests) == 121


def test_waiting_on_the_loop_for_itself_is_refused_not_deadlocked(served):
    _, spec = served()

    async def inside():
        with pytest.raises(RuntimeError, match="await"):
            Client().complete(says("问"), spec)
        return True

    assert background.run(inside())


def test_a_waiting_call_holds_no_place(served, monkeypatch):
    def script(request):
        return rate_limited(7) if request.number == 0 else right(request.question)

    _, spec = served(script)
    client = Client(concurrency=1, policy=FAST)
    waiting, go_on, pauses = threading.Event(), threading.Event(), []

    async def pause(seconds):
        pauses.append(seconds)
        waiting.set()
        await asyncio.to_thread(go_on.wait, 30)

    monkeypatch.setattr("nolle.agents.client._pause", pause)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(client.complete, says("慢"), spec)
        assert waiting.wait(30)
        quick = [client.complete(says(f"快{n}"), spec) for n in range(5)]
        assert not slow.done()
        go_on.set()
        assert slow.result().retries == 1
    assert [(reply.text, reply.retries) for reply in quick] == [(f"快{n}", 0) for n in range(5)]
    assert [7 <= seconds < 8 for seconds in pauses] == [True]


def test_no_more_calls_at_once_than_there_are_places(served):
    server, spec = served(late(0.05))
    client = Client(concurrency=4)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: client.complete(says(str(n)), spec), range(16)))
    assert 1 < server.max_concurrent <= 4


def test_cancelling_the_wait_cancels_the_call(served):
    server, spec = served(late(60.0))
    budget = Budget(Limits(requests=9))

    async def impatient():
        call = asyncio.create_task(Client().acomplete(says("问"), spec, budget=budget))
        async with asyncio.timeout(30):
            while not server.requests:
                await asyncio.sleep(0.01)
        call.cancel()
        await call

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(impatient())
    assert len(server.requests) == 1
    assert budget.used.requests == 1


def test_limits_are_reserved_before_each_call(served):
    server, spec = served(
        right("好" * 10, cost=0.1), "openrouter:a/b?price=1000,1000&max_tokens=100"
    )
    client = Client(policy=FAST)
    budget = Budget(Limits(requests=2))
    client.complete(says("问"), spec, budget=budget)
    client.complete(says("问"), spec, budget=budget)
    with pytest.raises(LimitError, match="2 requests"):
        client.complete(says("问"), spec, budget=budget)
    assert budget.used == Usage(requests=2, tokens=34, cost_usd=0.2)
    for limits in (Limits(tokens=100), Limits(cost_usd=0.1), Limits(seconds=0)):
        with pytest.raises(LimitError):
            client.complete(says("问"), spec, budget=Budget(limits))
    unknown = parse_spec("openrouter:a/b")
    with pytest.raises(LimitError, match="price"):
        client.complete(says("问"), unknown, budget=Budget(Limits(cost_usd=1)))
    assert len(server.requests) == 2


def test_parallel_calls_stay_within_a_limit(served):
    server, spec = served(late(0.05))
    client, budget = Client(), Budget(Limits(requests=5))

    def one(number):
        try:
            return client.complete(says(str(number)), spec, budget=budget)
        except LimitError:
            return None

    with ThreadPoolExecutor(12) as pool:
        answered = [reply for reply in pool.map(one, range(12)) if reply]
    assert len(answered) == len(server.requests) == 5


def test_a_time_limit_ends_waiting_and_hanging(served):
    _, spec = served([right("好"), rate_limited(60), late(60)])
    client = Client(policy=FAST)
    # The first call of a process loads libraries, which is not to count.
    assert client.complete(says("问"), spec).text == "好"
    for _ in range(2):
        with pytest.raises(LimitError, match="limit"):
            client.complete(says("问"), spec, budget=Budget(Limits(seconds=1)))
    counts = client.log.counts()
    assert (counts.attempts, counts.failed) == (3, 2)
