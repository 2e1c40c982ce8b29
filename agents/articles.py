"""Which articles a recommendation cites, by decision, charge, role and circumstances."""

from __future__ import annotations

from ..cases.findings import Outcome
from ..cases.vocabulary import Check, Decision, Role
from ..statutes.charges import charge as charge_named
from ..statutes.versions import cite as cite_subject
from .base import View

ROLE_ARTICLES = {
    Role.PRINCIPAL: ("cl:第二十五条第一款", "cl:第二十六条第一款"),
    Role.ACCOMPLICE: ("cl:第二十五条第一款", "cl:第二十七条"),
    Role.COERCED: ("cl:第二十五条第一款", "cl:第二十八条"),
    Role.NOT_DISTINGUISHED: ("cl:第二十五条第一款",),
}
WAIVED = "cl:第三十七条"


def outcome_articles(view: View, outcome: Outcome) -> tuple[str, ...]:
    """Article keys in the order: Criminal Law, Criminal Procedure Law, Rules."""
    if outcome.decision is None:
        return ()
    keys = [*_charge_articles(outcome), *(ROLE_ARTICLES[outcome.role] if outcome.role else ())]
    keys += _ground_articles(outcome, outcome.decision)
    if outcome.decision is Decision.DNP:
        keys.append(WAIVED)
    day = view.facts.decision_date
    keys += cite_subject(f"decision.{outcome.decision.value}", day)
    keys += cite_subject(f"rules.decision.{outcome.decision.value}", day)
    order = ("cl:", "cpl:", "cpr:")
    return tuple(sorted(dict.fromkeys(keys), key=lambda k: order.index(k[: k.index(":") + 1])))


def _charge_articles(outcome: Outcome) -> list[str]:
    found = [charge_named(name) for name in outcome.charges]
    return [c.article for c in found if c is not None]


_DECIDING = {
    Decision.IENP: Check.EVIDENCE,
    Decision.SNP: Check.SUBSUMPTION,
    Decision.DNP: Check.WAIVER,
    Decision.P: Check.WAIVER,
}
_CITED_CIRCUMSTANCES = frozenset(
    {
        "surrender",
        "confession",
        "plea",
        "merit",
        "major_merit",
        "attempt",
        "preparation",
        "discontinuance",
        "excess_defence",
        "excess_necessity",
        "minor_age",
        "elderly",
        "deaf_mute_blind",
        "limited_capacity",
        "recidivist",
    }
)
"""Circumstances with an article of their own; the others rest on CL 61 and are not cited."""


def _ground_articles(outcome: Outcome, decision: Decision) -> list[str]:
    """Articles of the grounds that hold in the check that decided."""
    finding = outcome.checks.get(_DECIDING[decision].value)
    if finding is None:
        return []
    keys: list[str] = []
    for ground in finding.grounds:
        named = finding.check is not Check.WAIVER or ground.id in _CITED_CIRCUMSTANCES
        if ground.holds and named:
            keys += [c.key for c in ground.citations if c.verified]
    return keys
