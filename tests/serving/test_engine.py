"""The engine through its server: keys, cancelling, leaving, ending and going on."""

import asyncio
import json
import os
import signal
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
from support.http_server import serving
from support.model_answers import agent_of, answers_for
from support.scripted_answers import right
from support.scripted_server import ScriptedServer

pytest.importorskip("fastapi")

from nolle.cases.models import Case
from nolle.errors import ConfigError, InputError, LimitError
from nolle.serving import worker
from nolle.serving.engine import Engine, Submission
from nolle.serving.events import events
from nolle.serving.store import Status, Store
from nolle.serving.workers import Workers

EXAMPLES = Path(__file__).parents[2] / "examples" / "cases"
THEFT = {"fact": "2022年1月3日，张某某在超市内窃得手机一部，价值3200元。到案后如实供述。"}
KEY, OTHER = "k" * 24, "o" * 24


@pytest.fixture
def slow_model():
    """Starts a model server that answers rightly and late."""
    started = []

    def start(delay_s):
        asked = []

        def script(request):
            asked.append(agent_of(request))
            return right(answers_for("P", ["盗窃罪"], "")[agent_of(request)], delay_s=delay_s)

        server = ScriptedServer(script).__enter__()
        started.append(server)
        return server, asked

    yield start
    for server in started:
        server.__exit__(None, None, None)


def state(client, review_id):
    return client.get(f"/v1/reviews/{review_id}").json()


def until(check, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := check():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come about")


@pytest.mark.slow
def test_a_review_by_a_model_goes_on_after_a_restart(tmp_path, slow_model):
    """SIGTERM in the middle: what was answered is not asked again."""
    server, asked = slow_model(1.5)
    environ = {"NOLLE_VLLM_BASE_URL": server.url}
    options = ("--model", "vllm:tiny", "--workers", "1")
    with serving(tmp_path, *options, **environ) as (address, process):
        with httpx.Client(base_url=address, timeout=30) as client:
            sent = client.post("/v1/reviews", json={"case": THEFT, "wait": False}).json()
            until(lambda: len(asked) > 1)
            assert state(client, sent["review_id"])["status"] == "running"
        before = Counter(asked)
        process.send_signal(signal.SIGTERM)
        process.wait(25)
    with (
        serving(tmp_path, *options, **environ) as (address, _),
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        done = until(lambda: (s := state(client, sent["review_id"]))["status"] == "done" and s)
    assert done["decision"] == "P"
    assert done["review"]["model"] == "vllm:tiny"
    assert before["charge"] == 1
    assert Counter(asked)["charge"] == 1
    assert not list((tmp_path / "serve" / "runs").glob("*.sqlite"))


def test_a_client_that_leaves_cancels_its_review(tmp_path, slow_model):
    server, _ = slow_model(2)
    with serving(
        tmp_path, "--model", "vllm:tiny", "--workers", "1", NOLLE_VLLM_BASE_URL=server.url
    ) as (address, _):
        with httpx.Client(base_url=address) as client, pytest.raises(httpx.ReadTimeout):
            client.post("/v1/reviews", json={"case": THEFT}, timeout=0.5)
        chat = {
            "model": "nolle/vllm:tiny",
            "messages": [{"role": "user", "content": json.dumps(THEFT)}],
        }
        for streamed in (False, True):
            with httpx.Client(base_url=address) as client, pytest.raises(httpx.ReadTimeout):
                client.post("/v1/chat/completions", json={**chat, "stream": streamed}, timeout=0.7)
        with httpx.Client(base_url=address, timeout=30) as client:
            history = lambda: client.get("/v1/reviews").json()["reviews"]  # noqa: E731
            until(lambda: [r["status"] for r in history()] == ["cancelled"] * 3)
            sent = client.post("/v1/reviews", json={"case": THEFT, "wait": False}).json()
            ended = client.delete(f"/v1/reviews/{sent['review_id']}").json()
            assert ended["status"] == "cancelled"
            with client.stream("GET", f"/v1/reviews/{sent['review_id']}/events") as stream:
                assert "event: cancelled" in stream.read().decode()


def test_owners_do_not_see_each_other(tmp_path):
    keys = {"NOLLE_API_KEYS": f"{KEY},{OTHER}"}
    with (
        serving(tmp_path, "--workers", "1", path="/healthz", **keys) as (address, _),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        mine, yours = ({"authorization": f"Bearer {key}"} for key in (KEY, OTHER))
        made = client.post("/v1/reviews", json={"case": THEFT}, headers=mine).json()
        place = f"/v1/reviews/{made['review_id']}"
        assert client.get(place, headers=mine).status_code == 200
        assert client.get("/v1/reviews", headers=yours).json()["reviews"] == []
        for path in ("", "/page", "/json", "/events", "/opinion.docx"):
            assert client.get(place + path, headers=yours).status_code == 404, path
        assert client.delete(place, headers=yours).status_code == 404
        changes = {"changes": {"age": 15}}
        assert client.post(f"{place}/whatif", json=changes, headers=yours).status_code == 404
        said = [
            {"role": "assistant", "content": f"review id: `{made['review_id']}`"},
            {"role": "user", "content": "为什么？"},
        ]
        told = client.post("/v1/chat/completions", json={"messages": said}, headers=yours).json()
        assert "send the case again" in told["choices"][0]["message"]["content"]
        assert client.get("/v1/reviews").status_code == 401


def test_a_worker_that_ends_is_replaced_and_its_review_made(tmp_path):
    async def talk():
        engine = Engine(tmp_path, workers=1)
        await engine.start()
        await engine.ready.wait()
        (only,) = engine.workers._all
        os.kill(only._process.pid, signal.SIGKILL)
        asked = Submission(Case.model_validate(THEFT), "me", "rules")
        record = engine.found(await engine.review(asked), "me")
        assert record.status is Status.DONE
        await engine.stop()

    asyncio.run(talk())


def test_waiting_reviews_outlive_the_server(tmp_path):
    """A server that ends at once leaves its queue in the store, and the next one works it off."""

    async def first():
        engine = Engine(tmp_path, workers=1)
        ids = [
            engine.submit(Submission(Case.model_validate(THEFT), "me", "rules")).id
            for _ in range(5)
        ]
        await engine.stop(grace=0)
        return ids

    async def second(ids):
        engine = Engine(tmp_path, workers=1)
        await engine.start()
        for live in list(engine.live.values()):
            await live.end()
        states = {engine.found(review_id, "me").status for review_id in ids}
        await engine.stop()
        return states

    assert asyncio.run(second(asyncio.run(first()))) == {Status.DONE}


def test_a_job_that_takes_too_long_is_ended():
    async def talk():
        workers = Workers(1)
        await workers.warm()
        with pytest.raises(LimitError, match="took more than"):
            await workers.run("read", {"text": "某" * 300_000}, timeout=0.001)
        case = await workers.run("read", {"text": THEFT["fact"]})
        assert case["fact"] == THEFT["fact"]
        with pytest.raises(InputError, match="no facts"):
            await workers.run("read", {"text": " "})
        workers.close()

    asyncio.run(talk())


def test_too_many_waiting_reviews_are_refused(tmp_path):
    async def talk():
        engine = Engine(tmp_path, workers=1, most_waiting=2)
        asked = Submission(Case.model_validate(THEFT), "me", "rules")
        for _ in range(2):
            engine.submit(asked)
        with pytest.raises(LimitError, match="too many reviews"):
            engine.submit(asked)
        await engine.stop(grace=0)

    asyncio.run(talk())


def test_the_store_forgets_what_is_old(tmp_path):
    store = Store(tmp_path / "reviews.sqlite")
    assert store.prune(time.time()) == 0
    assert store.get("rv-none") is None
    store.close()
    assert (tmp_path / "reviews.sqlite").stat().st_mode & 0o077 == 0
    with pytest.raises(ConfigError, match="cannot be used"):
        Store(tmp_path)


def test_a_public_review_reads_back():
    from nolle.graphs.run import run

    made = run(Case.load(EXAMPLES / "telecom-fraud-gang-p.json"))
    assert worker.review_of(worker.unpack(worker.pack(worker.public(made)))) == made


def test_servers_of_one_store_leave_each_other_alone(tmp_path):
    """Each assistant starts a server of its own; a review under way is nobody else's."""

    async def talk():
        first, second = Engine(tmp_path, workers=1), Engine(tmp_path, workers=1)
        live = first.submit(Submission(Case.model_validate(THEFT), "me", "rules"))
        await second.start()
        assert second.live == {}
        listening = asyncio.create_task(
            anext(events(second, second.found(live.id, "me")).__aiter__())
        )
        await live.end()
        assert (await listening)[0] == "step"
        assert second.found(live.id, "me").status is Status.DONE
        await first.stop(grace=0)
        await second.stop(grace=0)

    asyncio.run(talk())
