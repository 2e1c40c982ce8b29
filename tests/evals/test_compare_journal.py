"""The journal of a run directory: nothing lost, nothing twice, nothing mixed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nolle.errors import InputError
from nolle.evals.compare_journal import ASIDE, RECORDS, CompareJournal, done_keys, read_lines
from nolle.evals.records import Failure, Record


def record(key: str, **more: object) -> Record:
    base = {"case_id": f"case-{key}", "index": 0, "arm": "a", "model": "m", "run_id": 0}
    return Record.model_validate({"key": key, **base, **more})


def fill(folder: Path, *records: Record) -> None:
    with CompareJournal.open(folder) as journal:
        journal.take_up({one.key: 0 for one in records})
        for one in records:
            journal.add(one)


def keys(path: Path) -> list[str]:
    return [row["key"] for row in read_lines(path)]


def test_records_are_there_as_soon_as_they_are_added(tmp_path: Path) -> None:
    with CompareJournal.open(tmp_path / "out") as journal:
        assert journal.take_up({"k.1": 0}).done == frozenset()
        journal.add(record("k.1", answer="回答"))
        assert keys(tmp_path / "out" / RECORDS) == ["k.1"]
    assert done_keys(tmp_path / "out", ["k.1", "k.2"]) == {"k.1"}


def test_a_torn_last_line_is_left_out_and_the_next_record_stands_alone(tmp_path: Path) -> None:
    fill(tmp_path, record("k.1"))
    path = tmp_path / RECORDS
    path.write_bytes(path.read_bytes() + record("k.2").model_dump_json().encode()[:57])
    with CompareJournal.open(tmp_path) as journal:
        assert journal.take_up({"k.1": 0, "k.2": 1}).done == {"k.1"}
        journal.add(record("k.2"))
    assert [json.loads(line)["key"] for line in path.read_bytes().splitlines()] == ["k.1", "k.2"]


def test_records_of_other_settings_lie_aside_and_come_back(tmp_path: Path) -> None:
    fill(tmp_path, record("a.1"), record("b.1"))
    with CompareJournal.open(tmp_path) as journal:
        taken = journal.take_up({"b.1": 0, "c.1": 1})
        journal.add(record("c.1"))
    assert (taken.done, taken.aside) == ({"b.1"}, 1)
    assert keys(tmp_path / RECORDS) == ["b.1", "c.1"]
    assert keys(tmp_path / ASIDE) == ["a.1"]
    with CompareJournal.open(tmp_path) as journal:
        taken = journal.take_up({"a.1": 0, "b.1": 1, "c.1": 2})
    assert taken.done == {"a.1", "b.1", "c.1"}
    assert sorted(keys(tmp_path / RECORDS)) == ["a.1", "b.1", "c.1"]
    assert not (tmp_path / ASIDE).exists()


def test_other_code_counts_only_where_asked_for(tmp_path: Path) -> None:
    fill(tmp_path, record("a.old"))
    assert done_keys(tmp_path, ["a.new"]) == frozenset()
    assert done_keys(tmp_path, ["a.new"], any_code=True) == {"a.new"}
    with CompareJournal.open(tmp_path) as journal:
        assert journal.take_up({"a.new": 0}, any_code=True).done == {"a.new"}
    assert keys(tmp_path / RECORDS) == ["a.old"]


@pytest.mark.parametrize("failure", [Failure.LIMIT, Failure.MODEL_ERROR])
def test_what_another_run_may_settle_is_asked_again(tmp_path: Path, failure: Failure) -> None:
    fill(tmp_path, record("a.1", failure=failure), record("b.1", failure=Failure.UNPARSABLE))
    with CompareJournal.open(tmp_path) as journal:
        assert journal.take_up({"a.1": 0, "b.1": 1}).done == {"b.1"}
        journal.add(record("a.1"))
    assert keys(tmp_path / RECORDS) == ["b.1", "a.1"]


def test_a_record_follows_its_sample_to_another_place(tmp_path: Path) -> None:
    fill(tmp_path, record("a.1"))
    with CompareJournal.open(tmp_path) as journal:
        journal.take_up({"a.1": 7})
    assert [row["index"] for row in read_lines(tmp_path / RECORDS)] == [7]


def test_stopped_while_sorting_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    fill(tmp_path, record("a.1"), record("b.1"))
    # As a crash leaves it after the first of the two files: a record in both.
    (tmp_path / ASIDE).write_bytes((tmp_path / RECORDS).read_bytes())
    with CompareJournal.open(tmp_path) as journal:
        assert journal.take_up({"a.1": 0}).done == {"a.1"}
    assert keys(tmp_path / RECORDS) == ["a.1"]
    assert keys(tmp_path / ASIDE) == ["b.1"]


def test_one_process_at_a_time(tmp_path: Path) -> None:
    with (
        CompareJournal.open(tmp_path),
        pytest.raises(InputError, match="another run is writing"),
        CompareJournal.open(tmp_path),
    ):
        pass
    with CompareJournal.open(tmp_path) as journal:
        assert journal.take_up({}).done == frozenset()


def test_a_folder_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(InputError, match="choose another --out"),
        CompareJournal.open(tmp_path / "file"),
    ):
        pass
