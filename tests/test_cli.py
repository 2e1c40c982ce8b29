"""``nolle review`` on the command line: what it shows, writes, resumes and reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.command_line import DUI, call
from support.made_cases import EXAMPLES

pytestmark = pytest.mark.usefixtures("home")

KEYS = (
    "id model decision decision_zh level1 outcomes articles checks similar advisories opinion trace"
)


def test_review_shows_decision_checks_and_quotes(capsys):
    code, out, err = call(capsys, "review", DUI)
    assert code == 0
    assert err == ""
    for words in ("相对不起诉", "DNP", "事实与证据审查", "构成要件与责任审查", "起诉必要性审查"):
        assert words in out
    assert "刑法第一百三十三条之一" in out
    assert "案件事实" in out


def test_json_is_the_contract_and_nothing_else(capsys):
    code, out, err = call(capsys, "review", DUI, "--json")
    data = json.loads(out)
    assert code == 0
    assert err == ""
    assert set(KEYS.split()) <= set(data)
    assert (data["decision"], data["decision_zh"], data["level1"]) == ("DNP", "相对不起诉", "NP")
    outcome = data["outcomes"][0]
    assert {"name", "role", "decision", "checks", "charges", "articles", "sentence"} <= set(outcome)
    assert set(data["checks"]) == {"evidence", "subsumption", "waiver"}
    assert data["trace"][0]["node"] == "intake"


def test_a_prosecution_has_a_sentence_with_band_and_steps(capsys):
    _, out, _ = call(capsys, "review", EXAMPLES / "theft-prosecute-p.json", "--json")
    sentence = json.loads(out)["outcomes"][0]["sentence"]
    assert set(sentence) == {"kind", "months", "probation_months", "fine_yuan", "band", "steps"}
    assert sentence["band"][0] <= sentence["months"]
    assert len(sentence["steps"]) >= 3


def test_several_cases_are_one_json_object_a_line(capsys):
    code, out, _ = call(capsys, "review", DUI, EXAMPLES / "theft-prosecute-p.json", "--json")
    assert code == 0
    assert [json.loads(line)["decision"] for line in out.splitlines()] == ["DNP", "P"]


def test_unresolved_is_no_label_and_no_failure(capsys, tmp_path):
    file = tmp_path / "case.json"
    record = {"person_info": "犯罪嫌疑人甲某，男。", "fact": "甲某路过某处。"}
    file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    code, out, _ = call(capsys, "review", file, "--json")
    data = json.loads(out)
    assert code == 0
    assert (data["decision"], data["decision_zh"], data["level1"]) == (None, None, None)
    assert set(data["unresolved"]) == {"code", "node", "reason"}
    assert data["outcomes"][0]["unresolved"]["code"] == "no_charge"


def test_unknown_keys_and_gold_do_not_reach_the_review(capsys, tmp_path):
    record = json.loads(Path(DUI).read_text(encoding="utf-8"))
    record |= {"gist": "SECRET-GIST", "label_note": "SECRET-NOTE", "decision": "起诉"}
    file = tmp_path / "case.json"
    file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    _, out, _ = call(capsys, "review", file, "--json")
    assert "SECRET" not in out
    assert json.loads(out)["decision"] == "DNP"


def test_html_and_trace_are_written(capsys, tmp_path):
    html, trace = tmp_path / "r.html", tmp_path / "t.jsonl"
    code, _, _ = call(capsys, "review", DUI, "--html", html, "--trace", trace)
    steps = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    assert code == 0
    assert html.read_text(encoding="utf-8").startswith("<!")
    assert {"intake", "evidence", "decide", "opinion"} <= {s["node"] for s in steps}


def test_out_writes_one_file_per_case_and_resumes(capsys, tmp_path):
    out_dir = tmp_path / "out"
    files = sorted(EXAMPLES.glob("*.json"))
    first = call(capsys, "review", *files, "--out", out_dir, "--json")
    second = call(capsys, "review", *files, "--out", out_dir, "--json")
    assert first[0] == second[0] == 0
    assert sorted(p.name for p in out_dir.iterdir()) == [p.name for p in files]
    assert json.loads(first[1])["reviewed"] == len(files)
    again = json.loads(second[1])
    assert (again["reviewed"], again["already_done"]) == (0, len(files))


def test_out_takes_the_day_a_trace_and_one_page_of_all(capsys, tmp_path):
    out_dir, trace, html = tmp_path / "out", tmp_path / "t.jsonl", tmp_path / "all.html"
    files = sorted(EXAMPLES.glob("*.json"))[:3]
    more = ("--out", out_dir, "--html", html, "--trace", trace, "--workers", 2)
    undated = tmp_path / "undated.json"
    record = json.loads(Path(DUI).read_text(encoding="utf-8"))
    undated.write_text(json.dumps({**record, "meta": {}}), encoding="utf-8")
    assert call(capsys, "review", *files, undated, *more, "--date", "2012-06-01")[0] == 0
    runs = {json.loads(line)["run_id"] for line in trace.read_text(encoding="utf-8").splitlines()}
    assert len(runs) == 4
    notes = json.loads((out_dir / "undated.json").read_text(encoding="utf-8"))["notes"]
    assert any("2012-06-01" in note for note in notes)
    page = html.read_text(encoding="utf-8")
    assert all(json.loads(p.read_text())["id"] in page for p in files)
    again = call(capsys, "review", *files, undated, *more, "--date", "2020-06-01", "--json")
    assert json.loads(again[1])["already_done"] == 0


def test_standard_input(capsys, monkeypatch):
    import io

    text = io.TextIOWrapper(io.BytesIO(Path(DUI).read_bytes()), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", text)
    code, out, _ = call(capsys, "review", "-", "--json")
    assert code == 0
    assert json.loads(out)["decision"] == "DNP"


def test_brackets_in_a_path_are_no_markup(capsys, tmp_path):
    (tmp_path / "d[").mkdir()
    out, page = tmp_path / "d[" / "x]", tmp_path / "d[" / "x].html"
    assert call(capsys, "review", DUI, "--out", out)[0] == 0
    assert list(out.glob("*.json"))
    code, shown, _ = call(capsys, "review", DUI, "--html", page)
    assert code == 0
    assert str(page) in shown.replace("\n", "")


def test_a_locale_without_chinese_is_no_failure():
    done = subprocess.run(
        [sys.executable, "-m", "nolle", "review", DUI],
        capture_output=True,
        cwd="/",
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"DNP" in done.stdout


def test_gb18030_text_is_decoded(capsys, tmp_path):
    file = tmp_path / "case.txt"
    text = (
        "犯罪嫌疑人赵某，男，1990年1月1日出生。\n公安机关以赵某涉嫌盗窃罪移送审查起诉。\n"
        "赵某窃得手机一部，价值3000元，到案后如实供述。"
    )
    file.write_bytes(text.encode("gb18030"))
    code, out, _ = call(capsys, "review", file, "--json")
    assert code == 0
    assert json.loads(out)["outcomes"][0]["charges"] == ["盗窃罪"]


def test_as_a_program():
    done = subprocess.run(
        [sys.executable, "-m", "nolle", "review", DUI, "--json"],
        capture_output=True,
        cwd="/",
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))["decision_zh"] == "相对不起诉"


def test_a_closed_pipe_is_quiet():
    command = f"{sys.executable} -m nolle review {DUI} --json | head -c 10"
    done = subprocess.run(command, shell=True, capture_output=True, check=False)
    assert len(done.stdout) == 10
    assert done.stderr == b""
