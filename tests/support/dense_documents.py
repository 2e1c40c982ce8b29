"""Sixty short documents for the tests of the dense index."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec

import pytest

MISSING = find_spec("chromadb") is None or find_spec("sklearn") is None
needs_chroma = pytest.mark.skipif(
    MISSING and not os.environ.get("CI"), reason="not installed: pip install 'nolle[dense]'"
)
OBJECTS = ["手机", "电动车", "钱包", "电缆", "香烟", "现金", "首饰", "电脑"]
OBJECTS += ["柴油", "羊", "树木", "衣服"]
ACTS = ["窃取", "骗取", "抢夺", "毁坏", "侵占"]


@dataclass(frozen=True)
class Doc:
    id: str
    text: str
    year: int = 2020


DOCS = [
    Doc(f"{act}-{thing}", f"被告人王某{act}他人{thing}，价值三千元。", 2015 + i)
    for act in ACTS
    for i, thing in enumerate(OBJECTS)
]
TEXTS = [doc.text for doc in DOCS]


def ids(hits) -> list[str]:
    return [doc for doc, _ in hits]


def ids_of_all() -> list[str]:
    return [doc.id for doc in DOCS]
