"""The case under review and the places in it that everything else points to."""

from __future__ import annotations

import os
from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

FieldName = Literal["person_info", "procedure", "fact"]
FIELDS: tuple[FieldName, ...] = ("person_info", "procedure", "fact")
FIELD_ZH: dict[FieldName, str] = {
    "person_info": "犯罪嫌疑人信息",
    "procedure": "诉讼程序",
    "fact": "案件事实",
}


class Frozen(BaseModel):
    """Immutable model that refuses unknown keys; base of everything nolle itself produces."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Meta(BaseModel):
    """When and where the decision is taken.

    ``date`` may be a full date, a month, a year, a span or empty; with a partial date the law at
    its end applies, with none today's.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    date: str = ""
    province: str = ""


class Case(BaseModel):
    """One case file as it stands before the decision: nothing in it gives the outcome away.

    Only these five keys pass; gold labels and the original reasoning of a benchmark record are
    read by :mod:`nolle.cases.gold` and never reach a review.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    id: str = ""
    meta: Meta = Meta()
    person_info: str = Field(
        default="", validation_alias=AliasChoices("person_info", "suspect_info")
    )
    procedure: str = ""
    fact: str = Field(default="", validation_alias=AliasChoices("fact", "facts"))

    @model_validator(mode="after")
    def _has_facts(self) -> Case:
        if not self.fact.strip():
            raise ValueError("fact is empty: a case needs the facts under review")
        return self

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Case:
        """Read the one case of a file (json, jsonl, txt, md, docx), or of standard input (``-``).

        Raises InputError if it cannot be used or holds more than one case.
        """
        from .readers import load_case

        return load_case(path)

    @classmethod
    def from_text(cls, text: str) -> Case:
        """Split a whole document or a plain narrative into a case; InputError without facts."""
        from .readers import case_from_text

        return case_from_text(text)

    def text_of(self, field: FieldName) -> str:
        """The text of one of the three fields."""
        return str(getattr(self, field))


class Span(Frozen):
    """A half-open range of characters ``[start, end)`` in one field of the case."""

    field: FieldName
    start: int = Field(ge=0)
    end: int = Field(ge=0)

    def of(self, case: Case) -> str:
        """The text that the span covers."""
        return case.text_of(self.field)[self.start : self.end]
