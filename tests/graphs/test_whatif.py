from __future__ import annotations

from datetime import date

import pytest

from nolle.cases.facts import (
    Amount,
    AmountKind,
    BloodAlcohol,
    Circumstance,
    Facts,
    Injury,
    Suspect,
    Weight,
)
from nolle.cases.models import Case, Span
from nolle.cases.vocabulary import Decision, InjuryGrade
from nolle.errors import InputError
from nolle.graphs import overrides
from nolle.graphs.overrides import apply_to_case, apply_to_facts, canonical
from nolle.graphs.whatif import flips, whatif

SPAN = Span(field="fact", start=3, end=5)
FACTS = Facts(
    suspects=(
        Suspect(name="甲", birth=date(2000, 6, 1), age_at_conduct=20, stated_age=20),
        Suspect(name="乙"),
    ),
    decision_date=date(2021, 1, 1),
    decision_date_note="partial",
    conduct_end=date(2020, 12, 1),
    amounts=(
        Amount(yuan=3000, kind=AmountKind.VALUE, span=SPAN),
        Amount(yuan=9000, kind=AmountKind.VALUE, span=SPAN, total=True),
        Amount(yuan=500, kind=AmountKind.COMPENSATION, span=SPAN),
    ),
    alcohol=(BloodAlcohol(mg_per_100ml=150, span=SPAN),),
    weights=(Weight(grams=5, span=SPAN, substance="冰毒"),),
    injuries=(
        Injury(grade=InjuryGrade.SERIOUS_2, span=SPAN, victim="丙"),
        Injury(grade=InjuryGrade.MINOR, span=SPAN),
    ),
    circumstances=(Circumstance(id="surrender", holds=True, span=SPAN),),
)


def applied(**changes: object) -> Facts:
    return apply_to_facts(FACTS, canonical(changes))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"forgiveness": "yes"}, {"forgiveness": "yes"}),
        ({"谅解": "是"}, {"forgiveness": "yes"}),
        ({"自首": "无"}, {"surrender": "no"}),
        ({"surrender": "FALSE"}, {"surrender": "no"}),
        ({"surrender": True}, {"surrender": "yes"}),
        ({"数额": "1.5万"}, {"amount": "15000"}),
        ({"amount": 900}, {"amount": "900"}),
        ({"amount": "1,200.50"}, {"amount": "1200.5"}),
        ({"alcohol": "70"}, {"alcohol": "70"}),
        ({"injury": "轻伤二级"}, {"injury": "slight_2"}),
        ({"conduct_date": "2015-01-01"}, {"conduct_date": "2015-01-01"}),
        ({"张某：age": "15"}, {"张某:age": "15"}),
        ({"returns": "2", "age": 15}, {"age": "15", "returns": "2"}),
    ],
)
def test_changes_have_one_form(fakes, given, expected):
    assert canonical(given) == expected
    assert canonical(canonical(given)) == expected


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"colour": "red"}, "amount, alcohol"),
        ({"colour": "yes"}, "forgiveness"),
        ({"forgiveness": "maybe"}, "yes or no"),
        ({"amount": "-5"}, "number"),
        ({"amount": "nan"}, "number"),
        ({"age": "15.5"}, "whole number"),
        ({"conduct_date": "2015-02-30"}, "YYYY-MM-DD"),
        ({"injury": "dead"}, "slight_2"),
        ({"甲:amount": "5"}, "belongs to the case"),
        ({"forgiveness": "yes", "谅解": "no"}, "twice"),
        ({"": "yes"}, "unknown"),
    ],
)
def test_bad_changes_are_input_errors(fakes, given, says):
    with pytest.raises(InputError, match=says) as caught:
        canonical(given)
    assert "\n" not in str(caught.value)


def test_circumstances_come_from_the_table():
    table = overrides.circumstances()
    assert {"forgiveness", "surrender", "restitution"} <= set(table)
    assert canonical({table["surrender"]: "yes"}) == {"surrender": "yes"}


def test_a_circumstance_for_all_and_for_one():
    assert "surrender" not in applied(surrender="no").holding("甲")
    assert "forgiveness" in applied(forgiveness="yes").holding("乙")
    one = apply_to_facts(FACTS, {"甲:surrender": "no"})
    assert "surrender" not in one.holding("甲")
    assert "surrender" in one.holding("乙")
    assert apply_to_facts(FACTS, {"surrender": "no"}).circumstances[0].span == SPAN


def test_the_opposite_of_a_circumstance_goes():
    facts = FACTS.model_copy(
        update={"circumstances": (Circumstance(id="no_compensation", holds=True, span=SPAN),)}
    )
    assert set(apply_to_facts(facts, {"compensation": "yes"}).holding()) == {"compensation"}
    assert set(apply_to_facts(facts, {"compensation": "no"}).holding()) == {"no_compensation"}


def test_values():
    facts = applied(amount=900, alcohol=70, grams=1.5, injury="minor", returns=2)
    assert [(a.yuan, a.kind) for a in facts.amounts] == [
        (900, AmountKind.VALUE),
        (500, AmountKind.COMPENSATION),
    ]
    assert facts.amounts[0].total
    assert facts.alcohol[0].mg_per_100ml == 70
    assert (facts.weights[0].grams, facts.weights[0].substance) == (1.5, "冰毒")
    assert [i.grade for i in facts.injuries] == [InjuryGrade.MINOR, InjuryGrade.MINOR]
    assert facts.injuries[0].victim == "丙"
    assert facts.returns == 2


def test_values_that_the_case_does_not_have():
    bare = Facts(suspects=FACTS.suspects, decision_date=date(2021, 1, 1))
    facts = apply_to_facts(
        bare, canonical({"amount": 5, "alcohol": 90, "grams": 2, "injury": "death"})
    )
    assert facts.amounts[0].span.of(Case(fact="某案。")) == ""
    assert facts.alcohol[0].mg_per_100ml == 90
    assert facts.weights[0].grams == 2
    assert facts.injuries[0].grade is InjuryGrade.DEATH


def test_age_replaces_the_birth_date_and_brings_minority_along():
    facts = applied(age=15)
    assert [(s.age_at_conduct, s.birth) for s in facts.suspects] == [(15, None)] * 2
    assert "minor" in facts.holding()
    assert "minor" not in apply_to_facts(facts, {"age": "30"}).holding()
    one = apply_to_facts(FACTS, {"乙:age": "80"})
    assert [s.age_at_conduct for s in one.suspects] == [20, 80]
    assert "elderly" in one.holding("乙")
    assert "elderly" not in one.holding("甲")


@pytest.mark.parametrize(
    ("day", "age"), [("2018-06-01", 17), ("2018-06-02", 18), ("2018-05-31", 17), ("2030-01-01", 29)]
)
def test_conduct_date_moves_ages_which_count_from_the_day_after_the_birthday(day, age):
    facts = applied(conduct_date=day)
    assert facts.conduct_start == facts.conduct_end == date.fromisoformat(day)
    assert facts.suspects[0].age_at_conduct == age


def test_decision_date_changes_case_and_facts():
    case = Case(fact="某案。", meta={"date": "2020", "province": "浙江省"})
    changed = apply_to_case(case, {"decision_date": "2013-05-01"})
    assert (changed.meta.date, changed.meta.province) == ("2013-05-01", "浙江省")
    assert apply_to_case(case, {"amount": "5"}) is case
    facts = applied(decision_date="2013-05-01")
    assert (facts.decision_date, facts.decision_date_note) == (date(2013, 5, 1), "")


def test_an_unknown_defendant_is_an_input_error(fakes, make_case):
    with pytest.raises(InputError, match="no such defendant"):
        whatif(make_case(), {"王五:surrender": "yes"})


def test_whatif_says_what_differs(fakes, make_case):
    result = whatif(make_case(), {"谅解": "yes"})
    assert (result.before.decision, result.after.decision) == (Decision.P, Decision.DNP)
    assert result.changes == {"forgiveness": "yes"}
    assert result.changes_decision
    found = {(d.defendant, d.what): (d.before, d.after) for d in result.differences}
    assert found[None, "decision"] == ("P", "DNP")
    assert found["张某", "waiver"] == ("not_waived", "waived")
    assert found["张某", "sentence"][1] is None
    assert ("张某", "evidence") not in found
    assert result.to_json()["after"]["decision"] == "DNP"


def test_whatif_without_effect(fakes, make_case):
    result = whatif(make_case(), {"surrender": "no"})
    assert result.differences == ()
    assert not result.changes_decision


def test_whatif_for_one_defendant(fakes, make_case):
    result = whatif(make_case("张某、李某"), {"李某:forgiveness": "yes"})
    assert result.after.outcomes["李某"].decision is Decision.DNP
    assert result.after.outcomes["张某"].decision is Decision.P
    assert result.after.decision is Decision.P


def test_flips_lists_the_single_changes_that_matter(fakes, make_case):
    found = flips(make_case(fact="自首一件。"))
    assert [(f.circumstance, f.zh, f.value, f.before, f.after) for f in found] == [
        ("forgiveness", "谅解", "yes", "P", "DNP")
    ]
