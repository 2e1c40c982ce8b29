"""Files told in plain words are decided by what happened, not by the formulas of a conclusion."""

from pathlib import Path

import pytest
import yaml

from nolle.cases.models import Case, Meta
from nolle.graphs.run import run

ROWS = yaml.safe_load(
    (Path(__file__).parent / "cases" / "plain_tellings.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    "row", [pytest.param(r, id=f"{i}-{r['expect']}-{r['charge']}") for i, r in enumerate(ROWS)]
)
def test_decision(row):
    case = Case(
        id="x",
        meta=Meta(date=row["date"], province=row["province"]),
        person_info=row["person_info"],
        procedure=row["procedure"],
        fact=row["fact"],
    )
    review = run(case)
    assert review.decision is not None
    assert review.decision.value == row["expect"], [o.reasons for o in review.outcomes.values()]
