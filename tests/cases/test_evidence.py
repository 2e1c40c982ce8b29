from pathlib import Path

import pytest
import yaml

from nolle.cases.evidence import find_evidence
from nolle.cases.models import Case

ROWS = yaml.safe_load(
    (Path(__file__).parent / "cases" / "evidence.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:16])
def test_kinds(row):
    case = Case(person_info="犯罪嫌疑人杨某某，男。", fact=row["text"])
    found = [item for item in find_evidence(case) if item.span.field == "fact"]
    assert list(dict.fromkeys(item.kind.value for item in found)) == row["kinds"]
    assert all(item.span.of(case) for item in found)
