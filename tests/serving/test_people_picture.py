"""The picture of a joint crime shows everybody, who led whom, and never reads a name as markup."""

import xml.etree.ElementTree as ET

import pytest

import nolle
from nolle.cases.extract import read_facts
from nolle.serving.page import render_page
from nolle.serving.people_picture import SHOWN, picture, ties

NAMES = ("赵某甲", "钱某乙", "孙某丙")
FACT = (
    "2021年8月3日，赵某甲提议抢劫夜归的路人，并纠集钱某乙、孙某丙参与，李某丁（另案处理）提供匕首一把。"
    "当晚，赵某甲持匕首威胁被害人周某，钱某乙上前抢走周某的手机一部和现金2000元，"
    "孙某丙受赵某甲指使在路口望风。"
)


def case_of(names=NAMES, fact=FACT):
    info = "".join(f"犯罪嫌疑人{name}，男。" for name in names)
    procedure = f"公安机关以{'、'.join(names)}涉嫌抢劫罪移送审查起诉。"
    return nolle.Case(person_info=info, procedure=procedure, fact=fact)


def texts(svg):
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter() if node.text]


@pytest.fixture(scope="module")
def drawn():
    case = case_of()
    return picture(nolle.review(case, "rules", corpus=False), case)


def test_everybody_is_there_with_role_and_deeds(drawn):
    found = texts(drawn)
    assert [name for name in found if name in (*NAMES, "李某丁")] == [
        "赵某甲",
        "钱某乙",
        "李某丁",
        "孙某丙",
    ]
    assert found.count("主犯") == 2
    assert found.count("从犯") == found.count("另案处理") == 1
    assert "被害人：周某" in found
    assert any(text.startswith("· 望风") for text in found)


def test_arrows_go_from_who_led_to_who_was_led(drawn):
    pairs = {(tie.leader, tie.led) for tie in ties(read_facts(case_of()))}
    assert pairs == {("赵某甲", "钱某乙"), ("赵某甲", "孙某丙")}
    paths = [node.get("class") for node in ET.fromstring(drawn).iter() if node.get("class")]
    assert paths.count("tie") == paths.count("tip") == 2


def test_nothing_lies_outside_the_picture(drawn):
    root = ET.fromstring(drawn)
    _, _, width, height = map(float, root.get("viewBox").split())
    for node in root.iter():
        x, y = node.get("x"), node.get("y")
        if x is not None:
            assert 0 <= float(x) <= width
            assert 0 < float(y) <= height


def test_one_who_acted_alone_needs_no_picture():
    case = case_of(NAMES[:1], "赵某甲盗走手机一部，价值3000元。")
    assert picture(nolle.review(case, "rules", corpus=False), case) is None


def test_of_many_the_leading_ones_are_drawn_and_the_rest_is_counted():
    names = [f"{surname}某" for surname in "赵钱孙李周吴郑王冯陈褚卫"]
    case = case_of(names, f"{names[0]}纠集{'、'.join(names[1:])}盗走电缆一批，价值9万元。")
    svg = picture(nolle.review(case, "rules", corpus=False), case)
    assert f"另有{len(names) - SHOWN}人未画出，见表" in texts(svg)
    assert svg.count('class="name"') == SHOWN


def test_the_page_holds_it_and_a_hostile_name_stays_text():
    case = case_of(("[<script>a]", "钱某乙"), "[<script>a]纠集钱某乙盗走电缆一批，价值9万元。")
    page = render_page(nolle.review(case, "rules", corpus=False), case)
    assert "<script>a" not in page
    assert '<svg class="people"' in render_page(nolle.review(case_of(), "rules"), case_of())
