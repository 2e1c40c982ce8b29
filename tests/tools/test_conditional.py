from datetime import date
from typing import Any

import pytest

from nolle.tools.conditional import conditional_nonprosecution

FITS: dict[str, Any] = {
    "age_at_conduct": 17,
    "chapters": (5,),
    "expected_months": 12,
    "repentant": True,
    "day": date(2022, 1, 1),
}


@pytest.mark.parametrize(
    ("change", "eligible"),
    [
        ({}, True),
        ({"age_at_conduct": 18}, False),
        ({"age_at_conduct": None}, None),
        ({"chapters": (2,)}, False),
        ({"chapters": (5, 2)}, False),
        ({"chapters": (4,)}, True),
        ({"chapters": (6,)}, True),
        ({"expected_months": 12.5}, False),
        ({"repentant": False}, False),
        ({"repentant": None}, None),
        ({"dnp_fits": True}, False),
        ({"objects": True}, False),
        ({"meets_prosecution": False}, False),
        ({"day": date(2012, 12, 31)}, False),
        ({"day": date(2013, 1, 1)}, True),
    ],
)
def test_conditions(change: dict[str, Any], eligible: bool | None) -> None:
    assert conditional_nonprosecution(**{**FITS, **change}).eligible is eligible


@pytest.mark.parametrize(
    ("day", "article"),
    [
        (date(2018, 10, 25), "cpl:第二百七十一条第一款"),
        (date(2018, 10, 26), "cpl:第二百八十二条第一款"),
    ],
)
def test_cites_the_numbering_of_the_day(day: date, article: str) -> None:
    assert article in conditional_nonprosecution(**{**FITS, "day": day}).citations
