"""A review with a corpus shows similar cases, tells what it withheld, and decides as without."""

import json

import pytest

import nolle
from nolle.errors import InputError
from nolle.graphs.asking import Asking, corpus_state
from nolle.graphs.judges import RULES
from nolle.graphs.outputs import rows_of

RECORD = {
    "id": "own",
    "meta": {"date": "2023-01-01"},
    "person_info": "犯罪嫌疑人林某，男，1990年1月1日出生。",
    "procedure": "公安机关以林某涉嫌盗窃罪移送审查起诉。",
    "fact": "2022年5月，林某撬开民宅房门，盗走卧室抽屉内的现金3000元和金项链一条，销赃后挥霍。",
}


def step_of(review):
    return next(step.finding for step in review.trace if step.node == "similar")


def test_similar_cases_stand_in_the_review_and_in_the_trace(corpus):
    review = nolle.review(RECORD, RULES, corpus=corpus)
    without = nolle.review(RECORD, RULES, corpus=False)
    assert [case.charge for case in review.similar[:3]] == ["盗窃罪"] * 3
    assert without.similar == ()
    assert review.decision is without.decision
    assert step_of(review)["withheld"]["itself"] == 0
    assert step_of(review)["corpus"]["documents"] == 36
    assert json.loads(json.dumps(review.to_json()))["similar"][0]["outcome"] == "起诉，判处8个月"
    assert not any("案例库" in note for note in review.notes)
    assert any("案例库" in note for note in without.notes)


def test_the_configured_corpus_is_used_unasked(corpus, monkeypatch):
    monkeypatch.setenv("NOLLE_CORPUS", str(corpus))
    assert nolle.review(RECORD, RULES).similar
    assert not nolle.review(RECORD, RULES, corpus=False).similar


def test_the_index_in_the_home_folder_is_used_unasked(corpus, monkeypatch, tmp_path):
    monkeypatch.delenv("NOLLE_CORPUS", raising=False)
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path))
    assert not nolle.review(RECORD, RULES).similar
    (tmp_path / "index").symlink_to(corpus)
    assert nolle.review(RECORD, RULES).similar


def test_a_corpus_that_is_none_stops_the_run_before_it_starts(tmp_path):
    with pytest.raises(InputError, match="no index"):
        nolle.review(RECORD, RULES, corpus=tmp_path / "nowhere")


def test_another_state_of_the_corpus_makes_another_row_of_a_folder_run(corpus):
    case = nolle.Case.model_validate(RECORD)
    state = corpus_state(Asking(corpus=corpus))
    assert state.endswith("@000001")
    assert corpus_state(Asking(corpus=False)) == ""
    keys = {rows_of([("f", "", case)], RULES, {}, more)[0].key for more in ("", state)}
    assert len(keys) == 2


def test_the_prompt_shows_similar_cases_with_outcomes_but_no_names(corpus):
    from nolle.agents.base import Context, View
    from nolle.agents.lens import lens
    from nolle.agents.prompting import shared_prefix
    from nolle.agents.similar import finder
    from nolle.cases.extract import read_facts

    case = nolle.Case.model_validate(RECORD)
    facts = read_facts(case)
    view = View(case=case, facts=facts, defendant="林某", charges=("盗窃罪",))
    found = finder(corpus)(view, Context())
    told = view.model_copy(update={"similar": found.cases})
    text = shared_prefix(told, Context(), lens(told), {}).text
    part = text[text.index("六、类案") :]
    assert "盗窃罪：起诉，判处8个月：" in part
    assert "某" not in part
