"""Reading run directories: torn lines, repeated records, other settings, missing files."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.run_files import write_folder

from nolle.errors import InputError
from nolle.evals.folder import read_folder
from nolle.evals.scores import score, write_metrics

SAID = {"raw_decision": "起诉", "decision": "P"}


def append(folder: Path, text: str) -> None:
    with (folder / "records.jsonl").open("a", encoding="utf-8") as file:
        file.write(text)


@pytest.mark.parametrize("torn", ['{"key": "x", "case', '{"key": "x", "case\n', "\n\n"])
def test_torn_lines_are_left_out(torn: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, [SAID], [{"decision": "P"}])
    append(folder, torn)
    assert len(read_folder(folder).arms[0].records) == 1


def test_a_later_record_replaces_an_earlier_one(tmp_path: Path) -> None:
    records = [{"key": "old", "raw_decision": ""}, {"key": "new", **SAID}]
    run = read_folder(write_folder(tmp_path, records))
    assert [r.key for r in run.arms[0].records] == ["new"]
    assert run.superseded == 1


def test_arms_and_models_that_run_json_does_not_name_are_set_aside(tmp_path: Path) -> None:
    records = [{"arm": arm, "model": m} for arm, m in (("a", "m"), ("b", "m"), ("a", "other"))]
    records.append({"arm": "rules", "model": "rules"})
    run = read_folder(write_folder(tmp_path, records, arms=["rules", "a"], models=["m"]))
    assert [(arm.name, arm.model) for arm in run.arms] == [("rules", "rules"), ("a", "m")]
    assert run.set_aside == 2
    assert [run.label(arm) for arm in run.arms] == ["rules · rules", "a · m"]


def test_answers_and_steps_are_read_only_when_asked_for(tmp_path: Path) -> None:
    long = {"answer": "很长", "steps": [{"node": "intake"}], **SAID}
    run = read_folder(write_folder(tmp_path, [{"index": 0}, {"index": 1, **long}]))
    kept = run.arms[0].kept[1]
    assert (kept.record.answer, kept.record.steps) == ("", ())
    with run.open_records() as file:
        whole = kept.whole(file)
    assert (whole.answer, whole.steps) == ("很长", ({"node": "intake"},))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("records.jsonl", "[1]\n", "no JSON object"),
        ("records.jsonl", '{"key": "k"}\n', "Field required"),
        ("records.jsonl", "", "no records"),
        ("gold.jsonl", '{"case_id": 1, "index": "x"}\n', "line 1"),
        ("run.json", "{}", "data"),
    ],
)
def test_a_broken_file_is_named(name: str, text: str, words: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, [SAID], [{"decision": "P"}])
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(InputError, match=words) as error:
        read_folder(folder)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_without_records_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nolle compare"):
        write_metrics(tmp_path)


def test_the_file_holds_what_is_returned(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, [SAID], [{"decision": "P"}])
    metrics = write_metrics(folder)
    assert json.loads((folder / "metrics.json").read_text("utf-8")) == metrics
    assert sorted(p.name for p in folder.iterdir()) == [
        "gold.jsonl",
        "metrics.json",
        "records.jsonl",
        "run.json",
    ]


def test_without_gold_there_is_only_the_distribution(tmp_path: Path) -> None:
    records = [{"index": n, **SAID} for n in range(3)] + [{"index": 3, "failure": "truncated"}]
    metrics = score(read_folder(write_folder(tmp_path, records)))
    arm = metrics["arms"][0]
    assert arm["distribution"]["strict"]["P"] == 0.75
    assert arm["distribution"]["strict"]["unresolved"] == 0.25
    assert arm["failures"]["truncated"] == 1
    assert arm["decisions"] == {"strict": None, "lenient": None}
    assert (metrics["gold_distribution"], metrics["significance"]) == (None, [])
    assert (arm["interval"], arm["calibration"], arm["judgments"]) == (None, None, {})


def test_cases_without_id_are_told_apart_by_their_place(tmp_path: Path) -> None:
    records = [{"case_id": "", "index": n, **SAID} for n in range(2)]
    gold = [{"case_id": "", "index": n, "decision": d} for n, d in enumerate(("P", "DNP"))]
    strict = score(read_folder(write_folder(tmp_path, records, gold)))["arms"][0]["decisions"][
        "strict"
    ]
    assert (strict["n"], strict["l2"]["micro_f1"]["mean"]) == (2, 0.5)


def test_spend_is_summed_and_unknown_costs_are_counted(tmp_path: Path) -> None:
    spent: list[dict[str, Any]] = [
        {"calls": 2, "prompt_tokens": 100, "completion_tokens": 10, "cost_usd": 0.5, "seconds": 1},
        {"calls": 1, "prompt_tokens": 50, "completion_tokens": 30, "cost_usd": None, "seconds": 3},
    ]
    records = [{"index": n, "spent": s} for n, s in enumerate(spent)]
    found = score(read_folder(write_folder(tmp_path, records)))["arms"][0]["spend"]
    assert (found["calls"], found["cost_usd"], found["unknown_cost"]) == (3, 0.5, 1)
    assert (found["per_answer"]["tokens"], found["per_answer"]["cost_usd"]) == (95.0, 0.5)
    assert found["seconds"] == {"mean": 2.0, "p50": 2.0, "p95": 3.0}


def test_calibration_leaves_out_answers_that_failed_or_say_nothing_of_confidence(
    tmp_path: Path,
) -> None:
    records = [
        {"index": 0, "confidence": 1.0, **SAID},
        {"index": 1, "confidence": 0.9, "failure": "truncated"},
        {"index": 2, **SAID},
    ]
    gold = [{"index": n, "decision": "P"} for n in range(3)]
    found = score(read_folder(write_folder(tmp_path, records, gold)))["arms"][0]["calibration"]
    assert (found["n"], found["ece"], found["brier"]) == (1, 0.0, 0.0)


def test_the_lenient_reading_of_a_review_is_its_label(tmp_path: Path) -> None:
    checks = {"evidence": "sufficient", "subsumption": "crime", "waiver": "not_waived"}
    records = [
        {"arm": "graph", "process": {"checks": checks}, **SAID},
        {"arm": "baseline", **SAID},
    ]
    metrics = score(read_folder(write_folder(tmp_path, records, [{"decision": "P"}])))
    lenient = [arm["decisions"]["lenient"]["l2"]["micro_f1"]["mean"] for arm in metrics["arms"]]
    # A single prompt's lenient reading may well refuse what the strict one takes.
    assert lenient == [0.0, 1.0] if metrics["arms"][0]["arm"] == "baseline" else [1.0, 0.0]


FIELDS = st.sampled_from(["key", "index", "arm", "decision"])
ROWS = st.dictionaries(FIELDS, st.integers()).map(lambda row: json.dumps(row).encode())
LINES = st.lists(st.one_of(st.binary(max_size=40), ROWS), max_size=5)


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_any_file_is_read_or_refused_in_one_line(lines: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = write_folder(Path(place), [SAID], [{"decision": "P"}])
        with (folder / "records.jsonl").open("ab") as file:
            file.write(b"\n".join(lines))
        refusal = ""
        try:
            read_folder(folder)
        except InputError as error:
            refusal = str(error)
        assert "\n" not in refusal
