"""MCP through the official SDK's client, over standard input and over HTTP."""

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
mcp = pytest.importorskip("mcp")

CASE = Path(__file__).parents[2] / "examples" / "cases" / "dui-minor-dnp.json"


@pytest.fixture(scope="module")
def record():
    return json.loads(CASE.read_text("utf-8"))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("mcp")


@pytest.fixture(params=["stdio", "http"])
def connect(request, home, server):
    """Opens a client session by either transport."""

    @asynccontextmanager
    async def opened():
        if request.param == "http":
            target = f"{server}/mcp"
        else:
            env = {**os.environ, "NOLLE_HOME": str(home), "NOLLE_MODEL": "rules"}
            target = mcp.stdio_client(
                mcp.StdioServerParameters(
                    command=sys.executable, args=["-m", "nolle", "mcp"], env=env
                )
            )
        async with mcp.Client(target) as client:
            yield client

    return opened


def test_an_assistant_reviews_and_asks_on(connect, record):
    async def talk():
        told = []

        async def progress(done, total, message):
            told.append(message)

        async with connect() as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) >= {
                *("review_case", "submit_review", "get_review", "similar_cases", "statute"),
                *("limitation", "sentence", "what_if", "explain"),
            }
            assert all(tool.description and tool.output_schema for tool in tools.values())

            made = await client.call_tool(
                "review_case", {"case": record}, progress_callback=progress
            )
            data = made.structured_content
            assert not made.is_error
            assert (data["status"], data["decision"]) == ("done", "DNP")
            assert data["outcomes"][0]["name"] == "曹某某"
            assert "适用法条" in made.content[0].text
            assert any("intake" in line for line in told)

            asked = {"review_id": data["review_id"], "changes": {"alcohol": 250}}
            found = await client.call_tool("what_if", asked)
            assert found.structured_content["decision_after"] == "P"
            assert "起诉 P" in found.content[0].text

            step = await client.call_tool(
                "explain", {"review_id": data["review_id"], "step": "waiver"}
            )
            assert [s["node"] for s in step.structured_content["steps"]] == ["waiver"]
            why = {"review_id": data["review_id"], "question": "why not prosecute?"}
            assert "✗" in (await client.call_tool("explain", why)).content[0].text

            text = "\n".join((record["person_info"], record["fact"]))
            sent = await client.call_tool("submit_review", {"text": text})
            later = await client.call_tool(
                "get_review",
                {"review_id": sent.structured_content["review_id"], "wait_seconds": 40},
            )
            assert later.structured_content["status"] == "done"

            whole = await client.read_resource(f"nolle://reviews/{data['review_id']}")
            assert json.loads(whole.contents[0].text)["trace"]
            law = await client.read_resource("nolle://statutes/盗窃罪")
            assert "第二百六十四条" in law.contents[0].text

            prompts = {prompt.name for prompt in (await client.list_prompts()).prompts}
            assert prompts == {"review_this_case", "explain_review"}
            asked = await client.get_prompt("review_this_case", {"case_text": "某案"})
            assert "某案" in asked.messages[0].content.text

    asyncio.run(talk())


def test_the_law_and_the_calculators(connect, record):
    async def talk():
        async with connect() as client:
            shown = await client.call_tool("statute", {"key": "盗窃罪", "date": "2021-05-01"})
            assert shown.structured_content["statute"]["key"] == "cl:第二百六十四条"
            checked = await client.call_tool("statute", {"check_citations": "依照刑法第三十七条"})
            assert checked.structured_content["citations"][0]["state"] == "right"
            limit = {"max_months": 36, "conduct_end": "2010-01-01", "filed_on": "2021-01-01"}
            passed = await client.call_tool("limitation", limit)
            assert passed.structured_content["result"]["expired"] is True
            given = {"charge": "盗窃罪", "fact": "窃得手机，价值3000元。", "day": "2021-05-01"}
            term = await client.call_tool("sentence", given)
            assert term.structured_content["result"]["months"] > 0
            alike = await client.call_tool("similar_cases", {"case": record})
            found = alike.structured_content
            assert found["similar"] or found["note"]

    asyncio.run(talk())


BAD = [
    ("review_case", {}, "a review needs a case"),
    ("review_case", {"text": " "}, "no facts"),
    ("review_case", {"text": "甲盗窃。", "model": "gpt"}, "is not offered"),
    ("get_review", {"review_id": "rv-none"}, "no review"),
    ("what_if", {"review_id": "rv-none", "changes": {"age": 15}}, "no review"),
    ("statute", {}, "needs one of"),
    ("statute", {"key": "zz"}, "neither one article nor a charge"),
    ("sentence", {"charge": "zz", "fact": "x", "day": "2021-05-01"}, "zz"),
    ("limitation", {"max_months": 36}, "conduct_end"),
]


def test_what_cannot_be_done_is_told_in_words(connect):
    async def talk():
        async with connect() as client:
            for tool, given, said in BAD:
                answer = await client.call_tool(tool, given)
                assert answer.is_error, tool
                assert said in answer.content[0].text
                assert "Traceback" not in answer.content[0].text
            with pytest.raises(mcp.MCPError, match="no review"):
                await client.read_resource("nolle://reviews/rv-none")

    asyncio.run(talk())
