import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nolle import cli

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples" / "cases"
DUI = str(EXAMPLES / "dui-minor-dnp.json")
KEYS = (
    "id model decision decision_zh level1 outcomes articles checks similar advisories opinion trace"
)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path / "home"))
    for name in ("NOLLE_DEBUG", "NOLLE_MODEL", "NOLLE_REDACT"):
        monkeypatch.delenv(name, raising=False)


def call(capsys, *args):
    code = cli.run([str(a) for a in args])
    streams = capsys.readouterr()
    return code, streams.out, streams.err


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


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["review"], "FILE"),
        (["review", "nowhere.json"], "nowhere.json"),
        (["review", str(EXAMPLES)], "folder"),
        (["review", DUI, "--model", "gpt-99"], "rules"),
        (["review", DUI, "--date", "2020-13-01"], "YYYY-MM-DD"),
        (["review", DUI, "--html", "no/such/dir/x.html"], "--html"),
        (["review", DUI, "--html", DUI], "a case file"),
        (["review", DUI, "--trace", DUI], "a case file"),
        (["review", DUI, "--html", "x.out", "--trace", "x.out"], "also --html"),
        (["review", DUI, "--checkpoint", "runs.sqlite"], "--run-id"),
        (["review", DUI, "--corpus", "nowhere"], "nowhere"),
        (["review", DUI, "--corpus", "x", "--no-corpus"], "--no-corpus"),
        (["similar", DUI], "nolle index"),
        (["review", DUI, "--out", "reviews", "--run-id", "r", "--checkpoint", "c"], "--out"),
        (["review", DUI, "--nope"], "--nope"),
        (["frobnicate"], "frobnicate"),
        (["whatif", DUI, "--set", "forgiveness"], "KEY=VALUE"),
        (["whatif", DUI, "--set", "kindness=yes"], "kindness"),
        (["bench", "wrong", DUI], "reviews"),
        (["statutes", "show", "nothing"], "nothing"),
        (["statutes", "check", "刑法第三十七条", "--date", "yesterday"], "yesterday"),
    ],
)
def test_bad_use_is_one_line_and_exit_code_two(capsys, monkeypatch, tmp_path, args, words):
    monkeypatch.chdir(tmp_path)
    before = Path(DUI).read_bytes()
    code, out, err = call(capsys, *args)
    assert code == 2
    assert out == ""
    assert err.startswith("error: ")
    assert len(err.splitlines()) == 1
    assert words in err
    assert Path(DUI).read_bytes() == before
    assert list(tmp_path.iterdir()) == []


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


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1, 2]",
        b'{"fact": ""}',
        b'{"person_info": "x"}',
        b'{"fact": 5}',
        b'{"fact": "a\\u0000b"}',
        '{"fact": "盗窃"}'.encode("gb18030"),
    ],
    ids=["empty", "no json", "numbers", "no facts", "missing", "type", "control", "gb18030 json"],
)
def test_bad_input_leaves_nothing_behind(capsys, tmp_path, content):
    file, html, out = tmp_path / "case.json", tmp_path / "r.html", tmp_path / "out"
    file.write_bytes(content)
    for target in (["--html", html], ["--out", out], ["--json"]):
        code, stdout, err = call(capsys, "review", DUI, file, *target)
        assert code == 2
        assert stdout == ""
        assert len(err.splitlines()) == 1
        assert "case.json" in err
    assert not html.exists()
    assert not out.exists()


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


def test_unexpected_errors_are_one_line(capsys, monkeypatch):
    from nolle import cli_commands

    def broken(*_):
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(cli_commands, "load", broken)
    code, _, err = call(capsys, "review", DUI)
    assert code == 1
    assert (
        err == "error: unexpected ZeroDivisionError: by zero; set NOLLE_DEBUG=1 for the traceback\n"
    )
    monkeypatch.setenv("NOLLE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli.run(["review", DUI])


def test_interruption_is_one_line(capsys, monkeypatch):
    from nolle import cli_commands

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_commands, "load", stopped)
    assert call(capsys, "review", DUI) == (130, "", "error: interrupted\n")


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
