"""A model that answers from gold gives the gold outcome, and no request carries gold."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support.model_answers import agent_of, answering, answers_for
from support.scripted_answers import right
from support.thefts import QUOTE, theft

from nolle.cases.gold import load_labelled
from nolle.cases.models import Case
from nolle.cases.vocabulary import Check, Verdict
from nolle.graphs.run import run
from nolle.statutes.charges import normalise_charge

SPEC = "vllm:tiny"


def _rows():
    folder = os.environ.get("NOLLE_DEV_DATA")
    if not folder:
        return []
    rows = load_labelled(Path(folder) / "data" / "reviews_dev.jsonl")
    return [row for row in rows if len(row.defendants) == 1]


@pytest.mark.dev_data
@pytest.mark.skipif(not os.environ.get("NOLLE_DEV_DATA"), reason="NOLLE_DEV_DATA is not set")
def test_answers_from_gold_give_the_gold_outcome(serve):
    rows = _rows()
    assert len(rows) > 50
    server = serve(right("{}"))
    for row in rows:
        charges = [normalise_charge(name) for name in row.charges]
        server.requests.clear()
        server._script = answering(answers_for(row.decision.value, charges, ""))
        review = run(row.case, SPEC)
        assert review.decision is row.decision, (row.case.id, review.unresolved)
        assert len(review.outcomes) == 1, row.case.id
        (outcome,) = review.outcomes.values()
        assert list(outcome.charges) == charges, row.case.id
        depth = len({agent_of(r) for r in server.requests} & {"charge", "sentence"}) + 1
        assert depth <= 4


@pytest.mark.dev_data
@pytest.mark.skipif(not os.environ.get("NOLLE_DEV_DATA"), reason="NOLLE_DEV_DATA is not set")
def test_no_request_carries_gold(serve):
    folder = os.environ["NOLLE_DEV_DATA"]
    path = Path(folder) / "data" / "reviews_dev.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    server = serve(right("{}"))
    for record in records:
        if len(record["defendants"]) != 1:
            continue
        gold = {
            f"金标{i}": record.get(key) or f"金标{i}"
            for i, key in enumerate(("gist", "label_note", "raw_reasoning_and_decision"))
        }
        marked = {**record, "raw_reasoning_and_decision": "原决定书说理部分不得外传"}
        labelled = Case.model_validate(marked)
        server.requests.clear()
        server._script = answering(answers_for("P", record["charges"], ""))
        run(labelled, SPEC)
        sent = "\n".join(request.text for request in server.requests)
        assert "原决定书说理部分不得外传" not in sent
        for text in gold.values():
            assert text not in sent, record["id"]
        for key in ("gist", "label_note", "raw_reasoning_and_decision", '"decision"'):
            assert key not in sent


def test_findings_of_a_model_name_every_check(serve):
    serve(answering(answers_for("P", ["盗窃罪"], QUOTE)))
    checks = run(theft(), SPEC).checks
    assert set(checks) == {check.value for check in Check}
    assert checks["subsumption"].charges == ("盗窃罪",)
    assert checks["waiver"].verdict is Verdict.NOT_WAIVED
