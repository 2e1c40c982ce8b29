"""Answers of a model that cannot be used, contradict themselves or quote falsely."""

from __future__ import annotations

from collections import Counter

import pytest
from support.model_answers import agent_of, answering, answers_for
from support.scripted_answers import malformed, right, truncated
from support.thefts import QUOTE, theft

from nolle.cases.vocabulary import Decision
from nolle.graphs.run import run

SPEC = "vllm:tiny"


@pytest.mark.parametrize(
    ("fault", "code"), [(malformed(), "unparsable"), (truncated(), "truncated")]
)
def test_an_unusable_answer_leaves_the_check_open(serve, fault, code):
    answers = answering(answers_for("P", ["盗窃罪"], QUOTE))
    serve(lambda request: fault if agent_of(request) == "waiver" else answers(request))
    review = run(theft(), SPEC)
    assert review.decision is None
    assert review.unresolved is not None
    assert (review.unresolved.code, review.unresolved.node) == (code, "waiver")
    step = next(s for s in review.trace if s.node == "waiver")
    assert (step.usage["calls"], step.usage["repairs"], step.usage["problem"]) == (2, 1, code)


def test_an_open_waiver_does_not_hide_insufficient_evidence(serve):
    answers = answering(answers_for("IENP", ["盗窃罪"], QUOTE))
    serve(lambda request: malformed() if agent_of(request) == "waiver" else answers(request))
    assert run(theft(), SPEC).decision is Decision.IENP


def test_without_a_charge_nothing_is_invented(serve):
    server = serve(malformed())
    review = run(theft(), SPEC)
    assert review.decision is None
    assert review.unresolved.code == "unparsable"
    assert {agent_of(request) for request in server.requests[:1]} == {"charge"}
    assert len(server.requests) == 2


def test_an_answer_that_contradicts_itself_is_sent_back_once(serve):
    good = answers_for("SNP", ["盗窃罪"], QUOTE)
    bad = {**good["subsumption"], "grounds": []}

    def script(request):
        agent = agent_of(request)
        first = len(request.messages) == 2
        return right(bad if agent == "subsumption" and first else good[agent])

    serve(script)
    review = run(theft(), SPEC)
    assert review.decision is Decision.SNP
    step = next(s for s in review.trace if s.node == "subsumption")
    assert step.usage["repairs"] == 1


def test_a_false_quote_goes_back_and_the_mended_one_counts(serve):
    good = answers_for("P", ["盗窃罪"], QUOTE)
    bad = answers_for("P", ["盗窃罪"], "张某某承认全部犯罪事实并退缴赃款")

    def script(request):
        agent = agent_of(request)
        again = "你上一次的回答有下列问题" in request.text
        return right((good if again or agent != "evidence" else bad)[agent])

    server = serve(script)
    review = run(theft(), SPEC)
    assert review.decision is Decision.P
    quotes = review.outcomes["张某某"].checks["evidence"].quotes
    assert [q.text for q in quotes] == [QUOTE]
    assert quotes[0].verified
    asked = Counter(agent_of(request) for request in server.requests)
    assert (asked["evidence"], asked["waiver"], asked["sentence"]) == (2, 1, 1)


def test_a_quote_that_stays_false_is_kept_unverified_and_costs_confidence(serve):
    serve(answering(answers_for("P", ["盗窃罪"], "没有写在案卷里的话")))
    review = run(theft(), SPEC)
    finding = review.outcomes["张某某"].checks["evidence"]
    assert [q.verified for q in finding.quotes] == [False]
    assert finding.confidence < 0.9
    assert "没有写在案卷里的话" not in review.opinion


def test_a_sentence_beyond_the_band_is_not_taken_over(serve):
    answers = answers_for("P", ["盗窃罪"], QUOTE)
    answers["sentence"]["months"] = 200
    serve(answering(answers))
    sentence = run(theft(), SPEC).outcomes["张某某"].sentence
    assert sentence.months <= 36
    assert sentence.steps[-1].label == "模型建议未采纳"
