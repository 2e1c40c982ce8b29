from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from nolle.cases.models import Case
from nolle.cases.people import find_people
from nolle.cases.suspects import find_suspects


def kinds(fact: str, info: str = "犯罪嫌疑人王某某，男。", procedure: str = "") -> dict[str, str]:
    case = Case(person_info=info, procedure=procedure, fact=fact)
    return {p.name: p.kind.value for p in find_people(case, find_suspects(case))}


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ("王某某殴打被害人李某、赵某甲。", {"李某": "victim", "赵某甲": "victim"}),
        ("王某某致李某轻伤。", {"李某": "victim"}),
        ("王某某将李某打伤，李某的损伤程度为轻伤二级。", {"李某": "victim"}),
        ("死者严某系猝死。", {"严某": "victim"}),
        ("证人陈某、周某的证言证实。", {"陈某": "witness", "周某": "witness"}),
        ("王某某与李某（另案处理）盗窃。", {"李某": "elsewhere"}),
        ("王某某伙同李某、赵某（均已判刑）盗窃。", {"李某": "elsewhere", "赵某": "elsewhere"}),
        (
            "王某某与钱某、李某、赵某（后二人在逃）盗窃。",
            {"钱某": "other", "李某": "elsewhere", "赵某": "elsewhere"},
        ),
        ("同案犯孙某交代了经过。", {"孙某": "elsewhere"}),
        ("王某某与朋友何某吃饭。", {"何某": "other"}),
        ("上海某百货公司、江苏某小区、某村的门店，位于某路。", {}),
        ("王某某在被害单位某服装厂盗窃。", {"某服装厂": "victim"}),
        ("王某某向丁某甲借款。", {"丁某甲": "other"}),
    ],
)
def test_kinds(fact: str, expected: dict[str, str]) -> None:
    assert kinds(fact) == expected


def test_suspects_and_their_aliases_are_not_others() -> None:
    info = "犯罪嫌疑人徐某甲（徐某华），男。"
    assert kinds("徐某华即徐某甲，打伤徐某。", info) == {"徐某": "victim"}


def test_brackets_and_mentions() -> None:
    case = Case(fact="被告人[赵某]打伤被害人[王某]，[王某1]看见。")
    people = {p.name: p for p in find_people(case, find_suspects(case))}
    assert [m.of(case) for m in people["王某"].mentions] == ["王某"]
    assert set(people) == {"王某", "王某1"}


@pytest.mark.dev_data
def test_judged_are_suspects_and_victims_are_not() -> None:
    root = os.environ.get("NOLLE_DEV_DATA")
    if not root:
        pytest.skip("NOLLE_DEV_DATA names no folder")
    lines = (Path(root) / "data" / "imljp_sample.jsonl").read_text("utf-8").splitlines()
    found = total = clash = 0
    for row in map(json.loads, lines):
        case = Case(fact=row["FD"])
        suspects = {s.name for s in find_suspects(case)}
        total += len(row["judgment"])
        found += len(suspects & set(row["judgment"]))
        clash += sum(f"被害人[{name}]" in row["FD"] for name in suspects)
    assert found / total >= 0.9
    assert clash <= 1
