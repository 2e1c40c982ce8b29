"""Tables as CSV, Markdown and LaTeX."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from support.made_runs import write_run

from nolle.errors import InputError
from nolle.evals.folder import read_folder
from nolle.evals.published import published_table
from nolle.evals.repeats import Stat
from nolle.evals.result_tables import tables
from nolle.evals.scores import score
from nolle.evals.tables import Table, shown, to_csv, to_latex, to_markdown, write_csv

TABLE = Table(
    id="demo",
    title="A & B",
    note="95 % of a_b.",
    columns=("arm", "F1", "n"),
    rows=(("one_shot | x", Stat(mean=0.5, se=0.01), 1200), ("=SUM(A1)", 0.25, None)),
)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (None, "–"),
        (1200, "1,200"),
        (0.12345, "0.1235"),
        (Stat(mean=0.5, se=0), "0.5000"),
        (Stat(mean=0.5, se=0.012), "0.5000 ± 0.0120"),
        ("text", "text"),
    ],
)
def test_cells_as_people_read_them(cell: object, words: str) -> None:
    assert shown(cell) == words  # type: ignore[arg-type]


def test_csv_has_numbers_in_full_and_a_column_for_errors() -> None:
    rows = list(csv.reader(io.StringIO(to_csv(TABLE))))
    assert rows[0] == ["arm", "F1", "F1 SE", "n"]
    assert rows[1] == ["one_shot | x", "0.5", "0.01", "1200"]
    # A spreadsheet must not compute a name.
    assert rows[2] == ["'=SUM(A1)", "0.25", "", ""]


def test_markdown_keeps_its_columns() -> None:
    lines = to_markdown([TABLE]).splitlines()
    assert lines[2] == "| arm | F1 | n |"
    assert lines[3] == "|---|---:|---:|"
    assert lines[4] == "| one_shot \\| x | 0.5000 ± 0.0100 | 1,200 |"


def test_latex_escapes_what_latex_reads() -> None:
    text = to_latex([TABLE])
    assert r"\caption{A \& B. 95 \% of a\_b.}" in text
    assert r"one\_shot | x & 0.5000 $\pm$ 0.0100 & 1,200 \\" in text
    assert text.count(r"\begin{tabular}{lrr}") == 1


def test_every_table_of_a_run_is_written_and_rectangular(tmp_path: Path) -> None:
    run = read_folder(write_run(tmp_path / "run", 40, runs=2))
    found = tables(score(run, draws=50))
    names = {table.id for table in found}
    assert {"decisions", "readings", "classes_l2", "confusion", "significance", "process"} <= names
    assert all(len(row) == len(t.columns) for t in found for row in t.rows)
    files = write_csv(found, tmp_path / "csv")
    assert {file.stem for file in files} == names
    for file in files:
        rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
        assert len({len(row) for row in rows}) == 1


@pytest.mark.parametrize(
    ("data", "systems"),
    [
        ("PDP-Bench/test", {"Gemini-3.1-Pro", "Qwen3.6-Max", "DeepSeek-V4-Pro", "Qwen3-8B"}),
        ("lawbench-3-1:rows.jsonl", {"GPT-4 zero-shot"}),
        ("own.jsonl", set()),
    ],
)
def test_published_figures_stand_beside_the_same_data(data: str, systems: set[str]) -> None:
    found = {str(row[0]) for row in published_table(data).rows}
    assert found - {"best of the paper"} == systems


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(InputError, match="name another folder"):
        write_csv([TABLE], tmp_path / "file")
