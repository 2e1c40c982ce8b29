"""Quoting, searching and comparing official texts, on invented laws in official form."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from support.official_texts import FIXTURES, GARDEN, wording

from nolle.errors import InputError
from nolle.statutes.official import article_text, import_path, search
from nolle.statutes.official_diff import UNKNOWN, diff


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("store") / "statutes.sqlite"
    import_path(FIXTURES, place)
    return place


@pytest.mark.parametrize(
    ("key", "day", "text"),
    [
        ("第一条", date(2021, 1, 1), "为了看护示例园林，制定本法。"),
        ("第二条第二款", date(2021, 1, 1), "雨天不浇水。"),
        ("第二条第三款第一项", date(2021, 1, 1), "（一）气温三十度以上的；"),
        (
            "第二条第三款第二项",
            date(2021, 1, 1),
            "（二）土壤开裂的：\n1．开裂一指宽的；\n2．开裂二指宽的。",
        ),
        (
            "第二条第二项",
            date(2021, 1, 1),
            "（二）土壤开裂的：\n1．开裂一指宽的；\n2．开裂二指宽的。",
        ),
        ("第二条第四款", date(2021, 1, 1), "旱季另行规定。"),
        ("第二条之一", date(2021, 1, 1), "浇水用雨水，依照第二条的规定办理。"),
        ("第二条第一款", date(2024, 1, 1), "园丁每日浇水两次。"),
        ("第二条第一款", date(2023, 5, 31), "园丁每日浇水一次。"),
        ("第二条第一款", date(2019, 12, 31), None),
        ("第二条第五款", date(2021, 1, 1), None),
        ("第二条之一", date(2024, 1, 1), None),
        ("第九条", date(2024, 1, 1), None),
    ],
)
def test_wording_of_places_in_the_version_of_the_day(
    key: str, day: date, text: str | None, store: Path
) -> None:
    assert wording(GARDEN + key, day, store) == text


@pytest.mark.parametrize(
    ("key", "day", "text", "since"),
    [
        ("cl:第三百九十条第三款", date(2024, 3, 1), "丙款，从宽。", date(2024, 3, 1)),
        ("cl:第三百九十条第二款", date(2024, 2, 29), "丙款，旧从宽。", date(2015, 11, 1)),
        ("cl:第二百七十七条第五款", date(2016, 1, 1), "旧戊。", date(2015, 11, 1)),
        (
            "cl:第二百七十七条第五款",
            date(2021, 3, 1),
            "戊，三年以下有期徒刑、拘役、管制；己，三年以上七年以下有期徒刑。",
            date(2021, 3, 1),
        ),
        ("cl:第二百七十七条第五款", date(2015, 10, 31), None, None),
        (
            "cl:第二百七十七条第四款",
            date(2015, 10, 31),
            "丁，依照第一款的规定处罚。",
            date(2011, 5, 1),
        ),
        ("cl:第二百九十九条第一款", date(2017, 11, 3), None, None),
        (
            "cl:第二百九十九条第二款",
            date(2017, 11, 4),
            "乙，依照前款的规定处罚。",
            date(2017, 11, 4),
        ),
        ("cl:第三百九十条", date(2015, 10, 31), None, None),
    ],
)
def test_wording_before_an_amendment_is_rebuilt_only_from_what_is_imported(
    key: str, day: date, text: str | None, since: date | None, store: Path
) -> None:
    found = article_text(key, day, store)
    assert (found and found.text) == text
    assert (found and found.since) == since


def test_days_before_a_missing_amendment_are_not_answered(store: Path) -> None:
    # Amendment VIII (in force 2011-05-01) is not among the texts.
    assert article_text("cl:第二百六十四条", date(2011, 4, 30), store) is None
    found = article_text("cl:第二百六十四条", date(2011, 5, 1), store)
    assert found is not None
    assert (found.since, found.version) == (date(2011, 5, 1), date(2024, 3, 1))


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("雨水", ["other:《示例园林管理法》第二条之一"]),
        ("每日浇水一次", ["other:《示例园林管理法》第二条"]),
        ("气温 开裂", ["other:《示例园林管理法》第二条"]),
        ("五十万元", ["other:《办理盗窃刑事案件适用法律若干问题的解释》第一条"]),
        ("没有的词语", []),
        ('"', None),
        ("AND", []),
    ],
)
def test_search_finds_articles_that_hold_every_word(
    words: str, keys: list[str] | None, store: Path
) -> None:
    if keys is None:
        with pytest.raises(InputError):
            search(words, 5, store)
        return
    assert [hit.key for hit in search(words, 5, store)] == keys


def test_search_keys_lead_back_to_the_text(store: Path) -> None:
    for hit in search("有期徒刑", 10, store):
        found = article_text(hit.key, hit.since, store)
        assert found is not None
        assert "有期徒刑" in found.text


def test_documents_are_found_by_their_number(store: Path) -> None:
    assert wording("other:《法释〔2013〕8号》第三条", None, store) == "三次。"


def test_diff_compares_official_paragraphs_and_marks_the_words(store: Path) -> None:
    found = diff("cl:第三百九十条", date(2020, 1, 1), date(2024, 6, 1), store)
    assert found.source == "official"
    lines = [(line.op, line.text) for line in found.wording]
    assert ("-", "丙款，旧从宽。") in lines
    assert ("+", "乙款：\n（一）其一；\n（二）其二。") in lines
    removed = next(line for line in found.wording if line.text == "丙款，旧从宽。")
    assert [removed.text[a:b] for a, b in removed.changed] == ["旧"]


def test_diff_without_a_store_tells_what_our_data_hold(tmp_path: Path) -> None:
    found = diff("cl:第三百九十条", date(2020, 1, 1), date(2024, 6, 1), tmp_path / "none")
    assert found.source == "data"
    changed = {line.op + line.text for line in found.data if line.op != "="}
    assert {"-条文：共二款", "+条文：共三款"} <= changed
    assert any(c.startswith("-法定刑：行贿罪") and "0-60个月" in c for c in changed)
    assert any(c.startswith("+法定刑：行贿罪") and "0-36个月" in c for c in changed)
    assert any(c.startswith("-适用") and c.endswith("cl:第三百九十条第二款") for c in changed)
    assert any(c.startswith("+适用") and c.endswith("cl:第三百九十条第三款") for c in changed)


def test_diff_of_an_unchanged_and_of_an_unknown_article(tmp_path: Path, store: Path) -> None:
    same = diff("cl:第二百六十四条", date(2016, 1, 1), date(2024, 6, 1), store)
    assert not same.changed
    assert UNKNOWN not in {line.text for line in same.wording}
    with pytest.raises(InputError, match="no such article"):
        diff("cl:第四百九十九条", date(2016, 1, 1), date(2024, 6, 1), tmp_path / "none")


@pytest.fixture
def development_statutes() -> Path:
    place = os.environ.get("NOLLE_DEV_DATA")
    if not place:
        pytest.skip("NOLLE_DEV_DATA is not set")
    return Path(place) / "statutes"


@pytest.mark.dev_data
def test_the_official_texts_are_imported_and_quoted(
    tmp_path: Path, development_statutes: Path
) -> None:
    place = tmp_path / "s.sqlite"
    report = import_path(development_statutes, place)
    laws = {text.law for text in report.imported}
    assert laws == {"cl", "cpl", "cpr", "amendment", "other"}
    article_text("cl:第二百六十四条", None, place)
    assert article_text("cl:第三百九十条", date(2020, 1, 1), place) is not None
    assert search("自首 从轻", 5, place)
    assert article_text("cl:第三百九十条第三款", date(2020, 1, 1), place) is None
    assert article_text("cl:第三百九十条第二款", date(2020, 1, 1), place) is not None
    drunk = article_text("cl:第一百三十三条之一", date(2013, 1, 1), place)
    assert drunk is not None
    assert (len(drunk.paragraphs), drunk.since) == (2, date(2011, 5, 1))
    waiver = article_text("cpr:第三百七十条", date(2019, 12, 30), place)
    assert waiver is not None
    assert article_text("cpl:第一百七十七条第二款", date(2018, 10, 25), place) is None
