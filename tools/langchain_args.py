"""Arguments of the LangChain tools: JSON schemas with meaning, units and limits."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ..cases.vocabulary import InjuryGrade, Role
from ..statutes.guidelines import circumstances
from .drunk_driving import CIRCUMSTANCES as DRIVING

_CHARGE = "Name of the charge, e.g. 盗窃罪; spellings without 罪 and selective names are read."


class Args(BaseModel):
    """Base of the arguments: unknown names are refused, so that a typing error is noticed."""

    model_config = ConfigDict(extra="forbid")


class LimitationArgs(Args):
    """Arguments of the limitation tool."""

    max_months: int | None = Field(
        description="Maximum of the band that applies, in months of imprisonment; 0 where it knows "
        "only detention or control; null for life imprisonment or death.",
        ge=0,
        le=600,
    )
    conduct_end: date = Field(
        description="Day of the conduct; for continuing conduct its last day."
    )
    filed_on: date = Field(description="Day on which the criminal case was filed.")
    new_crime_on: date | None = Field(
        default=None, description="Day of a further crime, which restarts the period (CL 89(2))."
    )
    evaded_after_filing: bool = Field(
        default=False, description="The suspect evaded investigation after the filing (CL 88(1))."
    )
    complaint_ignored: bool = Field(
        default=False,
        description="The victim complained in time and the case was wrongly not filed (CL 88(2)).",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.filed_on < self.conduct_end:
            raise ValueError("filed_on lies before conduct_end; check the two dates")
        return self


class ResponsibilityArgs(Args):
    """Arguments of the age tool; exactly one of ``birth`` and ``age``."""

    charge: str = Field(description=_CHARGE)
    conduct_date: date = Field(description="Day of the conduct.")
    birth: date | None = Field(default=None, description="Date of birth; this or age is needed.")
    age: int | None = Field(
        default=None, ge=0, le=130, description="Full years at the conduct, if birth is not known."
    )
    injury: InjuryGrade | None = Field(default=None, description="Gravest injury caused to others.")
    cruel_means: bool | None = Field(
        default=None, description="Especially cruel means and grave disability (CL 17(3))."
    )
    spp_approved: bool | None = Field(
        default=None, description="Prosecution approved by the SPP (CL 17(3))."
    )

    @model_validator(mode="after")
    def _one_age(self) -> Self:
        if (self.birth is None) == (self.age is None):
            raise ValueError("give either birth or age, not both and not neither")
        if self.birth is not None and self.birth > self.conduct_date:
            raise ValueError("birth lies after conduct_date; check the two dates")
        return self


class ThresholdArgs(Args):
    """Arguments of the threshold tool."""

    charge: str = Field(description=_CHARGE)
    fact: str = Field(min_length=1, description="The facts as told, in Chinese; sums are read out.")
    day: date = Field(description="Day of the conduct, whose thresholds apply.")
    province: str | None = Field(
        default=None, description="Province of the case, e.g. 浙江省; null: national lower end."
    )
    decision_day: date | None = Field(
        default=None, description="Day of the decision; its thresholds apply if milder (CL 12)."
    )


class DrunkDrivingArgs(Args):
    """Arguments of the drunk driving tool."""

    mg_per_100ml: float | None = Field(
        ge=0, le=1000, description="Alcohol in the blood in mg per 100 ml; null if not measured."
    )
    day: date = Field(description="Day of the decision.")
    circumstances: list[str] = Field(
        default_factory=list, description=f"Ids that hold, of: {', '.join(sorted(DRIVING))}."
    )

    @field_validator("circumstances")
    @classmethod
    def _known(cls, ids: list[str]) -> list[str]:
        return _checked(ids, DRIVING)


class SentenceArgs(Args):
    """Arguments of the sentence tool."""

    charge: str = Field(description=_CHARGE)
    fact: str = Field(
        min_length=1, description="The facts as told, in Chinese; they decide level and additions."
    )
    day: date = Field(description="Day of the conduct, whose law applies.")
    decision_day: date | None = Field(
        default=None, description="Day of the decision; its law applies if milder (CL 12)."
    )
    circumstances: list[str] = Field(
        default_factory=list,
        description="Ids that hold, e.g. surrender, plea, forgiveness, recidivist; empty: those "
        "read out of the facts.",
    )
    role: Role | None = Field(default=None, description="Role in a joint crime (CL 26-28).")
    age: int | None = Field(default=None, ge=0, le=130, description="Full years at the conduct.")
    province: str | None = Field(default=None, description="Province of the case.")

    @field_validator("circumstances")
    @classmethod
    def _known(cls, ids: list[str]) -> list[str]:
        from ..cases.circumstances import rules

        return _checked(ids, {rule.id for rule in rules()} | set(circumstances()) | DRIVING)


class CombineArgs(Args):
    """Arguments of the tool that combines terms."""

    fixed: list[int] = Field(default_factory=list, description="Fixed terms, each in months.")
    detention: list[int] = Field(default_factory=list, description="Detention, each in months.")
    control: list[int] = Field(default_factory=list, description="Control, each in months.")
    life: bool = Field(default=False, description="One of the crimes carries life imprisonment.")
    death: bool = Field(default=False, description="One of the crimes carries death.")
    day: date | None = Field(default=None, description="Day whose law applies; null: today's.")

    @field_validator("fixed", "detention", "control")
    @classmethod
    def _positive(cls, terms: list[int]) -> list[int]:
        if any(term <= 0 for term in terms):
            raise ValueError("every term is a positive number of months")
        return terms


class ConditionalArgs(Args):
    """Arguments of the tool for conditional non-prosecution; null is "not known"."""

    day: date = Field(description="Day of the decision.")
    age_at_conduct: int | None = Field(ge=0, le=130, description="Full years at the conduct.")
    charges: list[str] = Field(min_length=1, description="Names of all charges.")
    expected_months: float | None = Field(description="Sentence to be expected, in months.", ge=0)
    repentant: bool | None = Field(description="Signs of repentance.")
    meets_prosecution: bool | None = Field(
        default=True, description="Facts clear and evidence sufficient."
    )
    dnp_fits: bool = Field(default=False, description="Waiver under CPL 177(2) fits already.")
    objects: bool = Field(default=False, description="The juvenile or the guardian objects.")


class CitationArgs(Args):
    """Arguments of the citation tool."""

    text: str = Field(min_length=1, description="Text that cites articles, in Chinese.")
    day: date = Field(description="Day at which the articles must be in force.")
    default_law: Literal["cl", "cl1979", "cpl", "cpr", "other"] = Field(
        default="other", description="Law of articles that the text cites before naming a law."
    )


class ChargeArgs(Args):
    """Arguments of the tool that identifies charges."""

    fact: str = Field(min_length=1, description="The facts as told, in Chinese.")
    alleged: list[str] = Field(
        default_factory=list, description="Charges that the file alleges; they do not bind."
    )
    top: int = Field(default=5, ge=1, le=20, description="At most so many charges.")
    day: date | None = Field(default=None, description="Day of the conduct.")


class EvidenceArgs(Args):
    """Arguments of the tool that lists the evidence."""

    fact: str = Field(
        min_length=1, description="The facts with the evidence named in them, in Chinese."
    )
    charge: str | None = Field(
        default=None, description=_CHARGE + " Null: evidence and doubts only, no elements."
    )
    day: date | None = Field(
        default=None, description="Day of the decision, whose articles are cited; null: today."
    )


class StatuteArgs(Args):
    """Arguments of the tool that shows a charge."""

    charge: str = Field(description=_CHARGE)
    day: date = Field(description="Day whose law is shown.")
    province: str | None = Field(default=None, description="Province, for its own thresholds.")


def _checked(ids: list[str], known: set[str] | frozenset[str]) -> list[str]:
    unknown = sorted(set(ids) - known)
    if unknown:
        raise ValueError(f"unknown ids {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    return ids
