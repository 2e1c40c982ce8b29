"""Approval from the command line."""

from __future__ import annotations

import json

import pytest
from support.approvals import DUI, NAME
from support.command_line import call

from nolle.cases.models import Case
from nolle.graphs.run import run
from nolle.graphs.trace import read_trace


@pytest.mark.usefixtures("home")
def test_the_command_line_waits_and_goes_on(capsys, file, tmp_path):
    trace = tmp_path / "t.jsonl"
    start = ("review", DUI, "--approve", "--checkpoint", file, "--run-id", "case 7")
    code, out, err = call(capsys, *start, "--trace", trace)
    assert (code, err) == (0, "")
    for words in (NAME, "DNP", "危险驾驶罪", "waiver", "可以免予刑罚", "waiting for approval"):
        assert words in out
    assert f"nolle approve --checkpoint {file} --run-id 'case 7' --by NAME --accept" in out
    code, out, _ = call(capsys, *start, "--json")
    assert code == 0
    assert json.loads(out)["pending"]["findings"][0]["decision"] == "DNP"
    go_on = ("approve", "--checkpoint", file, "--run-id", "case 7", "--by", "王某")
    edit = ("--edit", f"{NAME}:waiver=not_waived", "--reason", "多次酒驾")
    code, out, err = call(capsys, *go_on, *edit, "--trace", trace, "--json")
    data = json.loads(out)
    assert (code, err, data["decision"]) == (0, "", "P")
    assert data["outcomes"][0]["checks"]["waiver"]["judge"] == "human:王某"
    assert [s.seq for s in read_trace(trace, "case 7")] == [s["seq"] for s in data["trace"]]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--accept",), "相对不起诉"),
        (("--reject", "事实不清"), "approval/rejected: 事实不清"),
    ],
)
def test_the_command_line_prints_the_review(capsys, file, given, words):
    call(capsys, "review", DUI, "--approve", "--checkpoint", file, "--run-id", "r")
    code, out, _ = call(
        capsys, "approve", "--checkpoint", file, "--run-id", "r", "--by", "王某", *given
    )
    assert code == 0
    assert words in out
    assert "人工审核：王某" in out


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["review", DUI, "--approve"], "--checkpoint"),
        (["review", DUI, DUI, "--approve", "--checkpoint", "FILE"], "one case"),
        (["review", DUI, "--approve", "--checkpoint", "FILE", "--out", "x"], "--out"),
        (["review", DUI, "--approve", "--checkpoint", "FILE", "--html", "x"], "--html"),
        (["approve", "--run-id", "r", "--by", "王某", "--accept"], "--checkpoint"),
        (["approve", "--checkpoint", "FILE", "--run-id", "r", "--accept"], "--by"),
        (["approve", "--checkpoint", "FILE", "--run-id", "q", "--by", "王", "--accept"], "'q'"),
        (["approve", "--checkpoint", "FILE", "--run-id", "r", "--by", "王"], "give one"),
        (
            ["approve", "--checkpoint", "FILE", "--run-id", "r", "--by", "王", "--edit", "x"],
            "DEFENDANT:CHECK=VERDICT",
        ),
    ],
)
def test_bad_use_is_one_line_and_exit_code_two(capsys, file, args, words):
    run(Case.load(DUI), run_id="r", checkpoint=file, approve=True)
    code, out, err = call(capsys, *(file if arg == "FILE" else arg for arg in args))
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert words in err
