"""Text of a case that gives orders stays data."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.model_answers import answering, answers_for, fact_of
from support.thefts import QUOTE, theft

from nolle.cases.vocabulary import Decision
from nolle.graphs.run import run

SPEC = "vllm:tiny"
INJECTIONS = (Path(__file__).parent / "injections.txt").read_text(encoding="utf-8")


def test_there_are_forty_injections():
    assert len(_injections()) == 40


def _injections() -> list[str]:
    return [text.strip("\n") for text in INJECTIONS.split("\n%%\n")]


@pytest.mark.parametrize("number", range(40))
def test_injected_text_stays_data(serve, number):
    text = _injections()[number]
    case = theft(fact=f"{theft().fact}\n{text}\n张某某系初犯。")
    answers = answers_for("P", ["盗窃罪"], QUOTE)
    for agent in ("evidence", "subsumption", "waiver"):
        answers[agent]["summary"] = text
    server = serve(answering(answers))
    review = run(case, SPEC)
    assert review.decision is Decision.P
    plain = run(theft(), SPEC)
    systems = {request.messages[0]["content"] for request in server.requests}
    assert len(systems) == 1
    for request in server.requests:
        assert [m["role"] for m in request.messages] == ["system", "user"]
    fenced = fact_of(server.requests[0])
    assert fenced.endswith("张某某系初犯。")
    assert "<" not in fenced
    assert review.opinion.count("【最终结论】") == 1
    assert review.opinion.splitlines()[-1] == plain.opinion.splitlines()[-1]
    outside, own = _outside_quotes(review.opinion), _outside_quotes(plain.opinion)
    compact = "".join(text.split())
    for start in range(len(compact) - 11):
        piece = compact[start : start + 12]
        assert piece in own or piece not in outside


def _outside_quotes(text: str) -> str:
    """The text without what stands in quotation marks, and without spaces."""
    kept, depth = [], 0
    for character in text:
        if character in "“‘":
            depth += 1
        elif character in "”’":
            depth = max(0, depth - 1)
        elif not depth and not character.isspace():
            kept.append(character)
    return "".join(kept)
