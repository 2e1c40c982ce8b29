"""Labelled texts and plain narratives are split into person, procedure and fact."""

from __future__ import annotations

import pytest

from nolle.cases.documents import DocumentKind, split_document


def test_labelled_text_is_split_by_its_labels() -> None:
    text = (
        "嫌疑人信息：被告人张某，男，20岁。\n程序信息：某市公安局移送审查起诉，退回补充侦查一次。\n"
        "事实信息：2020年1月1日，张某盗窃。\n经查，价值3000元。\n日期：2020-05\n省份：浙江省\n决定：相对不起诉"
    )
    parts = split_document(text)
    assert parts.kind is DocumentKind.LABELLED
    assert parts.person_info == "犯罪嫌疑人张某，男，20岁。"
    assert parts.procedure == "某市公安局移送审查起诉，退回补充侦查一次。"
    assert parts.fact == "2020年1月1日，张某盗窃。\n经查，价值3000元。"
    assert (parts.date, parts.province) == ("2020-05", "浙江省")


@pytest.mark.parametrize(
    "text",
    [
        "## 一、犯罪嫌疑人基本情况\n李某，男。\n## 二、案件来源\n公安局移送。\n"
        "## 三、案件事实\n2020年李某盗窃。\n## 四、处理意见\n起诉。",
        "【嫌疑人信息】李某，男。\n【诉讼程序】公安局移送。\n【案件事实】2020年李某盗窃。",
        "person_info: 李某，男。\nprocedure: 公安局移送。\nfact: 2020年李某盗窃。\ndecision: P",
    ],
)
def test_label_styles(text: str) -> None:
    parts = split_document(text)
    assert parts.person_info == "李某，男。"
    assert parts.procedure == "公安局移送。"
    assert parts.fact == "2020年李某盗窃。"


def test_plain_narrative_is_all_fact() -> None:
    text = "2021年5月1日，李某在某商场内盗窃手机一部，价值4000元。\n案发后李某投案。"
    parts = split_document(text)
    assert (parts.kind, parts.fact) == (DocumentKind.NARRATIVE, text)
    assert parts.person_info == parts.procedure == ""


def test_narrative_gives_up_its_first_sentences_only_when_they_are_clear() -> None:
    parts = split_document(
        "犯罪嫌疑人李某，男，30岁，无业。2021年6月被取保候审。\n"
        "某市公安局以涉嫌盗窃罪立案侦查，移送审查起诉，其间退回补充侦查一次。\n"
        "2021年5月1日，李某在商场内盗窃手机一部。"
    )
    assert parts.person_info == "犯罪嫌疑人李某，男，30岁，无业。2021年6月被取保候审。"
    assert "退回补充侦查一次" in parts.procedure
    assert parts.fact == "2021年5月1日，李某在商场内盗窃手机一部。"
    conduct_first = "犯罪嫌疑人李某，于2021年5月1日在商场内盗窃手机一部。"
    assert split_document(conduct_first).fact == conduct_first


def test_narrative_loses_its_outcome_but_not_earlier_cases() -> None:
    parts = split_document(
        "2021年5月1日，李某盗窃手机一部。李某曾于2018年因醉驾被检察院作出相对不起诉决定。"
        "检察院认为情节轻微，对李某作出相对不起诉决定。"
    )
    assert (
        parts.fact
        == "2021年5月1日，李某盗窃手机一部。李某曾于2018年因醉驾被检察院作出相对不起诉决定。"
    )


def test_quoted_police_opinion_stays_in_a_narrative() -> None:
    text = "公安机关认定：张某打伤李某。监控显示张某当时不在现场。"
    assert split_document(text).fact == text


def test_civil_defendant_keeps_the_name() -> None:
    assert "附带民事诉讼被告人" in split_document("附带民事诉讼被告人某公司已赔偿。").fact
