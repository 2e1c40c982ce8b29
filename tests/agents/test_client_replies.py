"""What a reply keeps of an answer: text, thoughts, figures, in every shape servers send."""

from __future__ import annotations

import json

import pytest
from support.model_calls import FAST, SCHEMA, says
from support.scripted_answers import (
    THINKING,
    Answer,
    by_tool,
    right,
    thinking,
    truncated,
)

from nolle.agents.chat import chat_model
from nolle.agents.client import Client
from nolle.agents.registry import parse_spec
from nolle.agents.thinking import split_thinking


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
