"""Self-defence weighed further: against grave violence, within its limits, or beyond them (CL 20).

Defence against violence that gravely endangers life or limb has no upper limit (CL 20(3)); who
stabs an unarmed attacker down goes beyond what was necessary and is punished mildly or not at all
(CL 20(2)).
"""

from __future__ import annotations

from collections.abc import Container

from ..cases.findings import Ground
from ..cases.vocabulary import InjuryGrade
from .base import View
from .signals import make_ground

VIOLENT_CHARGES = frozenset(
    {"故意伤害罪", "故意杀人罪", "过失致人死亡罪", "过失致人重伤罪", "聚众斗殴罪", "寻衅滋事罪"}
)


def worst_to_others(view: View) -> InjuryGrade:
    """The gravest degree of injury to anyone who is no suspect."""
    suspects = {s.name for s in view.facts.suspects}
    grades = [i.grade for i in view.facts.injuries if i.victim not in suspects]
    return max(grades, key=lambda g: g.rank, default=InjuryGrade.NONE)


def exceeds(view: View, signals: Container[str]) -> bool:
    """Whether a defence met bare hands with a weapon and did serious harm (CL 20(2))."""
    return (
        view.charge in VIOLENT_CHARGES
        and "defence_situation" in signals
        and "ongoing_attack" in signals
        and "attack_unarmed" in signals
        and "armed_attack" not in signals
        and "weapon" in signals
        and "defence_rejected" not in signals
        and worst_to_others(view).rank >= InjuryGrade.SERIOUS.rank
    )


def refine(ground: Ground, view: View, signals: Container[str]) -> Ground:
    """Turn a ground of self-defence into special defence, or let it fall where it is excessive."""
    if exceeds(view, signals):
        reason = f"{ground.reason}；对徒手侵害持械反击致人重伤以上，超过必要限度"
        return ground.model_copy(update={"holds": False, "weight": 0.0, "reason": reason})
    if (
        "armed_attack" not in signals
        or "ongoing_attack" not in signals
        or worst_to_others(view).rank < InjuryGrade.SERIOUS.rank
    ):
        return ground
    special = make_ground(
        "special_defence",
        view.case,
        view.facts.decision_date,
        reason=ground.reason,
        weight=ground.weight,
        holds=ground.holds,
    )
    return special.model_copy(update={"quotes": ground.quotes})
