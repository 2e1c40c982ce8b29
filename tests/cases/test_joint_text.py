"""Role statements cut out of court's views, charges masked, pairs, splits, terms."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nolle.cases.joint import JointCase, JointDefendant, JointSource, Scenario, scenario_of
from nolle.cases.joint_readers import iter_joint
from nolle.cases.joint_sets import Part, fair_pairs, role_pairs, splits
from nolle.cases.joint_text import mask_charges, states_role, without_roles
from nolle.cases.terms import executed_term, read_months, read_terms
from nolle.cases.vocabulary import Role, SentenceKind


@pytest.mark.parametrize(
    ("view", "left"),
    [
        ("被告人张某系从犯，应当减轻处罚。", "被告人张某，应当减轻处罚。"),
        ("共同犯罪中，甲某起次要作用，系从犯，依法从轻。", "共同犯罪中，甲某，依法从轻。"),
        ("二人均积极实施了伤害行为，均系主犯。甲某自首。", "二人均积极实施了伤害行为。甲某自首。"),
        ("系主犯。甲某自首。", "甲某自首。"),
        ("二人作用、地位相当，不宜区分主从犯。", "二人。"),
        ("辩护人提出甲某系从犯的意见，不予采纳。", "辩护人提出甲某，不予采纳。"),
        ("甲某起主要作用，是主犯；乙某望风，起次要作用，是从犯。", "甲某；乙某望风。"),
        ("甲某提议，依法应当按照其所参与的全部犯罪处罚。", "甲某提议。"),
        (
            "甲某归案后如实供述，从犯罪事实看情节较轻。",
            "甲某归案后如实供述，从犯罪事实看情节较轻。",
        ),
        ("", ""),
    ],
)
def test_only_the_role_statement_goes(view, left):
    assert without_roles(view) == left


@given(st.text(alphabet="甲某系均主从犯，。；起次要作用相当被告人自首", max_size=60))
def test_no_role_is_left_and_nothing_is_added(view):
    left = without_roles(view)
    assert not states_role(left)
    assert len(left) <= len(view)
    assert without_roles(left) == left


@pytest.mark.dev_data
@pytest.mark.skipif(not os.environ.get("NOLLE_DEV_DATA"), reason="NOLLE_DEV_DATA is not set")
def test_court_views_keep_nearly_all_else():
    path = Path(os.environ["NOLLE_DEV_DATA"]) / "data" / "imljp_sample.jsonl"
    views = [case.court_view for case in iter_joint(path)]
    left = [without_roles(view) for view in views]
    assert not any(states_role(view) for view in left)
    assert sum(map(len, left)) > 0.9 * sum(map(len, views))


def test_names_of_charges_are_masked_longest_first():
    facts = "甲某盗窃后犯盗窃、抢夺枪支罪，又故意伤害他人。"
    assert mask_charges(facts, ["盗窃罪", "盗窃、抢夺枪支罪", "故意伤害罪"]) == (
        "甲某〔罪名〕后犯〔罪名〕，又〔罪名〕他人。"
    )
    assert mask_charges(facts, []) == facts


def case_of(leading: int, lesser: int) -> JointCase:
    people = [JointDefendant(name=f"主{i}", role=Role.PRINCIPAL) for i in range(leading)]
    people += [JointDefendant(name=f"从{i}", role=Role.ACCOMPLICE) for i in range(lesser)]
    return JointCase(
        id="c",
        source=JointSource.IMLJP,
        facts="事实",
        defendants=(*people, JointDefendant(name="无")),
    )


def test_pairs_are_of_one_case_and_fair_ones_use_nobody_twice():
    case = case_of(3, 2)
    every = role_pairs(case)
    assert len(every) == 6
    fair = fair_pairs(case, seed=1)
    assert len(fair) == 2
    assert set(fair) <= set(every)
    assert len({p.principal for p in fair}) == len({p.accomplice for p in fair}) == 2
    assert fair == fair_pairs(case, seed=1)
    assert len({fair_pairs(case, seed=s) for s in range(20)}) > 1
    assert role_pairs(case_of(3, 0)) == fair_pairs(case_of(0, 3)) == ()


def test_splits_are_eight_to_one_to_one_whatever_the_order():
    ids = [f"id_{i}" for i in range(103)]
    parts = splits(ids, seed=3)
    sizes = {part: list(parts.values()).count(part) for part in Part}
    assert sizes == {Part.TRAIN: 83, Part.VALID: 10, Part.TEST: 10}
    assert splits([*reversed(ids), *ids], seed=3) == parts
    assert splits(ids, seed=4) != parts
    assert splits([]) == {}


@pytest.mark.parametrize(
    ("defendants", "charges", "expected"), [(1, 1, "S1"), (1, 3, "S2"), (4, 1, "S3"), (2, 2, "S4")]
)
def test_scenarios(defendants, charges, expected):
    assert scenario_of(defendants, charges) is Scenario(expected)
    assert scenario_of(defendants, charges).zh


@pytest.mark.parametrize(
    ("text", "kind", "months", "probation", "fine"),
    [
        ("判处有期徒刑三年六个月，缓刑四年，并处罚金人民币五千元", "fixed_term", 42, 48, 5000),
        ("判处有期徒刑三年半", "fixed_term", 42, None, None),
        ("拘役5个月", "detention", 5, None, None),
        ("判处管制二年", "control", 24, None, None),
        ("判处死刑，缓期二年执行", "death", None, None, None),
        ("无期徒刑，剥夺政治权利终身", "life", None, None, None),
        (
            "犯甲罪，判处有期徒刑一年；犯乙罪，判处有期徒刑两年；决定执行有期徒刑二年六个月",
            "fixed_term",
            30,
            None,
            None,
        ),
    ],
)
def test_the_executed_term_is_read(text, kind, months, probation, fine):
    term = executed_term(text)
    assert term is not None
    assert (term.kind, term.months) == (SentenceKind(kind), months)
    assert (term.probation_months, term.fine_yuan) == (probation, fine)


def test_several_terms_without_a_decision_are_no_term():
    text = "犯甲罪，判处有期徒刑一年；犯乙罪，判处有期徒刑两年。"
    assert executed_term(text) is None
    assert [term.months for term in read_terms(text)] == [12, 24]
    assert executed_term("没有刑期") is None


@pytest.mark.parametrize(
    ("text", "months"),
    [("8", 8), ("8个月", 8), ("3年6个月", 42), ("三年半", 42), ("两年", 24), ("半年", 6), ("0", 0),
     (" 12。", 12), ("十", None), ("", None), ("3.5年", None), ("301", None), ("约8个月", None)],
)  # fmt: skip
def test_bare_months(text, months):
    assert read_months(text) == months
