from datetime import date
from pathlib import Path

import pytest
import yaml

from nolle.agents import evidence, subsumption, waiver
from nolle.agents.base import Context, View
from nolle.agents.verify import verify
from nolle.cases.extract import read_facts
from nolle.cases.models import Case, Meta

CASES = Path(__file__).parent / "cases"
TODAY = date(2025, 1, 1)


def rows(name):
    return [
        pytest.param(row, id=row["name"])
        for row in yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    ]


def view_of(row):
    case = Case(
        id="x",
        meta=Meta(date=row.get("date", "2021-01-01")),
        person_info=row.get("person_info", "犯罪嫌疑人许某，男，1980年3月1日出生。"),
        procedure=row.get("procedure", ""),
        fact=row["fact"],
    )
    if "person_info" not in row and "procedure" in row:
        case = case.model_copy(update={"person_info": ""})
    facts = read_facts(case, TODAY)
    return View(case=case, facts=facts, defendant=facts.suspects[0].name, charges=(row["charge"],))


def judged(agent, row):
    view = view_of(row)
    return view, agent.assess(view, Context())


def assert_found(finding, row):
    held = {g.id for g in finding.grounds if g.holds}
    assert finding.verdict.value == row["verdict"], finding.notes
    assert set(row.get("grounds", ())) <= held


@pytest.mark.parametrize("row", rows("evidence"))
def test_evidence(row):
    assert_found(judged(evidence, row)[1], row)


@pytest.mark.parametrize("row", rows("subsumption"))
def test_subsumption(row):
    assert_found(judged(subsumption, row)[1], row)


@pytest.mark.parametrize("row", rows("waiver"))
def test_waiver(row):
    assert_found(judged(waiver, row)[1], row)


@pytest.mark.parametrize(
    ("agent", "row"),
    [
        pytest.param(agent, *row.values, id=f"{agent.__name__}-{row.id}")
        for agent, name in (
            (evidence, "evidence"),
            (subsumption, "subsumption"),
            (waiver, "waiver"),
        )
        for row in rows(name)
    ],
)
def test_every_quote_stands_in_the_case(agent, row):
    view, finding = judged(agent, row)
    checked, failures = verify(view, finding)
    assert failures == ()
    assert all(q.verified for g in checked.grounds for q in g.quotes)


def test_elements_name_their_evidence_and_doubts():
    row = rows("evidence")[3].values[0]
    _, finding = judged(evidence, row)
    act = [e for e in finding.elements if e.kind == "act"]
    assert act
    assert all(e.doubts for e in act)
