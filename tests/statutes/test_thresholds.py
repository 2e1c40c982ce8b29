from datetime import date

import pytest

from nolle.statutes.charges import charge
from nolle.statutes.thresholds import (
    _alternatives,
    _rules,
    alternatives,
    threshold_name,
    thresholds,
)

FREQUENT = [
    "危险驾驶罪",
    "盗窃罪",
    "故意伤害罪",
    "交通肇事罪",
    "诈骗罪",
    "帮助信息网络犯罪活动罪",
    "贩卖毒品罪",
    "掩饰、隐瞒犯罪所得罪",
    "走私普通货物罪",
    "寻衅滋事罪",
    "非法占用农用地罪",
    "开设赌场罪",
    "非法经营罪",
    "非法狩猎罪",
    "合同诈骗罪",
    "信用卡诈骗罪",
    "重大责任事故罪",
    "赌博罪",
    "虚开增值税专用发票罪",
    "非法拘禁罪",
    "抢劫罪",
    "滥伐林木罪",
    "运输毒品罪",
    "故意毁坏财物罪",
    "容留卖淫罪",
    "容留他人吸毒罪",
    "非法持有枪支罪",
    "贪污罪",
    "受贿罪",
    "非法采矿罪",
    "过失致人死亡罪",
    "失火罪",
    "敲诈勒索罪",
    "职务侵占罪",
    "非法制造枪支罪",
    "销售假冒注册商标的商品罪",
    "拒不支付劳动报酬罪",
    "盗伐林木罪",
    "挪用资金罪",
    "行贿罪",
    "污染环境罪",
    "抢夺罪",
    "非法吸收公众存款罪",
    "侵犯公民个人信息罪",
    "非国家工作人员受贿罪",
    "集资诈骗罪",
]


@pytest.mark.parametrize("name", FREQUENT)
def test_frequent_charges_have_thresholds(name: str) -> None:
    found = thresholds(name, date(2023, 1, 1))
    assert found
    assert all(rule.source for rule in found)


def test_every_charge_in_the_data_is_in_the_catalogue() -> None:
    unknown = [name for name in {*_rules(), *_alternatives()} if charge(name) is None]
    assert not unknown


def test_levels_rise_and_periods_are_not_empty() -> None:
    for rules in _rules().values():
        for rule in rules:
            levels = [level.at_least for level in rule.levels]
            assert levels == sorted(set(levels)), rule
            assert rule.since is None or rule.until is None or rule.since < rule.until, rule


def test_patterns_compile_and_apply() -> None:
    for rules in _rules().values():
        for rule in rules:
            assert rule.applies_to("") is (not rule.cues)
    for found in _alternatives().values():
        assert not found.met_by(frozenset(), "")
        assert not found.halved_by(frozenset(), "")


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("贩卖毒品罪", "走私、贩卖、运输、制造毒品罪"),
        ("走私、贩卖毒品罪", "走私、贩卖、运输、制造毒品罪"),
        ("非法持有毒品罪", "非法持有毒品罪"),
        ("容留卖淫罪", "引诱、容留、介绍卖淫罪"),
        ("介绍、容留卖淫罪", "引诱、容留、介绍卖淫罪"),
        ("掩饰、隐瞒犯罪所得罪", "掩饰、隐瞒犯罪所得、犯罪所得收益罪"),
        ("使用假币罪", "持有、使用假币罪"),
        ("销售假冒注册商标的商品罪", "销售假冒注册商标的商品罪"),
        ("非法制造枪支罪", "非法制造、买卖、运输、邮寄、储存枪支、弹药、爆炸物罪"),
        ("诈骗", "诈骗罪"),
        ("重婚罪", "重婚罪"),
    ],
)
def test_parts_of_selective_names(name: str, whole: str) -> None:
    assert threshold_name(name) == whole


def test_a_provincial_standard_displaces_the_national_range() -> None:
    day = date(2020, 1, 1)
    lows = {
        r.levels[0].at_least
        for r in thresholds("盗窃罪", day, "浙江省")
        if r.measure == "value_yuan"
    }
    assert lows == {3000}
    lows = {r.levels[0].at_least for r in thresholds("盗窃罪", day) if r.measure == "value_yuan"}
    assert lows == {1000}


def test_conduct_older_than_the_first_standard_falls_under_it() -> None:
    found = thresholds("滥用职权罪", date(2010, 1, 1))
    assert {rule.source for rule in found} == {"法释〔2012〕18号"}


def test_alternatives_are_dated() -> None:
    assert alternatives("抢夺罪", date(2015, 10, 31)) is None
    assert alternatives("抢夺罪", date(2015, 11, 1)) is not None
