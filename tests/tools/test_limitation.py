from pathlib import Path
from typing import Any

import pytest
import yaml

from nolle.tools.limitation import limitation_expired, limitation_period

CASES = yaml.safe_load((Path(__file__).parent / "cases/limitation.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_limitation(case: dict[str, Any]) -> None:
    result = limitation_expired(**case["given"])
    assert {key: getattr(result, key) for key in case["expect"]} == case["expect"]
    assert result.reasons
    assert all(c.startswith("cl:") for c in result.citations)


@pytest.mark.parametrize(
    ("months", "years"),
    [(0, 5), (6, 5), (59, 5), (60, 10), (119, 10), (120, 15), (180, 15), (None, 20)],
)
def test_period(months: int | None, years: int) -> None:
    assert limitation_period(months) == years
