"""Rows of the three data sets of several defendants, and files of them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

IMLJP: dict[str, Any] = {
    "case_id": "id_1",
    "FD": "，被告人[姜某某]叫上[姜某]打伤[王某1]。\\n</p>",
    "CV": "，[姜某某]系主犯，[姜某]系从犯。",
    "judgment": {
        "姜某某": {"guilt": "principal", "prison": 36, "probation": 36},
        "姜某": {"guilt": "accomplice", "prison": 6, "probation": 0},
    },
}
CMDL: dict[str, Any] = {
    "id": 7,
    "fact": "甲某与乙某盗窃、诈骗。",
    "defendants": ["甲某", "乙某"],
    "outcomes": [
        {
            "name": "甲某",
            "judgment": [
                {
                    "standard_accusation": "盗窃罪",
                    "article": ["第二百六十四条"],
                    "penalty": {"imprisonment": 12, "fine": 3000},
                },
                {"accusation": "诈骗", "article": [266], "penalty": {"imprisonment": 24}},
            ],
        },
        {
            "name": "乙某",
            "judgment": [{"standard_accusation": "盗窃罪", "penalty": {"life_imprisonment": True}}],
        },
    ],
}
COLUMNS = ["index", "date", "defendant", "accusation", "province", "defendant_accusation", "fact"]
COLUMNS += ["defendant_judgement", "relevant_article", "imprisonment"]


def mpmcp(path: Path, rows: list[dict[str, str]], columns: list[str] = COLUMNS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def row(**cells: str) -> dict[str, str]:
    plain = {"index": "9", "date": "2019-10-22", "province": "福建省", "fact": "D1与D2开设赌场。"}
    return {**dict.fromkeys(COLUMNS, ""), **plain, **cells}


def lines(path: Path, *records: Any) -> Path:
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in records), "utf-8")
    return path
