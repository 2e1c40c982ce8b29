"""Reading corpora: every known form, its labels, and one-line errors that name the place."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nolle.errors import InputError
from nolle.retrieval.corpora import read_corpus
from nolle.retrieval.corpus_csv import listed
from nolle.retrieval.documents import (
    DEATH,
    LIFE,
    Document,
    canonical_charges,
    gravest,
    iso_date,
    scenario_of,
)

RECORD = {
    "id": "own-1",
    "meta": {"date": "2021-05-01", "province": "浙江省"},
    "person_info": "犯罪嫌疑人李某某，男。",
    "procedure": "本案由某县公安局侦查终结。",
    "fact": "李某某窃得手机一部。",
    "decision": "相对不起诉",
    "raw_reasoning_and_decision": "本院认为，情节轻微，决定不起诉。",
    "defendants": [
        {"name": "李某某", "role": "principal", "charges": ["盗窃"], "prison_months": None},
        {"name": "王某某", "role": "principal", "charges": ["盗窃罪"], "prison_months": 8},
    ],
}
CAIL = {
    "fact": "被告人贩卖海洛因。",
    "meta": {
        "accusation": ["[走私、贩卖、运输、制造]毒品"],
        "relevant_articles": [347],
        "criminals": ["赵某", "钱某"],
        "term_of_imprisonment": {
            "imprisonment": 0,
            "life_imprisonment": True,
            "death_penalty": False,
        },
    },
}
MPMCP = {
    "index": "7",
    "date": "2018年3月5日",
    "verdict": "…",
    "defendant": "['甲某', '乙某']",
    "accusation": "['盗窃', '抢劫']",
    "province": "江苏省",
    "fact": "二人入户，先窃后抢。",
    "imprisonment": "[36, 120]",
}


def written(folder: Path, name: str, *rows: Any) -> Path:
    file = folder / name
    if name.endswith(".csv"):
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    elif name.endswith(".json"):
        file.write_text(json.dumps(list(rows), ensure_ascii=False), encoding="utf-8")
    else:
        lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
        file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.mark.parametrize("name", ["corpus.jsonl", "corpus.json"])
def test_a_record_keeps_its_outcome_and_loses_its_reasoning(tmp_path: Path, name: str) -> None:
    (found,) = read_corpus(written(tmp_path, name, RECORD))
    assert found == Document(
        id="own-1",
        text="李某某窃得手机一部。",
        charges=("盗窃罪",),
        outcome="DNP",
        months=8,
        date="2021-05-01",
        province="浙江省",
        role="principal",
        source="corpus",
        defendants=2,
        scenario="S3",
    )
    assert "情节轻微" not in found.model_dump_json()


def test_plain_rows_with_fact_charges_and_term(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "fact": "甲某盗窃。", "charges": ["盗窃"], "articles": [264], "term": "21个月"},
        {"fact": "乙某杀人。", "charges": ["故意杀人"], "term": "无期"},
        {"fact": "丙某杀人。", "charges": ["故意杀人罪"], "term": "死刑"},
        {"id": 12, "fact": "丁某打人。", "charges": ["不存在的怪名"]},
    ]
    rows.append({"ridx": -5, "q": "戊某抢劫。", "crime": ["抢劫罪"]})
    first, second, third, fourth, fifth = read_corpus(written(tmp_path, "rows.jsonl", *rows))
    assert (first.id, first.charges, first.months) == ("a", ("盗窃罪",), 21)
    assert second.id.startswith("case-")
    assert (second.months, third.months, fourth.months) == (LIFE, DEATH, None)
    assert (fourth.id, fourth.charges) == ("rows-12", ("不存在的怪名罪",))
    assert (fifth.id, fifth.text, fifth.charges) == ("rows--5", "戊某抢劫。", ("抢劫罪",))


def test_cail_rows(tmp_path: Path) -> None:
    (found,) = read_corpus(written(tmp_path, "cail.json", CAIL))
    assert found.charges == ("走私、贩卖、运输、制造毒品罪",)
    assert (found.months, found.defendants, found.scenario) == (LIFE, 2, "S3")
    assert found.outcome == "P"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_mpmcp_csv(tmp_path: Path, encoding: str) -> None:
    file = written(tmp_path, "test_data4.csv", MPMCP)
    file.write_bytes(file.read_text("utf-8").encode(encoding))
    (found,) = read_corpus(file)
    assert found.id == "test_data4-7"
    assert found.charges == ("盗窃罪", "抢劫罪")
    assert (found.months, found.date, found.province) == (120, "2018-03-05", "江苏省")
    assert (found.defendants, found.scenario) == (2, "S4")


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("['盗窃', '抢劫']", ["盗窃", "抢劫"]),
        ("{'甲某': ['盗窃'], '乙某': ['盗窃', '诈骗']}", ["盗窃", "诈骗"]),
        ("盗窃;抢劫", ["盗窃", "抢劫"]),
        ("盗窃", ["盗窃"]),
        ("['盗窃', ", ["盗窃"]),
        ("", []),
        (None, []),
        (36, ["36"]),
    ],
)
def test_lists_in_cells(cell: Any, values: list[str]) -> None:
    assert listed(cell) == values


@given(st.text())
def test_any_cell_is_read_as_some_list(cell: str) -> None:
    assert all(value.strip() for value in listed(cell))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (({"fact": "好"}, {"charges": ["盗窃"]}), "row 2, field fact"),
        (({"fact": "好"}, "{broken"), "row 2"),
        (({"fact": "好", "charges": "盗窃"}, {"fact": "好", "charges": 3}), "row 2, field charges"),
        (({"fact": "好"}, [1, 2]), "row 2"),
        (({**RECORD, "decision": "怪决定"},), "row 1, field decision"),
    ],
)
def test_a_bad_row_is_named_and_can_be_passed_over(
    tmp_path: Path, rows: tuple[Any, ...], message: str
) -> None:
    file = written(tmp_path, "corpus.jsonl", *rows)
    with pytest.raises(InputError, match=message) as caught:
        list(read_corpus(file))
    assert "corpus.jsonl" in str(caught.value)
    assert "\n" not in str(caught.value)
    bad: list[InputError] = []
    good = list(read_corpus(file, bad.append))
    assert len(bad) == 1
    assert len(good) == len(rows) - 1


def test_bad_csv(tmp_path: Path) -> None:
    lines = "fact,accusation,imprisonment\n甲某盗窃,盗窃,6\n少一格,盗窃\n乙某盗窃,盗窃,7\n"
    file = tmp_path / "x.csv"
    file.write_text(lines, "utf-8")
    with pytest.raises(InputError, match=r"x\.csv, line 3"):
        list(read_corpus(file))
    bad: list[InputError] = []
    assert [row.months for row in read_corpus(file, bad.append)] == [6, 7]
    assert len(bad) == 1
    file.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(InputError, match="no column"):
        list(read_corpus(file))
    with pytest.raises(InputError, match="no such file"):
        list(read_corpus(tmp_path / "none.csv"))


def test_a_text_document_is_no_corpus(tmp_path: Path) -> None:
    file = tmp_path / "case.txt"
    file.write_text("经审查查明，李某某窃得手机一部。", "utf-8")
    with pytest.raises(InputError, match="says nothing of its outcome"):
        list(read_corpus(file))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021-05-01", "2021-05-01"),
        ("2021年5月1日", "2021-05-01"),
        ("20210501", "2021-05-01"),
        ("2021-05", "2021-05"),
        ("2021", "2021"),
        ("2019-2021", "2021"),
        ("2020-01-02至2021-03-04", "2021-03-04"),
        ("不详", ""),
        ("", ""),
    ],
)
def test_dates(text: str, iso: str) -> None:
    assert iso_date(text) == iso


def test_the_gravest_term_and_the_scenario() -> None:
    assert gravest([None, 12, 36]) == 36
    assert gravest([300, LIFE]) == LIFE
    assert gravest([LIFE, DEATH, 12]) == DEATH
    assert gravest([None]) is None
    assert [scenario_of(*pair) for pair in ((1, 1), (1, 2), (2, 1), (3, 3), (0, 1))] == [
        "S1",
        "S2",
        "S3",
        "S4",
        "",
    ]


def test_charges_bear_their_canonical_names_once() -> None:
    assert canonical_charges(["盗窃", "盗窃罪", " ", "【诈骗】"]) == ("盗窃罪", "诈骗罪")
