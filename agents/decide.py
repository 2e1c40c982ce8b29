"""The decision: deterministic law on top of the three checks, in the order of design and statute.

Grounds that do not hang on proof come first (statutory non-prosecution), then insufficient
evidence, then facts that make no crime or exclude liability, then waiver, else prosecution.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..cases.findings import Finding, Ground, Outcome, Unresolved
from ..cases.vocabulary import Check, Decision, Verdict
from .articles import outcome_articles
from .base import UNANSWERED, View

NODE = "decide"
GRAVITY = (Decision.P, None, Decision.DNP, Decision.IENP, Decision.SNP)


def decide(view: View, findings: Mapping[Check, Finding]) -> Outcome:
    """The outcome for one defendant; Unresolved, with the reason, where a check is open."""
    checks = {check.value: findings[check] for check in Check if check in findings}
    base = Outcome(name=view.defendant, role=view.role, checks=checks, charges=view.charges)
    decision, reason, open_question = _decision(view, findings)
    if open_question is not None:
        return base.model_copy(update={"unresolved": open_question, "reasons": (reason,)})
    outcome = base.model_copy(
        update={"decision": decision, "charges": _charges(view, findings), "reasons": (reason,)}
    )
    return outcome.model_copy(update={"articles": outcome_articles(view, outcome)})


def _decision(
    view: View, findings: Mapping[Check, Finding]
) -> tuple[Decision | None, str, Unresolved | None]:
    subsumption = findings.get(Check.SUBSUMPTION)
    free = proof_free_grounds(subsumption)
    if free:
        return Decision.SNP, "不取决于证据的法定事由：" + "、".join(g.zh for g in free), None
    if view.charge is None:
        return _open("no_charge", "案卷未写明涉嫌罪名，所述事实也未能对应到任何罪名")
    for check, settled in _ORDER:
        finding = findings.get(check)
        if finding is None:
            return _open("check_missing", f"{check.zh}没有结论", check)
        if finding.verdict is Verdict.UNRESOLVED:
            code = next((n for n in finding.notes if n in UNANSWERED), "check_unresolved")
            return _open(code, finding.summary, check)
        decision = settled.get(finding.verdict)
        if decision is not None:
            return decision, finding.summary, None
    return Decision.P, "事实清楚、证据充分，构成犯罪且有追诉必要", None


_ORDER: tuple[tuple[Check, dict[Verdict, Decision]], ...] = (
    (Check.EVIDENCE, {Verdict.INSUFFICIENT: Decision.IENP}),
    (Check.SUBSUMPTION, {Verdict.NO_CRIME: Decision.SNP, Verdict.EXCLUDED: Decision.SNP}),
    (Check.WAIVER, {Verdict.WAIVED: Decision.DNP}),
)


def _open(code: str, reason: str, check: Check | None = None) -> tuple[None, str, Unresolved]:
    node = check.value if check else NODE
    return None, reason, Unresolved(code=code, node=node, reason=reason)


def proof_free_grounds(finding: Finding | None) -> tuple[Ground, ...]:
    """Grounds that hold and do not hang on proof (limitation, death, age, …)."""
    if finding is None:
        return ()
    return tuple(g for g in finding.grounds if g.holds and g.proof_free and not g.on_doubtful_fact)


def _charges(view: View, findings: Mapping[Check, Finding]) -> tuple[str, ...]:
    """The charges that the subsumption check found made out, else its charge, then the others."""
    finding = findings.get(Check.SUBSUMPTION)
    if finding and finding.charges:
        return finding.charges
    settled = finding.charge if finding else None
    return tuple(dict.fromkeys(filter(None, (settled, *view.charges))))


def case_level(
    outcomes: Mapping[str, Outcome],
) -> tuple[Decision | None, Unresolved | None, str]:
    """The gravest outcome of the defendants: any P, else any Unresolved, else DNP > IENP > SNP.

    Returns the decision (None when unresolved), the open question, and the deciding defendant.
    """
    if not outcomes:
        none = Unresolved(code="no_suspect", node="intake", reason="案卷中没有可以识别的犯罪嫌疑人")
        return None, none, ""
    for level in GRAVITY:
        for name, outcome in outcomes.items():
            if outcome.decision is level:
                return level, outcome.unresolved, name
    raise AssertionError("every outcome has a decision or is unresolved")
