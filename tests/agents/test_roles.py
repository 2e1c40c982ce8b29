"""Roles by conduct alone: own cases with the parts that CL 26-29 assign."""

from pathlib import Path

import pytest
import yaml

from nolle.agents.base import Context, View
from nolle.agents.contribution import ranking
from nolle.agents.roles import assess, leaning, roles_of
from nolle.cases.extract import read_facts
from nolle.cases.models import Case
from nolle.cases.vocabulary import Role

HERE = Path(__file__).parent / "cases"
CODES = {
    "P": Role.PRINCIPAL,
    "A": Role.ACCOMPLICE,
    "C": Role.COERCED,
    "N": Role.NOT_DISTINGUISHED,
}
LESSER = (Role.ACCOMPLICE, Role.COERCED)
CASES = [
    one
    for path in sorted(HERE.glob("roles_*.yaml"))
    for one in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def read(one):
    heads = "\n".join(f"犯罪嫌疑人{name}。" for name in one["roles"])
    case = Case(person_info=heads, fact=one["fact"])
    return case, read_facts(case)


@pytest.mark.parametrize("one", [c for c in CASES if not c.get("open")], ids=lambda c: c["id"])
def test_parts(one):
    _, facts = read(one)
    found = roles_of(facts)
    assert {name: found[name] for name in one["roles"]} == {
        name: CODES[code] for name, code in one["roles"].items()
    }


def test_pairs_of_principal_and_accomplice():
    right = total = 0
    for one in CASES:
        _, facts = read(one)
        found = leaning(facts)
        roles = {name: CODES[code] for name, code in one["roles"].items()}
        lead = [name for name, role in roles.items() if role is Role.PRINCIPAL]
        led = [name for name, role in roles.items() if role in LESSER]
        for first in lead:
            for second in led:
                total += 1
                right += found[first] not in LESSER and found[second] in LESSER
    assert total >= 60
    assert right / total >= 0.9


def test_reasons_quote_the_conduct():
    case, facts = read(next(c for c in CASES if c["id"] == "burglary-lookout"))
    view = View(case=case, facts=facts, defendant="李某")
    finding = assess(view, Context())
    assert finding.role is Role.ACCOMPLICE
    assert any("望风" in reason for reason in finding.reasons)
    for quote in finding.quotes:
        assert case.text_of(quote.field)[quote.start : quote.end] == quote.text


def test_ranking_holds_those_dealt_with_elsewhere():
    _, facts = read(next(c for c in CASES if c["id"] == "fraud-elsewhere"))
    first, second = ranking(facts)
    assert (first.name, first.elsewhere, second.name) == ("乔某", True, "武某")
    assert first.score > second.score


def test_negligence_makes_no_joint_crime():
    fact = "周某指挥吴某违章作业，吴某操作失误致一人死亡。"
    case = Case(
        person_info="犯罪嫌疑人周某。\n犯罪嫌疑人吴某。",
        procedure="周某、吴某涉嫌重大责任事故罪移送审查起诉。",
        fact=fact,
    )
    view = View(case=case, facts=read_facts(case), defendant="吴某")
    finding = assess(view, Context())
    assert finding.role is Role.NOT_DISTINGUISHED
    assert "第二十五条第二款" in finding.reasons[0]


def test_whoever_gathers_a_group_of_their_own_leads_it():
    _, facts = read(next(c for c in CASES if c["id"] == "counterfeit-branches"))
    assert leaning(facts) == {
        "夏某": Role.PRINCIPAL,
        "丁某": Role.PRINCIPAL,
        "严某": Role.ACCOMPLICE,
    }
