"""The commands beside the review: whatif, bench, doctor, statutes, dataset, help."""

from __future__ import annotations

import json

import pytest
from support.command_line import DUI, call

from nolle import cli

pytestmark = pytest.mark.usefixtures("home")


def test_whatif_shows_what_changes(capsys):
    code, out, _ = call(capsys, "whatif", DUI, "--set", "alcohol=230", "--json")
    data = json.loads(out)
    assert code == 0
    assert (data["before"]["decision"], data["after"]["decision"]) == ("DNP", "P")
    assert any(d["what"] == "decision" for d in data["differences"])


def test_whatif_without_changes_names_what_would(capsys):
    code, out, _ = call(capsys, "whatif", DUI, "--json")
    flips = json.loads(out)["flips"]
    assert code == 0
    assert {f["before"] for f in flips} == {"DNP"}
    assert "recidivist" in {f["circumstance"] for f in flips}


def test_bench_prints_figures_and_a_baseline(capsys):
    code, out, _ = call(capsys, "bench", "reviews", DUI, "--json")
    data = json.loads(out)
    assert code == 0
    assert data["n"] == 1
    expected = {"l2_macro_f1", "l1_macro_f1", "per_class", "confusion", "unresolved", "baseline"}
    assert expected <= set(data)


def test_doctor_says_what_is_there_and_never_a_key(capsys, monkeypatch):
    monkeypatch.setenv("OPENROUTER_API_KEY", "sk-hidden-value")
    code, out, _ = call(capsys, "doctor", "--json")
    names = {item["name"]: item for item in json.loads(out)["checks"]}
    assert code == 0
    assert names["charges"]["ok"] is True
    assert names["OPENROUTER_API_KEY"]["detail"] == "set"
    assert "sk-hidden" not in out
    assert "pip install 'nolle[dense]'" in names["dense"]["detail"] or names["dense"]["ok"]


def test_doctor_fails_where_something_must_be_mended(capsys, monkeypatch):
    monkeypatch.setenv("NOLLE_REDACT", "sometimes")
    code, out, err = call(capsys, "doctor", "--json")
    assert code == 2
    assert any(item["ok"] is False for item in json.loads(out)["checks"])
    assert err.startswith("error: settings, nolle doctor")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("cl:第一百三十三条之一", "危险驾驶罪"),
        ("cl:133-1", "危险驾驶罪"),
        ("刑法第三十七条", "刑法第三十七条"),
        ("盗窃罪", "36–120"),
    ],
)
def test_statutes_show(capsys, key, words):
    code, out, _ = call(capsys, "statutes", "show", key, "--date", "2022-01-01")
    assert code == 0
    assert words in out


def test_statutes_check_marks_citations(capsys):
    text = "刑法第三十七条、刑法第九百条"
    _, out, _ = call(capsys, "statutes", "check", text, "--date", "2022-01-01", "--json")
    assert [c["state"] for c in json.loads(out)["citations"]] == ["right", "wrong"]


def test_statutes_diff_shows_a_change(capsys):
    _, out, _ = call(capsys, "statutes", "diff", "cl:第三百九十条", "2020-01-01", "2024-06-01")
    assert "0-36" in out
    assert "0-60" in out


def test_statutes_import_reads_a_text(capsys, tmp_path):
    law = tmp_path / "试行办法(2020-01-01).md"
    law.write_text("# 试行办法\n\n第一条 本办法自公布之日起施行。\n", encoding="utf-8")
    code, out, _ = call(capsys, "statutes", "import", law)
    assert code == 0
    assert "1 imported" in out


@pytest.mark.parametrize("command", ["review", "whatif", "bench", "doctor", "statutes"])
def test_every_command_has_help(capsys, command):
    code, out, _ = call(capsys, command, "--help")
    assert code == 0
    assert "Usage" in out


@pytest.mark.parametrize("command", ["review", "whatif", "bench"])
def test_help_has_examples(capsys, command):
    assert f"nolle {command}" in call(capsys, command, "--help")[1].partition("Example")[2]


def test_the_card_of_a_data_set(capsys, tmp_path):
    rows = tmp_path / "rows.jsonl"
    guilt = {"guilt": "principal", "prison": 12, "probation": 0}
    row = {"case_id": "1", "FD": "甲某打伤乙某。", "CV": "", "judgment": {"甲某": guilt}}
    rows.write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    assert cli.run(["dataset", str(rows), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["cases"], found["scenarios"]) == (1, {"S1": 1})
    assert cli.run(["dataset", str(rows)]) == 0
    assert "故意伤害罪 1" in capsys.readouterr().out
    assert cli.run(["dataset", str(tmp_path / "rows.pkl")]) == 2
    assert "pickle" in capsys.readouterr().err
