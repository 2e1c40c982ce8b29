"""Sets made of cases: contrastive pairs of roles, and splits that only the seed and ids decide."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from enum import StrEnum

from .joint import JointCase
from .models import Frozen
from .vocabulary import Role

_LESSER = (Role.ACCOMPLICE, Role.COERCED)


class Part(StrEnum):
    """The part of a data set that a case is in."""

    TRAIN = "train"
    VALID = "valid"
    TEST = "test"


class RolePair(Frozen):
    """A principal and an accomplice of the same case: alike in all but the role."""

    case_id: str
    principal: str
    accomplice: str


def role_pairs(case: JointCase) -> tuple[RolePair, ...]:
    """Every principal of the case with every accomplice of it, in the order of the data."""
    leading, lesser = _by_role(case)
    return tuple(
        RolePair(case_id=case.id, principal=one, accomplice=other)
        for one in leading
        for other in lesser
    )


def fair_pairs(case: JointCase, seed: int = 42) -> tuple[RolePair, ...]:
    """Disjoint pairs, as many as the rarer role allows, matched at random (MMSI, appendix B).

    Every defendant is in at most one, so that both roles are equally frequent and no large case
    outweighs the others. Only the seed and the case decide, not what was read before.
    """
    leading, lesser = _by_role(case)
    chance = random.Random(f"{seed}:{case.id}")
    chance.shuffle(leading)
    chance.shuffle(lesser)
    return tuple(
        RolePair(case_id=case.id, principal=one, accomplice=other)
        for one, other in zip(leading, lesser, strict=False)
    )


def splits(case_ids: Iterable[str], seed: int = 42) -> dict[str, Part]:
    """Each case's part: 8:1:1 by case, the same for whatever order the cases come in.

    All defendants of a case are in one part. Of n cases, n/10 each (rounded) are for validation and
    test.
    """
    ids = sorted(set(case_ids), key=lambda one: (_rank(one, seed), one))
    tenth = (len(ids) + 5) // 10
    parts = dict.fromkeys(ids, Part.TRAIN)
    parts.update(dict.fromkeys(ids[:tenth], Part.TEST))
    parts.update(dict.fromkeys(ids[tenth : 2 * tenth], Part.VALID))
    return parts


def _by_role(case: JointCase) -> tuple[list[str], list[str]]:
    leading = [one.name for one in case.defendants if one.role is Role.PRINCIPAL]
    lesser = [one.name for one in case.defendants if one.role in _LESSER]
    return leading, lesser


def _rank(case_id: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}\0{case_id}".encode("utf-8", "surrogatepass")).digest()
