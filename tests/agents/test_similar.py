"""Similar cases reach a review with outcome, likeness and no name of theirs."""

import re

import pytest

from nolle.agents import similar
from nolle.agents.base import Context, View
from nolle.cases.extract import read_facts
from nolle.cases.models import Case
from nolle.errors import InputError
from nolle.retrieval.documents import DEATH, LIFE, Document

FACT = "2022年5月，犯罪嫌疑人林某撬开民宅房门，盗走卧室抽屉内的现金3000元和金项链一条，销赃后挥霍。"


def view_of(fact=FACT, day="2023-01-01"):
    case = Case.model_validate({"id": "own", "fact": fact, "meta": {"date": day}})
    facts = read_facts(case)
    return View(case=case, facts=facts, defendant=facts.suspects[0].name)


def test_without_a_corpus_the_reason_is_told():
    found = similar.assess(view_of(), Context())
    assert found.cases == ()
    assert found.note == similar.NO_CORPUS


def test_the_nearest_come_with_outcome_likeness_and_words(corpus):
    found = similar.finder(corpus)(view_of(), Context())
    assert found.note == ""
    assert len(found.cases) == similar.SHOWN
    best = found.cases[0]
    assert (best.charge, best.outcome) == ("盗窃罪", "起诉，判处8个月")
    assert 0.5 < best.likeness <= 1
    assert best.shared
    assert not [word for case in found.cases for word in case.shared if word.startswith("罪:")]
    assert found.corpus["documents"] == 36
    assert found.withheld["later"] == 0


def test_what_came_later_is_withheld_and_counted(corpus):
    found = similar.finder(corpus)(view_of(day="2016-12-31"), Context())
    assert all(case.date <= "2016-12-31" for case in found.cases)
    assert found.withheld["later"] == 24


def test_a_missing_corpus_is_told_when_the_run_starts(tmp_path):
    with pytest.raises(InputError, match="nolle index"):
        similar.finder(tmp_path / "nowhere")


def test_no_name_or_number_of_a_similar_case_is_shown():
    text = "被告人张建国持刀捅伤被害人李小梅，张建国电话13812345678，住河南省某市人民路12号。"
    short = similar.snippet(text)
    assert "〔甲〕" in short
    assert not re.search(r"张建国|李小梅|13812345678", short)
    assert similar.snippet("打伤他人" * 200, limit=50) == ("打伤他人" * 200)[:49] + "…"


@pytest.mark.parametrize(
    ("outcome", "months", "words"),
    [
        ("P", 14, "起诉，判处1年2个月"),
        ("P", None, "起诉"),
        ("P", 0, "起诉，未判处监禁刑"),
        ("P", LIFE, "起诉，无期徒刑"),
        ("", DEATH, "死刑"),
        ("DNP", 0, "相对不起诉"),
        ("IENP", None, "存疑不起诉"),
        ("", None, ""),
    ],
)
def test_outcomes_in_words(outcome, months, words):
    document = Document(id="d", text="t", outcome=outcome, months=months)
    assert similar.outcome_zh(document) == words
