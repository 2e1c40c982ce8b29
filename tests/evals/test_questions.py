"""Direct questions on charges, articles, terms and choices: what is sent and what is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.scripted_answers import refused, right, truncated
from support.scripted_server import ScriptedServer

from nolle import cli
from nolle.evals.compare_journal import read_lines
from nolle.evals.questions import read_answer
from nolle.evals.samples import Task

FACT = "2022年1月3日，被告人王大锤在超市内窃得手机一部，价值3200元。"
ROW = {"fact": FACT, "charges": ["盗窃"], "articles": [264, 67], "term": "8个月"}
MCQ = {"question": f"{FACT}构成何罪？\nA: 盗窃\nB: 诈骗", "answer": "A"}


@pytest.mark.parametrize(
    ("task", "text", "found"),
    [
        (Task.CHARGES, "分析。\n罪名：盗窃罪；诈骗罪", {"charges": ("盗窃罪", "诈骗罪")}),
        (Task.CHARGES, "罪名：抢劫罪不成立。\n罪名：盗窃", {"charges": ("盗窃罪",)}),
        (Task.CHARGES, "我不知道", {"charges": ()}),
        (Task.TERM, "刑期：8个月", {"months": 8.0}),
        (Task.TERM, "刑期：3年", {"months": 36.0}),
        (Task.TERM, "刑期：3年6个月", {"months": 6.0}),
        (Task.TERM, "刑期：无期徒刑", {"months": -1.0}),
        (Task.TERM, "难以预测", {"months": None}),
        (Task.CHOICE, "因为…\n答案：B、A", {"choice": "AB"}),
        (Task.CHOICE, "C", {"choice": "C"}),
        (Task.CHOICE, "不会", {"choice": ""}),
    ],
)
def test_reading(task: Task, text: str, found: dict[str, Any]) -> None:
    assert read_answer(task, text) == found


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("法条：刑法第264条、第六十七条", ("cl:第二百六十四条", "cl:第六十七条")),
        ("法条：刑法第264、67条", ("cl:第二百六十四条", "cl:第六十七条")),
        ("没有", ()),
    ],
)
def test_reading_articles(text: str, keys: tuple[str, ...]) -> None:
    assert read_answer(Task.ARTICLES, text) == {"articles": keys, "raw_articles": keys}


def compare(
    tmp_path: Path, monkeypatch: Any, name: str, reply: Any, arms: str = "baseline"
) -> tuple[int, list[dict[str, Any]], list[Any]]:
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path))
    row = MCQ if name == "lexeval" else ROW
    data = tmp_path / "rows.jsonl"
    data.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    with ScriptedServer(reply) as server:
        monkeypatch.setenv("NOLLE_VLLM_BASE_URL", server.url)
        args = ["compare", f"{name}:{data}", "--arms", arms, "--model", "vllm:tiny"]
        code = cli.run([*args, "--out", str(tmp_path / "out"), "--json"])
        return code, list(read_lines(tmp_path / "out" / "records.jsonl")), server.requests


@pytest.mark.parametrize(
    ("name", "reply", "field", "value", "told"),
    [
        ("lawbench-3-1", "法条：刑法第264条", "articles", ["cl:第二百六十四条"], "罪名：盗窃罪"),
        ("lawbench-3-3", "罪名：盗窃罪", "charges", ["盗窃罪"], FACT),
        ("lawbench-3-4", "刑期：7个月", "months", 7.0, "罪名：盗窃罪"),
        ("lawbench-3-5", "刑期：7个月", "months", 7.0, "刑法条文：第二百六十四条、第六十七条"),
        ("lexeval", "答案：A", "choice", "A", "B: 诈骗"),
    ],
)
def test_a_model_and_the_rules_answer_each_task(
    tmp_path: Path, monkeypatch: Any, name: str, reply: str, field: str, value: Any, told: str
) -> None:
    code, records, requests = compare(tmp_path, monkeypatch, name, right(reply), "baseline,rules")
    assert code == 0
    by_arm = {record["arm"]: record for record in records}
    assert by_arm["baseline"][field] == value
    assert by_arm["rules"][field]
    (request,) = requests
    assert told in request.text
    given = {"lawbench-3-1": "264", "lawbench-3-3": "盗窃罪；", "lexeval": "答案：A"}
    assert given.get(name, "8个月") not in request.text


@pytest.mark.parametrize(
    ("reply", "failure"),
    [(right("？"), "unparsable"), (truncated("罪"), "truncated"), (refused(), "refused")],
)
def test_what_cannot_be_read(tmp_path: Path, monkeypatch: Any, reply: Any, failure: str) -> None:
    code, (record,), _ = compare(tmp_path, monkeypatch, "lawbench-3-3", reply)
    assert (code, record["failure"], record["charges"]) == (0, failure, [])


def test_names_are_masked_where_wanted(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("NOLLE_REDACT", "always")
    code, _, (request,) = compare(tmp_path, monkeypatch, "lawbench-3-3", right("罪名：盗窃罪"))
    assert code == 0
    assert "王大锤" not in request.text
    assert "3200元" in request.text
