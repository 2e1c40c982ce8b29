"""Golden rows of the two readings of single-prompt answers."""

from __future__ import annotations

import pytest

from nolle.cases.vocabulary import Decision
from nolle.graphs.quoted import RUN, own_words
from nolle.graphs.reading import format_ok, read_lenient, read_strict

HEAD = "【适用法条】\n刑法：第二百六十四条\n\n【审查分析】\n被不起诉人的行为已经查清。\n\n"
P, DNP, SNP, IENP = "P", "DNP", "SNP", "IENP"


def code(decision: Decision | None) -> str | None:
    return decision.value if decision else None


# What follows 【最终结论】 and a line break: strict reading, lenient reading.
CONCLUSIONS: list[tuple[str, str | None, str | None]] = [
    ("决定：起诉", P, P),
    ("决定：相对不起诉", DNP, DNP),
    ("决定：法定不起诉", SNP, SNP),
    ("决定：存疑不起诉", IENP, IENP),
    ("决定:相对不起诉", DNP, DNP),
    ("决定： 相对不起诉", DNP, DNP),
    ("决定：\u3000相对不起诉\u3000", DNP, DNP),
    ("决定：相对不起诉。", DNP, DNP),
    ("决定：相对不起诉 。", DNP, DNP),
    ("决定：相对不起诉。 ", DNP, DNP),
    ("决定：相对不起诉。。", None, DNP),
    ("决定：相对不起诉\r", DNP, DNP),
    ("决定：\n相对不起诉", DNP, DNP),
    ("决定：\n\n  相对不起诉", DNP, DNP),
    ("决定：\r\n相对不起诉\r\n", DNP, DNP),
    ("决定：**相对不起诉**", DNP, DNP),
    ("决定：**相对不起诉。**", DNP, DNP),
    ("决定：**相对不起诉**。", DNP, DNP),
    ("决定：** 相对不起诉 **。", DNP, DNP),
    ("**决定：** 相对不起诉。", DNP, DNP),
    ("**决定：**相对不起诉", DNP, DNP),
    ("**决定：相对不起诉**", DNP, DNP),
    ("**决定：** 相对不起诉", None, DNP),
    ("**决定**：相对不起诉", None, DNP),
    ("决定：相对不起诉 **", None, DNP),
    ("决定：**相对不起诉 **", None, DNP),
    ("决定：*相对不起诉*", None, DNP),
    ("决定：`相对不起诉`", None, DNP),
    ("决定：相对不起诉（情节轻微）", None, DNP),
    ("决定：相对不起诉(酌定不起诉)", None, DNP),
    ("决定：相对不起诉决定", None, DNP),
    ("决定：相对不起诉；", None, DNP),
    ("决定：相对不起诉.", None, DNP),
    ("决定：“相对不起诉”", None, DNP),
    ("决定：【相对不起诉】", None, DNP),
    ("决定：建议作出相对不起诉", None, DNP),
    ("决定：酌定不起诉", None, DNP),
    ("决定：绝对不起诉", None, SNP),
    ("决定：证据不足不起诉", None, IENP),
    ("决定：提起公诉", None, P),
    ("决定：不起诉（存疑不起诉）", None, IENP),
    ("决定：不起诉", None, None),
    ("决定：不予起诉", None, None),
    ("决定：附条件不起诉", None, None),
    ("决定：不提起公诉", None, None),
    ("决定：移送审查起诉", None, None),
    ("决定：起诉/相对不起诉/法定不起诉/存疑不起诉（四选一）", None, None),
    ("决定：起诉 / 相对不起诉 / 法定不起诉 / 存疑不起诉", None, None),
    ("决定：对甲起诉，对乙相对不起诉", None, None),
    ("决定：相对不起诉，而非法定不起诉", None, DNP),
    ("决定：不宜相对不起诉，应当起诉", None, P),
    ("决定：不符合存疑不起诉的条件，提起公诉", None, P),
    ("相对不起诉", None, DNP),
    ("建议对其作相对不起诉处理。", None, DNP),
    ("决定", None, None),
    ("决定：", None, None),
    ("", None, None),
    ("决定：起诉\n决定：相对不起诉", P, P),
    ("决定：待定\n决定：相对不起诉", None, DNP),
    ("最终决定：法定不起诉", SNP, SNP),
    ("不起诉决定：存疑不起诉", IENP, IENP),
    ("决定如下：起诉", None, P),
    ("决定：起诉\n理由：不符合相对不起诉的条件。", P, P),
    ("决定：起 诉", None, P),
    ("决定：DNP", None, None),
]


@pytest.mark.parametrize(("conclusion", "strict", "lenient"), CONCLUSIONS)
def test_decision_behind_the_conclusion(
    conclusion: str, strict: str | None, lenient: str | None
) -> None:
    answer = f"{HEAD}【最终结论】\n{conclusion}"
    assert code(read_strict(answer).decision) == strict
    assert code(read_lenient(answer).decision) == lenient


END = "【最终结论】\n决定：起诉"
# Whole answers: strict reading, lenient reading.
ANSWERS: list[tuple[str, str | None, str | None]] = [
    ("", None, None),
    ("起诉", None, P),
    ("决定：起诉", None, P),
    ("最终结论\n决定：起诉", None, P),
    ("## 最终结论\n\n**决定**：起诉", None, P),
    ("**最终结论**\n起诉", None, P),
    ("三、最终结论：存疑不起诉", None, IENP),
    ("[最终结论]\n决定：起诉", None, P),
    ("【结论】\n决定：起诉", None, P),
    ('{"适用法条": "刑法第三十七条", "决定": "相对不起诉"}', None, DNP),
    ('```json\n{"decision": "法定不起诉", "reason": "不符合起诉条件"}\n```', None, SNP),
    (f"<think>决定：相对不起诉</think>{HEAD}{END}", P, P),
    (f"<think>【最终结论】\n决定：相对不起诉</think>\n{END}", P, P),
    (f"草稿</think>{END}", P, P),
    (f"<think>{HEAD}{END}", P, P),
    (f"{END}\n</think>\n", None, P),
    ("<think>一</think>中\n</think>\n" + END, P, P),
    (f"{END}\n\n【最终结论】\n决定：相对不起诉", P, DNP),
    ("【最终结论】\n（见下）\n【最终结论】\n决定：相对不起诉", DNP, DNP),
    ("【最终结论】\n决定：待定\n【最终结论】\n决定：相对不起诉", None, DNP),
    (f"案卷中的“【最终结论】决定：相对不起诉”不予采信。\n{END}", None, P),
    (f"{END}\n注：案卷所写“决定：相对不起诉”系伪造。", P, P),
    ("决定：相对不起诉\n【最终结论】\n决定：起诉", P, P),
    ("【最终结论 】\n决定：起诉", None, P),
    ("我无法回答这个问题。", None, None),
    ("本案事实清楚，证据充分，应当提起公诉，追究刑事责任。", None, None),
]


@pytest.mark.parametrize(("answer", "strict", "lenient"), ANSWERS)
def test_decision_of_a_whole_answer(answer: str, strict: str | None, lenient: str | None) -> None:
    assert code(read_strict(answer).decision) == strict
    assert code(read_lenient(answer).decision) == lenient


THEFT, BAC, WAIVER = "cl:第二百六十四条", "cl:第一百三十三条之一", "cpl:第一百七十七条第二款"
# The article section: strict reading, lenient reading.
ARTICLES: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
    ("刑法：第二百六十四条", (THEFT,), (THEFT,)),
    ("刑法:第二百六十四条", (THEFT,), (THEFT,)),
    ("刑法：第二百六十四条、第三十七条", (THEFT, "cl:第三十七条"), (THEFT, "cl:第三十七条")),
    ("刑法：第二百六十四条，第三十七条", (THEFT, "cl:第三十七条"), (THEFT, "cl:第三十七条")),
    ("刑法：第二百六十四条;第三十七条；", (THEFT, "cl:第三十七条"), (THEFT, "cl:第三十七条")),
    ("刑法：第264条", ("cl:第264条",), (THEFT,)),
    ("刑法：第37条", ("cl:第37条",), ("cl:第三十七条",)),
    ("刑法：第一百三十三条之一", (BAC,), (BAC,)),
    ("《刑法》：第二百六十四条", (), (THEFT,)),
    ("**刑法**：第二百六十四条", (), (THEFT,)),
    ("**刑法：** 第二百六十四条", ("cl:** 第二百六十四条",), (THEFT,)),
    ("刑法：\n第二百六十四条", (), (THEFT,)),
    ("刑法：第二百六十四条\n第三十七条", (THEFT,), (THEFT, "cl:第三十七条")),
    ("刑法第二百六十四条", (), (THEFT,)),
    (
        "刑法：第六十七条第一款、第三款",
        ("cl:第六十七条第一款", "cl:第三款"),
        ("cl:第六十七条第一款", "cl:第六十七条第三款"),
    ),
    ("刑法：第二百六十四条。", ("cl:第二百六十四条。",), (THEFT,)),
    (
        "刑法：第二百六十四条和第三十七条",
        ("cl:第二百六十四条和第三十七条",),
        (THEFT, "cl:第三十七条"),
    ),
    ("刑事诉讼法：第一百七十七条第二款", (WAIVER,), (WAIVER,)),
    (
        "刑事诉讼规则：第三百七十条\n刑法：第二百六十四条",
        (THEFT, "cpr:第三百七十条"),
        ("cpr:第三百七十条", THEFT),
    ),
    (
        "刑法：第二百六十四条\n刑事诉讼法：第一百七十七条第二款\n刑事诉讼规则：第三百七十条",
        (THEFT, WAIVER, "cpr:第三百七十条"),
        (THEFT, WAIVER, "cpr:第三百七十条"),
    ),
    ("刑法：第二百六十四条\n刑法：第三十七条", (THEFT,), (THEFT, "cl:第三十七条")),
    ("1. 刑法： 第二百六十四条 、 第三十七条 ", (THEFT, "cl:第三十七条"), (THEFT, "cl:第三十七条")),
    ("刑法：第二百六十四条、第二百六十四条", (THEFT, THEFT), (THEFT,)),
    ("刑法：", (), ()),
    ("刑法：无", ("cl:无",), ()),
    ("商标法：第五十九条", (), ()),
    ("", (), ()),
]


@pytest.mark.parametrize(("section", "strict", "lenient"), ARTICLES)
def test_articles(section: str, strict: tuple[str, ...], lenient: tuple[str, ...]) -> None:
    answer = f"【适用法条】\n{section}\n\n【审查分析】\n依照刑法第一条。\n\n{END}"
    assert read_strict(answer).articles == strict
    assert read_lenient(answer).articles == lenient


def test_articles_end_with_the_next_section_or_the_answer() -> None:
    assert read_strict("【适用法条】刑法：第一条【最终结论】刑法：第二条").articles == (
        "cl:第一条",
    )
    assert read_strict("【适用法条】\n刑法：第一条").articles == ("cl:第一条",)
    assert read_strict("刑法：第一条").articles == ()


def test_articles_before_the_end_of_thinking_do_not_count() -> None:
    answer = f"【适用法条】\n刑法：第一条</think>【适用法条】\n刑法：第二条\n{END}"
    assert read_strict(answer).articles == ("cl:第二条",)
    assert read_lenient(answer).articles == ("cl:第二条",)


@pytest.mark.parametrize(
    ("conclusion", "raw"),
    [
        ("决定：相对不起诉。", "相对不起诉。"),
        ("决定： **起诉** ", "**起诉**"),
        ("决定：不起诉", "不起诉"),
        ("没有", ""),
    ],
)
def test_the_raw_string_is_kept_for_the_export(conclusion: str, raw: str) -> None:
    assert read_strict(f"【最终结论】\n{conclusion}").raw == raw


GOOD = "【适用法条】\n刑法：第一条\n【审查分析】\n分析。\n【最终结论】\n决定：起诉"
FORMATS = [
    (GOOD, True),
    (GOOD.replace("决定：起诉", "决定：**起诉**。"), True),
    (f"<think>【草稿】</think>{GOOD}", True),
    (f"好的。\n{GOOD}\n完。", True),
    (GOOD.replace("刑法：第一条", ""), True),
    (GOOD.replace("决定：起诉", "决定：不起诉"), False),
    (GOOD.replace("决定：起诉", "起诉"), False),
    (GOOD.replace("分析。", " "), False),
    (GOOD.replace("分析。", "【事实】清楚。"), False),
    (f"{GOOD}\n{GOOD}", False),
    (f"{GOOD}\n【最终结论】", False),
    (GOOD.replace("【审查分析】\n", ""), False),
    ("【审查分析】\n分析。\n【适用法条】\n【最终结论】\n决定：起诉", False),
    (GOOD.replace("【最终结论】", "最终结论"), False),
    ("", False),
]


@pytest.mark.parametrize(("answer", "good"), FORMATS)
def test_format_of_the_training_reward(answer: str, good: bool) -> None:
    assert format_ok(answer) is good


CASE = (
    "张某于2021年3月1日在某市某小区门口盗窃电动自行车一辆，经鉴定价值2600元，案发后已发还被害人李某。"
    "\n【最终结论】\n决定：相对不起诉\n以上为本院认定的事实，张某对上述事实供认不讳，愿意认罪认罚。"
)


@pytest.mark.parametrize(
    ("answer", "lenient"),
    [
        (CASE, None),
        (f"案件事实如下：\n{CASE}", None),
        ("> " + CASE.replace("\n", "\n> "), None),
        ("【最终结论】\n决定：相对不起诉", None),
        (f"{CASE}\n\n【最终结论】\n决定：起诉", P),
        (f"{HEAD}{END}\n\n附案件事实：{CASE}", P),
        (f"{HEAD}【最终结论】\n决定：相对不起诉", DNP),
    ],
)
def test_words_copied_from_the_case_are_no_decision(answer: str, lenient: str | None) -> None:
    assert code(read_lenient(answer, CASE).decision) == lenient


def test_the_strict_reading_knows_nothing_of_the_case() -> None:
    assert read_strict(CASE).decision is Decision.DNP


def test_own_words_cuts_every_long_copy() -> None:
    source = "".join(map(chr, range(0x4E00, 0x4E00 + 400)))
    answer = f"甲{source[:RUN]}乙{source[100:220]}丙{source[300 : 300 + RUN - 1]}"
    assert own_words(answer, source).replace("\n", "|") == (
        f"甲|乙|丙{source[300 : 300 + RUN - 1]}"
    )
    assert own_words(f"{source[10:60]}{source[200:260]}尾", source).strip() == "尾"
    assert own_words(source, source) == ""
    assert own_words("", source) == ""
    assert own_words("没有抄录", "") == "没有抄录"
