from __future__ import annotations

import threading

import pytest

from nolle.cases.findings import Step
from nolle.errors import InputError
from nolle.graphs.trace import JsonlSink, MemorySink, Tee, comparable, digest, read_trace, step_id


def step(seq: int, run_id: str = "r", **more: object) -> Step:
    return Step(seq=seq, node="charge", run_id=run_id, **more)


def test_each_record_is_on_disk_at_once(tmp_path):
    path = tmp_path / "new" / "t.jsonl"
    with JsonlSink(path) as sink:
        for seq in (1, 2):
            sink.emit(step(seq, finding={"charges": ["盗窃罪"]}))
            assert len(path.read_text(encoding="utf-8").splitlines()) == seq
    assert "盗窃罪" in path.read_text(encoding="utf-8")


def test_files_are_appended_to_and_read_by_run(tmp_path):
    path = tmp_path / "t.jsonl"
    for run_id in ("b", "a"):
        with JsonlSink(path) as sink:
            sink.emit(step(2, run_id))
            sink.emit(step(1, run_id))
    assert [(s.run_id, s.seq) for s in read_trace(path)] == [
        ("b", 1),
        ("b", 2),
        ("a", 1),
        ("a", 2),
    ]
    assert [s.seq for s in read_trace(path, "a")] == [1, 2]


def test_a_torn_line_costs_only_itself(tmp_path):
    path = tmp_path / "t.jsonl"
    with JsonlSink(path) as sink:
        sink.emit(step(1))
        sink.emit(step(2))
    path.write_bytes(path.read_bytes()[:-9])
    with JsonlSink(path) as sink:
        sink.emit(step(2, model="again"))
        sink.emit(step(3))
    assert [(s.seq, s.model) for s in read_trace(path)] == [
        (1, "rules"),
        (2, "again"),
        (3, "rules"),
    ]


def test_threads_do_not_tear_lines(tmp_path):
    path = tmp_path / "t.jsonl"
    with JsonlSink(path) as sink:
        threads = [
            threading.Thread(target=lambda i=i: [sink.emit(step(i * 100 + k)) for k in range(50)])
            for i in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(read_trace(path)) == 200


@pytest.mark.parametrize("make", [lambda p: p, lambda p: p / "file" / "below.jsonl"])
def test_unwritable_and_unreadable_files_are_input_errors(tmp_path, make):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="trace"):
        JsonlSink(make(tmp_path))
    with pytest.raises(InputError, match="trace"):
        read_trace(make(tmp_path))


def test_tee_and_memory():
    one, two = MemorySink(), MemorySink()
    for seq in (2, 1):
        Tee([one, two]).emit(step(seq, ms=seq))
    assert [s.seq for s in one.steps] == [1, 2]
    assert one.steps == two.steps
    assert "ms" not in comparable(one.steps)[0]


def test_digest_ignores_the_order_of_keys_only():
    assert digest({"a": 1, "b": [1, 2]}) == digest({"b": [1, 2], "a": 1})
    assert digest([1, 2]) != digest([2, 1])
    assert digest("a", "b") != digest("ab")
    assert len(digest("x")) == 16


def test_step_ids():
    assert step_id(step(4)) == step_id({"node": "charge", "seq": 4}) == "charge#4"
