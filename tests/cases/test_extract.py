from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nolle.cases.alleged import alleged_charges
from nolle.cases.extract import read_facts
from nolle.cases.models import Case

TODAY = date(2025, 6, 1)
CASE = Case.model_validate(
    {
        "id": "1",
        "meta": {"date": "2024-08", "province": "江苏省"},
        "person_info": "犯罪嫌疑人陆某某，男，1980年**月**日出生，汉族，小学文化，务农，"
        "户籍所在地某县。因涉嫌危险驾驶罪，于2023年8月21日被某县公安局刑事拘留，同年8月24日被取保候审。",
        "procedure": "本案由某县公安局于2023年8月21日立案侦查，侦查终结，"
        "以犯罪嫌疑人陆某某涉嫌危险驾驶罪，于2024年4月9日向本院移送审查起诉。其间退回补充侦查一次。",
        "fact": "经依法审查查明：2023年8月20日21时许，陆某某饮酒后驾驶小型轿车，"
        "与李某驾驶的汽车相撞，致李某轻微伤。经鉴定，陆某某血液中乙醇含量为183mg/100ml。证人王某的证言证实上述事实。",
    }
)


def test_reads_a_case() -> None:
    facts = read_facts(CASE, TODAY)
    assert [s.name for s in facts.suspects] == ["陆某某"]
    assert facts.suspects[0].age_at_conduct == 43
    assert facts.suspects[0].occupation == "务农"
    assert {p.name: p.kind.value for p in facts.others} == {"李某": "victim", "王某": "witness"}
    assert (facts.conduct_start, facts.conduct_end) == (date(2023, 8, 20), date(2023, 8, 20))
    assert facts.filing_date == date(2023, 8, 21)
    assert facts.transfer_date == date(2024, 4, 9)
    assert facts.decision_date == date(2024, 8, 31)
    assert "年月" in facts.decision_date_note
    assert facts.alleged_charges == ("危险驾驶罪",)
    assert facts.returns == 1
    assert [a.mg_per_100ml for a in facts.alcohol] == [183]


def test_without_a_date_today_applies() -> None:
    facts = read_facts(Case(fact="王某盗窃。"), TODAY)
    assert facts.decision_date == TODAY
    assert facts.decision_date_note
    assert (facts.filing_date, facts.transfer_date, facts.returns) == (None, None, 0)


@pytest.mark.parametrize(
    ("procedure", "expected"),
    [
        (
            "以涉嫌强奸罪、敲诈勒索罪、制作、贩卖、传播淫秽物品牟利罪移送检察机关审查起诉。",
            ("强奸罪", "敲诈勒索罪", "制作、贩卖、传播淫秽物品牟利罪"),
        ),
        (
            "1月以涉嫌诈骗罪移送审查起诉；12月以合同诈骗罪再次移送。",
            ("合同诈骗罪", "诈骗罪"),
        ),
        (
            "以徐某涉嫌盗窃罪、王某涉嫌掩饰、隐瞒犯罪所得罪移送审查起诉。",
            ("盗窃罪", "掩饰、隐瞒犯罪所得罪"),
        ),
        ("以涉嫌掩饰、隐瞒犯罪所得、犯罪所得收益罪移送。", ("掩饰、隐瞒犯罪所得、犯罪所得收益罪",)),
        ("涉嫌帮助信息网络犯罪活动罪一案，移送审查起诉。", ("帮助信息网络犯罪活动罪",)),
        ("涉嫌以危险方法危害公共安全罪移送审查起诉。", ("以危险方法危害公共安全罪",)),
        (
            "涉嫌对非国家工作人员行贿罪、单位行贿罪移送。",
            ("对非国家工作人员行贿罪", "单位行贿罪"),
        ),
        (
            "以违规披露、不披露重要信息罪和伪造、变造金融票证罪移送审查起诉。",
            ("违规披露、不披露重要信息罪", "伪造、变造金融票证罪"),
        ),
        ("公安机关先以故意伤害刑事立案。", ("故意伤害",)),
        ("对朱某涉嫌盗窃案立案侦查，以涉嫌盗窃罪提请批准逮捕。", ("盗窃罪",)),
        (
            "先以涉嫌故意杀人罪刑事拘留；以涉嫌过失致人死亡罪移送审查起诉。",
            ("过失致人死亡罪", "故意杀人罪"),
        ),
        ("曾因涉嫌盗窃罪被取保候审。", ()),
        ("检察机关认为无罪，被害人要求以有罪处理。", ()),
    ],
)
def test_alleged_charges(procedure: str, expected: tuple[str, ...]) -> None:
    assert alleged_charges(Case(fact="经审查查明。", procedure=procedure)) == expected


def test_the_narrative_alleges_only_if_nothing_else_does() -> None:
    fact = "公安机关认定王某涉嫌诈骗罪。"
    assert alleged_charges(Case(fact=fact)) == ("诈骗罪",)
    assert alleged_charges(Case(fact=fact, procedure="以盗窃罪移送审查起诉。")) == ("盗窃罪",)


_PIECES = (
    "犯罪嫌疑人 被告人 被害人 张某 某 李某某 （ ） [ ] 、 ， 。 均 另案处理 2019年 2月 30日 "
    "次日 同年 至 涉嫌 盗窃 罪 移送审查起诉 退回 补充侦查 9999年 元 万 轻伤 mg/100ml 克 次 出生 "
    "生于 岁 十 男 等 人 公司 · A \x00 ０ ① 𠮷 ² 两次 第 绰号 “ ” 当日 以 对 和 00年 13月"
)
_WORDS = st.sampled_from([*_PIECES.split(" "), "\n", "\u3000", " "])
_TEXT = st.one_of(st.text(max_size=120), st.lists(_WORDS, max_size=60).map("".join))


@settings(max_examples=300, deadline=None)
@given(fact=_TEXT, procedure=_TEXT, info=_TEXT, day=st.one_of(st.text(max_size=12), _TEXT))
@example(
    fact="2019年²月", procedure="第²次退回补充侦查", info="犯罪嫌疑人²，男，①岁", day="２０１９"
)
def test_never_raises(fact: str, procedure: str, info: str, day: str) -> None:
    case = Case.model_validate(
        {"fact": fact + "。", "procedure": procedure, "person_info": info, "meta": {"date": day}}
    )
    facts = read_facts(case, TODAY)
    assert facts.suspects
    for suspect in facts.suspects:
        for span in suspect.mentions:
            assert span.of(case) in {suspect.name, *suspect.aliases}


def test_long_repetitive_files_come_to_an_end() -> None:
    repeated = ["张某某、", "2018年", "被告人", "张某（", "涉嫌", "某", "（", "以a罪、"]
    for words in repeated:
        case = Case(fact=(words * 30000)[:30000])
        assert read_facts(case, TODAY).suspects
