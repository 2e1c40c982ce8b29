"""The check of our tables against official texts: it finds what is right and what is wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nolle.errors import InputError
from nolle.statutes import verification_checks as checks
from nolle.statutes import verification_figures as figures
from nolle.statutes.charges import charge
from nolle.statutes.models import Band
from nolle.statutes.official import import_path
from nolle.statutes.store import read_data
from nolle.statutes.verification import Verified, main, render, verify

FIXTURES = Path(__file__).parent / "fixtures" / "official"
TODAY = date(2024, 6, 1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("store") / "statutes.sqlite"
    import_path(FIXTURES, place)
    return place


@pytest.fixture(scope="module")
def results(store: Path) -> tuple[Verified, ...]:
    return verify(store, TODAY).results


def _outcomes(results: tuple[Verified, ...], kind: str, start: str) -> set[str]:
    return {r.outcome for r in results if r.kind == kind and r.where.startswith(start)}


@pytest.mark.parametrize(
    ("kind", "start", "outcome"),
    [
        ("band", "盗窃罪/basic", "automatic"),
        ("band", "袭警罪/", "automatic"),
        ("penalty", "盗窃罪/serious", "automatic"),
        ("article", "band 盗窃罪/serious", "automatic"),
        ("threshold", "盗窃罪/value_yuan 法释〔2013〕8号", "automatic"),
        ("threshold", "盗窃罪/times 法释〔2013〕8号", "automatic"),
        # The fixture has no such article of the Criminal Law, nor any other interpretation.
        ("article", "charge 诈骗罪", "failure"),
        ("threshold", "诈骗罪/value_yuan 法释〔2011〕7号", "unavailable"),
        ("guideline", "盗窃罪", "unavailable"),
        ("article", "subject decision.SNP", "unavailable"),
    ],
)
def test_outcomes_over_texts_of_figures_only(
    results: tuple[Verified, ...], kind: str, start: str, outcome: str
) -> None:
    assert _outcomes(results, kind, start) - {"unavailable"} in ({outcome}, set())
    assert outcome in _outcomes(results, kind, start)


def test_bands_of_an_earlier_day_are_checked_against_the_rebuilt_wording(
    results: tuple[Verified, ...],
) -> None:
    old = [r for r in results if r.where == "行贿罪/basic until 2024-03-01" and r.kind == "band"]
    assert [(r.what, r.outcome) for r in old] == [("cl:第三百九十条第一款 0-60", "automatic")]


def test_paragraphs_are_counted_on_both_sides_of_an_amendment(
    results: tuple[Verified, ...],
) -> None:
    found = {(r.where, r.what): r.outcome for r in results if r.kind == "paragraphs"}
    assert found["cl 2024-06-01", "cl:第三百九十条 3 款"] == "automatic"
    assert found["cl 2024-02-29", "cl:第三百九十条 2 款"] == "automatic"
    assert found["cl 2017-11-03", "cl:第二百九十九条 1 款"] == "automatic"
    assert found["cl 2015-10-31", "cl:第二百七十七条 4 款"] == "automatic"


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"hi": 84}, "band"),
        ({"lo": 6, "hi": 120}, "band"),
        ({"penalties": ("fixed_term", "death")}, "penalty"),
        ({"article": "cl:第二百七十七条第五款", "hi": 60}, "band"),
    ],
)
def test_a_wrong_band_is_a_failure(
    change: dict[str, Any], broken: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theft = charge("盗窃罪")
    assert theft is not None
    band = theft.bands_on(TODAY)[0].model_copy(update=change)
    monkeypatch.setattr(checks, "charges", lambda: (theft.model_copy(update={"bands": (band,)}),))
    failed = verify(store, TODAY).of("failure")
    assert (broken, "盗窃罪/basic") in {(r.kind, r.where) for r in failed}


def test_a_wrong_figure_of_a_threshold_is_a_failure(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    source = next((FIXTURES / "解释").iterdir())
    text = source.read_text(encoding="utf-8").replace("三万元", "四万元")
    (folder / source.name).write_text(text, encoding="utf-8")
    import_path(folder, tmp_path / "s.sqlite")
    failed = verify(tmp_path / "s.sqlite", TODAY).of("failure")
    assert {(r.kind, r.what) for r in failed} == {("threshold", "serious 30000")} | {
        (r.kind, r.what) for r in failed if r.kind == "fine" or r.kind == "article"
    }


def test_without_texts_there_is_nothing_to_verify(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nolle statutes import"):
        verify(tmp_path / "none.sqlite")


def test_the_report_counts_and_names_failures(store: Path) -> None:
    report = verify(store, TODAY)
    assert sum(report.counts.values()) == len(report.results)
    assert 0 < report.share_automatic < 1
    lines = render(report).splitlines()
    assert re.match(r"\d+ checks, \d+\.\d\d% found", lines[0])
    assert sum(line.startswith("failure ") for line in lines) == report.counts["failure"]


def test_the_command_exits_with_1_on_failures_and_2_on_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(FIXTURES)]) == 1
    assert "failures" in capsys.readouterr().out
    assert main([str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err.startswith("error: no such file")
    assert main(["a", "b"]) == 2


def test_every_exception_gives_a_reason() -> None:
    for row in read_data("verification_exceptions.yaml"):
        assert set(row) == {"kind", "where", "reason"}
        assert len(row["reason"]) > 20


@pytest.mark.parametrize(
    ("value", "measure", "text", "found"),
    [
        (3000, "value_yuan", "价值三千元以上", True),
        (3000, "value_yuan", "价值三千五百元以上", False),
        (3000, "value_yuan", "价值二十三千元", False),
        (30000, "value_yuan", "三万元至十万元", True),
        (30000, "value_yuan", "十三万元", False),
        (200000, "value_yuan", "20万元以上", True),
        (200000, "value_yuan", "120万元以上", False),
        (2500000, "value_yuan", "二百五十万元", True),
        (150000000, "value_yuan", "一亿五千万元", True),
        (1000, "grams", "一千克以上", True),
        (150000, "grams", "一百五十千克以上", True),
        (2, "deaths", "死亡两人", True),
        (5, "persons", "百分之五", False),
        (5, "persons", "五人以上", True),
        (5, "persons", "五倍以上", False),
        (3, "times", "多次", True),
        (60000, "value_yuan", "60000元", True),
    ],
)
def test_amounts_are_found_as_texts_write_them(
    value: float, measure: str, text: str, found: bool
) -> None:
    assert figures.found(figures.amount_patterns(value, measure), text) is found


@pytest.mark.parametrize(
    ("lo", "hi", "text", "found"),
    [
        (0, 36, "处三年以下有期徒刑、拘役", True),
        (0, 36, "处十三年以下有期徒刑", False),
        (0, 120, "三年以上十年以下有期徒刑", False),
        (36, 120, "三年以上十年以下", True),
        (36, 120, "三年以上七年以下", False),
        (60, 180, "五年以上有期徒刑", True),
        (60, 180, "十五年以上有期徒刑", False),
        (60, 180, "五年以上十年以下有期徒刑", False),
        (120, None, "十年以上有期徒刑或者无期徒刑", True),
        (120, None, "十年以上有期徒刑", False),
        (0, 24, "二年以下有期徒刑", True),
        (12, 84, "一年以上七年以下", True),
    ],
)
def test_bands_are_found_as_articles_write_them(
    lo: int, hi: int | None, text: str, found: bool
) -> None:
    band = Band(
        key="basic",
        lo=lo,
        hi=hi,
        penalties=("fixed_term",),
        condition="",
        article="cl:第二百六十四条",
    )
    assert figures.found_all(figures.band_patterns(band), text) is found


@pytest.mark.parametrize(
    ("lo", "hi", "text", "found"),
    [
        (1, 12, "在一年以下有期徒刑、拘役幅度内", True),
        (6, 24, "在二年以下有期徒刑、拘役幅度内", True),
        (36, 48, "在三年至四年有期徒刑幅度内", True),
        (36, 60, "在三年至四年有期徒刑幅度内", False),
        (1, 6, "在一个月至六个月拘役幅度内", True),
        (180, 180, "在十五年有期徒刑幅度内", True),
    ],
)
def test_starting_points_are_found_as_the_guidelines_write_them(
    lo: float, hi: float, text: str, found: bool
) -> None:
    assert figures.found(figures.start_patterns(lo, hi), text) is found


@pytest.mark.dev_data
def test_the_encoding_agrees_with_the_official_texts(tmp_path: Path) -> None:
    place = os.environ.get("NOLLE_DEV_DATA")
    if not place:
        pytest.skip("NOLLE_DEV_DATA is not set")
    store = tmp_path / "s.sqlite"
    import_path(Path(place) / "statutes", store)
    report = verify(store)
    assert report.of("failure") == ()
    assert report.share_automatic >= 0.99
    assert len(report.results) - report.counts["unavailable"] > 6000
    assert report.unused_exceptions == ()


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nolle.statutes.verification", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: no official texts")
