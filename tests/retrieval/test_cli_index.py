"""``nolle index`` from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.decided import rows

from nolle.cli import run
from nolle.retrieval.index import open_index


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path / "home"))
    file = tmp_path / "corpus.jsonl"
    lines = [json.dumps(row, ensure_ascii=False) for row in rows(12)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_the_index_lies_at_home_by_default(corpus: Path, tmp_path: Path, capfd: Any) -> None:
    assert run(["index", str(corpus)]) == 0
    printed = capfd.readouterr()
    assert "12 added, 0 replaced, 0 unchanged: 12 documents" in printed.out
    assert "罪名 charges: " in printed.out
    assert "version 000001" in printed.out
    assert printed.err == ""
    assert len(open_index(tmp_path / "home" / "index")) == 12


def test_json_and_another_place(corpus: Path, tmp_path: Path, capfd: Any) -> None:
    where = ["--out", str(tmp_path / "mine"), "--tokenizer", "bigram", "--json"]
    for added in (12, 0):
        assert run(["index", str(corpus), *where]) == 0
        report = json.loads(capfd.readouterr().out)
        assert (report["added"], report["unchanged"]) == (added, 12 - added)
        assert report["tokenizer"] == "bigram"
        assert report["documents"] == sum(report["outcomes"].values()) == 12
        assert report["skipped"] == 0
        assert report["bytes"] > 0


def test_bad_rows_stop_or_are_listed(corpus: Path, tmp_path: Path, capfd: Any) -> None:
    corpus.write_text(corpus.read_text("utf-8") + '{"fact": ""}\n{oops\n', encoding="utf-8")
    assert run(["index", str(corpus)]) == 2
    error = capfd.readouterr().err
    assert error.startswith("error: no facts, ")
    assert "corpus.jsonl, row 13" in error
    assert error.count("\n") == 1
    assert run(["index", str(corpus), "--skip-bad"]) == 0
    printed = capfd.readouterr().out
    assert "2 rows skipped:" in printed
    assert "row 14" in printed
    assert run(["index", str(corpus), "--skip-bad", "--json"]) == 0
    report = json.loads(capfd.readouterr().out)
    assert (report["skipped"], len(report["skipped_rows"])) == (2, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.jsonl"], "error: no such file, none.jsonl"),
        (["{corpus}", "--tokenizer", "foo"], "error: unknown tokenizer 'foo'"),
        (["{corpus}", "--out", "{folder}"], "error: a folder that is no index of nolle"),
        (["{corpus}", "--out", "{corpus}"], "error: cannot be written"),
        ([], "error: Missing argument"),
    ],
)
def test_errors_are_one_line(
    corpus: Path, tmp_path: Path, capfd: Any, arguments: list[str], message: str
) -> None:
    places = {"corpus": str(corpus), "folder": str(tmp_path)}
    assert run(["index", *(text.format(**places) for text in arguments)]) == 2
    printed = capfd.readouterr()
    assert printed.err.startswith(message)
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_help_has_examples(capfd: Any) -> None:
    assert run(["index", "--help"]) == 0
    assert "nolle index train.jsonl" in capfd.readouterr().out
