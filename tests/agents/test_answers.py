from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from nolle.agents import answer_findings as made
from nolle.agents import answers as a
from nolle.agents.answer_fields import ground_id
from nolle.agents.lens import restored
from nolle.agents.locate import locate, quoted
from nolle.agents.structured import wire_schema
from nolle.cases.facts import Facts, Suspect
from nolle.cases.findings import Sentence
from nolle.cases.models import Case
from nolle.cases.vocabulary import SentenceKind, Verdict

CASE = Case(
    id="x",
    person_info="甲某，男，1990年生。",
    fact="2022年1月3日，甲某在超市（A店）内窃得手机一部，价值3200元；到案后，甲某如实供述。",
)
KINDS = (
    a.ChargeAnswer,
    a.RolesAnswer,
    a.EvidenceAnswer,
    a.SubsumptionAnswer,
    a.WaiverAnswer,
    a.SentenceAnswer,
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("窃得手机一部", "窃得手机一部"),
        ("“窃得手机一部”", "窃得手机一部"),
        ("甲某在超市(A店)内窃得手机一部", "甲某在超市（A店）内窃得手机一部"),
        ("价值３２００元，到案后 甲某如实供述", "价值3200元；到案后，甲某如实供述"),
        ("甲某在超市……价值3200元", "甲某在超市（A店）内窃得手机一部，价值3200元"),
        ("1990年生", "1990年生"),
    ],
)
def test_quotes_are_found_in_the_cases_own_spelling(words, found):
    quote = locate(CASE, words)
    assert quote.verified
    assert quote.text == found
    assert CASE.text_of(quote.field)[quote.start : quote.end] == found


@pytest.mark.parametrize("words", ["甲某拒不供述", "窃得手机两部", "，。", "价值……超市", "3；2"])
def test_what_is_not_in_the_case_stays_unverified(words):
    quote = locate(CASE, words)
    assert not quote.verified
    assert (quote.start, quote.end) == (0, 0)


@pytest.mark.parametrize("words", ["", "  ", "“”"])
def test_an_empty_quote_is_none(words):
    assert locate(CASE, words) is None


def test_the_cases_words_are_put_in_quotation_marks():
    text = quoted(CASE, "认为甲某在超市（A店）内窃得手机的事实清楚")
    assert text == "认为“甲某在超市（A店）内窃得手机”的事实清楚"
    assert quoted(CASE, "本案事实清楚，证据确实、充分") == "本案事实清楚，证据确实、充分"
    assert quoted(CASE, "称“甲某在超市（A店）内窃得”") == "称“甲某在超市（A店）内窃得”"


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_is_bounded_everywhere(kind):
    def walk(node):
        if isinstance(node, list):
            for item in node:
                walk(item)
        if isinstance(node, dict):
            if node.get("type") == "array":
                assert "maxItems" in node
            if node.get("type") == "string":
                assert "maxLength" in node or "enum" in node
            if node.get("type") == "object":
                assert node["additionalProperties"] is False
                assert set(node["required"]) == set(node["properties"])
            for value in node.values():
                walk(value)

    walk(wire_schema(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described_in_chinese(kind):
    for name, field in wire_schema(kind)["properties"].items():
        assert any("一" <= c <= "鿿" for c in field.get("description", "")), name


def evidence(**changes):
    base = {
        "analysis": "a",
        "elements": [],
        "grounds": [],
        "verdict": "sufficient",
        "summary": "s",
        "quotes": [],
        "citations": [],
        "confidence": 0.8,
    }
    return a.EvidenceAnswer.model_validate({**base, **changes})


def subsumption(**changes):
    base = {
        "analysis": "a",
        "actor": "符合",
        "threshold": "达到",
        "grounds": [],
        "charges": ["盗窃罪"],
        "verdict": "crime",
        "summary": "s",
        "confidence": 0.8,
    }
    return a.SubsumptionAnswer.model_validate({**base, **changes})


def waiver(**changes):
    base = {
        "analysis": "a",
        "minor": True,
        "minor_reason": "m",
        "necessary": False,
        "grounds": [],
        "verdict": "waived",
        "summary": "s",
    }
    return a.WaiverAnswer.model_validate({**base, **changes})


def snp(**changes):
    return {
        "ground": "正当防卫",
        "holds": True,
        "on_doubtful_fact": False,
        "reason": "r",
        **changes,
    }


@pytest.mark.parametrize(
    ("make", "changes", "said"),
    [
        (evidence, {"verdict": "insufficient"}, "至少列一项理由"),
        (evidence, {"verdict": "maybe"}, "verdict"),
        (evidence, {"verdict": None}, "verdict"),
        (evidence, {"confidence": 1.5}, "confidence"),
        (subsumption, {"verdict": "no_crime"}, "事由成立"),
        (subsumption, {"verdict": "no_crime", "grounds": [snp(holds=False)]}, "事由成立"),
        (subsumption, {"grounds": [snp()]}, "不能是crime"),
        (subsumption, {"charges": []}, "charges"),
        (subsumption, {"charges": ["偷东西罪"]}, "没有这些罪名"),
        (subsumption, {"grounds": [snp(ground="没有这一项的事由")]}, "请照抄清单"),
        (waiver, {"necessary": True}, "necessary"),
        (waiver, {"minor": False}, "情节轻微"),
        (waiver, {"minor": False, "grounds": [{"ground": "初犯", "reason": ""}]}, "情节轻微"),
    ],
)
def test_an_answer_that_does_not_hold_together_is_refused(make, changes, said):
    with pytest.raises(ValidationError, match=said):
        make(**changes)


@pytest.mark.parametrize(
    ("make", "changes"),
    [
        (evidence, {"verdict": "证据确实、充分"}),
        (evidence, {"verdict": "SUFFICIENT", "quotes": "窃得手机一部", "grounds": None}),
        (evidence, {"summary": "长" * 900, "analysis": None, "extra": 1}),
        (subsumption, {"grounds": [snp(on_doubtful_fact=True)]}),
        (subsumption, {"grounds": [snp(ground="self_defence")], "verdict": "不构成犯罪"}),
        (waiver, {"minor": False, "grounds": [{"ground": "自首", "reason": ""}]}),
        (waiver, {"verdict": "not_waived", "minor": False, "necessary": True}),
    ],
)
def test_other_spellings_are_read(make, changes):
    assert make(**changes).verdict


@pytest.mark.parametrize(
    ("check", "text", "found"),
    [
        ("subsumption", "正当防卫", "self_defence"),
        ("subsumption", "self_defence", "self_defence"),
        ("subsumption", "情节显著轻微、危害不大", "plainly_minor"),
        ("waiver", "坦白", "confession"),
        ("waiver", "累犯", "recidivist"),
        ("waiver", "取得被害人谅解。", "forgiveness"),
        ("evidence", "言词证据一对一", "one_against_one"),
    ],
)
def test_grounds_are_looked_up_by_name(check, text, found):
    assert ground_id(check, text) == found


@pytest.mark.parametrize(
    ("check", "text"),
    [
        ("waiver", "全无此项的情节名"),
        ("evidence", "情节显著轻微"),
        ("waiver", ""),
        ("waiver", "没有退赃退赔情况"),
        ("waiver", "被害人予以谅解了"),
    ],
)
def test_what_names_no_ground_of_the_check_is_refused(check, text):
    with pytest.raises(ValueError, match="清单"):
        ground_id(check, text)


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


def test_every_text_of_an_answer_is_turned_back():
    answer = evidence(
        grounds=[{"ground": "不能认定主观明知", "reason": "沈甲某", "quotes": ["沈甲某说"]}],
        summary="沈甲某",
    )
    back = restored(answer, lambda text: text.replace("沈甲某", "甲某"))
    assert (back.summary, back.grounds[0].reason, back.grounds[0].quotes) == (
        "甲某",
        "甲某",
        ("甲某说",),
    )
    assert back.confidence == answer.confidence
