"""Readers of cases of several defendants: three data sets, four formats, and their card."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support.joint_files import CMDL, IMLJP, lines, mpmcp, row

from nolle.cases.joint import JointSource, Scenario, review_case
from nolle.cases.joint_card import card
from nolle.cases.joint_mpmcp import listed
from nolle.cases.joint_readers import iter_joint, load_joint
from nolle.cases.suspects import find_suspects
from nolle.cases.vocabulary import Role, SentenceKind
from nolle.errors import InputError


def test_imljp_by_name(tmp_path):
    (case,) = load_joint(lines(tmp_path / "a.jsonl", IMLJP))
    assert (case.id, case.source, case.scenario) == ("id_1", JointSource.IMLJP, Scenario.S3)
    assert case.facts == "被告人姜某某叫上姜某打伤王某1。"
    assert case.court_view == "姜某某系主犯，姜某系从犯。"
    first, second = case.defendants
    assert (first.name, first.role, first.months, first.probation_months) == (
        "姜某某",
        Role.PRINCIPAL,
        36,
        36,
    )
    assert (second.role, second.months, second.probation_months) == (Role.ACCOMPLICE, 6, None)
    assert case.charges == ("故意伤害罪",)


@pytest.mark.parametrize("form", ["list", "text", "nulls", "mapping", "array"])
def test_imljp_in_its_other_forms(tmp_path, form):
    people = [{"name": n, **v} for n, v in IMLJP["judgment"].items()]
    record = {
        "list": {**IMLJP, "judgment": None, "defendants": people},
        "text": {**IMLJP, "judgment": json.dumps(IMLJP["judgment"], ensure_ascii=False)},
        "nulls": {**IMLJP, "judgment": {**IMLJP["judgment"], "他案某": None}},
        "mapping": {"id_1": {k: v for k, v in IMLJP.items() if k != "case_id"}},
        "array": [IMLJP],
    }[form]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    (case,) = load_joint(path)
    assert case.model_copy(update={"where": ""}) == load_joint(lines(tmp_path / "b.jsonl", IMLJP))[
        0
    ].model_copy(update={"where": ""})


def test_imljp_as_parquet_one_batch_at_a_time(tmp_path):
    table = pytest.importorskip("pyarrow")
    import pyarrow.parquet as parquet

    path = tmp_path / "a.parquet"
    parquet.write_table(
        table.Table.from_pylist([{**IMLJP, "case_id": str(i)} for i in range(150)]), path
    )
    cases = list(iter_joint(path))
    assert [case.id for case in cases] == [str(i) for i in range(150)]
    assert cases[149].names == ("姜某某", "姜某")
    path.write_bytes(b"PAR1 broken")
    with pytest.raises(InputError, match="parquet"):
        load_joint(path)


def test_cmdl(tmp_path):
    (case,) = load_joint(lines(tmp_path / "a.jsonl", CMDL))
    assert (case.id, case.source, case.scenario) == ("7", JointSource.CMDL, Scenario.S4)
    first, second = case.defendants
    assert first.charges == ("盗窃罪", "诈骗罪")
    assert first.articles == ("第二百六十四条", "266")
    assert (first.kind, first.months, first.fine_yuan) == (SentenceKind.FIXED_TERM, None, 3000)
    assert (second.kind, second.months) == (SentenceKind.LIFE, None)


def test_mpmcp_rows_of_one_case_belong_together(tmp_path):
    told = "被告人D1犯开设赌场罪，判处有期徒刑四年三个月，并处罚金人民币二万元。"
    rows = [
        row(
            defendant="D1",
            defendant_accusation="['开设赌场', '非法经营']",
            imprisonment="51.0",
            defendant_judgement=told,
            relevant_article="['303', '225']",
        ),
        row(defendant="D2", defendant_accusation="['开设赌场']", imprisonment="8"),
        row(index="10", defendant="E1", accusation="盗窃", fact="E1盗窃。"),
    ]
    first, second = load_joint(mpmcp(tmp_path / "rows.csv", rows))
    assert (first.names, first.scenario) == (("D1", "D2"), Scenario.S4)
    one, two = first.defendants
    assert one.charges == ("开设赌场罪", "非法经营罪")
    assert (one.months, one.fine_yuan, one.articles) == (51, 20000, ("303", "225"))
    assert (two.charges, two.months) == (("开设赌场罪",), 8)
    assert (first.date, first.province) == ("2019-10-22", "福建省")
    assert (second.scenario, second.defendants[0].months) == (Scenario.S1, None)


def test_life_and_death_in_the_column_of_months(tmp_path):
    rows = [
        row(index=str(i), defendant="A B", imprisonment=m) for i, m in enumerate(("-1", "-2.0"))
    ]
    life, death = (case.defendants[0] for case in load_joint(mpmcp(tmp_path / "a.csv", rows)))
    assert (life.kind, life.months, life.name) == (SentenceKind.LIFE, None, "A B")
    assert (death.kind, death.months) == (SentenceKind.DEATH, None)


def test_several_names_in_one_cell_share_only_what_all_have(tmp_path):
    rows = [
        row(index="1", defendant="['甲某', '乙某']", accusation="['盗窃']", imprisonment="8"),
        row(index="2", defendant="丙某、丁某", accusation="['盗窃', '诈骗']"),
    ]
    first, second = load_joint(mpmcp(tmp_path / "a.csv", rows))
    assert [one.charges for one in first.defendants] == [("盗窃罪",)] * 2
    assert [one.months for one in first.defendants] == [None, None]
    assert [one.charges for one in second.defendants] == [(), ()]


def test_a_review_gets_names_and_facts_only(tmp_path):
    (case,) = load_joint(lines(tmp_path / "a.jsonl", IMLJP))
    file = review_case(case)
    assert [suspect.name for suspect in find_suspects(file)] == ["姜某某", "姜某"]
    assert file.fact == case.facts
    assert "主犯" not in file.model_dump_json()


def test_the_file_of_mpmcp_states_its_scenario(tmp_path):
    path = mpmcp(tmp_path / "test_data4.csv", [row(defendant="D1", accusation="盗窃")])
    assert load_joint(path)[0].scenario is Scenario.S4


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("['盗窃', '诈骗']", ("盗窃", "诈骗")),
        ("['盗窃' '诈骗']", ("盗窃", "诈骗")),
        ('["盗窃"]', ("盗窃",)),
        ("[盗窃 诈骗]", ("盗窃", "诈骗")),
        ("盗窃、诈骗", ("盗窃", "诈骗")),
        ("['掩饰、隐瞒犯罪所得']", ("掩饰、隐瞒犯罪所得",)),
        ("", ()),
        ("[]", ()),
    ],
)
def test_lists_in_cells(cell, items):
    assert listed(cell) == items


def test_a_case_without_judgment_is_read(tmp_path):
    (case,) = load_joint(lines(tmp_path / "a.jsonl", {**IMLJP, "judgment": {}}))
    assert (case.defendants, case.scenario) == ((), None)


def test_the_card_counts_cases_and_defendants(tmp_path):
    cases = load_joint(lines(tmp_path / "a.jsonl", IMLJP, {**IMLJP, "judgment": {}}, CMDL))
    found = card(cases)
    assert (found.cases, found.defendants, found.without_judgment) == (3, 4, 1)
    assert found.sources == {"cmdl": 1, "imljp": 2}
    assert found.scenarios == {"S3": 1, "S4": 1, "unknown": 1}
    assert found.roles == {"unknown": 2, "principal": 1, "accomplice": 1}
    assert (found.pairs, found.fair_pairs, found.views_with_roles) == (1, 1, 2)
    assert (found.months.n, found.months.mean, found.repeated_ids) == (2, 21, 1)
    assert card([]).months.n == 0


@pytest.mark.dev_data
@pytest.mark.skipif(not os.environ.get("NOLLE_DEV_DATA"), reason="NOLLE_DEV_DATA is not set")
def test_the_sample_of_imljp_is_read_whole():
    found = card(iter_joint(Path(os.environ["NOLLE_DEV_DATA"]) / "data" / "imljp_sample.jsonl"))
    assert (found.cases, found.defendants) == (30, 52)
    assert found.roles == {"principal": 37, "accomplice": 15}
