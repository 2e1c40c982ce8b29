from pathlib import Path

import pytest
import yaml

from nolle.cases.injuries import find_alcohol, find_injuries
from nolle.cases.models import Case

TABLE = yaml.safe_load(
    (Path(__file__).parent / "cases" / "injuries.yaml").read_text(encoding="utf-8")
)
INFO = "犯罪嫌疑人钱某某，男，1988年出生。"


@pytest.mark.parametrize("row", TABLE["injuries"], ids=lambda row: row["text"][:16])
def test_injuries(row):
    found = find_injuries(Case(person_info=INFO, fact=row["text"]))
    assert [[i.grade.value, i.victim] for i in found] == row["found"]


@pytest.mark.parametrize("row", TABLE["alcohol"], ids=lambda row: row["text"][:16])
def test_alcohol(row):
    found = find_alcohol(Case(person_info=INFO, fact=row["text"]))
    assert [[a.mg_per_100ml, a.breath] for a in found] == row["found"]
