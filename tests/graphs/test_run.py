from __future__ import annotations

import asyncio
import json
import sqlite3
import warnings
from datetime import date

import pytest
from support.killed import Killed

from nolle.cases.findings import Review, Step
from nolle.errors import ConfigError, InputError
from nolle.graphs import run as run_module
from nolle.graphs.checkpoints import open_sqlite
from nolle.graphs.run import arun, astream, run
from nolle.graphs.trace import MemorySink, read_trace


def test_two_runs_are_equal_but_for_times_and_run_ids(fakes, make_case, plain):
    case = make_case("张某、李某、王某")
    one, two = run(case), run(case)
    assert plain(one) == plain(two)
    assert one.run_id != two.run_id
    assert {step.run_id for step in one.trace} == {one.run_id}


def test_other_models_are_refused_by_name(make_case):
    with pytest.raises(ConfigError, match="unknown provider 'nobody'"):
        run(make_case(), "nobody:gpt-x")


def test_today_counts_where_the_case_has_no_date(fakes, make_case):
    review = run(make_case(meta={}), today=date(2022, 2, 2))
    assert review.trace[0].finding["decision_date"] == "2022-02-02"
    assert "no date" in review.notes


def test_the_review_survives_json(fakes, make_case):
    review = run(make_case("张某、李某"))
    assert Review.model_validate_json(review.model_dump_json()) == review
    json.dumps(review.to_json())


def test_async_gives_the_same(fakes, make_case, plain):
    case = make_case("张某、李某")
    assert plain(asyncio.run(arun(case))) == plain(run(case))


def test_sync_works_inside_a_running_loop(fakes, make_case, plain):
    async def cell():
        return run(make_case())

    assert plain(asyncio.run(cell())) == plain(run(make_case()))


def test_stream_yields_every_step_then_the_review(fakes, make_case, tmp_path):
    async def collect():
        return [item async for item in astream(make_case(), trace=tmp_path / "t.jsonl")]

    *steps, review = asyncio.run(collect())
    assert isinstance(review, Review)
    assert all(isinstance(step, Step) for step in steps)
    assert sorted(steps, key=lambda s: s.seq) == list(review.trace)
    assert read_trace(tmp_path / "t.jsonl") == review.trace


def test_stream_raises_what_the_run_raises(fakes, make_case):
    async def collect():
        return [item async for item in astream(make_case(), "nothing:at-all")]

    with pytest.raises(ConfigError):
        asyncio.run(collect())


def test_a_stream_may_be_left_early(fakes, make_case):
    async def first():
        stream = astream(make_case())
        async for step in stream:
            await stream.aclose()
            return step
        return None

    assert asyncio.run(first()).node == "intake"


def test_many_side_by_side_in_one_loop(fakes, make_case):
    async def all_of_them():
        cases = [make_case(f"张某{i}") for i in range(8)]
        return await asyncio.gather(*(arun(case) for case in cases))

    reviews = asyncio.run(all_of_them())
    assert [list(r.outcomes) for r in reviews] == [[f"张某{i}"] for i in range(8)]


def test_tracing_services_are_off_unless_asked_for(fakes, make_case, monkeypatch):
    from langsmith.utils import tracing_is_enabled

    seen: list[object] = []
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
    monkeypatch.setattr(fakes, "similar", lambda view, context: seen.append(tracing_is_enabled()))
    monkeypatch.setattr(
        fakes, "charge", lambda view, context: seen.append(tracing_is_enabled()) or 1 / 0
    )
    run(make_case())
    asyncio.run(arun(make_case()))
    assert seen == [False] * len(seen)
    assert len(seen) >= 4


def test_the_users_own_setting_opts_in(monkeypatch):
    from langsmith.run_helpers import get_tracing_context

    monkeypatch.setenv("NOLLE_TRACE_LANGSMITH", "1")
    with run_module._tracing():
        assert get_tracing_context()["enabled"] is not False
    monkeypatch.delenv("NOLLE_TRACE_LANGSMITH")
    with run_module._tracing():
        assert get_tracing_context()["enabled"] is False


NODES = ["charge", "similar", "evidence", "waiver", "decide", "sentence", "verify", "opinion"]


@pytest.mark.parametrize("node", NODES)
def test_a_stopped_run_goes_on_without_running_finished_nodes_again(
    fakes, make_case, plain, tmp_path, node
):
    case, file, trace = make_case("张某、李某"), tmp_path / "c.sqlite", tmp_path / "t.jsonl"
    fakes.fail[node] = Killed()
    with pytest.raises(Killed):
        run(case, run_id="r1", checkpoint=file, trace=trace)
    stopped = dict(fakes.asked)
    fakes.fail.clear()
    resumed = run(case, run_id="r1", checkpoint=file, trace=trace)
    finished = {
        "intake": 0, "charge": 1, "roles": 1, "similar": 1, "evidence": 3,
        "subsumption": 3, "waiver": 3, "decide": 4, "sentence": 5, "verify": 6, "opinion": 7,
    }  # fmt: skip
    for (name, who), count in stopped.items():
        if finished.get(name, 8) < finished[node]:
            assert fakes.asked[name, who] == count, (name, who)
    assert fakes.asked["intake", ""] == 1
    fresh = run(case)
    assert plain(resumed) == plain(fresh)
    assert [s.seq for s in read_trace(trace, "r1")] == [s.seq for s in fresh.trace]


def test_a_run_stopped_before_its_first_node_starts_over(fakes, make_case, plain, tmp_path):
    fakes.fail["intake"] = Killed()
    with pytest.raises(Killed):
        run(make_case(), run_id="r", checkpoint=tmp_path / "c.sqlite")
    fakes.fail.clear()
    assert plain(run(make_case(), run_id="r", checkpoint=tmp_path / "c.sqlite")) == plain(
        run(make_case())
    )


def test_a_finished_run_returns_its_stored_review(fakes, make_case, tmp_path):
    file = tmp_path / "c.sqlite"
    first = run(make_case(), run_id="r", checkpoint=file)
    asked = dict(fakes.asked)
    again = run(make_case(), run_id="r", checkpoint=file)
    assert again == first
    assert dict(fakes.asked) == asked
    assert asyncio.run(arun(make_case(), run_id="r", checkpoint=file)) == first


def test_async_runs_resume_too(fakes, make_case, plain, tmp_path):
    file = tmp_path / "c.sqlite"
    fakes.fail["decide"] = Killed()
    with pytest.raises(Killed):
        run(make_case(), run_id="r", checkpoint=file)
    fakes.fail.clear()
    review = asyncio.run(arun(make_case(), run_id="r", checkpoint=file))
    assert fakes.count("evidence") == 1
    assert plain(review) == plain(run(make_case()))


@pytest.mark.parametrize(
    "other",
    [{"fact": "别的事实。"}, {"overrides": {"forgiveness": "yes"}}],
)
@pytest.mark.parametrize("stop", [None, "evidence"])
def test_a_run_id_belongs_to_one_case(fakes, make_case, tmp_path, other, stop):
    file = tmp_path / "c.sqlite"
    if stop:
        fakes.fail[stop] = Killed()
        with pytest.raises(Killed):
            run(make_case(), run_id="r", checkpoint=file)
    else:
        run(make_case(), run_id="r", checkpoint=file)
    more = dict(other)
    overrides = more.pop("overrides", None)
    with pytest.raises(InputError, match="use another run id"):
        run(make_case(**more), run_id="r", checkpoint=file, overrides=overrides)


def test_checkpoints_hold_plain_json_and_no_labels(fakes, make_case, tmp_path):
    file = tmp_path / "c.sqlite"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run(make_case("张某、李某"), run_id="r", checkpoint=file)
    with open_sqlite(file) as saver:
        tuples = list(saver.list({"configurable": {"thread_id": "r"}}))
    assert len(tuples) > 8
    for item in tuples:
        values = item.checkpoint["channel_values"]
        known = {k: v for k, v in values.items() if not k.startswith(("__", "branch:"))}
        assert json.loads(json.dumps(known)) == known
        if "case" in known:
            assert set(known["case"]) == {"id", "meta", "person_info", "procedure", "fact"}


def test_several_runs_share_one_file(fakes, make_case, tmp_path):
    file = tmp_path / "deep" / "c.sqlite"
    one = run(make_case("张某"), run_id="a", checkpoint=file)
    two = run(make_case("李某"), run_id="b", checkpoint=file)
    assert run(make_case("张某"), run_id="a", checkpoint=file) == one
    assert run(make_case("李某"), run_id="b", checkpoint=file) == two


def test_bad_checkpoint_files_are_input_errors(fakes, make_case, tmp_path):
    noise = tmp_path / "noise.sqlite"
    noise.write_bytes(b"not a database, certainly " * 100)
    for path in (noise, tmp_path, noise / "below"):
        with pytest.raises(InputError, match="checkpoints"):
            run(make_case(), run_id="r", checkpoint=path)


def test_an_older_layout_is_not_resumed(fakes, make_case, tmp_path, monkeypatch):
    file = tmp_path / "c.sqlite"
    run(make_case(), run_id="r", checkpoint=file)
    monkeypatch.setattr(run_module, "SCHEMA_VERSION", 99)
    with pytest.raises(InputError, match="layout 1"):
        run(make_case(), run_id="r", checkpoint=file)


def test_sqlite_is_not_left_open(fakes, make_case, tmp_path):
    file = tmp_path / "c.sqlite"
    run(make_case(), run_id="r", checkpoint=file)
    with sqlite3.connect(file) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        assert connection.in_transaction
    connection.close()


def test_a_sink_gets_every_step_as_it_happens(fakes, make_case):
    sink = MemorySink()
    review = run(make_case("张某、李某"), trace=sink)
    assert sink.steps == review.trace


def test_finished_nodes_of_a_stopped_superstep_do_not_run_again(fakes, make_case, plain, tmp_path):
    case, file = make_case("张某、李某"), tmp_path / "c.sqlite"
    fakes.fail["waiver:李某"] = Killed()
    with pytest.raises(Killed):
        run(case, run_id="r", checkpoint=file)
    assert fakes.count("evidence") == fakes.count("subsumption") == 2
    fakes.fail.clear()
    review = run(case, run_id="r", checkpoint=file)
    assert fakes.count("evidence") == fakes.count("subsumption") == 2
    assert (fakes.asked["waiver", "张某"], fakes.asked["waiver", "李某"]) == (1, 2)
    assert plain(review) == plain(run(case))
