from pathlib import Path
from typing import Any

import pytest
import yaml

from nolle.tools.drunk_driving import drunk_driving

CASES = yaml.safe_load((Path(__file__).parent / "cases/drunk_driving.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_drunk_driving(case: dict[str, Any]) -> None:
    given = case["given"]
    result = drunk_driving(given["mg"], given["circumstances"], given["day"])
    found = {key: getattr(result, key) for key in case["expect"]}
    assert {k: list(v) if isinstance(v, tuple) else v for k, v in found.items()} == case["expect"]
    assert result.reasons
