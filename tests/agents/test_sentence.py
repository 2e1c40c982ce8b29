import pytest

from nolle.agents import sentence
from nolle.agents.base import Context
from nolle.cases.findings import Outcome, Sentence
from nolle.cases.vocabulary import Decision, SentenceKind


def prosecuted(*charges):
    return Outcome(name="甲某", decision=Decision.P, charges=charges)


def test_only_a_prosecution_has_a_sentence(view):
    for decision in (Decision.DNP, Decision.SNP, Decision.IENP, None):
        outcome = Outcome(name="甲某", decision=decision, charges=("盗窃罪",))
        assert sentence.assess(view(), outcome, Context()) is None


def test_one_charge(view):
    found = sentence.assess(view(), prosecuted("盗窃罪"), Context())
    assert found.kind in (SentenceKind.DETENTION, SentenceKind.FIXED_TERM)
    assert found.band[0] <= found.months <= found.band[1]
    assert found.steps


def test_several_charges_are_combined_between_the_gravest_and_the_sum(view):
    single = [sentence.assess(view(), prosecuted(name), Context()) for name in ("抢劫罪", "强奸罪")]
    joint = sentence.assess(view(), prosecuted("抢劫罪", "强奸罪"), Context())
    terms = [s.months for s in single]
    assert max(terms) <= joint.months <= sum(terms)
    assert [step.label[:3] for step in joint.steps[:2]] == ["抢劫罪", "强奸罪"]
    assert any("第六十九条" in step.citation for step in joint.steps)


def test_a_unit_gets_no_term(view):
    base = view()
    units = tuple(s.model_copy(update={"is_unit": True}) for s in base.facts.suspects)
    facts = base.facts.model_copy(update={"suspects": units})
    assert sentence.assess(view(facts=facts), prosecuted("合同诈骗罪"), Context()) is None


def test_unknown_charges_are_left_out(view):
    assert sentence.assess(view(), prosecuted("不存在罪"), Context()) is None


@pytest.mark.parametrize("fines", [(1000, 2000), (None, 3000)])
def test_fines_alone_are_added_without_a_term(view, monkeypatch, fines):
    made = iter(Sentence(kind=SentenceKind.FINE, fine_yuan=fine) for fine in fines)
    monkeypatch.setattr(sentence, "recommend_sentence", lambda *_, **__: next(made))
    joint = sentence.assess(view(), prosecuted("盗窃罪", "诈骗罪"), Context())
    assert (joint.kind, joint.fine_yuan) == (SentenceKind.FINE, 3000)
