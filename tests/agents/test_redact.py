"""Pseudonyms: nothing personal leaves, what the law asks for stays, and the way back is exact."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nolle
from nolle.agents.redact import redact, should_redact
from nolle.cases.extract import read_facts
from nolle.cases.models import FIELDS, Case
from nolle.config import Compatible, Redact, Settings

sys.path.insert(0, str(Path(__file__).parent))

from personal_data import make_case

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "cases").glob("*.json"))
TODAY = date(2026, 1, 1)


def masked(fact: str, info: str = "", procedure: str = ""):
    case = Case(id="c", person_info=info, procedure=procedure, fact=fact)
    return redact(case, read_facts(case, TODAY))


def texts(case: Case) -> list[str]:
    return [case.text_of(field) for field in FIELDS]


def decided(case: Case):
    review = nolle.review(case, model="rules")
    return review.decision, [o.charges for o in review.outcomes.values()]


def test_no_personal_string_of_500_generated_cases_remains() -> None:
    leaks, lost = [], []
    for seed in range(500):
        made = make_case(seed)
        red = redact(made.case, read_facts(made.case, TODAY))
        before, after = "\n".join(texts(made.case)), "\n".join(texts(red.case))
        leaks += [(seed, s) for s in made.secrets if s in before and s in after]
        lost += [(seed, f) for f in made.facts if after.count(f) < before.count(f)]
    assert leaks == []
    assert lost == []


@pytest.mark.parametrize("seed", range(0, 200, 7))
def test_restoring_gives_every_text_back_and_masking_twice_changes_nothing(seed: int) -> None:
    case = make_case(seed).case
    red = redact(case, read_facts(case, TODAY))
    assert [red.restore(t) for t in texts(red.case)] == texts(case)
    assert [red.mask(t) for t in texts(case)] == texts(red.case)
    assert redact(case, read_facts(case, TODAY)).case == red.case
    assert (red.case.id, red.case.meta) == (case.id, case.meta)


def test_the_rules_decide_the_masked_case_alike() -> None:
    cases = [Case.model_validate(json.loads(p.read_text("utf-8"))) for p in EXAMPLES]
    for case in cases:
        assert decided(redact(case, read_facts(case)).case) == decided(case), case.id
    made = [make_case(seed).case for seed in range(0, 200, 3)]
    alike = [decided(redact(c, read_facts(c)).case) == decided(c) for c in made]
    assert sum(alike) >= 0.98 * len(alike)


@pytest.mark.parametrize(
    ("fact", "gone"),
    [
        ("姜某与姜某某、姜某甲争执，姜某甲打伤姜某。", ["姜某与", "姜某某", "姜某甲"]),
        ("证人孙小寨、欧阳修远证实其驾车。", ["孙小寨", "欧阳修远"]),
        ("被害人买买提·阿不都的陈述。", ["买买提", "阿不都"]),
        ("王某与外籍人员John Smith发生争执。", ["John", "Smith"]),
        ("绰号“阿俊”的男子收钱。", ["阿俊"]),
        ("电话１３８１２３４５６７８联系。", ["１３８１２３４５６７８"]),
        ("驾驶云GS0708号、京AD12345号车。", ["GS0708", "AD12345"]),
        ("身份证号33010619860412001X，卡号6222 0212 3456 7890 123。", ["33010619", "6222 0212"]),
        (
            "李某住浙江省杭州市西湖区文三路138号翠苑小区2幢301室。",
            ["文三路", "138号", "翠苑", "301室"],
        ),
        ("李某系杭州鼎盛科技有限公司员工。", ["鼎盛"]),
        (
            "邮箱zhang@x.cn，微信号abc_12345，IP为10.1.2.3。",
            ["zhang@x.cn", "abc_12345", "10.1.2.3"],
        ),
    ],
)
def test_what_identifies_somebody_goes(fact: str, gone: list[str]) -> None:
    red = masked(fact)
    assert [g for g in gone if g in red.case.fact] == []
    assert red.restore(red.case.fact) == fact


@pytest.mark.parametrize(
    "kept",
    [
        "血液酒精含量为184.4mg/100ml",
        "共计价值人民币1234567元",
        "损伤程度为轻伤二级",
        "2021年3月5日22时许",
        "杭州市西湖区人民检察院",
        "昆明市公安局五华分局",
        "冰毒12.5克",
        "G60高速公路",
        "司法鉴定中心",
    ],
)
def test_what_the_law_asks_for_stays(kept: str) -> None:
    assert kept in masked(f"经查明，{kept}，王某某在场。").case.fact


def test_one_person_has_one_pseudonym_and_different_persons_different_ones() -> None:
    red = masked("姜某殴打姜某某。姜某某报警，姜某逃离。")
    first, second = (s.placeholder for s in red.table if s.text in {"姜某", "姜某某"})
    assert first != second
    assert red.case.fact.count(first) == red.case.fact.count(second) == 2


@pytest.mark.parametrize(("born", "stays"), [("1986年4月12日", False), ("2003年4月12日", True)])
def test_a_birthday_stays_only_near_an_age_that_counts(born: str, stays: bool) -> None:
    info = f"犯罪嫌疑人王某某，男，{born}出生。"
    red = masked("2021年3月5日，王某某盗窃手机一部。", info)
    assert (born in red.case.person_info) is stays
    assert born[:7] in red.case.person_info


def test_the_table_is_in_no_repr_and_no_dump() -> None:
    red = masked("被害人孙小寨，电话13812345678。")
    assert "孙小寨" not in repr(red) + str(red) + red.model_dump_json()
    assert "13812345678" not in repr(red) + red.model_dump_json()


def test_a_placeholder_that_the_case_already_holds_is_not_used() -> None:
    fact = "〔电话1〕与沈某戊、A公司是样例。王某某电话13812345678，系杭州鼎盛有限公司员工。"
    red = masked(fact)
    assert red.restore(red.case.fact) == fact


@given(
    st.text(
        alphabet="王李某甲乙1２x*×〔〕电话A公司路号区市住在的·“”，。 \n0123456789年月日生@.-",
        min_size=1,
    )
)
@settings(max_examples=150, deadline=None)
def test_no_text_makes_it_raise_or_loses_anything(text: str) -> None:
    if text.strip():
        red = masked(text)
        assert red.restore(red.case.fact) == text


@pytest.mark.parametrize(
    ("mode", "spec", "expected"),
    [
        ("remote", "openrouter:qwen/qwen3", True),
        ("remote", "openai:gpt-5", True),
        ("remote", "vllm:Qwen/Qwen3-8B", False),
        ("remote", "compatible:here", False),
        ("remote", "compatible:there?effort=low", True),
        ("remote", "rules", False),
        ("always", "vllm:Qwen/Qwen3-8B", True),
        ("never", "openrouter:qwen/qwen3", False),
    ],
)
def test_when_text_is_masked(tmp_path: Path, mode: str, spec: str, expected: bool) -> None:
    ends = {
        "here": Compatible(name="here", base_url="http://127.0.0.1:9/v1", remote=False),
        "there": Compatible(name="there", base_url="https://x.example/v1", remote=True),
    }
    chosen = Settings(home=tmp_path, redact=Redact(mode), compatible=ends)
    assert should_redact(spec, chosen) is expected


def test_openrouter_is_masked_even_through_a_loopback_address(tmp_path: Path) -> None:
    chosen = Settings(home=tmp_path, openrouter_base_url="http://127.0.0.1:1/v1")
    assert should_redact("openrouter:x/y", chosen)
