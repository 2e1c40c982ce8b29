from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from nolle.cases.facts import Facts
from nolle.cases.vocabulary import Role
from nolle.errors import InputError
from nolle.statutes.charges import charges
from nolle.tools.sentencing import recommend_sentence
from nolle.tools.sentencing_adjust import adjust, applicable

CASES = yaml.safe_load((Path(__file__).parent / "cases/sentencing.yaml").read_text("utf-8"))
DAY = date(2022, 1, 1)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_sentence(case: dict[str, Any], facts_of: Callable[[dict[str, Any]], Facts]) -> None:
    given, expect = case["given"], case["expect"]
    sentence = recommend_sentence(
        given["charge"],
        day=given["day"],
        decision_day=given.get("decision_day"),
        circumstances=given["circumstances"],
        role=Role(given["role"]) if "role" in given else None,
        facts=facts_of(given),
        text="",
    )
    if "kind" in expect:
        assert sentence.kind.value == expect["kind"]
    if "months" in expect and expect["months"] is None:
        assert sentence.months is None
    elif "months" in expect:
        lo, hi = expect["months"]
        assert sentence.months is not None
        assert lo <= sentence.months <= hi
    if "band" in expect:
        assert list(sentence.band) == expect["band"]
    if "probation" in expect:
        assert (sentence.probation_months is not None) is expect["probation"]
    if "fine_least" in expect:
        assert sentence.fine_yuan is not None
        assert sentence.fine_yuan >= expect["fine_least"]
    assert sentence.steps


def test_unknown_charge_is_an_input_error() -> None:
    with pytest.raises(InputError, match="catalogue"):
        recommend_sentence("没有这个罪", day=DAY)


def test_every_charge_gets_a_sentence_within_its_band() -> None:
    for charge in charges():
        sentence = recommend_sentence(charge.name, day=DAY)
        lo, hi = sentence.band
        if sentence.months is not None:
            assert sentence.months >= min(lo, 1), charge.name
            assert hi is None or sentence.months <= max(hi, 6), charge.name
        assert sentence.steps[0].citation, charge.name


def months(found: set[str], role: Role | None = None) -> float:
    return adjust(100.0, applicable(found, role, None), "盗窃罪").months


def test_first_layer_multiplies_and_second_layer_adds() -> None:
    first = months({"minor"})
    assert months({"minor", "attempt"}) == pytest.approx(first * months({"attempt"}) / 100)
    assert months({"merit", "prior_record"}) == pytest.approx(
        months({"merit"}) + months({"prior_record"}) - 100
    )


def test_the_plea_is_not_counted_beside_what_it_consists_of() -> None:
    both, alone = months({"plea", "confession"}), months({"confession"})
    sum_of_both = 100 - (100 - alone) - (100 - months({"plea"}))
    assert sum_of_both < both < alone


def test_repentance_never_takes_more_than_sixty_percent() -> None:
    everything = {"plea", "surrender", "restitution", "compensation", "forgiveness"}
    assert months(everything) >= 40


def test_the_recidivist_gets_three_months_at_least() -> None:
    raised = adjust(10.0, applicable({"recidivist"}, None, None), "盗窃罪").months
    assert raised >= 12.9


def test_the_role_replaces_what_the_facts_say_of_it() -> None:
    assert months({"accomplice"}, Role.PRINCIPAL) == 100
    assert months(set(), Role.ACCOMPLICE) == months({"accomplice"})


@pytest.mark.parametrize("bar", ["recidivist", "prior_record"])
def test_probation_is_barred(bar: str) -> None:
    free = recommend_sentence("盗窃罪", day=DAY, circumstances=["confession"])
    barred = recommend_sentence("盗窃罪", day=DAY, circumstances=["confession", bar])
    assert free.probation_months is not None
    assert barred.probation_months is None


def test_probation_of_a_juvenile_is_a_must() -> None:
    sentence = recommend_sentence("盗窃罪", day=DAY, circumstances=["occasional"], age=16)
    assert any("应当宣告缓刑" in step.label for step in sentence.steps)
