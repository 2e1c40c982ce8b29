"""The date at the foot of a document and the province of the authority at its head."""

from __future__ import annotations

import pytest

from nolle.cases.letterhead import closing_date, province_of


@pytest.mark.parametrize(
    ("foot", "day"),
    [
        ("检察员：何某2018年6月4日附：1.案卷", "2018-06-04"),
        ("二○一九年十二月三十一日", "2019-12-31"),
        ("二〇二〇年十月二十日（院印）", "2020-10-20"),
        ("2021-03-05", "2021-03-05"),
        ("2021年13月5日", ""),
        ("没有日期", ""),
    ],
)
def test_closing_date(foot: str, day: str) -> None:
    assert closing_date(foot) == day


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("山东省临沂市兰山区人民检察院", "山东省"),
        ("临沂市兰山区人民检察院", "山东省"),
        ("上海铁路运输检察院", "上海市"),
        ("内蒙古乌海市海勃湾区人民检察院", "内蒙古自治区"),
        ("海南藏族自治州人民检察院", "青海省"),
        ("大连市中山区人民检察院", "辽宁省"),
        ("吉林市船营区人民检察院", "吉林省"),
        ("张某家住四川省。中山区人民检察院", ""),
        ("某县公安局，浙江省某市人民检察院", "浙江省"),
        ("", ""),
    ],
)
def test_province_comes_from_authorities_only(text: str, province: str) -> None:
    assert province_of(text) == province
