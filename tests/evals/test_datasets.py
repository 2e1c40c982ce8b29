"""Data sets by name and path: every layout, splits and draws, cards, and labels kept apart."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import made_cases

from nolle.cases.vocabulary import Decision
from nolle.errors import ConfigError, InputError
from nolle.evals.cards import CASE_KEYS, card_lines, make_card
from nolle.evals.datasets import load_data
from nolle.evals.samples import Task

FACT = "被告人张某窃得手机一部，价值3200元。"
CAIL = {
    "fact": FACT,
    "meta": {
        "accusation": ["盗窃"],
        "relevant_articles": [264],
        "criminals": ["张某"],
        "punish_of_money": 0,
        "term_of_imprisonment": {
            "death_penalty": False,
            "life_imprisonment": False,
            "imprisonment": 8,
        },
    },
}
MERGED = {"fact": FACT, "charges": ["盗窃"], "articles": [264, 67], "term": "8个月"}
OFFICIAL = {
    "lawbench-3-1": ("事实:F\r\n罪名:盗窃。", "法条:刑法第264条"),
    "lawbench-3-3": ("事实:F", "罪名:盗窃;诈骗"),
    "lawbench-3-4": ("事实:F\r\n罪名:盗窃。", "刑期:8个月"),
    "lawbench-3-5": ("事实:F\r\n罪名:盗窃。法条:刑法第264、67条。法条内容：略", "刑期:8个月"),
}

Rows = Callable[[list[dict[str, Any]]], Path]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_own_records_and_their_labels_apart(rows_file: Rows) -> None:
    row = {**made_cases.rows(1)[0], "raw_reasoning_and_decision": "本院认为", "gist": "要点"}
    data = load_data(str(rows_file([row])))
    (sample,) = data.samples
    assert (data.task, data.labelled) == (Task.PROSECUTION, True)
    assert sample.case.model_dump().keys() == CASE_KEYS
    told = sample.case.model_dump_json()
    assert "本院认为" not in told
    assert "要点" not in told
    assert sample.gold.raw_decision == row["decision"]
    assert sample.gold.decision is Decision.from_label(row["decision"])
    assert sample.gold.articles == tuple(row["relevant_articles"])
    assert [person.name for person in sample.gold.persons] == [
        person["name"] for person in row["defendants"]
    ]


def test_a_folder_of_case_files_without_labels(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("犯罪嫌疑人张某某。\n张某某窃得手机一部。", encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps({"id": "b", "fact": FACT}), encoding="utf-8")
    data = load_data(str(tmp_path))
    assert [sample.case.id for sample in data.samples] == ["a", "b"]
    assert not data.labelled


def test_an_unknown_label_is_kept_as_it_stands_and_decides_nothing(rows_file: Rows) -> None:
    row = {**made_cases.rows(1)[0], "decision": "附条件不起诉", "defendants": None}
    (sample,) = load_data(str(rows_file([row]))).samples
    assert (sample.gold.decision, sample.gold.raw_decision) == (None, "附条件不起诉")


def test_cases_of_one_id_get_names_of_their_own(rows_file: Rows) -> None:
    data = load_data(str(rows_file([{"id": "x", "fact": FACT}, {"id": "x", "fact": FACT * 2}])))
    assert [s.case.id for s in data.samples] == [s.gold.case_id for s in data.samples]
    assert [s.case.id for s in data.samples] == ["x", "x#2"]


def test_parquet_and_json_lines_give_the_same(tmp_path: Path, rows_file: Rows) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    keys = ("id", "meta", "person_info", "procedure", "fact", "relevant_articles", "decision")
    rows = [{key: row.get(key) for key in keys} for row in made_cases.rows(9)]
    folder = tmp_path / "bench" / "data"
    folder.mkdir(parents=True)
    parquet.write_table(arrow.Table.from_pylist(rows), folder / "test-00000-of-00001.parquet")
    parquet.write_table(arrow.Table.from_pylist(rows[:2]), folder / "other-00000.parquet")
    found = load_data(f"pdp-bench:{tmp_path / 'bench'}", split="test")
    assert found.samples == load_data(str(rows_file(rows))).samples


def test_the_paper_s_split_takes_25_of_each_class_in_its_own_order(rows_file: Rows) -> None:
    base = made_cases.rows(1)[0]
    rows = [
        {**base, "id": f"{decision}-{n}", "decision": decision.zh, "defendants": None}
        for n in range(40)
        for decision in Decision
    ]
    path = str(rows_file(rows))
    data = load_data(path, split="test_rq2")
    assert Counter(s.gold.decision for s in data.samples) == dict.fromkeys(Decision, 25)
    assert data.of == 160
    assert data == load_data(path, split="test_rq2")
    # As the published script draws with random.Random(42): class by class, then shuffled.
    import random

    draw = random.Random(42)
    wanted = []
    for label in ("P", "DNP", "SNP", "IENP"):
        wanted += draw.sample([f"{label}-{n}" for n in range(40)], 25)
    draw.shuffle(wanted)
    assert [s.case.id for s in data.samples] == wanted


def test_a_drawn_sample_keeps_the_order_and_the_seed(rows_file: Rows) -> None:
    path = str(made_cases.write(rows_file([{"fact": FACT}]), 60))
    ten = load_data(path, sample=10, seed=7)
    places = [int(s.case.id.removeprefix("made-")) for s in ten.samples]
    assert places == sorted(places)
    assert ten == load_data(path, sample=10, seed=7)
    assert ten.samples != load_data(path, sample=10, seed=8).samples
    assert [s.index for s in ten.samples] == list(range(10))


@pytest.mark.parametrize("official", [False, True])
@pytest.mark.parametrize("name", list(OFFICIAL))
def test_lawbench_in_both_layouts(rows_file: Rows, name: str, official: bool) -> None:
    question, answer = OFFICIAL[name]
    theirs = {"instruction": "略", "question": question.replace("F", FACT), "answer": answer}
    (sample,) = load_data(f"{name}:{rows_file([theirs if official else MERGED])}").samples
    gold = sample.gold
    assert sample.case.fact.strip() == FACT
    both = ("盗窃罪", "诈骗罪") if official else ("盗窃罪",)
    articles = ("cl:第二百六十四条", "cl:第六十七条")
    expected = {
        "lawbench-3-1": (("盗窃罪",), (), (), articles[:1] if official else articles, None),
        "lawbench-3-3": ((), (), both, (), None),
        "lawbench-3-4": (("盗窃罪",), (), (), (), 8.0),
        "lawbench-3-5": (("盗窃罪",), articles, (), (), 8.0),
    }[name]
    assert expected == (
        sample.given_charges,
        sample.given_articles,
        gold.charges,
        gold.articles,
        gold.months,
    )


def test_cail_and_its_terms_without_a_number(rows_file: Rows) -> None:
    life = json.loads(json.dumps(CAIL))
    life["meta"]["term_of_imprisonment"] |= {"life_imprisonment": True, "imprisonment": 0}
    life["meta"]["accusation"] = ["[制造、贩卖、传播]淫秽物品"]
    data = load_data(str(rows_file([CAIL, life])))
    assert data.task is Task.CHARGES
    first, second = (sample.gold for sample in data.samples)
    assert (first.charges, first.articles, first.months) == (("盗窃罪",), ("cl:第二百六十四条",), 8)
    assert second.months == -1


def test_cail_draws_four_thousand(rows_file: Rows) -> None:
    rows = [{**CAIL, "fact": f"{FACT}{n}"} for n in range(4003)]
    data = load_data(f"cail2018:{rows_file(rows)}")
    assert (len(data.samples), data.of) == (4000, 4003)


def test_multiple_choice(rows_file: Rows) -> None:
    row = {"question": "构成何罪？\nA: 盗窃\nB: 诈骗", "answer": "A、B"}
    data = load_data(str(rows_file([row])))
    assert data.task is Task.CHOICE
    assert data.samples[0].gold.choice == "AB"


@pytest.mark.parametrize(
    ("source", "kind", "says"),
    [
        ("no-such-data", InputError, "no such data.*pdp-bench"),
        ("pdp-bench", ConfigError, "no copy of pdp-bench.*hf:OWNER/NAME"),
        ("cail2018:missing.json", InputError, "no such file"),
        ("missing.jsonl", InputError, "no such file"),
    ],
)
def test_data_that_is_not_there_is_one_line(source: str, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind, match=says) as error:
        load_data(source)
    assert "\n" not in str(error.value)


def test_lawbench_rows_without_a_task_are_refused(rows_file: Rows) -> None:
    with pytest.raises(InputError, match="lawbench-3-1:FILE"):
        load_data(str(rows_file([MERGED])))


def test_a_name_means_the_files_in_the_users_home(home: Path) -> None:
    folder = home / "data" / "pdp-bench"
    folder.mkdir(parents=True)
    made_cases.write(folder / "test.jsonl", 3)
    made_cases.write(folder / "test_rq2.jsonl", 2)
    assert len(load_data("pdp-bench", split="test").samples) == 3
    assert len(load_data("pdp-bench", split="test_rq2").samples) == 2


def test_the_card_counts_and_finds_leaks(rows_file: Rows) -> None:
    from nolle.graphs.baseline_prompts import demonstration_case

    rows = made_cases.rows(4)
    twin = {**rows[1], "id": "twin"}
    told = {**rows[2], "id": "told", "fact": f"{rows[2]['fact']}检察院依法决定对其不起诉。"}
    shown = {**demonstration_case().model_dump(), "id": "shown"}
    card = make_card(load_data(str(rows_file([*rows, twin, told, shown]))))
    assert card.leaks.duplicates == ("twin",)
    assert card.leaks.outcome_words == ("told",)
    assert card.leaks.demonstration == ("shown",)
    assert card.leaks.outside_case == ()
    assert sum(card.classes.values()) == card.labelled == 6
    lines = "\n".join(card_lines(card))
    assert "twin" in lines
    assert "7 samples" in lines


def test_the_shipped_examples_do_not_leak() -> None:
    card = make_card(load_data(str(made_cases.EXAMPLES)))
    assert not card.leaks.found
    assert card.samples == card.labelled == 10


def test_several_defendants_by_their_own_readers(rows_file: Rows) -> None:
    row = {
        "id": "id_1",
        "FD": "，被告人[谢某]、[赵某]持械殴打[王某]，致其轻伤。",
        "CV": "，被告人[谢某]系主犯，[赵某]系从犯。",
        "judgment": {
            "谢某": {"guilt": "principal", "prison": 12, "probation": 0},
            "赵某": {"guilt": "accomplice", "prison": 6, "probation": 12},
        },
    }
    source = f"imljp:{rows_file([row])}"
    (sample,) = load_data(source).samples
    assert sample.case.person_info == "犯罪嫌疑人谢某。\n犯罪嫌疑人赵某。"
    assert [(p.name, p.role, p.months) for p in sample.gold.persons] == [
        ("谢某", "principal", 12),
        ("赵某", "accomplice", 6),
    ]
    assert "主犯" not in sample.case.fact
