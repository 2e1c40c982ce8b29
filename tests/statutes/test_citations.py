from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nolle.errors import InputError
from nolle.statutes import citations
from nolle.statutes.citations import (
    ParsedCitation,
    article_only,
    key_of,
    keys_in,
    number,
    numeral,
    parse,
    parse_key,
    status,
)

TABLE = yaml.safe_load(
    (Path(__file__).parent / "cases" / "citations.yaml").read_text(encoding="utf-8")
)
ROWS = [(text, keys) for group in TABLE.values() for text, keys in group.items()]


def test_the_table_is_large():
    assert len(ROWS) >= 200


@pytest.mark.parametrize(("text", "keys"), ROWS, ids=[row[0][:40] for row in ROWS])
def test_citations_read_out_of_text(text: str, keys: list[str]):
    assert keys_in(text) == tuple(keys)


@pytest.mark.parametrize(("text", "keys"), ROWS, ids=[row[0][:40] for row in ROWS])
def test_spans_cover_an_article(text: str, keys: list[str]):
    for citation in parse(text):
        covered = text[citation.start : citation.end]
        assert 0 <= citation.start < citation.end <= len(text)
        assert any(ch in covered for ch in "条款项之") or covered[0].isascii()


def test_articles_before_any_law_take_the_default():
    assert keys_in("第二百六十四条，刑诉法第十六条", default="cl") == (
        "cl:第二百六十四条",
        "cpl:第十六条",
    )


def test_span_is_the_quoted_place():
    text = "依照刑法第一百三十三条之一第一款第（二）项处罚"
    (found,) = parse(text)
    assert text[found.start : found.end] == "第一百三十三条之一第一款第（二）项"
    assert (found.law, found.article, found.sub, found.paragraph, found.item) == (
        "cl", 133, 1, 1, 2,
    )  # fmt: skip


laws = st.sampled_from(["cl", "cl1979", "cpl", "cpr", "other"])
small = st.integers(0, 20)


@given(laws, st.integers(1, 1260), small, small, small, st.sampled_from(["", "商标法", "民法典"]))
def test_every_key_parses_back(law, article, sub, paragraph, item, name):
    name = name if law == "other" else ""
    citation = ParsedCitation(0, 0, law, article, sub, paragraph, item, name)
    key = key_of(citation)
    assert [key_of(c) for c in parse(key)] == [key]
    assert key_of(parse_key(key)) == key


@given(st.integers(1, 9999))
def test_numerals_round_trip(value):
    assert number(numeral(value)) == value
    assert number(str(value)) == value


@given(st.text(alphabet="第条款项之一二十百零（）()、至和刑法《》规则 1-9cl:", max_size=40))
def test_any_text_gives_well_formed_keys(text):
    for citation in parse(text):
        assert citation.article >= 1
        assert key_of(parse_key(key_of(citation))) == key_of(citation)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (100, "一百"), (101, "一百零一"),
     (110, "一百一十"), (116, "一百一十六"), (133, "一百三十三"), (201, "二百零一"),
     (1001, "一千零一"), (1010, "一千零一十"), (1260, "一千二百六十")],
)  # fmt: skip
def test_numeral(value, text):
    assert numeral(value) == text


@pytest.mark.parametrize(
    ("text", "value"), [("廿", None), ("", None), ("二六四", 264), ("两百", 200)]
)
def test_number(text, value):
    if value is None:
        with pytest.raises(InputError):
            number(text)
    else:
        assert number(text) == value


@pytest.mark.parametrize("value", [0, -1, 10000])
def test_numeral_out_of_range(value):
    with pytest.raises(InputError):
        numeral(value)


@pytest.mark.parametrize(
    ("key", "only"),
    [
        ("cl:第一百三十三条之一第一款第二项", "cl:第一百三十三条之一"),
        ("cpl:第一百七十七条第二款", "cpl:第一百七十七条"),
        ("刑法第264条第1款", "cl:第二百六十四条"),
        ("other:《商标法》第五十九条第一款", "other:《商标法》第五十九条"),
        ("nonsense", "nonsense"),
    ],
)
def test_article_only(key, only):
    assert article_only(key) == only


@pytest.mark.parametrize("key", ["", "nonsense", "cl:第二十五条、第二十六条"])
def test_parse_key_wants_exactly_one(key):
    with pytest.raises(InputError):
        parse_key(key)


@pytest.mark.parametrize(
    ("key", "day", "expected"),
    [
        ("cl:第二百六十四条", "2020-01-01", "in_force"),
        ("cl:第一百三十三条之一", "2011-04-30", "outdated"),
        ("cl:第一百三十三条之一", "2011-05-01", "in_force"),
        ("cl:第一百三十三条之一第三款", "2015-10-31", "outdated"),
        ("cl:第一百三十三条之一第三款", "2015-11-01", "in_force"),
        ("cl:第一百三十三条之一第四款", "2020-01-01", "unknown"),
        ("cl:第一百三十三条之二", "2021-02-28", "outdated"),
        ("cl:第一百三十三条之二", "2021-03-01", "in_force"),
        ("cl:第一百九十九条", "2015-10-31", "in_force"),
        ("cl:第一百九十九条", "2015-11-01", "outdated"),
        ("cl:第四百五十三条", "2020-01-01", "unknown"),
        ("cl:第三百九十条第三款", "2024-02-29", "outdated"),
        ("cl:第三百九十条第三款", "2024-03-01", "in_force"),
        ("cl:第十七条第五款", "2021-02-28", "outdated"),
        ("cl:第十七条第五款", "2021-03-01", "in_force"),
        ("cl:第二百六十四条", "1997-09-30", "outdated"),
        ("cl1979:第一百五十条", "1997-09-30", "in_force"),
        ("cl1979:第一百五十条", "2020-01-01", "outdated"),
        ("cpl:第三百条", "2018-10-25", "outdated"),
        ("cpl:第三百条", "2018-10-26", "in_force"),
        ("cpl:第二百七十一条", "2012-12-31", "outdated"),
        ("cpl:第二百七十一条", "2013-01-01", "in_force"),
        ("cpl:第一百七十一条第四款", "2016-01-01", "in_force"),
        ("cpl:第一百七十一条第四款", "2020-01-01", "outdated"),
        ("cpl:第一百七十五条第四款", "2020-01-01", "in_force"),
        ("cpl:第一百七十五条第四款", "2016-01-01", "outdated"),
        ("cpr:第七百条", "2019-12-29", "in_force"),
        ("cpr:第七百条", "2019-12-30", "outdated"),
        ("cpr:第三百六十八条第二款", "2020-01-01", "outdated"),
        ("cpl:第三百零八条之一", "2020-01-01", "unknown"),
        ("other:《商标法》第五十九条", "2020-01-01", "unknown"),
        ("nonsense", "2020-01-01", "unknown"),
    ],
)
def test_status(key, day, expected):
    assert status(key, date.fromisoformat(day)) == expected


def test_long_texts_are_parsed_fast():
    sentence = (
        "经审查认为，被不起诉人实施了盗窃行为，依照刑法第六十七条第一款、第三款的规定可以从轻处罚。"
    )
    text = (sentence * 2000)[:50_000]
    best = min(_seconds(text) for _ in range(5))
    assert best < 0.2


def _seconds(text: str) -> float:
    begin = time.perf_counter()
    assert parse(text)
    return time.perf_counter() - begin


def test_public_names():
    assert set(citations.__all__) >= {"parse", "key_of", "status", "article_only", "numeral"}


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("依照刑 法第二百\n六十四条处罚", ["第二百\n六十四条"]),
        ("刑法第 二 条第 一 款、三 款", ["第 二 条第 一 款"]),
        ("刑法第 二 条、第 三 条", ["第 二 条", "第 三 条"]),
        ("（刑\n法第十三条\n）", ["第十三条"]),
    ],
)  # fmt: skip
def test_spans_of_broken_text_are_those_of_the_original(text, covered):
    assert [text[c.start : c.end] for c in parse(text)] == covered


@pytest.mark.parametrize(
    "text",
    ["二五二", "二百六十四", "一百三十三", "十", "一百３３"],
)
def test_numbers_are_read(text):
    assert 1 <= number(text) <= 9999


@pytest.mark.parametrize("text", ["二十五二十六", "千", "百三", "十百", "二十二十", "三四百"])
def test_malformed_numbers_are_refused(text):
    with pytest.raises(InputError):
        number(text)
