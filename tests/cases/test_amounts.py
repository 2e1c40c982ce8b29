from pathlib import Path

import pytest
import yaml

from nolle.cases.amounts import find_amounts
from nolle.cases.models import Case
from nolle.cases.numerals import parse_number

TABLE = Path(__file__).parent / "cases" / "amounts.yaml"
ROWS = yaml.safe_load(TABLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:16])
def test_table(row):
    case = Case(fact=row["text"])
    found = find_amounts(case)
    assert [a.yuan for a in found] == row["yuan"]
    assert [a.kind.value for a in found] == row["kind"]
    if "total" in row:
        assert [a.total for a in found] == row["total"]
    if "approximate" in row:
        assert [a.approximate for a in found] == row["approximate"]
    for amount in found:
        assert any(c.isdigit() or c in "一二三五万千百" for c in amount.span.of(case))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.047亿", 104_700_000),
        ("30余万", 300_000),
        ("1万5千", 15_000),
        ("三千", 3_000),
        ("十二", 12),
        ("二十", 20),
        ("12，000", 12_000),
        ("两百零五", 205),
        ("３.5万", 35_000),
        ("万", None),
        ("", None),
    ],
)
def test_numbers(text, value):
    assert parse_number(text) == value
