"""What findings, charges and sentences the answers of the agents become."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError
from support.typed_answers import CASE, evidence, snp, subsumption, waiver

from nolle.agents import answer_findings as made
from nolle.agents import answers as a
from nolle.cases.facts import Facts, Suspect
from nolle.cases.findings import Sentence
from nolle.cases.vocabulary import SentenceKind, Verdict


def view_of(view, **changes):
    facts = Facts(
        suspects=(Suspect(name="甲某"),),
        decision_date=date(2022, 5, 1),
        conduct_end=date(2022, 1, 3),
    )
    return view(case=CASE, facts=facts, **changes)


def test_citations_are_normalised_and_checked_at_the_dates(view):
    citations, others = made.citations_in(
        view_of(view),
        ["《刑法》第264条", "刑诉法第一百七十三条第二款", "刑法第九百条", "治安管理处罚法第十条"],
    )
    assert {c.key: c.verified for c in citations} == {
        "cl:第二百六十四条": True,
        "cpl:第一百七十三条第二款": citations[1].verified,
        "cl:第九百条": False,
    }
    assert others == ("治安管理处罚法第十条",)


def test_an_evidence_answer_becomes_a_finding(view):
    answer = evidence(
        verdict="insufficient",
        elements=[
            {"element": "秘密窃取", "state": "doubtful", "alternative": "拾得"},
            {"element": "别的", "state": "proven", "proven_by": ["供述"]},
        ],
        grounds=[{"ground": "不能认定主观明知", "reason": "无旁证", "quotes": ["甲某如实供述"]}],
        quotes=["窃得手机一部"],
    )
    found = made.evidence_finding(view_of(view), answer, "vllm:x")
    assert (found.verdict, found.judge) == (Verdict.INSUFFICIENT, "vllm:x")
    assert [g.id for g in found.grounds] == ["knowledge_not_proven"]
    assert found.grounds[0].quotes[0].verified
    assert found.grounds[0].citations
    assert found.elements[0].id == "taking"
    assert found.elements[0].doubts == ("拾得",)
    assert found.elements[1].doubts == ()


def test_a_subsumption_answer_settles_the_charges(view):
    answer = subsumption(charges=["侵占罪", "没有这个罪"], grounds=[snp(on_doubtful_fact=True)])
    found = made.subsumption_finding(view_of(view), answer, "m")
    assert found.charge == "侵占罪"
    assert found.charges == ("侵占罪",)
    assert any(c.key.startswith("cl:第二百七十条") and c.verified for c in found.citations)
    assert [(g.id, g.holds, g.on_doubtful_fact) for g in found.grounds] == [
        ("self_defence", False, True)
    ]


def test_a_waiver_answer_weighs_both_sides(view):
    answer = waiver(
        grounds=[{"ground": "初犯", "reason": "r"}, {"ground": "多次作案", "reason": "r"}]
    )
    found = made.waiver_finding(view_of(view), answer, "m")
    assert [(g.id, g.weight) for g in found.grounds] == [("first_offence", 1), ("repeated", -1)]
    assert found.verdict is Verdict.WAIVED


def test_unknown_charges_are_told_not_used(view):
    answer = a.ChargeAnswer.model_validate(
        {
            "analysis": "",
            "charges": [{"name": "偷东西罪", "reason": ""}, {"name": "盗窃", "reason": "r"}],
        }
    )
    found = made.charge_finding(view_of(view), answer, "m")
    assert found.charges == ("盗窃罪",)
    assert "偷东西罪" in found.reasons[-1]
    with pytest.raises(ValidationError, match="没有这些罪名"):
        a.ChargeAnswer.model_validate(
            {"analysis": "", "charges": [{"name": "偷东西罪", "reason": ""}]}
        )


COMPUTED = Sentence(kind=SentenceKind.FIXED_TERM, months=8, band=(0, 36), fine_yuan=2000)


@pytest.mark.parametrize(
    ("changes", "months", "taken"),
    [
        ({"months": 10}, 10, True),
        ({"kind": "拘役", "months": 4}, 4, True),
        ({"months": 10, "probation_months": 12}, 10, True),
        ({"months": 48}, 8, False),
        ({"months": None}, 8, False),
        ({"kind": "life", "months": None}, 8, False),
        ({"kind": "detention", "months": 14}, 8, False),
        ({"months": 3}, 8, False),
    ],
)
def test_a_sentence_keeps_within_the_law(changes, months, taken):
    base = {"analysis": "", "kind": "fixed_term", "probation_months": None, "fine_yuan": None}
    answer = a.SentenceAnswer.model_validate({**base, "adjustments": [], **changes})
    sentence = made.sentence_of(COMPUTED, answer)
    assert sentence.months == months
    assert bool(sentence.steps) is not taken
    assert sentence.band == (0, 36)
