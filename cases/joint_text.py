"""What must not give the answer away: role statements in the court's view, charges in the facts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .joint import JointCase

CHARGE_MARK = "〔罪名〕"
"""What stands in the place of a charge's name."""

_PART = "(?:主要|次要|辅助|帮助|从属|配合|协助|组织|策划|指挥|领导|骨干|主导|关键|重要|决定性?)"
_ROLE = re.compile(
    r"主从犯|主、从犯|胁从犯|主犯(?!罪)|从犯(?!罪)|首要分子|"
    rf"起?(?:到|着|了)?{_PART}(?:[和、或与及]?(?:者|{_PART}))*(?:性|的)*作用|"
    r"(?:作用|地位)[^，。；]{0,8}?(?:相当|相近|相同|同等|较[大小轻重次低]|[大小轻]于|次[要于]|轻微|稍[轻次小])|"
    r"(?:较[大小轻重次]|同等|相当)的?(?:作用|地位)|"
    # CL 26(4) is said of principals only.
    r"(?:依法|应当?|按照?|对|其|所)*(?:参与|组织|指挥)[^，。；]{0,20}?全部(?:犯罪|罪行)[^，。；]{0,8}"
)
# From here on a clause speaks of the role: what stands before is who and when.
_PREDICATE = re.compile(
    r"(?:(?:且|并|又|故|因此|因而|依法|均|都|各|亦|也|分别|可以?|应当?|不宜|不应|不|难以|无法|未|予以|被|共同|相互|互相|所|其)*"
    r"(?:(?:认定|视|作|列|评价|区分|划分|分)[为清]?|系|为|是|属于?|比照|较之|处于|居于|起(?:到|着|了)?|以)"
    r"(?:本案(?:的)?|同案(?:的)?|共同犯罪(?:中)?的?|相对|较|了|到|着)*"
    r"|(?:所起|所处|作用|地位|相互间))$"
)
_CLAUSE = re.compile(r"([^，,。；;：:！？\n]*)([，,。；;：:！？\n]+|$)")
_SENTENCE_END = frozenset("。；;！？\n")
_HEAVY = frozenset("。！？\n")


def without_roles(court_view: str) -> str:
    """The court's view without its role statements: MMSI's CVd, cut finer.

    Of a clause that calls somebody a principal or an accomplice, weighs parts against each other
    or refuses to, the predicate goes and who it is about stays (``被告人张某系从犯，应当减轻处罚``
    becomes ``被告人张某，应当减轻处罚``); all other clauses stay. The paper drops whole sentences.
    """
    out: list[str] = []
    for clause, mark in _CLAUSE.findall(court_view):
        found = _ROLE.search(clause)
        if not found:
            out += (clause, mark)
            continue
        kept = _before(clause, found.start())
        if kept.strip():
            out += (kept, mark)
        elif out and _ends(mark) > _ends(out[-1]):
            # The clause went with its mark: the one before takes the heavier of the two.
            out[-1] = mark
        elif not out and _ends(mark) < 1:
            continue
    return "".join(out)


def states_role(text: str) -> bool:
    """Whether the text calls anybody a principal or accomplice or weighs parts."""
    return any(_ROLE.search(clause) for clause, _ in _CLAUSE.findall(text))


def mask_charges(facts: str, charges: Iterable[str], mark: str = CHARGE_MARK) -> str:
    """The facts with every name of the charges replaced, with or without 罪, longest first.

    MultiJustice's guard against leaks: whatever is precisely the name of a charge is masked.
    """
    names = {name for charge in charges for name in (charge, charge.removesuffix("罪")) if name}
    if not names:
        return facts
    longest_first = sorted(names, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), mark, facts)


def leak_free(case: JointCase) -> JointCase:
    """The case with the names of its own charges masked in its facts; see :func:`mask_charges`."""
    return case.model_copy(update={"facts": mask_charges(case.facts, case.charges)})


def _before(clause: str, role: int) -> str:
    """What of the clause stands before the predicate that ends at the role."""
    head = clause[:role]
    while predicate := _PREDICATE.search(head):
        if not predicate[0]:
            break
        head = head[: predicate.start()]
    return head


def _ends(mark: str) -> int:
    """How much a mark ends: 2 a sentence, 1 half of one, 0 a clause."""
    if any(char in _HEAVY for char in mark):
        return 2
    return int(any(char in _SENTENCE_END for char in mark))
