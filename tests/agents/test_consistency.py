"""Several defendants side by side: roles against the ranking, terms against roles."""

import pytest

from nolle.agents.consistency import balanced, inconsistencies
from nolle.cases.extract import read_facts
from nolle.cases.findings import Outcome, Sentence
from nolle.cases.models import Case
from nolle.cases.vocabulary import Decision, Role, SentenceKind

FACT = "张某提议盗窃并纠集李某。张某翻窗入室窃得现金8000元，李某受张某指使在楼下望风，分得500元。"


def facts_of(fact=FACT, names=("张某", "李某")):
    heads = "\n".join(f"犯罪嫌疑人{name}。" for name in names)
    return read_facts(Case(person_info=heads, fact=fact))


def outcome(name, role, months=None, decision=Decision.P):
    sentence = None
    if months is not None:
        sentence = Sentence(kind=SentenceKind.FIXED_TERM, months=months, band=(0, 36))
    return Outcome(name=name, role=role, decision=decision, charges=("盗窃罪",), sentence=sentence)


def pair(first, second):
    return {first.name: first, second.name: second}


P, A = Role.PRINCIPAL, Role.ACCOMPLICE
CASES = [
    ("fits", outcome("张某", P, 10), outcome("李某", A, 6), []),
    ("all accomplices", outcome("张某", A, 6), outcome("李某", A, 6), ["no_principal"]),
    ("turned around", outcome("张某", A, 6), outcome("李某", P, 10), ["ranked_above"]),
    ("longer term", outcome("张某", P, 8), outcome("李某", A, 9), ["term_above"]),
    (
        "only the accomplice is prosecuted",
        outcome("张某", P, decision=Decision.DNP),
        outcome("李某", A, 9),
        ["decision_above"],
    ),
]


@pytest.mark.parametrize(
    ("first", "second", "codes"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_what_does_not_fit(first, second, codes):
    assert [i.code for i in inconsistencies(facts_of(), pair(first, second))] == codes


def test_a_principal_elsewhere_is_enough():
    facts = facts_of("王某（另案处理）指使张某、李某望风。")
    found = inconsistencies(facts, pair(outcome("张某", A, 6), outcome("李某", A, 6)))
    assert [i.code for i in found] == []


def test_a_longer_term_is_lowered_with_a_step():
    mended, found = balanced(facts_of(), pair(outcome("张某", P, 8), outcome("李某", A, 9)))
    assert [i.code for i in found] == ["term_above"]
    assert list(mended) == ["李某"]
    lowered = mended["李某"].sentence
    assert lowered.months == 8
    assert (lowered.steps[-1].before, lowered.steps[-1].months) == (9, 8)
    assert "张某" in lowered.steps[-1].label


def test_an_accomplice_with_graver_circumstances_may_get_more():
    facts = facts_of(FACT + "李某系累犯。张某自动投案，如实供述。")
    assert not inconsistencies(facts, pair(outcome("张某", P, 8), outcome("李某", A, 9)))


def test_one_defendant_needs_no_comparison():
    assert inconsistencies(facts_of(), {"张某": outcome("张某", A, 8)}) == ()
