import itertools

import pytest

from nolle.agents.decide import case_level, decide
from nolle.cases.findings import Finding, Ground, Outcome, Unresolved
from nolle.cases.vocabulary import Check, Decision, Verdict

LIMITATION = Ground(
    id="limitation_expired", zh="已过追诉时效", holds=True, reason="", proof_free=True
)


def finding(check, verdict, grounds=(), charge="盗窃罪"):
    return Finding(
        check=check,
        defendant="甲某",
        verdict=verdict,
        summary="理由",
        charge=charge,
        grounds=tuple(grounds),
    )


def findings(evidence, subsumption, waiver, grounds=()):
    return {
        Check.EVIDENCE: finding(Check.EVIDENCE, evidence),
        Check.SUBSUMPTION: finding(Check.SUBSUMPTION, subsumption, grounds),
        Check.WAIVER: finding(Check.WAIVER, waiver),
    }


ENOUGH, LACKING = Verdict.SUFFICIENT, Verdict.INSUFFICIENT
CRIME, NONE, EXCLUDED = Verdict.CRIME, Verdict.NO_CRIME, Verdict.EXCLUDED
WAIVED, NOT_WAIVED = Verdict.WAIVED, Verdict.NOT_WAIVED


@pytest.mark.parametrize(
    ("checks", "decision"),
    [
        ((ENOUGH, CRIME, NOT_WAIVED), Decision.P),
        ((ENOUGH, CRIME, WAIVED), Decision.DNP),
        ((ENOUGH, NONE, WAIVED), Decision.SNP),
        ((ENOUGH, EXCLUDED, NOT_WAIVED), Decision.SNP),
        ((LACKING, CRIME, NOT_WAIVED), Decision.IENP),
        ((LACKING, CRIME, WAIVED), Decision.IENP),
        ((LACKING, NONE, NOT_WAIVED), Decision.IENP),
    ],
)
def test_order_of_the_questions(view, checks, decision):
    assert decide(view(), findings(*checks)).decision is decision


def test_grounds_that_do_not_hang_on_proof_come_before_the_evidence(view):
    outcome = decide(view(), findings(LACKING, EXCLUDED, NOT_WAIVED, [LIMITATION]))
    assert outcome.decision is Decision.SNP
    assert "追诉时效" in outcome.reasons[0]


def test_a_proof_free_ground_on_a_doubtful_fact_waits_for_the_evidence(view):
    doubtful = LIMITATION.model_copy(update={"on_doubtful_fact": True})
    outcome = decide(view(), findings(LACKING, EXCLUDED, NOT_WAIVED, [doubtful]))
    assert outcome.decision is Decision.IENP


@pytest.mark.parametrize("open_check", list(Check))
def test_an_unresolved_check_is_never_a_label(view, open_check):
    checks = findings(ENOUGH, CRIME, NOT_WAIVED)
    checks[open_check] = finding(open_check, Verdict.UNRESOLVED)
    outcome = decide(view(), checks)
    assert outcome.decision is None
    assert outcome.unresolved.node == open_check.value
    assert outcome.articles == ()


def test_later_checks_do_not_matter_once_an_earlier_one_decides(view):
    checks = findings(LACKING, CRIME, NOT_WAIVED)
    checks[Check.WAIVER] = finding(Check.WAIVER, Verdict.UNRESOLVED)
    assert decide(view(), checks).decision is Decision.IENP


@pytest.mark.parametrize("missing", list(Check))
def test_a_missing_check_is_named(view, missing):
    checks = findings(ENOUGH, CRIME, NOT_WAIVED)
    del checks[missing]
    outcome = decide(view(), checks)
    assert (outcome.decision, outcome.unresolved.code) == (None, "check_missing")


def test_no_charge_is_unresolved(view):
    outcome = decide(view(charges=()), findings(ENOUGH, CRIME, NOT_WAIVED))
    assert outcome.unresolved.code == "no_charge"


def outcome(decision):
    open_question = None if decision else Unresolved(code="c", node="n", reason="r")
    return Outcome(name="x", decision=decision, unresolved=open_question)


ORDER = [Decision.P, None, Decision.DNP, Decision.IENP, Decision.SNP]


@pytest.mark.parametrize(("graver", "lighter"), list(itertools.combinations(ORDER, 2)))
def test_the_gravest_outcome_decides_the_case(graver, lighter):
    decision, unresolved, name = case_level({"a": outcome(lighter), "b": outcome(graver)})
    assert (decision, name) == (graver, "b")
    assert (unresolved is None) == (graver is not None)


def test_no_suspect_is_unresolved():
    decision, unresolved, name = case_level({})
    assert decision is None
    assert unresolved.code == "no_suspect"
    assert name == ""
