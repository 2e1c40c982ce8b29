from typing import Literal

import pytest
from pydantic import BaseModel, Field, model_validator
from support.scripted_answers import (
    by_tool,
    malformed,
    refused,
    right,
    thinking,
    truncated,
)
from support.scripted_server import ScriptedServer

from nolle.agents.client import Client
from nolle.agents.registry import parse_spec
from nolle.agents.structured import ask, wire_schema


class Part(BaseModel):
    title: str = Field(max_length=20)
    default: int = Field(default=0, ge=0, le=10)


class Verdict(BaseModel):
    """A judgement."""

    verdict: Literal["holds", "fails"]
    parts: list[Part] = Field(default_factory=list, max_length=3)
    note: str | None = Field(default=None, max_length=30)

    @model_validator(mode="after")
    def _has_parts(self):
        if self.verdict == "fails" and not self.parts:
            raise ValueError("fails 需要 parts")
        return self


ASKED = [{"role": "system", "content": "你是助理。"}, {"role": "user", "content": "问题"}]
GOOD = {"verdict": "holds", "parts": [{"title": "甲", "default": 1}], "note": None}


@pytest.fixture
def asked(monkeypatch):
    """Asks a server with the script; returns what ``ask`` returns, the requests and the counts."""

    def run(script, options="", name="vllm:tiny"):
        with ScriptedServer(script) as server:
            monkeypatch.setenv("NOLLE_VLLM_BASE_URL", server.url)
            monkeypatch.setenv("NOLLE_OPENROUTER_BASE_URL", server.url)
            monkeypatch.setenv("OPENROUTER_API_KEY", "sk-test")
            client = Client()
            found = ask(client, parse_spec(name + options), ASKED, Verdict, tag="x")
            return *found, server.requests, client.log.counts()

    return run


@pytest.mark.parametrize(
    "answer",
    [
        right(GOOD),
        by_tool(GOOD),
        right("```json\n" + '{"verdict": "holds"}' + "\n```"),
        right("先说理由。\n```json\n{}\n```\n再说。\n```json\n" + '{"verdict": "holds"}' + "\n```"),
        right('答案是 {"verdict": "holds", "parts": []} 以上。'),
        thinking("think_tag", '{"verdict": "holds"}', '可能是 {"verdict": "fails"}'),
        thinking("open_think_tag", '{"verdict": "holds"}'),
        thinking("reasoning_content", '{"verdict": "holds"}'),
        thinking("reasoning", "", '{"verdict": "holds"}'),
        truncated('{"verdict": "holds"}'),
    ],
)
def test_a_valid_answer_is_read_wherever_it_stands(asked, answer):
    found, replies, problem, requests, counts = asked(answer)
    assert found.verdict == "holds"
    assert (len(replies), problem, len(requests), counts.repairs) == (1, "", 1, 0)


@pytest.mark.parametrize("how", ["json_schema", "json_object", "tools", "text"])
def test_every_way_of_asking_gives_the_same_instance(asked, how):
    answer = by_tool(GOOD) if how == "tools" else right(GOOD)
    found, _, _, requests, _ = asked(answer, f"?structured={how}")
    assert found == Verdict.model_validate(GOOD)
    assert requests[0].schema_name == ("Verdict" if how in {"json_schema", "tools"} else "")
    assert ("maxLength" in requests[0].text) == (how in {"json_object", "text"})


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (malformed(), "没有找到 JSON"),
        (right("我认为成立。"), "没有找到 JSON"),
        (right('["verdict"]'), "没有找到 JSON"),
        (right({"verdict": "perhaps"}), "verdict"),
        (right({**GOOD, "note": "长" * 31}), "note"),
        (right({**GOOD, "parts": [{"title": "甲"}] * 4}), "parts"),
        (right({"verdict": "fails"}), "fails 需要 parts"),
        (right('{"a":' * 3000 + "1" + "}" * 3000), "没有找到 JSON"),
        (truncated(), "截断"),
        (truncated(""), "截断"),
        (by_tool({"verdict": 1}), "verdict"),
    ],
)
def test_what_does_not_validate_goes_back_once_with_the_reason(asked, bad, told):
    found, replies, problem, requests, counts = asked([bad, right(GOOD)])
    assert found is not None
    assert (len(replies), problem) == (2, "")
    assert (counts.repairs, counts.unparsable, counts.truncated, counts.calls) == (1, 0, 0, 2)
    first, second = (request.messages for request in requests)
    assert second[: len(first)] == first
    assert [message["role"] for message in second[len(first) :]] == ["assistant", "user"]
    assert told in second[-1]["content"]


@pytest.mark.parametrize(
    ("script", "problem", "asked_times"),
    [
        ([malformed()], "unparsable", 2),
        ([right({"verdict": "perhaps"})], "unparsable", 2),
        ([truncated()], "truncated", 2),
        ([malformed(), truncated()], "truncated", 2),
        ([truncated(), malformed()], "unparsable", 2),
        ([refused()], "refused", 1),
        ([malformed(), refused()], "refused", 2),
        ([right("", finish_reason="content_filter")], "refused", 1),
    ],
)
def test_what_stays_unusable_is_named_and_counted(asked, script, problem, asked_times):
    found, replies, code, requests, counts = asked(script)
    assert found is None
    assert code == problem
    assert len(replies) == len(requests) == asked_times
    assert getattr(counts, problem) == 1
    assert counts.truncated + counts.unparsable + counts.refused == 1
    assert counts.repairs == asked_times - 1


def test_the_schema_is_closed_and_needs_no_references():
    schema = wire_schema(Verdict)
    assert "$ref" not in str(schema)
    assert "$defs" not in schema
    assert schema["title"] == "Verdict"
    assert schema["required"] == ["verdict", "parts", "note"]
    part = schema["properties"]["parts"]["items"]
    assert part["properties"] == {
        "title": {"type": "string", "maxLength": 20},
        "default": {"type": "integer", "minimum": 0, "maximum": 10},
    }
    assert schema["additionalProperties"] is part["additionalProperties"] is False
    assert schema["properties"]["parts"]["maxItems"] == 3


def test_bounds_stay_out_where_the_endpoint_refuses_them(asked):
    assert not {"maxLength", "maxItems", "minimum", "maximum"} & set(
        str(wire_schema(Verdict, bounds=False)).replace("'", " ").split()
    )
    name = "openrouter:anthropic/claude-opus-4.6"
    _, _, problem, requests, _ = asked(right({**GOOD, "note": "长" * 31}), name=name)
    assert "maxLength" not in str(requests[0].json["response_format"])
    assert problem == "unparsable"
