from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from nolle.errors import ConfigError, InputError
from nolle.graphs import journal as journal_module
from nolle.graphs.journal import journal_path, read_journal, review_files


@pytest.fixture
def review_into(tmp_path, fakes):
    """Reviews items into ``tmp_path/out`` with a journal under ``tmp_path/home``."""

    def go(*items, out="out", **more):
        return review_files(
            [(Path(path), label, case) for path, label, case in items],
            tmp_path / out,
            home=tmp_path / "home",
            **more,
        )

    return go


def events(tmp_path, out="out") -> list[tuple[str, str]]:
    entries = read_journal(journal_path(tmp_path / out, tmp_path / "home"))
    return [(entry["event"], entry["output"]) for entry in entries]


def names(results) -> list[str]:
    return [result.output.name for result in results]


def test_one_file_per_case_whole_and_alone(tmp_path, review_into, make_case):
    told: list[tuple[int, int, str]] = []
    results = review_into(
        ("a/one.txt", "", make_case("张某")),
        ("a/two.json", "", make_case("李某")),
        on_progress=lambda done, total, result: told.append((done, total, result.output.name)),
    )
    assert names(results) == ["one.json", "two.json"]
    assert told == [(1, 2, "one.json"), (2, 2, "two.json")]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["one.json", "two.json"]
    data = json.loads((tmp_path / "out/one.json").read_text(encoding="utf-8"))
    assert (data["decision"], data["outcomes"][0]["name"]) == ("P", "张某")
    assert results[0].decision == "P"
    assert not results[0].skipped


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["x1", "检例第1号"], ["in-x1.json", "in-检例第1号.json"]),
        (["a/b", "../c"], ["in-a-b.json", "in-c.json"]),
        (["", ""], ["in-1.json", "in-2.json"]),
        (["same", "same"], ["in-1.json", "in-2.json"]),
        (["a b", "a/b"], ["in-1.json", "in-2.json"]),
        (["only"], ["in.json"]),
    ],
)
def test_rows_of_one_input(review_into, make_case, ids, expected):
    rows = [("in.jsonl", str(n), make_case(id=i)) for n, i in enumerate(ids, start=1)]
    assert names(review_into(*rows)) == expected


def test_very_long_ids_make_usable_names(review_into, make_case):
    rows = [("in.jsonl", c, make_case(id="长" * 300 + c)) for c in "ab"]
    results = review_into(*rows)
    assert len(set(names(results))) == 2
    assert all(result.output.exists() for result in results)


def test_equal_stems_never_overwrite_each_other(tmp_path, review_into, make_case):
    items = [("a/x.txt", "", make_case("张某")), ("b/x.txt", "", make_case("李某"))]
    results = review_into(*items)
    assert len(set(names(results))) == 2
    assert all(name.startswith("x-") for name in names(results))
    assert names(review_into(*reversed(items), out="other")) == names(results)[::-1]
    people = [json.loads(r.output.read_text())["outcomes"][0]["name"] for r in results]
    assert people == ["张某", "李某"]


def test_a_later_run_keeps_its_hands_off_another_inputs_review(review_into, make_case):
    (first,) = review_into(("a/x.txt", "", make_case("张某")))
    (second,) = review_into(("b/x.txt", "", make_case("李某")))
    assert first.output.name == "x.json"
    assert second.output != first.output
    assert json.loads(first.output.read_text())["outcomes"][0]["name"] == "张某"
    both = review_into(("b/x.txt", "", make_case("李某")), ("a/x.txt", "", make_case("张某")))
    assert names(both) == [second.output.name, "x.json"]
    assert all(result.skipped for result in both)


def test_a_file_of_the_users_is_not_overwritten(tmp_path, review_into, make_case):
    (tmp_path / "out").mkdir()
    own = tmp_path / "out" / "x.json"
    own.write_text('{"fact": "the input itself"}')
    (result,) = review_into((own, "", make_case()))
    assert own.read_text() == '{"fact": "the input itself"}'
    assert result.output.name != "x.json"
    assert review_into((own, "", make_case()))[0].skipped


def test_the_same_input_twice_is_one_review(review_into, make_case, fakes):
    results = review_into(("x.txt", "", make_case()), ("x.txt", "", make_case()))
    assert names(results) == ["x.json"]
    assert fakes.count("opinion") == 1


def test_a_second_run_skips_what_is_done(tmp_path, review_into, make_case, fakes):
    items = [(f"{n}.txt", "", make_case(id=str(n))) for n in range(3)]
    review_into(*items)
    asked = fakes.count("opinion")
    results = review_into(*items)
    assert all(result.skipped and result.decision == "P" for result in results)
    assert fakes.count("opinion") == asked == 3
    assert Counter(event for event, _ in events(tmp_path)) == {"start": 3, "done": 3}


def test_what_changed_is_done_again(review_into, make_case):
    review_into(("x.txt", "", make_case(fact="旧事实。")))
    (again,) = review_into(("x.txt", "", make_case(fact="新事实。")))
    assert not again.skipped
    assert again.output.name == "x.json"
    (other,) = review_into(
        ("x.txt", "", make_case(fact="新事实。")), overrides={"forgiveness": "yes"}
    )
    assert (other.skipped, other.decision, other.output.name) == (False, "DNP", "x.json")


def test_another_version_does_it_again(review_into, make_case, monkeypatch):
    from nolle.graphs import outputs

    review_into(("x.txt", "", make_case()))
    monkeypatch.setattr(outputs, "_version", lambda: "99")
    assert not review_into(("x.txt", "", make_case()))[0].skipped


@pytest.mark.parametrize("damage", [b"", b'{"id": "c1", "deci', b"[]", None])
def test_a_lost_or_damaged_review_is_done_again(review_into, make_case, damage):
    (first,) = review_into(("x.txt", "", make_case()))
    if damage is None:
        first.output.unlink()
    else:
        first.output.write_bytes(damage)
    (again,) = review_into(("x.txt", "", make_case()))
    assert not again.skipped
    assert again.output == first.output
    assert json.loads(again.output.read_text())["decision"] == "P"


def test_a_torn_last_line_is_tolerated(tmp_path, review_into, make_case):
    items = [(f"{n}.txt", "", make_case(id=str(n))) for n in range(3)]
    review_into(*items[:2])
    path = journal_path(tmp_path / "out", tmp_path / "home")
    path.write_bytes(path.read_bytes()[:-20])
    results = review_into(*items)
    assert [r.skipped for r in results] == [True, True, False]
    assert names(results) == ["0.json", "1.json", "2.json"]
    assert all(r.skipped for r in review_into(*items))
    assert Counter(event for event, _ in events(tmp_path))["done"] == 3


def test_a_case_that_cannot_be_reviewed_does_not_stop_the_rest(
    tmp_path, review_into, make_case, fakes
):
    fakes.fail["charge:李某"] = InputError("no charge here")
    results = review_into(("a.txt", "", make_case("李某")), ("b.txt", "", make_case("张某")))
    assert [r.error for r in results] == ["no charge here", None]
    assert not results[0].output.exists()
    fakes.fail.clear()
    assert [r.skipped for r in review_into(("a.txt", "", make_case("李某")))] == [False]


def test_a_lost_journal_finds_its_own_reviews_again(tmp_path, review_into, make_case):
    (first,) = review_into(("x.txt", "", make_case()))
    journal_path(tmp_path / "out", tmp_path / "home").unlink()
    (again,) = review_into(("x.txt", "", make_case()))
    assert again.skipped
    assert again.output == first.output


def test_a_failed_write_leaves_nothing_behind(tmp_path, review_into, make_case, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    real = journal_module.os.fsync
    calls = iter([real, full])
    monkeypatch.setattr(journal_module.os, "fsync", lambda d: next(calls)(d))
    with pytest.raises(InputError, match="No space left"):
        review_into(("x.txt", "", make_case()))
    assert list((tmp_path / "out").iterdir()) == []
    monkeypatch.setattr(journal_module.os, "fsync", real)
    assert not review_into(("x.txt", "", make_case()))[0].skipped


def test_two_runs_do_not_write_to_one_folder(tmp_path, review_into, make_case):
    from nolle.graphs.journal import Journal

    with (
        Journal.open((tmp_path / "out").absolute(), tmp_path / "home"),
        pytest.raises(InputError, match="another run"),
    ):
        review_into(("x.txt", "", make_case()))


def test_bad_folders_and_models(tmp_path, review_into, make_case):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="choose another --out"):
        review_into(("x.txt", "", make_case()), out="file/below")
    with pytest.raises(ConfigError):
        review_into(("x.txt", "", make_case()), model="nothing:x")


def test_the_configured_home_holds_the_journal(tmp_path, fakes, make_case, monkeypatch):
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path / "env-home"))
    review_files([("x.txt", "", make_case())], tmp_path / "out")
    assert journal_path(tmp_path / "out", tmp_path / "env-home").exists()
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["x.json"]


SCRIPT = """
import importlib.util, pathlib, sys, time
conftest, out, home = sys.argv[1:4]
spec = importlib.util.spec_from_file_location("fake_judges", conftest)
fakes = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fakes)
from nolle.cases.models import Case
from nolle.graphs import judges
from nolle.graphs.journal import review_files

answers = fakes.Fakes()
read = answers.read_facts
answers.read_facts = lambda case, today=None: (time.sleep(0.01), read(case, today))[1]
judges.rules = lambda: answers.judges
cases = [
    ("cases.jsonl", str(n), Case(id=f"n{n}", meta={"date": "2021"[:4] + "-01-01"},
                                 person_info="某甲", fact=f"第{n}案。"))
    for n in range(50)
]
review_files(cases, out, home=pathlib.Path(home),
             on_progress=lambda done, total, result: print(done, flush=True))
"""


def test_a_killed_run_loses_nothing_and_doubles_nothing(tmp_path):
    out, home = tmp_path / "out", tmp_path / "home"
    conftest = Path(__file__).with_name("conftest.py")
    command = [sys.executable, "-c", SCRIPT, str(conftest), str(out), str(home)]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        for line in first.stdout:
            if int(line) >= 20:
                break
        time.sleep(0.013)
        first.send_signal(signal.SIGKILL)
        first.wait(timeout=30)
    finally:
        first.kill()
        first.stdout.close()
    path = journal_path(out, home)
    before = Counter(entry["event"] for entry in read_journal(path))
    assert 20 <= before["done"] < 50

    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    entries = read_journal(path)
    finished = Counter(entry["output"] for entry in entries if entry["event"] == "done")
    assert finished == {f"cases-n{n}.json": 1 for n in range(50)}
    assert sum(entry["event"] == "start" for entry in entries) <= 51
    reviews = sorted(p for p in out.iterdir() if p.suffix == ".json")
    assert len(reviews) == 50
    for review in reviews:
        data = json.loads(review.read_text(encoding="utf-8"))
        assert review.name == f"cases-{data['id']}.json"
