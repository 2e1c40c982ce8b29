"""Cases of several defendants with what each was sentenced to, whichever data set they are from.

Gold data: a prompt or a review gets the texts and the names, never the rest.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from .models import Case, Frozen, Meta
from .vocabulary import Role, SentenceKind


class Scenario(StrEnum):
    """The four scenarios of MultiJustice, by the numbers of defendants and of charges."""

    S1 = "S1"
    S2 = "S2"
    S3 = "S3"
    S4 = "S4"

    @property
    def zh(self) -> str:
        """The scenario in words."""
        return {"S1": "单人单罪", "S2": "单人多罪", "S3": "多人单罪", "S4": "多人多罪"}[self.value]


class JointSource(StrEnum):
    """The data sets that are read."""

    IMLJP = "imljp"
    MPMCP = "mpmcp"
    CMDL = "cmdl"


class JointDefendant(Frozen):
    """What the judgment says of one defendant; None where it does not say.

    ``months`` are those to be executed, None for life, death, a fine and exemption (see ``kind``)
    and where only the terms of several counts are known. ``articles`` are as the data write them.
    """

    name: str
    role: Role | None = None
    charges: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    kind: SentenceKind | None = None
    months: float | None = Field(default=None, ge=0)
    probation_months: float | None = Field(default=None, ge=0)
    fine_yuan: float | None = Field(default=None, ge=0)


class JointCase(Frozen):
    """One case: its facts, the court's view ("" if the data have none) and its defendants.

    Without ``defendants`` the data hold no judgment of it: nothing can be asked or scored.
    ``stated`` is the scenario that the data set gives, where its rows do not show all defendants;
    ``where`` names file and row.
    """

    id: str
    source: JointSource
    facts: str
    court_view: str = ""
    defendants: tuple[JointDefendant, ...] = ()
    date: str = ""
    province: str = ""
    stated: Scenario | None = None
    where: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the defendants, in the order of the data."""
        return tuple(defendant.name for defendant in self.defendants)

    @property
    def charges(self) -> tuple[str, ...]:
        """The distinct charges of the case, in order."""
        return tuple(dict.fromkeys(c for one in self.defendants for c in one.charges))

    @property
    def scenario(self) -> Scenario | None:
        """As stated, else by the numbers of defendants and distinct charges; None without any."""
        known = bool(self.defendants) and bool(self.charges)
        counted = scenario_of(len(self.defendants), len(self.charges)) if known else None
        return self.stated or counted

    def defendant(self, name: str) -> JointDefendant:
        """The defendant of that name; KeyError if there is none."""
        for one in self.defendants:
            if one.name == name:
                return one
        raise KeyError(name)


def unlabelled(case: JointCase) -> JointCase:
    """The case with nothing of the judgment but who its defendants are; the scenario is told."""
    bare = tuple(JointDefendant(name=name) for name in case.names)
    return case.model_copy(update={"defendants": bare, "stated": case.scenario})


class JointExample(Frozen):
    """A decided case shown in a prompt: one defendant of it, the facts, and what was judged.

    ``months`` are those of ``kind``; for life and death there are none. ``id`` names the case, so
    that a run can refuse the very case that it judges.
    """

    id: str = ""
    defendant: str
    facts: str
    charges: tuple[str, ...] = ()
    kind: SentenceKind | None = None
    months: float | None = Field(default=None, ge=0)

    @property
    def answers_term(self) -> bool:
        """Whether it can show how a term is answered."""
        return self.months is not None or self.kind in (SentenceKind.LIFE, SentenceKind.DEATH)

    @classmethod
    def of(cls, case: JointCase, name: str) -> JointExample:
        """The example that a labelled case gives of one of its defendants."""
        one = case.defendant(name)
        return cls(
            id=case.id,
            defendant=name,
            facts=case.facts,
            charges=one.charges,
            kind=one.kind,
            months=one.months,
        )


def scenario_of(defendants: int, charges: int) -> Scenario:
    """The scenario of so many defendants and distinct charges: S1 one and one, … S4 several."""
    return Scenario(f"S{1 + (charges > 1) + 2 * (defendants > 1)}")


def review_case(case: JointCase) -> Case:
    """The case file that a review gets of a labelled case: the names and the facts, no label."""
    return Case(
        id=case.id,
        meta=Meta(date=case.date, province=case.province),
        person_info="\n".join(f"犯罪嫌疑人{name}。" for name in case.names),
        fact=case.facts,
    )
