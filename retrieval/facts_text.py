"""The facts without what says nothing of the crime: names, dates, numbers, places, proceedings."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

DATA: Final = Path(__file__).parent / "data" / "boilerplate.yaml"

_HAN = "\u4e00-\u9fff"
# 姜某, 姜某某, 姜某甲, 王某1, 王X, 李××; whole names cannot be told from words and stay.
_NAME = re.compile(
    rf"[{_HAN}]某[某甲乙丙丁戊己庚辛壬癸A-Za-z0-9０-９]*|[{_HAN}][xXＸ×*＊]{{1,3}}[甲乙丙丁0-9]?"
)
_NUMBER = "[0-9０-９一二三四五六七八九十百]"
_DATE = re.compile(rf"{_NUMBER}+(?:年|月份?|日|时许?|点|分许?)")
_LATIN = re.compile(r"[0-9０-９A-Za-zＡ-Ｚａ-ｚ×xX*.．%％°]+")
_RUN = re.compile(rf"[{_HAN}]+")
_PLACE = re.compile(r"(?:省|自治区|自治州|市|县|区|镇|乡|村|屯|街道|路|大道|社区|小区|组)$")


@cache
def boilerplate() -> tuple[re.Pattern[str], frozenset[str]]:
    """What to cut out of a text, and the words to drop from what is left."""
    with DATA.open(encoding="utf-8") as stream:
        table: dict[str, Any] = yaml.safe_load(stream)
    phrases = sorted(table["phrases"], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, phrases))), frozenset(table["words"])


def crime_text(text: str) -> list[str]:
    """The runs of Chinese characters that are left of ``text``, in order."""
    for pattern in (_NAME, _DATE, _LATIN, boilerplate()[0]):
        text = pattern.sub(" ", text)
    return _RUN.findall(text)


def tells_something(word: str) -> bool:
    """Whether a word of the facts may speak of the crime: two characters or more, no place."""
    return len(word) > 1 and word not in boilerplate()[1] and _PLACE.search(word) is None
