from pathlib import Path

import pytest
import yaml

from nolle.cases.measures import find_counts, find_weights
from nolle.cases.models import Case

TABLE = yaml.safe_load(
    (Path(__file__).parent / "cases" / "measures.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("row", TABLE["weights"], ids=lambda row: row["text"][:16])
def test_weights(row):
    found = find_weights(Case(fact=row["text"]))
    assert [[w.grams, w.substance] for w in found] == row["found"]


@pytest.mark.parametrize("row", TABLE["counts"], ids=lambda row: row["text"][:16])
def test_counts(row):
    found = [[c.unit, c.value] for c in find_counts(Case(fact=row["text"]))]
    assert [pair for pair in found if pair[0] != "persons"] == row["found"]


def test_persons_are_counted_apart_from_the_hurt():
    units = [c.unit for c in find_counts(Case(fact="四人参与，致一人死亡、三人轻伤。"))]
    assert units == ["persons", "deaths", "slight_injuries"]
