"""A small corpus of made-up decided cases for the tests of the search."""

from pathlib import Path

import yaml

from nolle.retrieval.documents import Document

_ACTS = Path(__file__).parents[1] / "retrieval" / "cases" / "decided.yaml"
_PLACES = ("浙江省", "河南省", "四川省")
_WHERE = ("城东", "河西镇", "火车站附近")
_WHO = ("张某", "李某某", "王某甲", "赵某", "陈某某")
_AFTER = ("案发后自动投案", "到案后如实供述", "当庭认罪悔罪")


def documents(rounds: int = 3) -> list[Document]:
    """``rounds`` variants of each act, with other persons, sums, dates and provinces."""
    acts = yaml.safe_load(_ACTS.read_text(encoding="utf-8"))
    return [_document(turn, *item) for turn in range(rounds) for item in enumerate(acts)]


def _document(turn: int, number: int, act: dict) -> Document:
    who = _WHO[(number + turn) % len(_WHO)]
    year = 2015 + 2 * turn
    told = act["act"].format(n=1000 * (turn + 1) + number)
    return Document(
        id=f"{act['charge']}-{act['outcome']}-{turn}",
        text=f"{year}年{number % 12 + 1}月，犯罪嫌疑人{who}在{_WHERE[turn % 3]}{told}。"
        f"{who}{_AFTER[turn % 3]}，对上述事实无异议。",
        charges=(act["charge"],),
        outcome=act["outcome"],
        months=act["months"],
        date=f"{year + 1}-0{number % 9 + 1}-15",
        province=_PLACES[turn % 3],
        scenario=act["scenario"],
    )
