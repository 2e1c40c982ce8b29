"""The chat graph, the tools for agents, and langgraph.json as LangGraph's server loads it."""

import importlib
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from support.http_server import wait_for

import nolle

ROOT = Path(__file__).parents[2]
CASES = ROOT / "examples" / "cases"
CONFIG = json.loads((ROOT / "langgraph.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def record():
    return json.loads((CASES / "dui-minor-dnp.json").read_text("utf-8"))


@pytest.fixture
def talk(record):
    from nolle.serving import chat_graph

    graph = chat_graph.build()
    graph.checkpointer = InMemorySaver()
    thread = {"configurable": {"thread_id": "t"}}

    def say(text):
        return graph.invoke({"messages": [HumanMessage(text)]}, thread)["messages"][-1].content

    return say


def test_a_thread_keeps_its_review(talk, record):
    assert "案件事实" in talk("你好")
    assert "相对不起诉 DNP" in talk(json.dumps(record, ensure_ascii=False))
    assert "起诉 P" in talk("如果酒精含量是250呢？")
    assert "✗" in talk("why not prosecute?")
    assert "no facts" in talk('{"fact": ""}')


def test_a_conversation_sent_whole_needs_no_thread(record):
    from nolle.serving.chat_graph import graph

    said = [HumanMessage(json.dumps(record, ensure_ascii=False)), HumanMessage("结论是什么？")]
    assert "相对不起诉 DNP" in graph.invoke({"messages": said})["messages"][-1].content


@pytest.mark.parametrize("name", CONFIG["graphs"])
def test_every_entry_runs_as_the_server_loads_it(name, record):
    module, _, variable = CONFIG["graphs"][name].partition(":")
    assert "/" not in module, "a file would be executed without its package"
    graph = getattr(importlib.import_module(module), variable)
    assert graph.get_input_jsonschema()["properties"]
    assert graph.get_output_jsonschema()
    if name == "review":
        assert graph.invoke({"case": record})["review"]["decision"] == "DNP"


def test_the_review_is_a_tool(record):
    tool = nolle.as_tool()
    assert {"text", "case", "changes"} == set(tool.args)
    made = tool.invoke({"case": record})
    assert made["decision"] == "DNP"
    assert json.dumps(made)
    assert tool.invoke({"case": record, "changes": {"alcohol": "250"}})["decision"] == "P"
    assert tool.invoke({}).startswith("error: a review needs a case")
    assert tool.invoke({"text": " "}).startswith("error: no facts")


def test_the_agent_of_the_examples_runs_offline():
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "agent.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[:2] == ["-> review_case", "-> show_statute"]
    assert "建议起诉" in done.stdout


def langgraph_command():
    given = os.environ.get("NOLLE_LANGGRAPH") or shutil.which("langgraph")
    if not given or not Path(given).exists():
        pytest.skip("no langgraph command: set NOLLE_LANGGRAPH (langgraph-cli[inmem])")
    return given


def test_the_development_server_serves_every_graph(tmp_path, record):
    """LangGraph's own in-memory server; its licence (Elastic-2.0) keeps it out of our extras."""
    import httpx

    command = langgraph_command()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = tmp_path / "langgraph.json"
    config.write_text(json.dumps({**CONFIG, "dependencies": [str(ROOT)]}), "utf-8")
    start = [command, "dev", "--config", str(config), "--port", str(port)]
    log = (tmp_path / "log").open("w+")
    process = subprocess.Popen(
        [*start, "--no-browser", "--no-reload"],
        stdout=log,
        stderr=log,
        cwd=tmp_path,
        env={**os.environ, "NOLLE_HOME": str(tmp_path), "LANGSMITH_TRACING": "false"},
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/ok", process, log=tmp_path / "log")
        found = httpx.post(f"{address}/assistants/search", json={"limit": 20}, timeout=30).json()
        assert {item["graph_id"] for item in found} == set(CONFIG["graphs"])
        text = json.dumps(record, ensure_ascii=False)
        asked = {
            "assistant_id": "chat",
            "input": {"messages": [{"role": "user", "content": text}]},
        }
        done = httpx.post(f"{address}/runs/wait", json=asked, timeout=120).json()
        assert "相对不起诉 DNP" in done["messages"][-1]["content"]
        asked = {"assistant_id": "review", "input": {"case": record}}
        made = httpx.post(f"{address}/runs/wait", json=asked, timeout=120).json()
        assert made["review"]["decision"] == "DNP"
    finally:
        process.terminate()
        process.wait(20)
        log.close()
