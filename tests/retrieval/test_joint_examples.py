"""The example for a MultiJustice prompt is the nearest other case of the same scenario."""

import pytest

from nolle.cases.joint import JointCase, JointDefendant, JointSource
from nolle.errors import InputError
from nolle.retrieval.joint_examples import JointExamples, document_of

TOLD = {
    "theft": "撬开仓库门锁，盗走电缆三百米，销赃得款后挥霍",
    "shop": "在超市货架前趁店员不备，盗走奶粉两罐藏入衣内",
    "fraud": "虚构出售口罩的信息骗取货款后将对方拉黑",
    "brawl": "酒后在夜市掀翻烧烤摊，追打劝阻的食客",
}


def case_of(name, told, people, charges=("盗窃罪",), date=""):
    return JointCase(
        id=name,
        source=JointSource.MPMCP,
        facts=f"{'、'.join(people)}{told}。",
        date=date,
        defendants=tuple(JointDefendant(name=who, charges=charges, months=9) for who in people),
    )


@pytest.fixture
def examples(tmp_path):
    cases = [
        case_of("one-theft", TOLD["theft"], ["张某"]),
        case_of("one-shop", TOLD["shop"], ["李某"]),
        case_of("one-fraud", TOLD["fraud"], ["王某"], ("诈骗罪",)),
        case_of("two-theft", TOLD["theft"] + "，二人均分", ["赵某", "钱某"]),
        case_of("two-brawl", TOLD["brawl"], ["孙某", "周某"], ("寻衅滋事罪",)),
        JointCase(id="unjudged", source=JointSource.MPMCP, facts=TOLD["theft"]),
    ]
    return JointExamples(cases, tmp_path / "examples")


@pytest.mark.parametrize(
    ("told", "people", "expected", "defendant"),
    [
        ("翻墙进入仓库，盗走电缆一百米后销赃", ["吴某"], "one-theft", "张某"),
        ("在超市盗走奶粉一罐", ["吴某"], "one-shop", "李某"),
        ("翻墙进入仓库，盗走电缆一百米后销赃", ["吴某", "郑某"], "two-theft", "赵某"),
    ],
)
def test_the_nearest_of_the_same_scenario(examples, told, people, expected, defendant):
    found = examples.nearest(case_of("asked", told, people))
    assert (found.id, found.defendant) == (expected, defendant)
    assert found.charges == ("盗窃罪",)
    assert found.months == 9


def test_never_the_case_itself(examples):
    own = case_of("one-theft", TOLD["theft"], ["张某"])
    assert examples.nearest(own).id != "one-theft"


def test_none_where_the_scenario_has_no_other_case(examples):
    many = case_of("asked", TOLD["theft"], ["甲某", "乙某"], ("盗窃罪", "诈骗罪"))
    assert examples.nearest(many) is None
    assert examples.nearest(JointCase(id="x", source=JointSource.MPMCP, facts="盗窃")) is None


def test_nothing_to_draw_from_is_refused(tmp_path):
    unjudged = JointCase(id="x", source=JointSource.MPMCP, facts="盗窃")
    with pytest.raises(InputError, match="no documents"):
        JointExamples([unjudged], tmp_path / "none")


def test_the_document_keeps_what_can_be_filtered_by():
    made = document_of(case_of("c", TOLD["theft"], ["张某", "李某"], ("盗窃", "诈骗罪")))
    assert (made.scenario, made.defendants, made.months) == ("S4", 2, 9)
    assert made.charges == ("盗窃罪", "诈骗罪")
