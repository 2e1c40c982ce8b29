"""Correlation of trial-stage and prosecution scores across models."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from nolle.errors import ConfigError, InputError
from nolle.evals.correlate import correlate, correlation_tables, scatter
from nolle.evals.tables import shown

LJP = {"m1": 0.5, "m2": 0.6, "m3": 0.7, "m4": 0.9}
PDP = {"m1": 0.2, "m2": 0.4, "m3": 0.3, "m4": 0.8}


def arm(model: str, name: str = "baseline", **scores: float) -> dict[str, Any]:
    decided = {"l2": {"macro_f1": {"mean": scores["pdp"], "se": 0}}} if "pdp" in scores else None
    judged = {"charges": {"macro_f1": {"mean": scores["ljp"], "se": 0}}} if "ljp" in scores else {}
    return {"arm": name, "model": model, "decisions": {"strict": decided}, "judgments": judged}


def runs() -> list[dict[str, Any]]:
    return [
        {"arms": [arm(m, ljp=s) for m, s in LJP.items()]},
        {"arms": [arm(m, pdp=s) for m, s in PDP.items()] + [arm("only-here", pdp=0.9)]},
    ]


def test_coefficients_by_hand() -> None:
    pytest.importorskip("scipy")
    found = correlate(runs())
    # Deviations of LJP: -.175 -.075 .025 .225; of PDP: -.225 -.025 -.125 .375.
    top = 0.175 * 0.225 + 0.075 * 0.025 - 0.025 * 0.125 + 0.225 * 0.375
    below = (0.0875 * 0.20750000000000002) ** 0.5
    assert found.pearson == pytest.approx(top / below)
    # Ranks 1 2 3 4 and 1 3 2 4: rho is 1 - 6 * 2 / (4 * 15).
    assert found.spearman == pytest.approx(0.8)
    assert [p.model for p in found.points] == ["m1", "m2", "m3", "m4"]
    coefficients, models = correlation_tables(found)
    assert shown(coefficients.rows[1][1]) == "0.8000"
    assert len(models.rows) == 4
    assert "m4" in scatter(found)


def test_the_arm_named_is_taken() -> None:
    pytest.importorskip("scipy")
    first, second = runs()
    second["arms"] += [arm(m, "graph", pdp=1 - s) for m, s in PDP.items()]
    first["arms"] += [arm(m, "graph", ljp=s) for m, s in LJP.items()]
    assert correlate([first, second]).pearson > 0
    assert correlate([first, second], "graph").pearson < 0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([runs()[0]], "0 models"),
        ([runs()[1]], "0 models"),
        ([{"arms": runs()[0]["arms"][:2]}, runs()[1]], "2 models"),
        ([{"arms": [arm(m, ljp=0.5) for m in LJP]}, runs()[1]], "the same"),
    ],
)
def test_too_little_to_correlate(given: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(InputError, match=words):
        correlate(given)


def test_scores_of_different_kinds_are_not_mixed() -> None:
    first, second = runs()
    first["arms"][0]["judgments"] = {"choice": {"accuracy": {"mean": 0.5, "se": 0}}}
    with pytest.raises(InputError, match="different kinds"):
        correlate([first, second])


def test_without_scipy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    with pytest.raises(ConfigError, match=r"nolle\[dense\]"):
        correlate(runs())
