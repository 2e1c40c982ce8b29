from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, strategies

from nolle.cases.vocabulary import InjuryGrade
from nolle.tools.responsibility import responsibility, responsible_age

CASES = yaml.safe_load((Path(__file__).parent / "cases/responsibility.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_responsibility(case: dict[str, Any]) -> None:
    facts = dict(case["given"])
    who = facts.pop("birth", None) or facts.pop("age")
    if "injury" in facts:
        facts["injury"] = InjuryGrade(facts["injury"])
    result = responsibility(facts.pop("charge"), who, facts.pop("conduct"), **facts)
    assert {key: getattr(result, key) for key in case["expect"]} == case["expect"]


@given(
    birth=strategies.dates(date(1940, 1, 1), date(2010, 12, 31)),
    years=strategies.integers(1, 80),
)
def test_a_year_is_full_only_after_the_birthday(birth: date, years: int) -> None:
    if (birth.month, birth.day) == (2, 29):
        return
    birthday = birth.replace(year=birth.year + years)
    assert responsible_age(birth, birthday) == years - 1
    assert responsible_age(birth, date.fromordinal(birthday.toordinal() + 1)) == years
