from datetime import date
from typing import Any

import pytest

from nolle.cases.extract import read_facts
from nolle.cases.facts import Circumstance, EvidenceItem, Facts
from nolle.cases.models import Case, Meta, Span
from nolle.cases.vocabulary import EvidenceKind as K
from nolle.errors import InputError
from nolle.statutes.charges import charges
from nolle.tools.evidence_inventory import PROVES, Inventory, inventory, proving

SPAN = Span(field="fact", start=0, end=1)
DAY = date(2020, 1, 1)


def facts_with(*kinds: K, circumstances: tuple[Circumstance, ...] = (), day: date = DAY) -> Facts:
    evidence = tuple(EvidenceItem(kind=kind, span=SPAN) for kind in kinds)
    return Facts(decision_date=day, evidence=evidence, circumstances=circumstances)


def of(*kinds: K, charge: str | None = "盗窃罪", **given: Any) -> Inventory:
    return inventory(facts_with(*kinds, **given), charge)


def told(fact: str, charge: str | None) -> Inventory:
    case = Case(meta=Meta(date="2020-01-01"), fact=fact)
    return inventory(read_facts(case, DAY), charge)


@pytest.mark.parametrize(
    ("kinds", "gap_kinds", "single_kinds"),
    [
        ((), {"intent", "act", "object", "result"}, set()),
        ((K.SUSPECT,), {"object", "result"}, {"intent", "act"}),
        ((K.EXPERT,), {"intent", "act"}, {"object", "result"}),
        ((K.WITNESS, K.SUSPECT), {"object", "result"}, set()),
        ((K.DOCUMENT,), {"intent"}, {"act", "object", "result"}),
        ((K.SUSPECT, K.WITNESS, K.PHYSICAL, K.EXPERT), set(), {"result"}),
        (tuple(K), set(), set()),
    ],
)
def test_gaps_and_single_sources(kinds, gap_kinds, single_kinds):
    result = of(*kinds)
    kind_of = {e.id: e.kind for e in result.elements}
    asked = {"actor", "intent", "act", "object", "result", "causation"} & set(kind_of.values())
    assert {kind_of[i] for i in result.gaps} & asked == gap_kinds & asked
    assert {kind_of[i] for i in result.single_source} & asked == single_kinds & asked
    for element in result.elements:
        assert element.gap == (not element.proven_by)
        assert element.single_source == (len(element.proven_by) == 1)
        assert set(element.proven_by) <= set(kinds)


@pytest.mark.parametrize(
    ("kinds", "alone", "objective"),
    [
        ((), False, False),
        ((K.SUSPECT,), True, False),
        ((K.SUSPECT, K.SUSPECT), True, False),
        ((K.SUSPECT, K.VICTIM), False, False),
        ((K.SUSPECT, K.RECORD), False, True),
        ((K.DOCUMENT,), False, True),
        ((K.WITNESS,), False, False),
    ],
)
def test_a_confession_alone_never_suffices(kinds, alone, objective):
    result = of(*kinds)
    assert (result.confession_only, result.objective) == (alone, objective)
    assert ("cpl:第五十五条第一款" in result.citations) == alone


def test_the_text_may_say_that_there_is_only_a_confession():
    said = Circumstance(id="confession_only", holds=True, span=SPAN)
    assert of(K.SUSPECT, K.DOCUMENT, circumstances=(said,)).confession_only
    assert not of(
        K.SUSPECT, K.DOCUMENT, circumstances=(said.model_copy(update={"holds": False}),)
    ).confession_only


def test_kinds_stand_in_the_order_of_the_law_and_are_counted():
    result = of(K.ELECTRONIC, K.SUSPECT, K.PHYSICAL, K.SUSPECT)
    assert result.kinds == (K.PHYSICAL, K.SUSPECT, K.ELECTRONIC)
    assert result.pieces == {K.PHYSICAL: 1, K.SUSPECT: 2, K.ELECTRONIC: 1}


@pytest.mark.parametrize(
    ("day", "articles"),
    [
        (date(2020, 1, 1), ("cpl:第五十条第二款", "cpl:第五十五条第一款")),
        (date(2016, 1, 1), ("cpl:第四十八条第二款", "cpl:第五十三条第一款")),
    ],
)
def test_articles_follow_the_day_of_the_decision(day, articles):
    assert of(K.SUSPECT, day=day).citations == articles


def test_only_circumstances_of_doubt_that_hold_are_doubts_and_those_of_the_suspect():
    found = (
        Circumstance(id="retraction", holds=True, span=SPAN, defendant="甲"),
        Circumstance(id="denial", holds=True, span=SPAN, defendant="乙"),
        Circumstance(id="evidence_contradiction", holds=True, span=SPAN),
        Circumstance(id="amount_doubt", holds=False, span=SPAN),
        Circumstance(id="surrender", holds=True, span=SPAN),
    )
    facts = facts_with(K.WITNESS, circumstances=found)
    everyone = [d.id for d in inventory(facts, None).doubts]
    only = [d.id for d in inventory(facts, None, defendant="甲").doubts]
    assert "evidence_contradiction" in everyone
    assert "retraction" in everyone
    assert "surrender" not in everyone
    assert "amount_doubt" not in everyone
    assert only == ["retraction", "evidence_contradiction"]


def test_without_a_charge_there_are_no_elements():
    result = of(K.WITNESS, charge=None)
    assert (result.charge, result.elements, result.gaps) == (None, (), ())
    assert result.kinds == (K.WITNESS,)


@pytest.mark.parametrize("charge", ["偷懒罪", "", "盗窃、诈骗罪"])
def test_an_unknown_charge_is_refused(charge):
    with pytest.raises(InputError, match="not in the catalogue"):
        of(K.WITNESS, charge=charge)


def test_spellings_of_a_charge_are_read():
    assert of(K.WITNESS, charge="盗窃").charge == "盗窃罪"


def test_every_kind_of_element_in_the_law_has_kinds_that_prove_it():
    kinds = {element.kind for charge in charges() for element in charge.elements}
    assert kinds <= set(PROVES)
    assert set().union(*PROVES.values()) == set(K)
    with pytest.raises(InputError):
        proving("motive", (K.WITNESS,))


def test_a_told_case():
    strong = told(
        "2019年5月，张某在超市内窃得手机一部。上述事实有被害人陈述、证人证言、"
        "价格认定书、监控录像、扣押笔录、犯罪嫌疑人的供述等证据证实。",
        "盗窃罪",
    )
    assert strong.gaps == ()
    assert not strong.confession_only
    assert {K.VICTIM, K.WITNESS, K.EXPERT, K.ELECTRONIC, K.SUSPECT} <= set(strong.kinds)
    weak = told("张某供述其窃得手机一部，后又翻供。被害人陈述与证人证言存在矛盾。", "盗窃罪")
    assert {"retraction", "evidence_contradiction"} <= {d.id for d in weak.doubts}
