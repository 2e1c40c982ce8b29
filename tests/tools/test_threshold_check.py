from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from nolle.cases.facts import Facts
from nolle.tools.threshold_check import check_threshold

CASES = yaml.safe_load((Path(__file__).parent / "cases/thresholds.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_threshold(case: dict[str, Any], facts_of: Callable[[dict[str, Any]], Facts]) -> None:
    given = case["given"]
    result = check_threshold(
        given["charge"],
        facts_of(given),
        given["day"],
        given.get("province"),
        given.get("text", ""),
        decision_day=given.get("decision_day"),
    )
    assert {key: getattr(result, key) for key in case["expect"]} == case["expect"]
    assert result.reasons
    assert not (result.below_filing and (result.reached_level or result.contested))


def test_sums_of_unknown_meaning_prevent_the_conclusion(
    facts_of: Callable[[dict[str, Any]], Facts],
) -> None:
    facts = facts_of({"value": 500, "other": 20000})
    assert not check_threshold("盗窃罪", facts, CASES[0]["given"]["day"], None, "窃得").below_filing


def test_compensation_is_not_the_sum_involved(
    facts_of: Callable[[dict[str, Any]], Facts],
) -> None:
    facts = facts_of({"value": 500, "compensation": 20000})
    result = check_threshold("盗窃罪", facts, CASES[0]["given"]["day"], None, "窃得")
    assert result.below_filing
    assert result.value == 500
