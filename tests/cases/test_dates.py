from __future__ import annotations

from datetime import date

import pytest

from nolle.cases.dates import conduct_period, count_returns, decision_date, find_dates
from nolle.cases.facts import DateRole
from nolle.cases.models import Case, FieldName

TODAY = date(2025, 6, 1)


def read(text: str, field: FieldName = "fact") -> list[tuple[str, str, str]]:
    values = {"fact": "事实不明。", "procedure": "", "person_info": ""} | {field: text}
    return [
        (m.role.value, m.start.isoformat(), m.end.isoformat())
        for m in find_dates(Case(**values))
        if m.span.field == field
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016年10月至11月，王某盗窃。", [("conduct", "2016-10-01", "2016-11-30")]),
        (
            "2011年5月，王某购买。同年12月3日出售。",
            [("conduct", "2011-05-01", "2011-05-31"), ("conduct", "2011-12-03", "2011-12-03")],
        ),
        (
            "2018年12月31日，王某签约，次日付款，当日取货。",
            [
                ("conduct", "2018-12-31", "2018-12-31"),
                ("conduct", "2019-01-01", "2019-01-01"),
                ("conduct", "2019-01-01", "2019-01-01"),
            ],
        ),
        (
            "2021年7月4日至6日，王某三次拿走。",
            [("conduct", "2021-07-04", "2021-07-06")],
        ),
        ("2022年2月8日、15日，王某逼迫。", [("conduct", "2022-02-08", "2022-02-15")]),
        ("2017年底至2019年1月初，王某经营。", [("conduct", "2017-10-01", "2019-01-10")]),
        ("2013-2015年间，王某经营。", [("conduct", "2013-01-01", "2015-12-31")]),
        ("二〇一六年三月五日，王某盗窃。", [("conduct", "2016-03-05", "2016-03-05")]),
        ("2019-03-04王某盗窃。", [("conduct", "2019-03-04", "2019-03-04")]),
        ("2019年*月*日，王某盗窃。", [("conduct", "2019-01-01", "2019-12-31")]),
        ("2014年5、6月间，王某赌博。", [("conduct", "2014-05-01", "2014-06-30")]),
        ("2019年2月30日，王某盗窃。", []),
        ("3月5日，王某盗窃。", []),
        (
            "2019年3月，王某被行政拘留9日，判处有期徒刑6个月。",
            [("other", "2019-03-01", "2019-03-31")],
        ),
        (
            "2015年6月，安装在2号、3号锅炉上。11日11时许爆炸。",
            [("conduct", "2015-06-01", "2015-06-30"), ("conduct", "2015-06-11", "2015-06-11")],
        ),
        (
            "张某（女，1992年出生）。2020年3月1日，王某偷拍；8月5日被人转发。",
            [
                ("birth", "1992-01-01", "1992-12-31"),
                ("conduct", "2020-03-01", "2020-03-01"),
                ("conduct", "2020-08-05", "2020-08-05"),
            ],
        ),
        (
            "2021年5月1日，王某打伤李某，5月3日李某报案，6月1日王某投案。",
            [
                ("conduct", "2021-05-01", "2021-05-01"),
                ("report", "2021-05-03", "2021-05-03"),
                ("other", "2021-06-01", "2021-06-01"),
            ],
        ),
        (
            "2015年5月1日，王某盗窃。2015年5月6日，王某来到公安机关投案。"
            "认定上述事实的证据如下：1.书证：2015年5月9日的清单。",
            [
                ("conduct", "2015-05-01", "2015-05-01"),
                ("other", "2015-05-06", "2015-05-06"),
                ("other", "2015-05-09", "2015-05-09"),
            ],
        ),
    ],
)
def test_dates_of_the_facts(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        (
            "2021年1月7日，公安机关以涉嫌盗窃罪立案侦查。3月2日移送审查起诉。",
            ["filing", "transfer"],
        ),
        (
            "2020年8月7日被害人报案，次日被刑事拘留，9月3日被逮捕。",
            ["report", "detention", "arrest"],
        ),
        ("2020年4月2日提请某市人民检察院批准逮捕，4月9日不批准逮捕。", ["other", "other"]),
        ("2020年11月8日将线索移送某县公安局，该局11月11日立案侦查。", ["other", "filing"]),
        ("2010年5月6日退回补充侦查，6月4日重新移送审查起诉。", ["return", "transfer"]),
        ("2015年11月和2016年5月两次退回补充侦查。", ["return", "return"]),
        ("2020年8月13日被行政拘留9日，2020年12月被取保候审。", ["other", "other"]),
        ("2019年1月22日不予立案。", ["other"]),
    ],
)
def test_roles_in_the_procedure(text: str, roles: list[str]) -> None:
    assert [role for role, _, _ in read(text, "procedure")] == roles


def test_year_of_birth_is_no_context() -> None:
    found = read("王某，2002年12月6日出生，无业。3月11日被抓获。", "person_info")
    assert found == [("birth", "2002-12-06", "2002-12-06")]


def test_spans_point_at_the_words() -> None:
    case = Case(fact="王某于2018年9月至11月伪造货币。", procedure="2019年2月12日移送审查起诉。")
    assert [m.span.of(case) for m in find_dates(case)] == ["2019年2月12日", "2018年9月至11月"]


@pytest.mark.parametrize(
    ("fact", "procedure", "expected"),
    [
        ("2018年，王某购药。2019年3月5日出售。", "", ("2018-01-01", "2019-03-05")),
        ("2015年起，王某下药，2015年8月2日最后一次。", "", ("2015-08-02", "2015-08-02")),
        (
            "2016年1月至案发，王某共获利5万元。",
            "2017年11月24日立案侦查。",
            ("2016-01-01", "2017-11-24"),
        ),
        ("2016年1月起，王某放贷。", "2018年3月8日被害人报案。", ("2016-01-01", "2018-03-08")),
        ("2018年，王某盗窃。", "2018年6月9日立案侦查。", ("2018-01-01", "2018-06-09")),
        ("1995年结婚。2019年1月8日，王某持刀砍伤妻子。", "", ("2019-01-08", "2019-01-08")),
        (
            "2005年，王某发文诬陷。2013年，李某提起诉讼，一审判令停止侵权，王某反而继续发文。",
            "",
            ("2005-01-01", "2013-12-31"),
        ),
        ("2015年6月4日，沈某等人报警称被打。", "", ("2015-06-04", "2015-06-04")),
    ],
)
def test_conduct_period(fact: str, procedure: str, expected: tuple[str, str]) -> None:
    start, end = conduct_period(find_dates(Case(fact=fact, procedure=procedure)))
    assert (str(start), str(end)) == expected


def test_no_conduct_named() -> None:
    assert conduct_period(()) == (None, None)


@pytest.mark.parametrize(
    ("text", "expected", "note"),
    [
        ("2022-07-15", date(2022, 7, 15), ""),
        ("2021年3月5日", date(2021, 3, 5), ""),
        ("20170605", date(2017, 6, 5), ""),
        ("2017-06", date(2017, 6, 30), "年月"),
        ("2016年2月", date(2016, 2, 29), "年月"),
        ("2014", date(2014, 12, 31), "年份"),
        ("2025", TODAY, "末日未到"),
        ("2023-2024", date(2024, 12, 31), "期间"),
        ("2021-03-01至2021-05-01", date(2021, 5, 1), "期间"),
        ("2016年6月至9月", date(2016, 9, 30), "期间"),
        ("", TODAY, "未载明"),
        ("不详", TODAY, "无法识别"),
        ("2021-02-30", TODAY, "无法识别"),
        ("案发后三年", TODAY, "无法识别"),
    ],
)
def test_decision_date(text: str, expected: date, note: str) -> None:
    day, said = decision_date(text, TODAY)
    assert day == expected
    assert (note in said) if note else said == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("审查期间两次退回补充侦查。", 2),
        ("其间退回补充侦查一次（自2019年1月2日至2月1日）。", 1),
        ("退回侦查机关补充侦查二次，延长审查起诉期限三次。", 2),
        ("延长审查起诉期限两次，退回补充侦查一次。", 1),
        ("第一次退回补充侦查，4月1日重报；5月15日第二次退回补充侦查。", 2),
        ("于2018年3月1日、5月2日退回公安机关补充侦查。", 2),
        ("3月1日退回补充侦查，4月1日重报；5月15日退回补充侦查。", 2),
        ("曾退回公安机关补充侦查。", 1),
        ("退回某监察委员会补充调查。", 1),
        ("二退三延。", 2),
        ("退查两次。", 2),
        ("移送审查起诉，未经退回补充侦查。", 0),
        ("没有退回补充侦查。", 0),
        ("检察机关自行补充侦查。", 0),
        ("犯罪嫌疑人退赃退赔。", 0),
        ("退回补充侦查期间，公安机关补充了证据。", 1),
        ("", 0),
    ],
)
def test_count_returns(text: str, expected: int) -> None:
    assert count_returns(text) == expected


def test_filing_against_conduct_role_enum() -> None:
    (mention,) = find_dates(Case(fact="2020年1月1日，王某盗窃。"))
    assert mention.role is DateRole.CONDUCT
