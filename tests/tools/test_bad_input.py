"""Bad arguments of calculators and law functions: a typed error of one line, nothing guessed."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nolle.cases.facts import Facts
from nolle.errors import ConfigError, InputError, NolleError
from nolle.statutes import citations, numerals, versions
from nolle.statutes.official import import_path
from nolle.statutes.verification import verify
from nolle.tools.charge_identification import charges_of, identify
from nolle.tools.combine import combine_terms
from nolle.tools.conditional import conditional_nonprosecution as juvenile
from nolle.tools.drunk_driving import drunk_driving
from nolle.tools.evidence_inventory import inventory, proving
from nolle.tools.langchain import all as all_tools
from nolle.tools.limitation import limitation_expired, limitation_period
from nolle.tools.responsibility import responsibility
from nolle.tools.sentencing import recommend_sentence
from nolle.tools.threshold_check import check_threshold

DAY, EARLIER, LATER = date(2020, 1, 1), date(2019, 1, 1), date(2021, 1, 1)
FACTS = Facts(decision_date=DAY)
TEXT: Any = "2020-02-30"
THEFT = "盗窃罪"

Bad = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any], str]
CALCULATORS: dict[str, Bad] = {
    "terms: none": (combine_terms, (), {}, "at least one term"),
    "terms: negative": (combine_terms, ([-1],), {}, "a term in fixed (months) is -1"),
    "terms: zero": (combine_terms, ([], [0]), {}, "a term in detention (months) is 0"),
    "terms: negative beside life": (combine_terms, ([-3],), {"life": True}, "fixed"),
    "terms: negative control": (combine_terms, ([6], [], [-2]), {}, "control"),
    "terms: day as text": (combine_terms, ([6],), {"day": TEXT}, "day is '2020-02-30'"),
    "juvenile: negative age": (juvenile, (-1, (5,), 6, True), {"day": DAY}, "age"),
    "juvenile: age of 400": (juvenile, (400, (5,), 6, True), {"day": DAY}, "130"),
    "juvenile: months": (juvenile, (17, (5,), -6, True), {"day": DAY}, "months"),
    "juvenile: chapter": (juvenile, (17, (11,), 6, True), {"day": DAY}, "chapter"),
    "juvenile: day": (juvenile, (17, (5,), 6, True), {"day": TEXT}, "day"),
    "alcohol: negative": (drunk_driving, (-0.1, (), DAY), {}, "mg_per_100ml is -0.1"),
    "alcohol: no number": (drunk_driving, (float("nan"), (), DAY), {}, "mg_per_100ml is nan"),
    "alcohol: infinite": (drunk_driving, (float("inf"), (), DAY), {}, "mg_per_100ml is inf"),
    "alcohol: day": (drunk_driving, (90, (), TEXT), {}, "not a datetime.date"),
    "limitation: negative months": (limitation_period, (-1,), {}, "max_months is -1"),
    "limitation: negative band": (limitation_expired, (-1, EARLIER, DAY), {}, "max_months is -1"),
    "limitation: filed before": (limitation_expired, (36, DAY, EARLIER), {}, "lies before"),
    "limitation: conduct as text": (limitation_expired, (36, TEXT, DAY), {}, "conduct_end"),
    "limitation: filing as text": (limitation_expired, (36, DAY, TEXT), {}, "filed_on"),
    "limitation: a crime as text": (limitation_expired, (36, EARLIER, DAY, TEXT), {}, "new_crime"),
    "limitation: end of time": (limitation_expired, (36, date.max, date.max), {}, "conduct_end"),
    "age: negative": (responsibility, (THEFT, -1, DAY), {}, "age is -1"),
    "age: 200": (responsibility, (THEFT, 200, DAY), {}, "expected 0 to 130"),
    "age: born after": (responsibility, (THEFT, LATER, DAY), {}, "lies after conduct_date"),
    "age: birth as text": (responsibility, (THEFT, TEXT, DAY), {}, "birth"),
    "age: day as text": (responsibility, (THEFT, 15, TEXT), {}, "conduct_date"),
    "age: unknown charge": (responsibility, ("偷懒罪", 15, DAY), {}, "not in the catalogue"),
    "sentence: unknown charge": (recommend_sentence, ("偷懒罪",), {"day": DAY}, "catalogue"),
    "sentence: negative age": (recommend_sentence, (THEFT,), {"day": DAY, "age": -1}, "age is -1"),
    "sentence: level": (recommend_sentence, (THEFT,), {"day": DAY, "level": "x"}, "level 'x'"),
    "sentence: day as text": (recommend_sentence, (THEFT,), {"day": TEXT}, "day"),
    "threshold: unknown charge": (check_threshold, ("偷懒罪", FACTS, DAY), {}, "catalogue"),
    "threshold: no charge": (check_threshold, ("", FACTS, DAY), {}, "catalogue"),
    "threshold: day as text": (check_threshold, (THEFT, FACTS, TEXT), {}, "day"),
    "charges: none wanted": (identify, ("窃得手机一部",), {"top": 0}, "top is 0"),
    "charges: day as text": (charges_of, ("窃得手机一部",), {"on": TEXT}, "on is"),
    "evidence: unknown charge": (inventory, (FACTS, "偷懒罪"), {}, "catalogue"),
    "evidence: kind of element": (proving, ("motive", ()), {}, "no kind of element 'motive'"),
}  # fmt: skip
LAW: dict[str, Bad] = {
    "article 0": (citations.parse_key, ("cl:第零条",), {}, "not a citation"),
    "no article": (citations.parse_key, ("刑法",), {}, "not a citation"),
    "two articles": (citations.parse_key, ("刑法第一条、第二条",), {}, "one article"),
    "article 0 as number": (numerals.numeral, (0,), {}, "article number 0"),
    "article -3": (numerals.numeral, (-3,), {}, "article number -3"),
    "article 10000": (numerals.numeral, (10_000,), {}, "article number 10000"),
    "no numeral": (numerals.number, ("二x",), {}, "not a numeral"),
    "a run-on numeral": (numerals.number, ("二十五二十六",), {}, "not a numeral"),
    "a place in no law": (versions.key_from_short, ("xx 264",), {}, "not an article"),
    "a place without number": (versions.key_from_short, ("cl x",), {}, "not an article"),
    "article 0 in short": (versions.key_from_short, ("cl 0",), {}, "article number 0"),
}
CASES = {**CALCULATORS, **LAW}


@pytest.mark.parametrize("name", CASES)
def test_bad_arguments(name: str) -> None:
    call, given, named, words = CASES[name]
    with pytest.raises((InputError, ConfigError)) as caught:
        call(*given, **named)
    message = str(caught.value)
    assert words in message
    assert message.isprintable(), "one line"


@pytest.mark.parametrize(
    "key", ["cl:第九百九十九条", "xx:第一条", "nonsense", "", "cpl:第三百零九条"]
)
def test_an_unknown_article_is_unknown_and_never_in_force(key: str) -> None:
    assert citations.status(key, DAY) == "unknown"


@pytest.mark.parametrize(
    ("law", "number", "sub"), [("cl", 999, 0), ("cl", 0, 0), ("cl", 264, 7), ("xx", 1, 0)]
)
def test_an_article_that_is_not_there(law: str, number: int, sub: int) -> None:
    assert versions.article(law, number, sub, DAY) is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", b"no zip at all"),
        ("a.docx", b"PK\x03\x04broken"),
        ("a.docx", b""),
        ("a.md", b""),
        ("a.txt", b"\xff\xfe\xff\xff\x00"),
    ],
)
def test_an_official_text_that_is_none(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NolleError) as caught:
        import_path(path, tmp_path / "store.sqlite")
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        import_path(tmp_path / "missing", tmp_path / "store.sqlite")


def test_verification_without_texts(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="import"):
        verify(tmp_path / "store.sqlite")


TOOL_CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "limitation": (
        {"max_months": -1, "conduct_end": "2019-01-01", "filed_on": "2020-01-01"},
        "max",
    ),
    "age_of_responsibility": ({"charge": THEFT, "conduct_date": "2020-02-30", "age": 15}, "date"),
    "threshold_check": ({"charge": THEFT, "fact": "窃得手机。", "day": "2020-13-01"}, "day"),
    "drunk_driving": ({"mg_per_100ml": -5, "day": "2020-01-01"}, "mg_per_100ml"),
    "sentence_recommendation": (
        {"charge": THEFT, "fact": "窃得手机。", "day": "2020-01-01", "age": -1},
        "age",
    ),
    "combine_sentences": ({"fixed": [-6]}, "positive"),
    "evidence_inventory": ({"fact": "", "charge": THEFT}, "fact"),
    "check_citations": ({"text": "第一条", "day": "2020-02-30"}, "day"),
}


@pytest.mark.parametrize("name", TOOL_CALLS)
def test_bad_tool_calls(name: str) -> None:
    given, words = TOOL_CALLS[name]
    tool = {tool.name: tool for tool in all_tools()}[name]
    answer = tool.invoke(given)
    assert isinstance(answer, str)
    assert answer.startswith("error: ")
    assert words in answer
    assert "\n" not in answer
