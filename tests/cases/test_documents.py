"""Formal documents are split, and nothing kept gives the outcome away."""

from __future__ import annotations

import re

import pytest

from nolle.cases.documents import DocumentKind, document_kind, split_document
from nolle.cases.readers import case_from_text

LEAKS = re.compile(
    "被告人|被告单位|被不起诉|本院认为|提起公诉|决定不起诉|不起诉决定|此致|检察员|审判长|附件|量刑建议"
    "|不服本决定|起诉书|刑不诉|不符合起诉条件|判决如下|指控"
)

INDICTMENT = """起诉书（张某某危险驾驶案）来源：某网 时间：2024-12-04
江苏省临水市东湖区人民检察院
起 诉 书
临东检刑诉〔2024〕74号
被告人张某某，男，1981年**月**日出生，初中文化，户籍所在地河北省某县。2024年2月2日，因涉嫌危险驾驶罪被取保候审。
辩护人李某，江苏某律师事务所律师。
本案由临水市公安局侦查终结，以被告人张某某涉嫌危险驾驶罪，于2024年9月2日向本院移送起诉。本院受理后，已告知被告人有权委托辩护人，审查了全部案件材料。
经依法审查查明：
2024年1月10日9时30分许，被告人张某某醉酒后驾驶三轮摩托车行驶至某路口被查获。经鉴定，血液中乙醇含量为160.9mg/100ml。
认定上述事实的证据如下：
1.书证：受案登记表等；
2.被告人张某某的供述与辩解；
3.鉴定意见。
上述证据收集程序合法，内容客观真实，足以认定指控事实。被告人张某某对指控的犯罪事实和证据没有异议，并自愿认罪认罚。
本院认为，被告人张某某醉酒后驾驶机动车，其行为触犯了《中华人民共和国刑法》第一百三十三条之一，应当以危险驾驶罪追究其刑事责任。根据《中华人民共和国刑事诉讼法》第一百七十六条的规定，提起公诉，请依法判处。
此致
临水市东湖区人民法院
检 察 官 吴某
2024年9月10日
附件：1.被告人现取保候审；
2.2024年9月11日移送案卷一册。"""

INSUFFICIENT = """山东省临沂市某区人民检察院
不起诉决定书
临检刑不诉〔2014〕60号
被不起诉人沈某甲，男，1973年**月**日出生，汉族，无业。2014年5月24日因涉嫌盗窃罪被刑事拘留。
本案由某区公安分局侦查终结，以被不起诉人沈某甲涉嫌盗窃罪，于2014年7月21日向本院移送审查起诉。
某区公安分局移送审查起诉认定：2014年4月15日7时许，被不起诉人沈某甲在某小区盗窃电动车一辆，价值3000元。
经本院审查并两次退回补充侦查，本院仍然认为某区公安分局认定的犯罪事实不清、证据不足，不符合起诉条件。依照《中华人民共和国刑事诉讼法》第一百七十一条第四款的规定，决定对沈某甲不起诉。
被害人如不服本决定，可以自收到本决定书后七日以内向临沂市人民检察院申诉，请求提起公诉。
山东省临沂市某区人民检察院
二〇一四年十二月一日"""

ONE_LINE = (
    "贵州省临江市平安县人民检察院起诉书平检公诉刑诉〔2018〕8号被告人徐某，曾用名徐某某，男，1996年9月26日出生，"
    "汉族，无业。因涉嫌故意伤害罪于2018年2月20日被取保候审。本案由平安县公安局侦查终结，以被告人徐某涉嫌故意伤害罪"
    "于2018年5月11日移送审查起诉。本院受理后，依法讯问被告人，审查了全部案件材料。经依法审查查明：2018年2月18日22时许，"
    "被告人徐某持刀将黄某砍伤。经鉴定属重伤二级。2018年2月19日，被告人徐某主动投案。本院认为，被告人徐某故意伤害他人身体，"
    "应当以故意伤害罪追究其刑事责任。提起公诉，请依法判处。此致贵州省平安县人民法院检察员：何某2018年6月4日附：1.被告人现在家。"
)

OPINION = """大连市公安局某分局
起诉意见书
大公刑诉字[2016]001号
犯罪嫌疑人刘某，男，汉族，1985年1月1日生，无业。
违法犯罪经历：犯罪嫌疑人刘某于2016年1月19日因涉嫌故意伤害罪被我局刑事拘留。
犯罪嫌疑人刘某涉嫌故意伤害一案，我局于2016年1月18日立案侦查，现已侦查终结。
经依法侦查查明，犯罪嫌疑人刘某有下列犯罪事实：
2015年12月8日0时许，犯罪嫌疑人刘某持铁锹将谢某面部打伤，损伤程度属轻伤一级。
认定上述事实的证据如下：
1.犯罪嫌疑人刘某供述；2.被害人谢某陈述。
上述事实清楚，证据确实、充分，足以认定。
综上所述，犯罪嫌疑人刘某的行为已触犯《中华人民共和国刑法》第二百三十四条之规定，涉嫌故意伤害罪。特将此案移送审查起诉。
此致
大连市某区人民检察院
2016年3月1日"""

JUDGMENT = """浙江省某市人民法院
刑事判决书
（2019）浙01刑初12号
公诉机关浙江省某市人民检察院。
被告人王某，男，1990年1月1日出生，汉族，无业。曾因盗窃罪于2015年被判处有期徒刑六个月。
浙江省某市人民检察院以浙检刑诉〔2019〕8号起诉书指控被告人王某犯盗窃罪，于2019年3月1日向本院提起公诉。本院依法组成合议庭，公开开庭审理了本案。现已审理终结。
公诉机关指控：2018年10月1日，被告人王某在超市窃得手机一部，价值人民币2500元。案发后退赃。
公诉机关认为，被告人王某的行为构成盗窃罪，提请依法判处。
经审理查明的事实与指控一致。
上述事实，有证人证言、价格认定书等证据证实，足以认定。
本院认为，被告人王某秘密窃取他人财物，构成盗窃罪。依照《中华人民共和国刑法》第二百六十四条，判决如下：
被告人王某犯盗窃罪，判处拘役五个月。
审判长 赵某
二〇一九年五月六日"""

TWO_VERSIONS = """某省某市人民检察院
不起诉决定书
某检刑不诉〔2022〕3号
被不起诉人高某，女，1990年1月1日出生。
本案由某市公安局侦查终结，以被不起诉人高某涉嫌诈骗罪，于2022年1月4日向本院移送审查起诉。
公安机关移送起诉认定：2021年5月，高某以投资为名骗取周某8万元。
经本院依法审查查明：
2021年5月，被不起诉人高某向周某借款8万元用于店铺进货，双方签有借条并约定利息。同年7月高某已归还3万元，其余款项因店铺停业未能按时归还，二人一直保持联系。
本院认为，高某没有非法占有目的，不构成犯罪，决定对高某不起诉。"""

DOCUMENTS = {
    "indictment": (
        INDICTMENT,
        DocumentKind.INDICTMENT,
        "2024-09-10",
        "江苏省",
        ["犯罪嫌疑人张某某，男", "取保候审", "辩护人李某"],
        ["侦查终结", "移送起诉", "审查了全部案件材料"],
        ["2024年1月10日", "160.9mg/100ml", "1.书证", "3.鉴定意见", "自愿认罪认罚"],
    ),
    "insufficient": (
        INSUFFICIENT,
        DocumentKind.NON_PROSECUTION,
        "2014-12-01",
        "山东省",
        ["犯罪嫌疑人沈某甲"],
        ["移送审查起诉", "两次退回补充侦查"],
        ["盗窃电动车一辆"],
    ),
    "one line": (
        ONE_LINE,
        DocumentKind.INDICTMENT,
        "2018-06-04",
        "贵州省",
        ["犯罪嫌疑人徐某，曾用名", "取保候审"],
        ["平安县公安局侦查终结"],
        ["2018年2月18日22时许", "主动投案"],
    ),
    "opinion": (
        OPINION,
        DocumentKind.POLICE_OPINION,
        "2016-03-01",
        "辽宁省",
        ["犯罪嫌疑人刘某", "违法犯罪经历"],
        ["现已侦查终结"],
        ["2015年12月8日", "被害人谢某陈述"],
    ),
    "judgment": (
        JUDGMENT,
        DocumentKind.JUDGMENT,
        "2019-05-06",
        "浙江省",
        ["犯罪嫌疑人王某", "曾因盗窃罪于2015年被判处有期徒刑六个月"],
        [],
        ["2018年10月1日", "案发后退赃", "价格认定书"],
    ),
    "two versions": (
        TWO_VERSIONS,
        DocumentKind.NON_PROSECUTION,
        "",
        "",
        ["犯罪嫌疑人高某"],
        ["移送审查起诉"],
        ["签有借条"],
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_split(name: str) -> None:
    text, kind, day, province, person, procedure, fact = DOCUMENTS[name]
    parts = split_document(text)
    assert (parts.kind, parts.date, parts.province) == (kind, day, province)
    for words, part in (
        (person, parts.person_info),
        (procedure, parts.procedure),
        (fact, parts.fact),
    ):
        assert [w for w in words if w not in part] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_kept_gives_the_outcome_away(name: str) -> None:
    case = case_from_text(DOCUMENTS[name][0])
    kept = f"{case.id}\n{case.person_info}\n{case.procedure}\n{case.fact}"
    assert LEAKS.search(kept) is None


def test_formal_document_without_fixed_phrases_keeps_its_facts() -> None:
    parts = split_document(
        "某市人民检察院\n不起诉决定书\n某检刑不诉〔2020〕1号\n被不起诉人王某，男，1990年生。\n"
        "2020年1月1日，王某在商场盗窃手机一部，价值1500元。\n本院认为，王某情节轻微，决定对王某不起诉。\n2020年5月1日"
    )
    assert parts.person_info == "犯罪嫌疑人王某，男，1990年生。"
    assert parts.fact == "2020年1月1日，王某在商场盗窃手机一部，价值1500元。"
    assert parts.date == "2020-05-01"


def test_own_finding_replaces_the_allegation() -> None:
    assert "骗取" not in split_document(TWO_VERSIONS).fact


def test_document_broken_at_a_fixed_width_reads_the_same() -> None:
    lines = []
    for line in INDICTMENT.split("\n"):
        lines += [line[i : i + 38] for i in range(0, len(line), 38)] or [""]
    wrapped, plain = split_document("\n".join(lines)), split_document(INDICTMENT)
    assert wrapped.person_info == plain.person_info
    assert wrapped.procedure == plain.procedure
    assert wrapped.date == plain.date
    assert LEAKS.search(wrapped.fact) is None


def test_kind_of_odd_texts() -> None:
    assert document_kind("") is DocumentKind.NARRATIVE
    assert document_kind("公诉机关指控，被告人盗窃。") is DocumentKind.NARRATIVE


@pytest.mark.parametrize(
    "text",
    [
        "被告人" + "甲某决定综上经因，" * 20_000,
        "经本院" * 30_000,
        "被告人，本院认为。" * 15_000,
        "检察院" * 30_000,
        "事实：\n程序：\n" * 5_000,
    ],
    ids=lambda text: text[:6].replace("\n", " "),
)
def test_large_repetitive_documents_come_to_an_end(text: str) -> None:
    parts = split_document(text)
    assert parts.kind in DocumentKind


@pytest.mark.parametrize(
    "record",
    ["此前未受过刑事处罚。", "没有受过处罚。", "无犯罪记录。", "曾受行政处罚。", "其从未被追究。"],
)
def test_a_sentence_on_the_record_belongs_to_the_person(record):
    case = case_from_text(
        f"犯罪嫌疑人许某，男，1980年3月1日出生，初中文化，务工。{record}\n"
        "本案由某某市公安局侦查终结，以许某涉嫌盗窃罪，于2020年9月1日向本院移送审查起诉。\n"
        "经依法审查查明：2020年8月3日，许某在商场盗走手机一部，价值3000元。"
    )
    assert case.person_info.endswith(record)
    assert case.procedure.startswith("本案由")
    assert case.fact.startswith("2020年8月3日")
