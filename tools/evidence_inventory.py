"""Inventory of the evidence of a case: kinds, elements without proof, single sources, doubts.

It counts kinds of evidence (CPL 50) that the file names against the elements of the charge; it
does not weigh them. What a kind can prove is the usual run of cases, not a rule of law: CPL 55(2)
asks for proof of every fact, by whatever lawful kind.
"""

from __future__ import annotations

from collections.abc import Collection

from pydantic import Field

from ..cases.circumstances import by_id
from ..cases.facts import Facts
from ..cases.models import Frozen, Span
from ..cases.vocabulary import EvidenceKind
from ..errors import InputError
from ..statutes.charges import charge as charge_named
from ..statutes.models import Element
from ..statutes.versions import cite

_K = EvidenceKind
PROVES: dict[str, tuple[EvidenceKind, ...]] = {
    "actor": (_K.DOCUMENT, _K.SUSPECT, _K.RECORD),
    "intent": (_K.SUSPECT, _K.ELECTRONIC, _K.WITNESS),
    "act": (
        _K.WITNESS,
        _K.VICTIM,
        _K.SUSPECT,
        _K.ELECTRONIC,
        _K.RECORD,
        _K.PHYSICAL,
        _K.DOCUMENT,
    ),
    "object": (_K.PHYSICAL, _K.DOCUMENT, _K.VICTIM, _K.EXPERT),
    "result": (_K.EXPERT, _K.DOCUMENT, _K.VICTIM),
    "causation": (_K.EXPERT, _K.ELECTRONIC),
    "circumstance": (_K.DOCUMENT, _K.WITNESS, _K.ELECTRONIC),
}
"""Kinds of evidence that commonly prove an element of that kind, the most telling first."""

_CONFESSION_ONLY = "confession_only"


class ElementEvidence(Frozen):
    """An element of the charge and the kinds of evidence in the file that can prove it.

    ``gap``: none does. ``single_source``: only one kind does, so nothing of another kind
    corroborates it.
    """

    id: str
    zh: str
    kind: str
    proven_by: tuple[EvidenceKind, ...] = ()
    gap: bool = False
    single_source: bool = False


class EvidenceDoubt(Frozen):
    """A contradiction, gap or other doubt that the text itself names, and where."""

    id: str
    zh: str
    span: Span
    defendant: str | None = None


class Inventory(Frozen):
    """The evidence that a file names, against the elements of one charge.

    ``kinds``: the kinds of CPL 50 that occur, in the order of the law, with how often in
    ``pieces``. ``gaps`` and ``single_source`` are ids of elements. ``confession_only``: nothing
    but statements of suspects, or the text says so; that never suffices (CPL 55(1)).
    ``objective``: some evidence beyond statements of persons. ``citations``: the articles on
    kinds of evidence and, where it applies, on bare confessions, as in force at the decision.
    """

    charge: str | None
    kinds: tuple[EvidenceKind, ...] = ()
    pieces: dict[EvidenceKind, int] = Field(default_factory=dict)
    elements: tuple[ElementEvidence, ...] = ()
    gaps: tuple[str, ...] = ()
    single_source: tuple[str, ...] = ()
    confession_only: bool = False
    objective: bool = False
    doubts: tuple[EvidenceDoubt, ...] = ()
    citations: tuple[str, ...] = ()


_STATEMENTS = frozenset({_K.WITNESS, _K.VICTIM, _K.SUSPECT})


def inventory(facts: Facts, charge: str | None, *, defendant: str | None = None) -> Inventory:
    """What evidence the file names, and which elements of the charge it leaves without proof.

    Args:
        facts: what was read out of the case.
        charge: name of the charge, 罪 or not; None lists evidence and doubts without elements.
        defendant: doubts of this suspect and of the whole case only; None: all of them.

    Raises:
        InputError: the charge is not in the catalogue.

    Source: CPL 50 and 55 (2012: 48 and 53); Rules 368 on insufficient evidence (2012: 404).
    """
    elements: tuple[Element, ...] = ()
    name = None
    if charge is not None:
        found = charge_named(charge)
        if found is None:
            raise InputError(f"charge {charge!r} is not in the catalogue of charges")
        name, elements = found.name, found.elements
    pieces = dict.fromkeys(EvidenceKind, 0)
    for item in facts.evidence:
        pieces[item.kind] += 1
    kinds = tuple(kind for kind, count in pieces.items() if count)
    proofs = tuple(_element(element, kinds) for element in elements)
    doubts = _doubts(facts, defendant)
    alone = kinds == (_K.SUSPECT,) or any(d.id == _CONFESSION_ONLY for d in doubts)
    day = facts.decision_date
    return Inventory(
        charge=name,
        kinds=kinds,
        pieces={kind: pieces[kind] for kind in kinds},
        elements=proofs,
        gaps=tuple(proof.id for proof in proofs if proof.gap),
        single_source=tuple(proof.id for proof in proofs if proof.single_source),
        confession_only=alone,
        objective=not _STATEMENTS.issuperset(kinds),
        doubts=doubts,
        citations=(
            *cite("evidence.kinds", day),
            *(cite("evidence.confession_only", day) if alone else ()),
        ),
    )


def proving(kind: str, present: Collection[EvidenceKind]) -> tuple[EvidenceKind, ...]:
    """The kinds of evidence among ``present`` that can prove an element of ``kind``.

    Raises:
        InputError: there is no such kind of element.
    """
    try:
        usual = PROVES[kind]
    except KeyError:
        raise InputError(f"no kind of element {kind!r}; known: {', '.join(PROVES)}") from None
    return tuple(k for k in usual if k in present)


def _element(element: Element, kinds: Collection[EvidenceKind]) -> ElementEvidence:
    by = proving(element.kind, kinds)
    return ElementEvidence(
        id=element.id,
        zh=element.zh,
        kind=element.kind,
        proven_by=by,
        gap=not by,
        single_source=len(by) == 1,
    )


def _doubts(facts: Facts, defendant: str | None) -> tuple[EvidenceDoubt, ...]:
    table = by_id()
    return tuple(
        EvidenceDoubt(id=c.id, zh=table[c.id].zh, span=c.span, defendant=c.defendant)
        for c in facts.circumstances
        if c.holds
        and (defendant is None or c.defendant in (None, defendant))
        and c.id in table
        and table[c.id].group == "doubt"
    )
