"""nolle compare from the command line: what is asked, kept, resumed, refused, and told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support import made_cases
from support.compare_bench import MODEL, Bench

from nolle import cli
from nolle.evals import compare, keys, shots
from nolle.evals.compare_journal import read_lines
from nolle.evals.records import About, Gold, Record
from nolle.graphs.baseline_prompts import Shot

EXAMPLES = str(made_cases.EXAMPLES)


def test_rules_alone_out_of_the_box(monkeypatch: Any, tmp_path: Path, capsys: Any) -> None:
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path))
    assert cli.run(["compare", EXAMPLES, "--arms", "rules", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    (arm,) = said["arms"]
    assert (arm["answers"], arm["l2_macro_f1"], arm["calls"]) == (10, 1.0, 0)
    folder = Path(said["out"])
    records = [Record.model_validate(row) for row in read_lines(folder / "records.jsonl")]
    golds = [Gold.model_validate_json(x) for x in (folder / "gold.jsonl").open(encoding="utf-8")]
    assert [gold.index for gold in golds] == list(range(10))
    assert {one.case_id for one in golds} == {one.case_id for one in records}
    about = About.model_validate_json((folder / "run.json").read_bytes())
    assert (about.arms, about.models, about.task) == (("rules",), (), "prosecution")
    for one in records:
        assert one.raw_decision == one.decision.zh
        assert one.process.checks.keys() == {"evidence", "subsumption", "waiver"}
        assert 0 < one.process.quotes_verified <= one.process.quotes
        assert 0 <= one.confidence <= 1
        assert {step["node"] for step in one.steps} >= {"intake", "evidence", "decide", "opinion"}


def test_without_labels_it_says_so(monkeypatch: Any, tmp_path: Path, capsys: Any) -> None:
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path))
    (tmp_path / "x.txt").write_text(
        "犯罪嫌疑人张某某，男。\n张某某窃得手机一部，价值3200元。", encoding="utf-8"
    )
    assert cli.run(["compare", str(tmp_path / "x.txt"), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "no labels in the data" in said
    assert not (tmp_path / "out" / "gold.jsonl").exists()


def test_arms_models_and_runs(bench: Bench) -> None:
    assert bench.run("--arms", "graph,baseline,rules", "--runs", "2", "--json") == 0
    found = Counter((one.arm, one.model, one.run_id, one.seed) for one in bench.records)
    assert found == {
        ("graph", MODEL, 0, 42): 4,
        ("graph", MODEL, 1, 43): 4,
        ("baseline", MODEL, 0, 42): 4,
        ("baseline", MODEL, 1, 43): 4,
        ("rules", "rules", 0, None): 4,
    }
    assert len({one.key for one in bench.records}) == 20
    assert Counter(request.json["seed"] for request in bench.requests) == {42: 24, 43: 24}
    graph = next(one for one in bench.records if one.arm == "graph")
    assert (graph.spent.calls, graph.spent.cost_usd) == (5, 0.005)
    assert graph.spent.prompt_tokens > 0
    single = next(one for one in bench.records if one.arm == "baseline")
    assert (single.raw_decision, single.spent.calls) == ("起诉", 1)
    assert single.raw_articles == ("cl:第二百六十四条", "cpl:第一百七十六条")


def test_labels_never_reach_a_model(bench: Bench) -> None:
    rows = [{**row, "gist": "标记甲", "raw_reasoning_and_decision": "标记乙"} for row in (
        made_cases.rows(3)
    )]  # fmt: skip
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    bench.data.write_text("\n".join(lines), encoding="utf-8")
    assert bench.run("--arms", "graph,baseline,definitions,one_shot", "--json") == 0
    text = "\n".join(request.text for request in bench.requests)
    assert "卷宗编号2" in text
    assert not any(mark in text for mark in ("标记甲", "标记乙"))


def test_started_again_it_asks_only_for_what_is_missing(bench: Bench) -> None:
    assert bench.run("--arms", "baseline") == 0
    before = bench.records
    assert bench.run("--arms", "baseline") == 0
    assert bench.requests == []
    assert bench.run("--arms", "baseline,definitions") == 0
    assert len(bench.requests) == 4
    assert bench.records[:4] == before
    assert "4 of 8 answers were there before" in bench.told
    made_cases.write(bench.data, 6)
    assert bench.run("--arms", "baseline,definitions") == 0
    assert len(bench.requests) == 4


def test_changed_settings_never_mix_with_old_records(bench: Bench, monkeypatch: Any) -> None:
    assert bench.run("--arms", "baseline") == 0
    old = {one.key for one in bench.records}
    assert bench.run("--arms", "baseline", "--seed", "7") == 0
    assert len(bench.requests) == 4
    assert not {one.key for one in bench.records} & old
    assert "4 answers of other settings are kept aside" in bench.told
    monkeypatch.setattr(keys, "prompts_hash", lambda kind, task: "changed")
    assert bench.run("--arms", "baseline") == 0
    assert len(bench.requests) == 4
    monkeypatch.undo()


def test_other_code_is_another_setting_unless_told(bench: Bench, monkeypatch: Any) -> None:
    assert bench.run("--arms", "baseline") == 0
    with monkeypatch.context() as patch:
        patch.setattr(compare, "code_hash", lambda: "0" * 64)
        assert bench.run("--arms", "baseline", "--any-code") == 0
        assert bench.requests == []
        assert bench.run("--arms", "baseline") == 0
        assert len(bench.requests) == 4


def test_a_dry_run_asks_nobody_and_writes_nothing(bench: Bench) -> None:
    assert bench.run("--arms", "graph,graph-merged,baseline,rules", "--dry-run", "--json") == 0
    assert bench.requests == []
    assert not bench.out.exists()
    said = json.loads(bench.said)
    calls = {one["arm"]: one["calls"] for one in said["arms"]}
    assert calls == {"graph": 20, "graph-merged": 12, "baseline": 4, "rules": 0}
    assert (said["calls"], said["answers"]) == (36, 16)
    assert said["tokens"] > 36 * 700
    assert bench.run("--arms", "baseline") == 0
    assert bench.run("--arms", "baseline", "--dry-run", "--json") == 0
    assert json.loads(bench.said)["done_before"] == 4


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--arms", "nobody"], "unknown arm"),
        (["--arms", "graph", "--model", "rules"], "asks a language model"),
        (["--arms", "baseline", "--model", "nonsense"], "not a model spec"),
        (["--arms", "few_shot"], "no examples to show"),
        (["--arms", "baseline", "--model", f"{MODEL},{MODEL}"], "named twice"),
        (["--arms", "baseline", "--runs", "0"], "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_run_is_one_line(bench: Bench, options: list[str], says: str) -> None:
    assert bench.run(*options) == 2
    assert says in bench.told.splitlines()[-1]
    assert bench.requests == []


def test_examples_are_shown_before_the_case(bench: Bench, monkeypatch: Any) -> None:
    class Chooser:
        version = "index 1"

        def __call__(self, case: Any) -> list[Shot]:
            shown = case.model_copy(update={"fact": "示例事实。", "procedure": "", "id": "s"})
            return [Shot(case=shown, answer=made_cases.ANSWER)]

    class Newer(Chooser):
        version = "index 2"

    monkeypatch.setitem(shots.CHOOSERS, "one_per_decision", Newer)
    assert bench.run("--arms", "few_shot") == 0
    monkeypatch.setitem(shots.CHOOSERS, "one_per_decision", Chooser)
    assert bench.run("--arms", "few_shot") == 0
    roles = [[message["role"] for message in request.messages] for request in bench.requests]
    assert roles == [["system", "user", "assistant", "user"]] * 4
    assert all("示例事实" in request.messages[1]["content"] for request in bench.requests)
    assert {one.decision for one in bench.records} == {"P"}


def test_scores_and_exports_are_written_where_there_are_any(bench: Bench, monkeypatch: Any) -> None:
    class Double:
        @staticmethod
        def write_metrics(folder: Path) -> dict[str, Any]:
            (folder / "metrics.json").write_text("{}")
            return {"n": 1}

        @staticmethod
        def export_pdp(folder: Path) -> list[Path]:
            return [folder / "export" / "pdp"]

    monkeypatch.setattr(compare, "_module", lambda name: Double)
    assert bench.run("--arms", "baseline", "--json") == 0
    said = json.loads(bench.said)
    assert said["metrics"] == str(bench.out / "metrics.json")
    assert len(said["exports"]) == 1


def test_two_models_and_the_day_of_the_first_start(bench: Bench) -> None:
    both = f"{MODEL},vllm:tiny?temperature=0.5"
    assert bench.run("--arms", "baseline", "--model", both) == 0
    assert {one.model for one in bench.records} == set(both.split(","))
    about = bench.out / "run.json"
    data = json.loads(about.read_text("utf-8"))
    data["settings"]["today"] = "2020-02-02"
    about.write_text(json.dumps(data), encoding="utf-8")
    assert compare.day_of_run(bench.out).isoformat() == "2020-02-02"


def test_reviews_go_ahead_of_single_prompts_at_the_end(bench: Bench) -> None:
    from nolle.evals.arms import find_arms
    from nolle.evals.datasets import load_data

    data = load_data(str(made_cases.write(bench.data, 6)))
    arms = find_arms(["baseline", "graph"], data.task)
    jobs = compare.make_plan(data, arms, [MODEL], runs=2).jobs
    names = [one.arm.name for one in compare.in_order(jobs, 3)]
    assert names == ["baseline", "graph"] * 9 + ["graph"] * 3 + ["baseline"] * 3
    assert set(compare.in_order(jobs, 99)) == set(compare.in_order(jobs, 0)) == set(jobs)


def test_planning_a_comparison_loads_no_graph() -> None:
    check = "import sys, nolle.evals.compare; sys.exit('langgraph.graph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
