from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path

import pytest

from nolle.cases.models import Case
from nolle.cases.particulars import age_on, ages_on
from nolle.cases.suspects import UNNAMED, find_suspects


def names(person_info: str = "", procedure: str = "", fact: str = "经审查查明。") -> list[str]:
    case = Case(person_info=person_info, procedure=procedure, fact=fact)
    return [s.name for s in find_suspects(case)]


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ("犯罪嫌疑人陆某某，男，1980年**月**日出生，汉族。", ["陆某某"]),
        (
            "犯罪嫌疑人郭某某、徐某某，均为男性；犯罪嫌疑人胡某甲、于某某，均系无业人员。",
            ["郭某某", "徐某某", "胡某甲", "于某某"],
        ),
        ("犯罪嫌疑人赵某甲，男，某矿负责人；赵某乙，男，该矿管理人员。", ["赵某甲", "赵某乙"]),
        (
            "犯罪嫌疑单位某科技公司，从事销售；犯罪嫌疑人姚某某，该公司控制人。",
            ["某科技公司", "姚某某"],
        ),
        ("被不起诉人张某1，女，34岁。被不起诉人张某2，女，33岁。", ["张某1", "张某2"]),
        (
            "被告单位某某建材有限公司，法定代表人王某某。诉讼代表人李某，男，50岁。",
            ["某某建材有限公司"],
        ),
        (
            "犯罪嫌疑人施某某等9人，均为村民；犯罪嫌疑人李某某等8人，均为村民。",
            ["施某某", "李某某"],
        ),
        ("犯罪嫌疑人：买买提·吐尔逊，男，维吾尔族。", ["买买提·吐尔逊"]),
        ("犯罪嫌疑人JOHN SMITH，男，美国国籍。", ["JOHN SMITH"]),
        ("犯罪嫌疑人王X，男。犯罪嫌疑人李xx，男。犯罪嫌疑人刘××，女。", ["王X", "李xx", "刘××"]),
        ("犯罪嫌疑人孙小寨，男，农民。", ["孙小寨"]),
        ("姓名：张三，性别：男，出生日期：1988-02-03", ["张三"]),
        ("犯罪嫌疑人李某某，男，开办人；另有冯某某、王某某等多名社会人员。", ["李某某"]),
        ("犯罪嫌疑人王某，男，学生，与被害人裴某（女，大一学生）同校。", ["王某"]),
        ("犯罪嫌疑人蒋某甲，男，与弟弟蒋某乙共同经营车行。", ["蒋某甲"]),
        ("犯罪嫌疑人孙某，男，农民。同案犯罪嫌疑人王某（另案处理）。", ["孙某"]),
        (
            "犯罪嫌疑单位B公司，住所地某市。同案犯罪嫌疑人余某某（董事长）、陈某（总裁）另行审查。",
            ["B公司"],
        ),
        ("犯罪嫌疑人李某，男，曾因盗窃被判处有期徒刑。", ["李某"]),
        ("犯罪嫌疑人，男，40岁，无业。", [UNNAMED]),
    ],
)
def test_names_of_person_info(info: str, expected: list[str]) -> None:
    assert names(info) == expected


@pytest.mark.parametrize(
    ("procedure", "fact", "expected"),
    [
        ("以犯罪嫌疑人陆某某涉嫌盗窃罪移送审查起诉。", "陆某某盗窃。", ["陆某某"]),
        ("公安机关以李某、王某某涉嫌盗窃罪移送。", "李某与王某某入户盗窃。", ["李某", "王某某"]),
        ("", "被告人[赵某]、[张某]与被害人[王某]口角，[王某]受伤。", ["赵某", "张某"]),
        ("", "[被告人林某]持刀砍伤[杨某某]。", ["林某"]),
        ("", "被告人[郑某]和[何某]、[钟某]（均已判刑）打人。", ["郑某"]),
        ("", "被告人[赫某某]、[关某乙]（外逃）唱歌时打人。", ["赫某某"]),
        ("", "被告人孙小寨酒后驾驶汽车。民警对孙小寨抽血。", ["孙小寨"]),
        ("", "被告人杨海、陈洪凯驾驶摩托车，杨海放风，陈洪凯动手。", ["杨海", "陈洪凯"]),
        ("", "被告人明知是赃物仍然收购，被告人通过他人转卖。", [UNNAMED]),
        ("", "犯罪嫌疑人伙同他人盗窃。", [UNNAMED]),
        ("", "2020年1月1日，柯某运营网站，骗取被害人刘某一万元。", ["柯某"]),
        ("本院告知犯罪嫌疑人依法享有的诉讼权利。", "犯罪嫌疑人王某盗走手机一部。", ["王某"]),
        ("依照犯罪嫌疑人依据事实所作供述。", "犯罪嫌疑人王某盗走手机一部。", ["王某"]),
    ],
)
def test_names_outside_person_info(procedure: str, fact: str, expected: list[str]) -> None:
    assert names("", procedure, fact) == expected


@pytest.mark.parametrize(
    ("info", "field", "expected"),
    [
        ("犯罪嫌疑人王某，女，1975年10月6日出生。", "sex", "女"),
        ("犯罪嫌疑人王某、李某，均为男性。", "sex", "男"),
        ("犯罪嫌疑人王某，男，1975年10月6日出生。", "birth", date(1975, 10, 6)),
        ("犯罪嫌疑人王某，男，1975年10月生。", "birth_precision", "month"),
        ("犯罪嫌疑人王某，男，1975年出生。", "birth_precision", "year"),
        ("犯罪嫌疑人王某，男，1980年**月**日出生。", "birth_precision", "year"),
        ("犯罪嫌疑人王某，男，1975年2月30日出生。", "birth_precision", "month"),
        ("犯罪嫌疑人王某，男，40岁，重庆人。", "stated_age", 40),
        ("犯罪嫌疑人王某，女，近60岁。", "stated_age", 60),
        ("犯罪嫌疑人王某，男，七十岁。", "stated_age", 70),
        ("犯罪嫌疑人王某，女，案发时17周岁。", "age_at_conduct", 17),
        ("犯罪嫌疑人王某，女，作案时未满18周岁。", "age_at_conduct", 17),
        (
            "犯罪嫌疑人王某，男，1975年出生，汉族，小学文化，务农，户籍所在地某县。",
            "occupation",
            "务农",
        ),
        (
            "犯罪嫌疑人王某，男，1975年出生；犯罪嫌疑人李某，男，均为天津市农民。",
            "occupation",
            "天津市农民",
        ),
        ("犯罪嫌疑人王某（王某华），男。", "aliases", ("王某华",)),
        ("犯罪嫌疑人王某，绰号“阿俊”，男。", "aliases", ("阿俊",)),
        ("犯罪嫌疑人王某，曾用名无，男。", "aliases", ()),
    ],
)
def test_particulars(info: str, field: str, expected: object) -> None:
    suspect = find_suspects(Case(person_info=info, fact="经审查查明。"))[0]
    assert getattr(suspect, field) == expected


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2005, 6, 3), date(2023, 6, 3), 17),
        (date(2005, 6, 3), date(2023, 6, 4), 18),
        (date(2004, 2, 29), date(2020, 2, 29), 15),
        (date(2004, 2, 29), date(2020, 3, 1), 16),
        (date(2004, 2, 29), date(2021, 3, 1), 17),
        (date(2005, 6, 3), date(2005, 6, 3), 0),
    ],
)
def test_age_counts_from_the_day_after_the_birthday(birth: date, day: date, age: int) -> None:
    assert age_on(birth, day) == age


def test_ages_keep_the_doubt_of_an_unnamed_day() -> None:
    assert ages_on(date(2000, 7, 1), "year", date(2018, 5, 5)) == (17, 18)
    assert ages_on(date(2000, 5, 15), "month", date(2018, 5, 5)) == (17, 18)
    assert ages_on(date(2000, 5, 4), "day", date(2018, 5, 5)) == (18, 18)


def test_age_at_conduct_from_birth() -> None:
    case = Case(
        person_info="犯罪嫌疑人王某，男，2005年6月3日出生。", fact="2023年6月3日，王某盗窃。"
    )
    assert find_suspects(case)[0].age_at_conduct == 17


def test_info_is_the_part_of_each() -> None:
    case = Case(person_info="犯罪嫌疑人王某，男；李某，女，工人。", fact="王某、李某盗窃。")
    infos = [s.info.of(case) for s in find_suspects(case) if s.info]
    assert infos == ["犯罪嫌疑人王某，男", "李某，女，工人。"]


def test_mentions_take_the_longest_name() -> None:
    case = Case(
        person_info="犯罪嫌疑人姜某，男；犯罪嫌疑人姜某某，男；犯罪嫌疑人张某，男。",
        procedure="姜某某到案。",
        fact="姜某叫上姜某某、姜某甲、张某1和张某甲。姜某某先走，张某1月5日到案。",
    )
    by_name = {s.name: s for s in find_suspects(case)}
    places = {
        name: [(m.field, m.of(case)) for m in s.mentions if m.field != "person_info"]
        for name, s in by_name.items()
    }
    assert places == {
        "姜某": [("fact", "姜某")],
        "姜某某": [("procedure", "姜某某"), ("fact", "姜某某"), ("fact", "姜某某")],
        "张某": [("fact", "张某")],
    }


def test_many_suspects_stay_fast() -> None:
    surnames = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水章云"
    listed = [f"{s}某某" for s in surnames]
    info = "；".join(f"犯罪嫌疑人{n}，男，1980年1月3日出生" for n in listed)
    fact = "".join(
        f"{a}伙同{b}骗取被害人刘某1元。" for a, b in zip(listed, listed[::-1], strict=True)
    )
    case = Case(person_info=info, fact=(fact * 60)[:30000])
    found = find_suspects(case)
    assert [s.name for s in found] == listed
    assert all(len(s.mentions) > 20 for s in found)


@pytest.mark.dev_data
def test_recall_and_precision_on_development_data() -> None:
    root = os.environ.get("NOLLE_DEV_DATA")
    if not root:
        pytest.skip("NOLLE_DEV_DATA names no folder")
    lines = (Path(root) / "data" / "reviews_dev.jsonl").read_text("utf-8").splitlines()
    hit = missed = extra = 0
    for row in map(json.loads, lines):
        gold = {
            re.sub(r"（.*?）", "", name)
            for defendant in row["defendants"]
            for name in defendant["name"].split("、")
        }
        found = {s.name for s in find_suspects(Case.model_validate(row))}
        hit += len(gold & found)
        missed += len(gold - found)
        extra += len(found - gold)
    assert hit / (hit + missed) >= 0.98
    assert hit / (hit + extra) >= 0.98
