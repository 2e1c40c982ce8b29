"""The list of charges: names, bands, actors, cues."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from datetime import date

import pytest

from nolle.statutes.charges import charge, charges
from nolle.statutes.models import Charge

DRUGS = "走私、贩卖、运输、制造毒品罪"
PROCEEDS = "掩饰、隐瞒犯罪所得、犯罪所得收益罪"
VAT = "虚开增值税专用发票、用于骗取出口退税、抵扣税款发票罪"
IN_CHAPTER = {1: 12, 2: 54, 3: 110, 4: 43, 5: 13, 6: 146, 7: 23, 8: 14, 9: 37, 10: 31}


def test_every_charge_validates() -> None:
    for c in charges():
        assert Charge.model_validate(c.model_dump()) == c, c.name


def test_the_list_is_complete_and_names_are_unique() -> None:
    names = [c.name for c in charges()]
    assert len(names) == len(set(names)) == 483
    assert all(name.endswith("罪") for name in names)
    assert Counter(c.chapter for c in charges()) == IN_CHAPTER


def test_bands_are_ordered_and_keys_unique_on_every_day() -> None:
    for c in charges():
        for day in (date(2012, 1, 1), date(2016, 1, 1), date(2022, 1, 1), date(2025, 1, 1)):
            bands = c.bands_on(day)
            assert bool(bands) == c.in_force(day), (c.name, day)
            assert len({b.key for b in bands}) == len(bands), (c.name, day)
        for b in c.bands:
            assert 0 <= b.lo <= (b.hi or 180) <= 180, (c.name, b.key)
            assert (b.hi is None) == bool({"life", "death"} & set(b.penalties)), (c.name, b.key)
            assert (b.fine != "none") == ("fine" in b.penalties), (c.name, b.key)
            if {"control", "detention"} & set(b.penalties) and "fixed_term" in b.penalties:
                assert b.lo == 0 or c.name in ("贪污罪", "受贿罪"), (c.name, b.key)
            assert 1 < len(b.condition) <= 60, (c.name, b.key)


SPOT = [
    ("危险驾驶罪", 2013, [(1, 6)]),
    ("危险驾驶罪", 2025, [(1, 6)]),
    ("交通肇事罪", 2020, [(0, 36), (36, 84), (84, 180)]),
    ("盗窃罪", 2010, [(0, 36), (36, 120), (120, None), (180, None)]),
    ("盗窃罪", 2020, [(0, 36), (36, 120), (120, None)]),
    ("诈骗罪", 2020, [(0, 36), (36, 120), (120, None)]),
    ("敲诈勒索罪", 2010, [(0, 36), (36, 120)]),
    ("敲诈勒索罪", 2020, [(0, 36), (36, 120), (120, 180)]),
    ("抢劫罪", 2020, [(36, 120), (120, None)]),
    ("职务侵占罪", 2020, [(0, 60), (60, 180)]),
    ("职务侵占罪", 2022, [(0, 36), (36, 120), (120, None)]),
    ("挪用资金罪", 2020, [(0, 36), (36, 120)]),
    ("挪用资金罪", 2022, [(0, 36), (36, 84), (84, 180)]),
    ("故意伤害罪", 2020, [(0, 36), (36, 120), (120, None)]),
    ("故意杀人罪", 2020, [(36, 120), (120, None)]),
    ("过失致人死亡罪", 2020, [(6, 36), (36, 84)]),
    ("强奸罪", 2020, [(36, 120), (120, None)]),
    ("猥亵儿童罪", 2020, [(0, 60), (60, 180)]),
    ("猥亵儿童罪", 2022, [(6, 60), (60, 180)]),
    ("非法拘禁罪", 2020, [(0, 36), (36, 120), (120, 180)]),
    ("绑架罪", 2020, [(60, 120), (120, None), (180, None)]),
    ("侵犯公民个人信息罪", 2014, [(0, 36)]),
    ("侵犯公民个人信息罪", 2020, [(0, 36), (36, 84)]),
    (DRUGS, 2020, [(0, 36), (36, 84), (84, 180), (180, None)]),
    ("非法持有毒品罪", 2020, [(0, 36), (36, 84), (84, None)]),
    ("容留他人吸毒罪", 2020, [(0, 36)]),
    ("开设赌场罪", 2020, [(0, 36), (36, 120)]),
    ("开设赌场罪", 2022, [(0, 60), (60, 120)]),
    ("寻衅滋事罪", 2010, [(0, 60)]),
    ("寻衅滋事罪", 2020, [(0, 60), (60, 120)]),
    ("聚众斗殴罪", 2020, [(0, 36), (36, 120)]),
    ("妨害公务罪", 2020, [(0, 36)]),
    ("袭警罪", 2020, []),
    ("袭警罪", 2022, [(0, 36), (36, 84)]),
    ("拒不执行判决、裁定罪", 2014, [(0, 36)]),
    ("拒不执行判决、裁定罪", 2020, [(0, 36), (36, 84)]),
    (PROCEEDS, 2020, [(0, 36), (36, 84)]),
    ("帮助信息网络犯罪活动罪", 2015, []),
    ("帮助信息网络犯罪活动罪", 2020, [(0, 36)]),
    ("污染环境罪", 2020, [(0, 36), (36, 84)]),
    ("污染环境罪", 2022, [(0, 36), (36, 84), (84, 180)]),
    ("非法吸收公众存款罪", 2020, [(0, 36), (36, 120)]),
    ("非法吸收公众存款罪", 2022, [(0, 36), (36, 120), (120, 180)]),
    ("集资诈骗罪", 2014, [(0, 60), (60, 120), (120, None), (180, None)]),
    ("集资诈骗罪", 2020, [(0, 60), (60, 120), (120, None)]),
    ("集资诈骗罪", 2022, [(36, 84), (84, None)]),
    ("信用卡诈骗罪", 2020, [(0, 60), (60, 120), (120, None)]),
    ("假冒注册商标罪", 2020, [(0, 36), (36, 84)]),
    ("假冒注册商标罪", 2022, [(6, 36), (36, 120)]),
    ("生产、销售有毒、有害食品罪", 2020, [(6, 60), (60, 120), (120, None)]),
    ("生产、销售伪劣产品罪", 2020, [(0, 24), (24, 84), (84, 180), (180, None)]),
    ("走私普通货物、物品罪", 2020, [(0, 36), (36, 120), (120, None)]),
    (VAT, 2020, [(0, 36), (36, 120), (120, None)]),
    ("非国家工作人员受贿罪", 2020, [(0, 60), (60, 180)]),
    ("非国家工作人员受贿罪", 2022, [(0, 36), (36, 120), (120, None)]),
    ("受贿罪", 2020, [(0, 36), (36, 120), (120, None), (180, None)]),
    ("行贿罪", 2014, [(0, 60), (60, 120), (120, None)]),
    ("行贿罪", 2020, [(0, 60), (60, 120), (120, None)]),
    ("行贿罪", 2025, [(0, 36), (36, 120), (120, None)]),
    ("单位行贿罪", 2020, [(0, 60)]),
    ("单位行贿罪", 2025, [(0, 36), (36, 120)]),
    ("单位受贿罪", 2020, [(0, 60)]),
    ("单位受贿罪", 2025, [(0, 36), (36, 120)]),
    ("挪用公款罪", 2020, [(0, 60), (60, 180), (120, None)]),
    ("高空抛物罪", 2022, [(0, 12)]),
    ("催收非法债务罪", 2022, [(0, 36)]),
    ("虚假诉讼罪", 2020, [(0, 36), (36, 84)]),
    ("滥用职权罪", 2020, [(0, 36), (36, 84), (0, 60), (60, 120)]),
    ("组织、领导、参加黑社会性质组织罪", 2020, [(0, 36), (36, 84), (84, 180)]),
    ("劫持航空器罪", 2020, [(120, None), (180, None)]),
    ("背叛国家罪", 2020, [(120, None)]),
    ("间谍罪", 2020, [(36, 120), (120, None)]),
    ("非法占用农用地罪", 2020, [(0, 60)]),
]


@pytest.mark.parametrize(("name", "year", "bands"), SPOT)
def test_bands(name: str, year: int, bands: list[tuple[int, int | None]]) -> None:
    found = charge(name)
    assert found is not None
    assert [(b.lo, b.hi) for b in found.bands_on(date(year, 6, 1))] == bands


@pytest.mark.parametrize(
    ("name", "key", "penalties", "fine", "article"),
    [
        (
            "盗窃罪",
            "basic",
            {"control", "detention", "fixed_term", "fine"},
            "alternative",
            "cl:第二百六十四条",
        ),
        ("危险驾驶罪", "basic", {"detention", "fine"}, "shall", "cl:第一百三十三条之一第一款"),
        (
            "故意伤害罪",
            "especially_serious",
            {"fixed_term", "life", "death"},
            "none",
            "cl:第二百三十四条第二款",
        ),
        ("寻衅滋事罪", "serious", {"fixed_term", "fine"}, "may", "cl:第二百九十三条第二款"),
        (
            "受贿罪",
            "basic",
            {"detention", "fixed_term", "fine"},
            "shall",
            "cl:第三百八十三条第一款第一项",
        ),
        (
            "故意毁坏财物罪",
            "basic",
            {"detention", "fixed_term", "fine"},
            "alternative",
            "cl:第二百七十五条",
        ),
        ("失火罪", "minor", {"detention", "fixed_term"}, "none", "cl:第一百一十五条第二款"),
        (
            DRUGS,
            "gravest",
            {"fixed_term", "life", "death", "confiscation"},
            "none",
            "cl:第三百四十七条第二款",
        ),
        (
            "背叛国家罪",
            "basic",
            {"fixed_term", "life", "death", "confiscation"},
            "none",
            "cl:第一百零二条第一款",
        ),
        (
            "非法出售发票罪",
            "basic",
            {"control", "detention", "fixed_term", "fine"},
            "alternative",
            "cl:第二百零九条第四款",
        ),
        (
            "生产、销售有毒、有害食品罪",
            "especially_serious",
            {"fixed_term", "life", "death", "fine", "confiscation"},
            "shall",
            "cl:第一百四十四条",
        ),
    ],
)
def test_band_details(name: str, key: str, penalties: set[str], fine: str, article: str) -> None:
    found = charge(name)
    assert found is not None
    (band,) = [b for b in found.bands_on(date(2025, 1, 1)) if b.key == key]
    assert (set(band.penalties), band.fine, band.article) == (penalties, fine, article)


def test_actors_and_mens_rea() -> None:
    by_name = {c.name: c for c in charges()}
    assert {c.name for c in charges() if c.complaint_only} == {
        "侮辱罪",
        "诽谤罪",
        "暴力干涉婚姻自由罪",
        "虐待罪",
        "侵占罪",
    }
    assert by_name["贪污罪"].actor == "special"
    assert "国家工作人员" in by_name["贪污罪"].actor_note
    assert by_name["单位行贿罪"].actor == "unit_only"
    assert by_name["走私普通货物、物品罪"].actor == "unit_too"
    assert by_name["假冒注册商标罪"].actor == "unit_too"
    assert by_name["盗窃罪"].actor == "person"
    for name in ("交通肇事罪", "失火罪", "重大责任事故罪", "玩忽职守罪", "医疗事故罪"):
        assert by_name[name].mens_rea == "negligence", name
    assert all(c.actor_note for c in charges() if c.actor == "special")


def test_cues_are_merged_and_compile() -> None:
    known = {c.name for c in charges()}
    for c in charges():
        assert set(c.neighbours) <= known, c.name
        for pattern in (*c.cues.strong, *c.cues.weak, *c.cues.against):
            assert "~" not in pattern
            re.compile(pattern)


def test_another_process_loads_the_same_charges() -> None:
    code = "from nolle.statutes.charges import charges; print(len(charges()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert int(done.stdout) == len(charges())
