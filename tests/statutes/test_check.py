"""Checking the citations of a text: existence at the day, and whether they fit their charge."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nolle.errors import InputError
from nolle.statutes import versions
from nolle.statutes.charges import normalise_charge
from nolle.statutes.check import CheckedCitation, check_text, says
from nolle.statutes.citations import status
from nolle.statutes.official import import_path
from nolle.statutes.store import read_mapping

FIXTURES = Path(__file__).parent / "fixtures" / "official"
NOWHERE = Path("/nonexistent/statutes.sqlite")


def _only(text: str, day: date, store: Path = NOWHERE) -> CheckedCitation:
    found = check_text(text, day, store)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("text", "day", "state", "replaced"),
    [
        ("《刑法》第二百六十四条", date(2020, 6, 1), "right", ()),
        ("刑法第一百三十三条之一第一款第二项", date(2012, 6, 1), "right", ()),
        ("刑法第一百三十三条之一", date(2011, 4, 30), "outdated", ()),
        ("刑法第三百九十条第三款", date(2020, 6, 1), "outdated", ()),
        ("刑法第三百九十条第四款", date(2020, 6, 1), "wrong", ()),
        ("刑法第四百九十九条", date(2020, 6, 1), "wrong", ()),
        ("刑法第一百九十九条", date(2020, 6, 1), "outdated", ()),
        (
            "依照刑事诉讼法第一百七十七条第二款不起诉",
            date(2017, 6, 1),
            "outdated",
            ("cpl:第一百七十三条第二款",),
        ),
        (
            "根据《中华人民共和国刑事诉讼法》第一百七十三条第二款的规定，决定对其不起诉。",
            date(2020, 6, 1),
            "outdated",
            ("cpl:第一百七十七条第二款",),
        ),
        (
            "依照刑事诉讼法第一百七十三条第二款听取意见。",
            date(2020, 6, 1),
            "right",
            (),
        ),
        ("刑事诉讼法第一百七十七条第二款，不起诉", date(2020, 6, 1), "right", ()),
        ("刑事诉讼法第三百零八条", date(2016, 6, 1), "outdated", ("cpl:第二百九十条",)),
        ("人民检察院刑事诉讼规则第四百零六条", date(2016, 6, 1), "right", ()),
        ("《道路交通安全法》第九十一条", date(2020, 6, 1), "unknown", ()),
    ],
)
def test_citations_are_checked_at_the_day(
    text: str, day: date, state: str, replaced: tuple[str, ...]
) -> None:
    found = _only(text, day)
    assert (found.state, found.replaced_by) == (state, replaced)
    assert text[found.start : found.end] == found.text
    for key in replaced:
        assert status(key, day) == "in_force"


@pytest.mark.parametrize(
    ("text", "mismatch"),
    [
        ("其行为触犯刑法第二百六十六条，构成盗窃罪。", "盗窃罪"),
        ("其行为触犯刑法第二百六十四条，构成盗窃罪。", None),
        ("其行为触犯刑法第二百六十九条，应当以抢劫罪追究。", None),
        ("其行为触犯刑法第二百七十二条第一款，构成职务侵占罪。", "职务侵占罪"),
        ("依照刑法第三百八十三条，以受贿罪处罚。", None),
        ("犯盗窃罪。其行为触犯刑法第二百六十六条。", None),
        ("触犯刑法第二百六十四条、第二百六十六条，构成盗窃罪、诈骗罪。", None),
        ("构成盗窃罪，同时构成刑法第二百六十六条规定之罪的，从一重处罚。", None),
        ("依照刑法第六十七条第一款，犯盗窃罪的可以从轻处罚。", None),
        ("贩卖毒品罪，刑法第三百四十七条第四款。", None),
        ("依照刑法第二百六十四条对其故意伤害罪从重。", "故意伤害罪"),
    ],
)
def test_a_charge_beside_another_charges_article_is_a_mismatch(
    text: str, mismatch: str | None
) -> None:
    found = check_text(text, date(2022, 1, 1), NOWHERE)
    assert {c.mismatch for c in found} == {mismatch}
    if mismatch:
        assert mismatch in found[0].note


@pytest.mark.parametrize(
    ("key", "claim", "agrees"),
    [
        ("cl:第二百六十六条", "盗窃罪", False),
        ("刑法第264条", "盗窃", True),
        ("cl:第二百六十七条第二款", "抢劫罪", True),
        ("cl:第二百六十七条第一款", "抢劫罪", False),
        ("cl:第二百六十七条", "抢劫罪", True),
        ("cl:第六十七条", "盗窃罪", None),
        ("cpl:第十五条", "盗窃罪", None),
        ("cl:第二百六十四条", "从重处罚", None),
        ("cl:第三百九十条第一款", "行贿罪", True),
    ],
)
def test_says_tells_whether_the_article_is_the_charges(
    key: str, claim: str, agrees: bool | None
) -> None:
    assert says(key, claim).agrees is agrees


def test_says_wants_one_article() -> None:
    with pytest.raises(InputError):
        says("盗窃", "盗窃罪")


def test_every_conversion_names_an_article_and_charges() -> None:
    for short, names in read_mapping("conversions.yaml").items():
        assert status(versions.key_from_short(short), date(2024, 6, 1)) == "in_force", short
        assert all(normalise_charge(name) for name in names), short


def test_other_laws_are_checked_by_the_store(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    import_path(FIXTURES, store)
    text = "《示例园林管理法》第二条之一、第九条"
    states = [c.state for c in check_text(text, date(2021, 1, 1), store)]
    assert states == ["right", "wrong"]
    assert [c.state for c in check_text(text, date(2019, 1, 1), store)] == ["unknown", "unknown"]


def test_every_citation_of_a_long_opinion_is_checked() -> None:
    text = "依照刑法第二百六十四条、第六十七条第三款，刑事诉讼法第一百七十七条第二款，不起诉。" * 10
    assert len(check_text(text + "。", date(2021, 1, 1), NOWHERE)) == 30
