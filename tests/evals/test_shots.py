"""Retrieved examples: one of each decision, readable by the strict reading, never the case."""

import pytest
from support.decided_cases import documents

from nolle.cases.models import Case
from nolle.cases.vocabulary import Decision
from nolle.errors import ConfigError
from nolle.evals.shots import OnePerDecision, one_of_each
from nolle.graphs.baseline_prompts import Kind, messages
from nolle.graphs.reading import format_ok, read_strict
from nolle.retrieval.build import build_index

FACT = "犯罪嫌疑人林某撬开民宅房门，盗走卧室抽屉内的现金3000元和金项链一条，销赃后挥霍。"


def test_one_example_of_each_decision_the_nearest_last(corpus):
    shots = OnePerDecision(corpus)(Case(fact=FACT))
    read = [read_strict(shot.answer).decision for shot in shots]
    assert sorted(read) == sorted(Decision)
    assert all(format_ok(shot.answer) for shot in shots)
    assert read[-1] in (Decision.P, Decision.DNP)
    assert "盗" in shots[-1].case.fact
    assert not any("某" in shot.case.fact for shot in shots)


def test_the_answers_cite_the_charge_and_the_law_of_their_day(corpus):
    shots = {read_strict(s.answer).decision: s for s in OnePerDecision(corpus)(Case(fact=FACT))}
    waived = read_strict(shots[Decision.DNP].answer).articles
    assert {"cl:第二百六十四条", "cl:第三十七条"} <= set(waived)
    assert any(article.startswith("cpl:第一百七十") for article in waived)


def test_they_stand_before_the_case_in_the_prompt(corpus):
    chat = messages(Case(fact=FACT), Kind.FEW_SHOT, OnePerDecision(corpus)(Case(fact=FACT)))
    assert [message["role"] for message in chat] == ["system", *["user", "assistant"] * 4, "user"]
    assert "林某" in chat[-1]["content"]


def test_where_a_decision_has_no_example_left_none_are_shown(corpus):
    early = Case.model_validate({"fact": FACT, "meta": {"date": "2010-01-01"}})
    assert OnePerDecision(corpus)(early) == ()


def test_an_index_without_every_decision_is_refused(tmp_path):
    build_index([d for d in documents() if d.outcome != "SNP"], tmp_path / "i", processes=1)
    with pytest.raises(ConfigError, match="法定不起诉"):
        OnePerDecision(tmp_path / "i")


def test_without_an_index_the_arm_says_how_to_make_one(tmp_path, monkeypatch):
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path))
    monkeypatch.delenv("NOLLE_CORPUS", raising=False)
    with pytest.raises(ConfigError, match="nolle index"):
        one_of_each()
