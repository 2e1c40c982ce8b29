import asyncio
import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.scripted_server import (
    THINKING,
    Answer,
    ScriptedServer,
    by_tool,
    late,
    rate_limited,
    right,
    thinking,
    truncated,
)

from nolle.agents import background
from nolle.agents.cache import ReplyCache
from nolle.agents.chat import chat_model
from nolle.agents.client import Client
from nolle.agents.limits import Budget, Limits, Usage
from nolle.agents.registry import parse_spec
from nolle.agents.retry import Policy
from nolle.agents.thinking import split_thinking
from nolle.errors import ConfigError, LimitError, ModelError

FAST = Policy(base_s=0.002, cap_s=0.01)
SCHEMA = {"title": "A", "type": "object", "properties": {"a": {"type": "integer"}}}


def says(text):
    return [{"role": "system", "content": "你是助理。"}, {"role": "user", "content": text}]


@pytest.fixture
def served(monkeypatch):
    """Starts scripted servers behind a spec; returns the server and the spec."""
    running = []

    def start(script=Answer(), spec="vllm:tiny", **more):  # noqa: B008
        server = ScriptedServer(script, **more).__enter__()
        running.append(server)
        monkeypatch.setenv("NOLLE_VLLM_BASE_URL", ",".join(s.url for s in running))
        monkeypatch.setenv("NOLLE_OPENROUTER_BASE_URL", server.url)
        monkeypatch.setenv("OPENROUTER_API_KEY", "sk-or-test")
        return server, parse_spec(spec)

    yield start
    for server in running:
        server.__exit__()


def test_everything_about_an_answer_is_kept(served):
    answer = thinking(
        "reasoning", "是", "因为", model="qwen/q-20260401", provider="Alibaba", cost=0.25
    )
    server, spec = served(answer, "openrouter:qwen/qwen3.6-max-preview?budget=512")
    reply = Client().complete(says("问"), spec, seed=43, tag="evidence:张某某")
    assert (reply.text, reply.reasoning, reply.finish_reason) == ("是", "因为", "stop")
    assert reply.requested_model == "openrouter:qwen/qwen3.6-max-preview"
    assert (reply.served_model, reply.served_provider) == ("qwen/q-20260401", "Alibaba")
    assert (reply.prompt_tokens, reply.completion_tokens, reply.reasoning_tokens) == (7, 1, 7)
    assert (reply.cost_usd, reply.seed, reply.tag) == (0.25, 43, "evidence:张某某")
    assert (reply.retries, reply.truncated, reply.cached, reply.refused) == (0, 0, 0, 0)
    assert reply.latency_ms > 0
    assert len(reply.prompt_hash) == 16
    (request,) = server.requests
    assert request.json["seed"] == 43
    assert request.headers["authorization"] == "Bearer sk-or-test"


def test_a_cost_that_is_not_told_is_reckoned_from_the_price(served):
    _, spec = served(Answer(content="好" * 10, cost=None), "openrouter:a/b?price=1,10")
    assert Client().complete(says("问"), spec).cost_usd == pytest.approx((7 * 1 + 10 * 10) / 1e6)
    assert Client().complete(says("问"), parse_spec("openrouter:a/b")).cost_usd is None
    assert Client().complete(says("问"), parse_spec("vllm:tiny")).cost_usd == 0


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("style", THINKING)
def test_thoughts_of_every_style_are_told_from_the_answer(served, style, stream):
    _, spec = served(thinking(style, '{"a": 1}', "先想"), f"vllm:tiny?stream={stream}")
    reply = Client().complete(says("问"), spec)
    assert (reply.text, reply.reasoning) == ('{"a": 1}', "先想")
    assert reply.completion_tokens > 0


@pytest.mark.parametrize(
    ("message", "text", "thoughts"),
    [
        ({"content": None}, "", ""),
        ({"content": "好"}, "好", ""),
        ({"content": "<think>\n\n</think>\n\n好"}, "好", ""),
        ({"content": "<think>没想完"}, "", "没想完"),
        ({"content": "<think>引 </think> 【最终结论】起诉 </think>好"}, "好", None),
        ({"content": '{"quote": "</think> 假"}'}, '{"quote": "</think> 假"}', ""),
        ({"content": "答 <think> 引号"}, "答 <think> 引号", ""),
        ({"content": "甲</think>乙", "reasoning": "丙"}, "甲</think>乙", "丙"),
        ({"content": [{"type": "thinking", "thinking": "想"}, {"type": "text", "text": "好"}]},
         "好", "想"),
        ({"content": "好", "reasoning_details": [{"type": "reasoning.encrypted", "data": "x"}]},
         "好", ""),
        ({"content": "好", "reasoning_details": [{"type": "reasoning.summary", "summary": "想"}]},
         "好", "想"),
        ({"content": "好", "reasoning": None, "reasoning_content": "想"}, "好", "想"),
    ],
)  # fmt: skip
def test_split_thinking(message, text, thoughts):
    found = split_thinking(message)
    assert found[0] == text
    assert thoughts is None or found[1] == thoughts


def test_a_lone_closing_tag_counts_only_for_models_that_write_it():
    message = {"content": "想</think>好"}
    assert split_thinking(message, tags=True) == ("好", "想")
    assert split_thinking(message, tags=False) == ("想</think>好", "")


def test_a_cut_answer_is_told_apart_and_a_tool_call_is_read(served):
    _, spec = served([truncated("半"), by_tool({"a": 1})], "vllm:tiny?structured=tools")
    client = Client()
    assert client.complete(says("问"), spec).truncated is True
    reply = client.complete(says("问"), spec, schema=SCHEMA)
    assert (reply.text, json.loads(reply.parsed_tool)) == ("", {"a": 1})


def test_a_streamed_answer_is_the_same_as_an_unstreamed_one(served):
    _, spec = served(right("很长的回答" * 20))
    one = Client().complete(says("问"), spec)
    other = Client().complete(says("问"), parse_spec("vllm:tiny?stream=1"))
    known = {"latency_ms"}
    assert other.model_dump(exclude=known) == one.model_dump(exclude=known)


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
    server, spec = served(late(5.0))
    budget = Budget(Limits(requests=9))

    async def impatient():
        await asyncio.wait_for(Client().acomplete(says("问"), spec, budget=budget), 0.3)

    with pytest.raises(TimeoutError):
        asyncio.run(impatient())
    assert len(server.requests) == 1
    assert budget.used.requests == 1


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
    _, spec = served([rate_limited(30), late(30)])
    client = Client(policy=FAST)
    for _ in range(2):
        with pytest.raises(LimitError, match="limit"):
            client.complete(says("问"), spec, budget=Budget(Limits(seconds=0.3)))
    assert client.log.counts().failed == client.log.counts().attempts == 2


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


def test_an_error_in_the_middle_of_a_stream_is_tried_again(served):
    chunk = '{"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[%s]%s}'
    piece = chunk % ('{"index":0,"delta":{"content":"半"},"finish_reason":null}', "")
    error = chunk % ("", ',"error":{"code":529,"message":"overloaded"}')
    broken = Answer(raw=f"data: {piece}\n\ndata: {error}\n\n")
    _, spec = served([broken, right("整")], "openrouter:a/b?stream=1")
    client = Client(policy=FAST)
    assert client.complete(says("问"), spec).text == "整"
    assert client.log.counts().faults == {"http_529": 1}


def test_the_langchain_model_keeps_provider_and_thoughts(served):
    _, spec = served(thinking("reasoning_content", "好", "想"), "openrouter:a/b")
    message = chat_model(spec).invoke("问")
    assert message.content == "好"
    assert message.additional_kwargs["reasoning_content"] == "想"
    assert message.response_metadata["provider"] == "Scripted"
    assert "sk-or-test" not in repr(chat_model(spec))


RECORDED = {
    "openrouter, openai": (
        '{"id":"gen-1","provider":"OpenAI","model":"openai/gpt-5.4","object":"chat.completion",'
        '"created":1771000000,"choices":[{"logprobs":null,"finish_reason":"stop",'
        '"native_finish_reason":"completed","index":0,"message":{"role":"assistant",'
        '"content":"好","refusal":null,"reasoning":null}}],"usage":{"prompt_tokens":8,'
        '"completion_tokens":11,"total_tokens":19,"cost":0.00078,"is_byok":false,'
        '"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":0},"cost_details":'
        '{"upstream_inference_cost":null},"completion_tokens_details":{"reasoning_tokens":2}}}',
        {"served_provider": "OpenAI", "cost_usd": 0.00078, "cached_tokens": 4, "reasoning": ""},
    ),
    "openrouter, anthropic": (
        '{"id":"gen-2","provider":"Anthropic","model":"anthropic/claude-opus-4.6","object":'
        '"chat.completion","created":1771000000,"choices":[{"finish_reason":"length",'
        '"native_finish_reason":"max_tokens","index":0,"message":{"role":"assistant",'
        '"content":"","refusal":null,"reasoning":"想","reasoning_details":[{"type":'
        '"reasoning.text","text":"想","signature":"c2ln","format":"anthropic-claude-v1",'
        '"index":0}]}}],"usage":{"prompt_tokens":8,"completion_tokens":4096,"total_tokens":4104,'
        '"cost":0.1}}',
        {"text": "", "reasoning": "想", "truncated": True, "completion_tokens": 4096},
    ),
    "vllm": (
        '{"id":"chatcmpl-3","object":"chat.completion","created":1771000000,"model":"tiny",'
        '"choices":[{"index":0,"message":{"role":"assistant","reasoning_content":"\\n想\\n",'
        '"content":"\\n\\n好","tool_calls":[]},"logprobs":null,"finish_reason":"stop",'
        '"stop_reason":null}],"usage":{"prompt_tokens":8,"total_tokens":19,"completion_tokens":11,'
        '"prompt_tokens_details":null},"prompt_logprobs":null,"kv_transfer_params":null}',
        {"text": "好", "reasoning": "想", "served_provider": "", "reasoning_tokens": 0},
    ),
}


@pytest.mark.parametrize("shape", RECORDED)
def test_recorded_shapes_of_answers_are_read(served, shape):
    body, fields = RECORDED[shape]
    _, spec = served(Answer(raw=body), "openrouter:a/b")
    reply = Client().complete(says("问"), spec)
    assert {name: getattr(reply, name) for name in fields} == fields
    assert reply.prompt_tokens == 8
