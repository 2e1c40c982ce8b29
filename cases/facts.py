"""What is read out of a case by rules: people, dates, amounts, injuries, evidence, circumstances.

Every item keeps the span it was read from, so that each later step can quote it.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from .models import Frozen, Span
from .vocabulary import EvidenceKind, InjuryGrade


class PersonKind(StrEnum):
    """Who a named person is in the case."""

    SUSPECT = "suspect"
    UNIT = "unit"
    VICTIM = "victim"
    WITNESS = "witness"
    ELSEWHERE = "elsewhere"
    OTHER = "other"


class Person(Frozen):
    """A named person (or, for kind UNIT, a suspected unit) and where the name occurs."""

    name: str
    kind: PersonKind
    aliases: tuple[str, ...] = ()
    mentions: tuple[Span, ...] = ()


class Suspect(Frozen):
    """A suspect with what person_info says of them. Ages in whole years."""

    name: str
    aliases: tuple[str, ...] = ()
    is_unit: bool = False
    sex: str | None = None
    birth: date | None = None
    birth_precision: str | None = None
    stated_age: int | None = None
    age_at_conduct: int | None = None
    occupation: str | None = None
    info: Span | None = None
    mentions: tuple[Span, ...] = ()


class DateRole(StrEnum):
    """What happened on a date."""

    CONDUCT = "conduct"
    REPORT = "report"
    FILING = "filing"
    DETENTION = "detention"
    ARREST = "arrest"
    TRANSFER = "transfer"
    RETURN = "return"
    BIRTH = "birth"
    DEATH = "death"
    OTHER = "other"


class DateMention(Frozen):
    """A date or span of time named in the text; ``start`` equals ``end`` for a full date."""

    start: date
    end: date
    role: DateRole
    span: Span


class AmountKind(StrEnum):
    """What a sum of money stands for."""

    VALUE = "value"
    LOSS = "loss"
    GAIN = "gain"
    SALES = "sales"
    TURNOVER = "turnover"
    TAX = "tax"
    COMPENSATION = "compensation"
    RESTITUTION = "restitution"
    PENALTY = "penalty"
    OTHER = "other"


class Amount(Frozen):
    """A sum in yuan; ``total`` marks one that the text itself calls a total (共计, 合计, 总额)."""

    yuan: float = Field(ge=0)
    kind: AmountKind
    span: Span
    total: bool = False
    approximate: bool = False


class Injury(Frozen):
    """A degree of injury and, where named, whose it is."""

    grade: InjuryGrade
    span: Span
    victim: str | None = None


class BloodAlcohol(Frozen):
    """Alcohol in mg per 100 ml; ``breath`` when it was measured in the breath only."""

    mg_per_100ml: float = Field(ge=0)
    span: Span
    breath: bool = False


class Weight(Frozen):
    """A weight in grams, with the substance where it is named (冰毒, 海洛因, …)."""

    grams: float = Field(ge=0)
    span: Span
    substance: str | None = None


class Count(Frozen):
    """A count that thresholds ask for, e.g. ``times`` 次, ``persons`` 人, ``items`` 件."""

    unit: str
    value: int = Field(ge=0)
    span: Span


class EvidenceItem(Frozen):
    """A piece of evidence named in the text, by the kinds of CPL 50."""

    kind: EvidenceKind
    span: Span


class Circumstance(Frozen):
    """A circumstance from ``circumstances.yaml`` that the text affirms or denies.

    ``defendant`` is the suspect it belongs to; None when it belongs to all or to the case.
    """

    id: str
    holds: bool
    span: Span
    defendant: str | None = None


class Deed(Frozen):
    """Something that one participant of a joint crime did, by an entry of ``conduct.yaml``.

    ``weight`` is positive for a leading and negative for a lesser part (CL 26-28). ``person`` may
    be someone who is dealt with elsewhere.
    """

    signal: str
    person: str
    weight: float
    span: Span


class Facts(Frozen):
    """Everything the rules read out of one case."""

    suspects: tuple[Suspect, ...] = ()
    others: tuple[Person, ...] = ()
    dates: tuple[DateMention, ...] = ()
    conduct_start: date | None = None
    conduct_end: date | None = None
    filing_date: date | None = None
    transfer_date: date | None = None
    decision_date: date
    decision_date_note: str = ""
    alleged_charges: tuple[str, ...] = ()
    returns: int = 0
    amounts: tuple[Amount, ...] = ()
    injuries: tuple[Injury, ...] = ()
    alcohol: tuple[BloodAlcohol, ...] = ()
    weights: tuple[Weight, ...] = ()
    counts: tuple[Count, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    circumstances: tuple[Circumstance, ...] = ()
    deeds: tuple[Deed, ...] = ()

    def holding(self, defendant: str | None = None) -> dict[str, Circumstance]:
        """The circumstances that hold for ``defendant`` (his own and the shared ones), by id."""
        return {
            c.id: c
            for c in self.circumstances
            if c.holds and (c.defendant is None or defendant is None or c.defendant == defendant)
        }

    def suspect(self, name: str) -> Suspect:
        """The suspect of that name; raises KeyError if there is none."""
        for suspect in self.suspects:
            if suspect.name == name:
                return suspect
        raise KeyError(name)
