"""The typed answers of the agents: their schemas, what is read, what is refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from support.typed_answers import evidence, snp, subsumption, waiver

from nolle.agents import answers as a
from nolle.agents.answer_fields import ground_id
from nolle.agents.lens import restored
from nolle.agents.structured import wire_schema

KINDS = (
    a.ChargeAnswer,
    a.RolesAnswer,
    a.EvidenceAnswer,
    a.SubsumptionAnswer,
    a.WaiverAnswer,
    a.SentenceAnswer,
)


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
