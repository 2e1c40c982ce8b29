"""What goes wrong on the command line is one line, one exit code, and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command_line import DUI, call
from support.made_cases import EXAMPLES

from nolle import cli

pytestmark = pytest.mark.usefixtures("home")


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
