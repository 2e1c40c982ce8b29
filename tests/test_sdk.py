from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

import nolle
from nolle import sdk
from nolle.cases.findings import Outcome, Review
from nolle.errors import ConfigError, InputError
from nolle.graphs import run as run_module

RECORD = {"id": "1", "person_info": "犯罪嫌疑人张某，男。", "fact": "张某盗窃手机一部。"}


@pytest.fixture
def runs(monkeypatch):
    """Puts a stand-in in the place of the graph; returns what it was asked."""
    asked: list[tuple[str, str, dict]] = []

    def fake(case, model="rules", **more):
        asked.append((case.id, model, more))
        return Review(
            id=case.id, model=model, decision=None, outcomes={"张某": Outcome(name="张某")}
        )

    async def afake(case, model="rules", **more):
        return fake(case, model, **more)

    monkeypatch.setattr(run_module, "run", fake)
    monkeypatch.setattr(run_module, "arun", afake)
    return asked


def test_the_package_offers_its_public_names():
    for name in nolle.__all__:
        assert getattr(nolle, name) is not None
    assert nolle.__version__
    assert nolle.Decision.DNP.zh == "相对不起诉"
    assert issubclass(nolle.errors.InputError, nolle.errors.NolleError)
    assert set(nolle.__all__) <= set(dir(nolle))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        nolle.nothing  # noqa: B018


def test_import_is_light():
    code = (
        "import sys, time; t = time.perf_counter(); import nolle; "
        "s = time.perf_counter() - t; heavy = {'langgraph', 'pydantic', 'langchain_core'}; "
        "print(s, sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, loaded = out.stdout.split(maxsplit=1)
    assert float(seconds) < 0.15
    assert loaded.strip() == "[]"


def test_the_sdk_does_not_import_langgraph_until_a_review():
    code = "import sys, nolle; nolle.review, nolle.Case; print('langgraph' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


@pytest.mark.parametrize("case", [nolle.Case(**RECORD), RECORD])
def test_review_takes_a_case_or_a_record(runs, case):
    review = nolle.review(case)
    assert review.outcomes["张某"].name == "张某"
    assert runs[0][:2] == ("1", "rules")


def test_options_are_passed_on(runs):
    nolle.review(RECORD, "rules", run_id="r", overrides={"age": 15}, checkpoint="c", trace="t")
    more = runs[0][2]
    assert (more["run_id"], more["checkpoint"], more["trace"]) == ("r", "c", "t")
    assert more["overrides"] == {"age": 15}


def test_the_model_defaults_to_the_configured_one(runs, monkeypatch):
    monkeypatch.setenv("NOLLE_MODEL", "some:model")
    nolle.review(RECORD)
    nolle.review(RECORD, "rules")
    assert [model for _, model, _ in runs] == ["some:model", "rules"]


def test_async(runs):
    assert asyncio.run(nolle.areview(RECORD)).id == "1"


@pytest.mark.parametrize(
    "bad", [{"id": "1"}, {"fact": ""}, {"fact": " ", "id": "1"}, "a path", None, {"fact": 3}]
)
def test_what_is_no_case_is_an_input_error(bad):
    with pytest.raises(InputError) as caught:
        nolle.review(bad)
    assert "\n" not in str(caught.value)


def test_other_models_are_a_config_error():
    with pytest.raises(ConfigError, match="OPENROUTER_API_KEY"):
        nolle.review(RECORD, model="openrouter:x")


@pytest.mark.parametrize("workers", [1, 3])
def test_many_keep_their_order(runs, workers):
    told: list[tuple[int, int]] = []
    records = [{**RECORD, "id": str(n)} for n in range(7)]
    reviews = nolle.review_many(
        records, workers=workers, on_progress=lambda done, total, review: told.append((done, total))
    )
    assert [review.id for review in reviews] == [str(n) for n in range(7)]
    assert told == [(n, 7) for n in range(1, 8)]


def test_many_check_their_input_first(runs):
    with pytest.raises(InputError):
        nolle.review_many([RECORD, {"fact": ""}])
    assert runs == []
    with pytest.raises(InputError, match="workers"):
        nolle.review_many([RECORD], workers=0)
    assert nolle.review_many([]) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_many_raise_what_a_review_raises(monkeypatch, workers):
    def fail(*args, **more):
        raise InputError("bad case")

    monkeypatch.setattr(run_module, "run", fail)
    with pytest.raises(InputError, match="bad case"):
        nolle.review_many([RECORD] * 3, workers=workers)


def test_exports():
    assert set(sdk.__all__) <= set(nolle.__all__)
