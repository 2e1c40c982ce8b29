"""Scores of answers about defendants of one case: charges, terms and roles, for each scenario.

MultiJustice: exact set match and micro P, R, F1 over (defendant, charge) pairs, LogD; MMSI:
ImpScore, ImpAcc, ImpErr, and roles with the principal as the positive class.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..cases.joint import JointCase, JointDefendant
from ..cases.models import Frozen
from ..cases.vocabulary import Role, SentenceKind
from ..graphs.joint_run import JointResult
from ..statutes.charges import normalise_charge
from .ljp_metrics import (
    MultiLabelScores,
    RoleScores,
    TermScores,
    multi_label_scores,
    role_scores,
    term_scores,
)

ALL = "all"
Answered = tuple[JointCase, JointResult]
_MONTHLESS = (SentenceKind.LIFE, SentenceKind.DEATH)


class JointScores(Frozen):
    """The figures of one group of ``n`` answers; None where nothing could be compared.

    A charge or role that could not be read counts as wrong. Terms are compared where the judgment
    and the answer both have months: ``terms`` of them were, ``open_terms`` answers had none
    although the judgment has.
    """

    n: int
    unresolved: int
    charges: MultiLabelScores | None = None
    terms: int = 0
    open_terms: int = 0
    term: TermScores | None = None
    roles: RoleScores | None = None


def joint_scores(answered: Iterable[Answered]) -> dict[str, JointScores]:
    """The scores by scenario (S1 to S4, as far as they occur) and of ``all`` together.

    Each answer stands beside the case that it is about. KeyError for an answer about somebody who
    is no defendant of that case.
    """
    pairs = list(answered)
    groups: dict[str, list[Answered]] = {ALL: pairs}
    for case, result in pairs:
        if case.scenario is not None:
            groups.setdefault(case.scenario.value, []).append((case, result))
    return {name: _scores(groups[name]) for name in sorted(groups)}


def canonical(charges: Iterable[str]) -> frozenset[str]:
    """Charges by their canonical names; a name that the law does not know as it is."""
    return frozenset(normalise_charge(name) or name for name in charges)


def _scores(group: Sequence[Answered]) -> JointScores:
    rows = [(case.defendant(result.defendant), result) for case, result in group]
    charged = [(gold, result) for gold, result in rows if gold.charges and _asks(result, "charge")]
    timed = [
        (gold, result)
        for gold, result in rows
        if gold.months is not None and gold.kind not in _MONTHLESS and _asks(result, "term")
    ]
    both = [(gold.months, result.months) for gold, result in timed]
    known = [(g, p) for g, p in both if g is not None and p is not None]
    roled = [(gold, result) for gold, result in rows if gold.role and _asks(result, "role")]
    return JointScores(
        n=len(rows),
        unresolved=sum(result.unresolved is not None for _, result in rows),
        charges=_charges(charged) if charged else None,
        terms=len(known),
        open_terms=len(both) - len(known),
        term=term_scores([g for g, _ in known], [p for _, p in known]) if known else None,
        roles=_roles(roled) if roled else None,
    )


def _charges(rows: Sequence[tuple[JointDefendant, JointResult]]) -> MultiLabelScores:
    gold = [canonical(defendant.charges) for defendant, _ in rows]
    return multi_label_scores(gold, [canonical(result.charges) for _, result in rows])


def _roles(rows: Sequence[tuple[JointDefendant, JointResult]]) -> RoleScores:
    gold = [_side(defendant.role) for defendant, _ in rows]
    return role_scores(gold, [_side(result.role) for _, result in rows], Role.PRINCIPAL.value)


def _side(role: Role | None) -> str:
    """Principal or accomplice, as IMLJP knows them; "" for a role that could not be read."""
    return Role.ACCOMPLICE.value if role is Role.COERCED else role.value if role else ""


_WANTS = {
    "charge": ("multijustice_charge", "multijustice_multitask"),
    "term": ("multijustice_term", "multijustice_multitask", "mmsi_"),
    "role": ("mmsi_two_stage",),
}


def _asks(result: JointResult, what: str) -> bool:
    return result.design.startswith(_WANTS[what])
