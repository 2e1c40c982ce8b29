"""Charges from invented facts: the best one, the neighbours, several at once, dates."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from nolle.tools.charge_identification import charges_of, identify

CASES = yaml.safe_load(
    (Path(__file__).parent / "cases" / "charge_identification.yaml").read_text(encoding="utf-8")
)
ROBBERY = "钱某持刀威胁店主，抢走现金5000元。"
QUIET = "天气晴朗，众人见面后各自回家。"


def test_there_are_enough_cases():
    assert len(CASES) >= 60
    assert len({case["charge"] for case in CASES}) >= 50


@pytest.mark.parametrize("case", CASES, ids=[case["fact"][:14] for case in CASES])
def test_best_charge(case):
    ranked = identify(case["fact"], on=case.get("day"))
    assert ranked, "no charge at all"
    assert ranked[0].charge == case["charge"]


@pytest.mark.parametrize("fact", ["", QUIET])
def test_without_cues_there_is_no_charge(fact):
    assert identify(fact) == ()
    assert charges_of(fact) == ()


def test_an_alleged_charge_leads_where_the_facts_are_silent():
    assert charges_of(QUIET, ["盗窃罪"]) == ("盗窃罪",)
    assert identify(QUIET, ["盗窃"])[0].charge == "盗窃罪"


def test_an_alleged_charge_does_not_bind():
    strong = "郭某撬锁入室，盗走现金，窃得首饰，又扒窃手机一部，赃物销赃。"
    assert identify(strong, ["危险驾驶罪"])[0].charge == "盗窃罪"


def test_unknown_allegations_are_ignored():
    assert identify(ROBBERY, ["不存在的罪名"])[0].charge == "抢劫罪"


def test_reasons_are_words_of_the_text_with_their_places():
    best = identify(ROBBERY)[0]
    assert best.reasons
    for hit in best.reasons:
        assert ROBBERY.startswith(hit.words, hit.start)


def test_scores_fall_and_top_limits_them():
    fact = "谷某撬锁盗走现金后，又谎称代购骗取他人钱款，并殴打被害人致轻伤。"
    ranked = identify(fact, top=3)
    assert 0 < len(ranked) <= 3
    assert [s.score for s in ranked] == sorted((s.score for s in ranked), reverse=True)
    assert all(s.score > 0 for s in ranked)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2021, 2, 28), "妨害公务罪"),
        (date(2021, 3, 1), "袭警罪"),
        (date(2015, 1, 1), "妨害公务罪"),
    ],
)
def test_assaulting_the_police_is_its_own_charge_since_amendment_xi(on, expected):
    fact = "白某暴力阻碍民警执行职务，用拳头殴打民警头部。"
    found = [s.charge for s in identify(fact, on=on)]
    assert found[0] == expected
    assert ("袭警罪" in found) == (on >= date(2021, 3, 1))


def test_a_charge_younger_than_the_conduct_is_never_named():
    fact = "醉酒驾驶机动车，血液酒精含量为150mg/100ml。"
    assert identify(fact, on=date(2012, 1, 1))[0].charge == "危险驾驶罪"
    assert "危险驾驶罪" not in [s.charge for s in identify(fact, on=date(2010, 1, 1))]


def test_separate_acts_give_several_charges():
    fact = (
        "2018年3月，毛某撬锁进入住宅盗走现金，并窃得首饰。"
        "2018年5月，毛某在家中容留他人吸食毒品。同年6月，毛某再次提供场所，容留他人吸毒。"
    )
    assert set(charges_of(fact)) == {"盗窃罪", "容留他人吸毒罪"}


def test_one_act_gives_one_charge():
    assert charges_of("狄某因口角用拳头将被害人打伤，经鉴定为轻伤一级。") == ("故意伤害罪",)


def test_an_earlier_conviction_is_not_the_charge():
    fact = "臧某曾因犯诈骗罪被判处有期徒刑一年。2019年5月，臧某翻墙入室盗走现金2000元。"
    assert identify(fact)[0].charge == "盗窃罪"


def test_state_and_private_officers_are_told_apart_by_the_unit_not_by_the_police():
    fact = (
        "计某担任某塑料有限公司经理，利用职务便利挪用公司资金20万元归个人使用。"
        "公安机关于2016年立案，公诉机关指控上述事实。"
    )
    assert identify(fact)[0].charge == "挪用资金罪"
