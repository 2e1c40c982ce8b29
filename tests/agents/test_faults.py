import asyncio
import logging
import random
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from pydantic import BaseModel
from support.scripted_answers import (
    Answer,
    broken_body,
    disconnected,
    empty_choices,
    error_in_body,
    failed,
    late,
    malformed,
    rate_limited,
    refused,
    right,
    truncated,
)
from support.scripted_server import ScriptedServer

from nolle.agents.client import Client
from nolle.agents.registry import parse_spec
from nolle.agents.retry import Fault, Policy, retry_after, wait_s
from nolle.agents.structured import ask
from nolle.errors import ConfigError, ModelError, NolleError

FAST = Policy(base_s=0.001, cap_s=0.004)
KEY = "sk-or-v1-f4k3f4k3f4k3f4k3f4k3"
ASKED = [{"role": "user", "content": "问题"}]

RETRIED = {
    "http_408": rate_limited(None, 408),
    "http_409": rate_limited(None, 409),
    "http_429": rate_limited(0.01),
    "http_500": failed(500),
    "http_502": error_in_body(502),
    "http_503": failed(503),
    "http_524": failed(524),
    "timeout": late(30),
    "connection": disconnected("mid_body"),
    "no_choices": empty_choices(),
    "not_json": broken_body(),
}
FATAL = {
    400: (ModelError, "structured, max_tokens, context"),
    401: (ConfigError, "OPENROUTER_API_KEY"),
    402: (ModelError, "OPENROUTER_API_KEY"),
    403: (ConfigError, "OPENROUTER_API_KEY"),
    404: (ConfigError, "correct the model"),
    413: (ModelError, "structured, max_tokens, context"),
    422: (ModelError, "structured, max_tokens, context"),
}


class Number(BaseModel):
    number: int


@pytest.fixture
def serve(monkeypatch):
    """Starts a server with the script behind ``openrouter:some/model``."""
    running = []
    monkeypatch.setenv("OPENROUTER_API_KEY", KEY)

    def start(script, options=""):
        server = ScriptedServer(script).__enter__()
        running.append(server)
        monkeypatch.setenv("NOLLE_OPENROUTER_BASE_URL", server.url)
        return server, parse_spec("openrouter:some/model" + options)

    yield start
    for server in running:
        server.__exit__()


@pytest.mark.parametrize(
    ("kind", "stream"),
    [(kind, "") for kind in RETRIED]
    + [(kind, "&stream=1") for kind in RETRIED if kind not in {"not_json", "http_502"}],
)
def test_a_passing_fault_is_tried_again_and_counted(serve, kind, stream):
    server, spec = serve([RETRIED[kind], RETRIED[kind], right("好")], f"?timeout=0.5{stream}")
    client = Client(policy=FAST)
    reply = client.complete(ASKED, spec)
    assert (reply.text, reply.retries, len(server.requests)) == ("好", 2, 3)
    counts = client.log.counts()
    assert (counts.calls, counts.attempts, counts.retries, counts.failed) == (1, 3, 2, 0)
    assert counts.faults == {kind: 2}


@pytest.mark.parametrize("where", ["before", "mid_body"])
def test_a_broken_connection_is_tried_again(serve, where):
    _, spec = serve([disconnected(where), right("好")])
    assert Client(policy=FAST).complete(ASKED, spec).retries == 1


@pytest.mark.parametrize("in_body", [False, True])
@pytest.mark.parametrize("status", FATAL)
def test_a_lasting_fault_ends_the_call_at_once_with_one_line(serve, status, in_body):
    kind, mend = FATAL[status]
    answer = error_in_body(status, "why\nindeed") if in_body else failed(status, "why\nindeed")
    server, spec = serve(answer)
    client = Client(policy=FAST)
    with pytest.raises(kind) as caught:
        client.complete(ASKED, spec)
    message = str(caught.value)
    assert "\n" not in message
    for part in ("openrouter:some/model", "why indeed", mend):
        assert part in message
    assert len(server.requests) == 1
    assert client.log.counts().retries == 0
    assert client.log.counts().failed == 1


@pytest.mark.parametrize("kind", [kind for kind in RETRIED if kind != "timeout"])
def test_a_fault_that_stays_ends_in_one_line(serve, kind):
    server, spec = serve(RETRIED[kind])
    client = Client(policy=Policy(attempts=3, base_s=0.001))
    with pytest.raises(ModelError, match="after 3 attempts") as caught:
        client.complete(ASKED, spec)
    assert "\n" not in str(caught.value)
    assert "openrouter:some/model" in str(caught.value)
    assert len(server.requests) == 3
    counts = client.log.counts()
    assert (counts.attempts, counts.retries, counts.failed, counts.calls) == (3, 2, 1, 0)


def test_a_wait_longer_than_allowed_is_not_waited_for(serve):
    server, spec = serve(rate_limited(3600))
    with pytest.raises(ModelError, match="asks to wait 3600 s"):
        Client(policy=FAST).complete(ASKED, spec)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Sun, 22 Nov 2026 08:00:30 GMT"}, 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 07:00:00 GMT"}, 0.0),
        ({"retry-after": "9" * 400}, float("inf")),
    ],
)
def test_retry_after(headers, seconds):
    assert retry_after(headers, datetime(2026, 11, 22, 8, tzinfo=UTC)) == seconds


def test_waits_grow_are_spread_and_honour_the_server():
    policy, fault = Policy(attempts=9, base_s=1, cap_s=8), Fault(kind="http_500", retryable=True)
    for attempt, step in enumerate([1, 2, 4, 8, 8, 8], start=1):
        waits = [wait_s(policy, attempt, fault, random.Random(n)) for n in range(50)]
        assert all(step / 2 <= wait <= step for wait in waits)
        assert len(set(waits)) > 40
    assert wait_s(policy, 9, fault, random.Random(0)) is None
    assert wait_s(policy, 1, Fault(kind="http_400", retryable=False), random.Random(0)) is None
    asked = fault.model_copy(update={"retry_after_s": 20.0})
    assert 20 <= wait_s(policy, 1, asked, random.Random(0)) <= 21


FAULTS = (
    *[RETRIED[kind] for kind in RETRIED if kind != "timeout"],
    disconnected("before"),
    late(30),
    malformed(),
    truncated(),
)


def test_fault_run():
    """A fifth of the answers is faulty; 300 questions all end once, and every retry is counted."""
    draw, given = random.Random(42), Counter()

    def script(request):
        if draw.random() < 0.2:
            fault = draw.choice(FAULTS)
            given["repairs" if fault.status == 200 and fault.content[:1] == "{" else "retries"] += 1
            return fault
        asked = next(m["content"] for m in request.messages if m["content"].startswith("第"))
        return right({"number": int(asked.partition("题")[0][1:])})

    with ScriptedServer(script) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOLLE_VLLM_BASE_URL", server.url)
        spec = parse_spec("vllm:tiny?timeout=2")
        client = Client(policy=Policy(attempts=12, base_s=0.001, cap_s=0.01), concurrency=16)

        def one(number):
            return ask(client, spec, [{"role": "user", "content": f"第{number}题"}], Number)

        with ThreadPoolExecutor(32) as pool:
            ends = list(pool.map(one, range(300)))
    answered = {n: found.number for n, (found, _, _) in enumerate(ends) if found}
    unresolved = [problem for found, _, problem in ends if found is None]
    assert answered == {n: n for n in answered}
    assert len(answered) + len(unresolved) == 300
    assert len(answered) > 280
    assert set(unresolved) <= {"unparsable", "truncated"}
    replies = [reply for _, replies, _ in ends for reply in replies]
    counts = client.log.counts()
    assert counts.attempts == len(server.requests)
    assert counts.calls == len(replies) == 300 + counts.repairs
    assert counts.retries == sum(counts.faults.values()) == sum(r.retries for r in replies)
    assert counts.retries == given["retries"]
    assert counts.repairs + len(unresolved) == given["repairs"]
    assert counts.attempts == counts.calls + counts.retries
    assert counts.unparsable + counts.truncated == len(unresolved)
    assert counts.failed == 0
    assert len(counts.faults) >= 9


PATHS = {
    **{f"status {status}": failed(status, f"bad key {KEY}") for status in (*FATAL, 429, 500)},
    "error in body": error_in_body(401, f"key {KEY} is wrong"),
    "error in body, passing": error_in_body(502, f"Bearer {KEY}"),
    "error is text": Answer(status=400, raw=f'{{"error": "{KEY}"}}'),
    "error is not JSON": Answer(status=502, raw=f"<html>{KEY}</html>"),
    "error has detail": Answer(status=422, raw=f'{{"detail": [{{"input": "{KEY}"}}]}}'),
    "long error": failed(400, "x" * 190 + KEY),
    "not JSON": Answer(raw=f"oops {KEY}"),
    "no choices": empty_choices(),
    "broken": disconnected(),
    "late": late(5),
}


@pytest.mark.parametrize("stream", ["", "&stream=1"])
@pytest.mark.parametrize("path", PATHS)
def test_the_key_shows_on_no_error_path(serve, path, stream, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    _, spec = serve(PATHS[path], f"?timeout=0.3{stream}")
    client = Client(policy=Policy(attempts=2, base_s=0.001))

    async def asked():
        await client.acomplete(ASKED, spec)

    errors = []
    for call in (lambda: client.complete(ASKED, spec), lambda: asyncio.run(asked())):
        with pytest.raises(NolleError) as caught:
            call()
        errors.append(caught.value)
    shown = [repr(client), repr(spec), spec.model_dump_json(), repr(client.log), caplog.text]
    for error in errors:
        shown += [str(error), repr(error), "".join(traceback.format_exception(error))]
        assert error.__context__ is None
        assert error.__cause__ is None
    shown += capfd.readouterr()
    secrets = [KEY, KEY[:16], KEY[-12:]]
    assert [text for text in shown for secret in secrets if secret in text] == []


def test_the_key_shows_in_no_answer_and_no_cache(serve, tmp_path, caplog):
    from nolle.agents.cache import ReplyCache

    caplog.set_level(logging.DEBUG)
    server, spec = serve([right(f"好 {KEY}"), refused(f"no, {KEY}")])
    cache = ReplyCache(tmp_path / "c.sqlite")
    client = Client(cache=cache)
    replies = [client.complete([{"role": "user", "content": str(n)}], spec) for n in range(2)]
    cache.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert KEY.encode() not in stored
    assert KEY not in "".join(reply.model_dump_json() for reply in replies) + caplog.text
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
