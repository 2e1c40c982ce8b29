"""``nolle report`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.made_runs import write_run
from support.run_files import write_folder

from nolle.cli import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_run(tmp_path / "run", 30, words=8)


def test_it_writes_the_page_the_metrics_and_the_export(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", str(folder)]) == 0
    out = capfd.readouterr().out
    assert "L2 macro-F1" in out
    assert "one_shot" in out
    assert (folder / "report.html").read_text("utf-8").startswith("<!doctype html>")
    assert json.loads((folder / "metrics.json").read_text("utf-8"))["cases"] == 30
    assert len(list(folder.glob("export/pdp/*/details_*.json"))) == 4


def test_it_writes_tables_for_a_paper(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    flags = ["--out", out, "--csv", tmp_path / "csv", "--markdown", tmp_path / "t.md"]
    assert run(["report", str(folder), *map(str, flags), "--latex", str(tmp_path / "t.tex")]) == 0
    assert out.is_file()
    assert not (folder / "report.html").exists()
    assert (tmp_path / "csv" / "decisions.csv").is_file()
    assert "| graph |" in (tmp_path / "t.md").read_text("utf-8")
    assert r"\toprule" in (tmp_path / "t.tex").read_text("utf-8")


def test_json_is_all_there_is_on_standard_output(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", str(folder), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["labelled"] == 30


def test_a_run_without_gold_shows_the_distribution(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = write_run(tmp_path / "run", 10, arms=("rules",), gold=False)
    assert run(["report", str(folder)]) == 0
    assert "unreadable" in capfd.readouterr().out
    assert not (folder / "export").exists()


def test_models_are_correlated_across_runs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("scipy")
    right = {"m1": 1, "m2": 3, "m3": 5}
    trial = [
        {"index": n, "model": m, "charges": ["盗窃" if n < k else "诈骗"]}
        for m, k in right.items()
        for n in range(6)
    ]
    decided = [
        {"index": n, "model": m, "raw_decision": "起诉" if n < k else "相对不起诉"}
        for m, k in right.items()
        for n in range(6)
    ]
    ljp = write_folder(
        tmp_path / "ljp", trial, [{"index": n, "charges": ["盗窃"]} for n in range(6)]
    )
    pdp = write_folder(tmp_path / "pdp", decided, [{"index": n, "decision": "P"} for n in range(6)])
    page = tmp_path / "c.html"
    command = ["report", str(ljp), str(pdp), "--correlate"]
    assert run([*command, "--out", str(page), "--csv", str(tmp_path / "csv")]) == 0
    assert "Pearson r" in capfd.readouterr().out
    assert "<svg" in page.read_text("utf-8")
    assert run([*command, "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["spearman"] == pytest.approx(1.0)
    assert [p["model"] for p in found["points"]] == ["m1", "m2", "m3"]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["nowhere"], "nolle compare"),
        (["RUN", "RUN"], "--correlate"),
        (["RUN", "--arm", "graph"], "--correlate"),
        (["RUN", "--correlate"], "at least 3 models"),
        (["RUN", "--correlate", "--max-mb", "3"], "--max-mb"),
        (["RUN", "--out", "RUN/records.jsonl/x.html"], "cannot write"),
        (["RUN", "--max-mb", "1000"], "max-mb"),
    ],
)
def test_wrong_use_is_one_line(
    flags: list[str], words: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", *(flag.replace("RUN", str(folder)) for flag in flags)]) == 2
    error = capfd.readouterr().err
    (line,) = [line for line in error.splitlines() if line.startswith("error: ")]
    assert words in line
