"""What tools for assistants (MCP, LangChain) take and give."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..cases.findings import Outcome, Review
from ..cases.vocabulary import Decision
from . import wording


class CaseMeta(BaseModel):
    """When and where the decision is taken; both decide the law that applies."""

    model_config = ConfigDict(extra="ignore")

    date: str = Field(default="", description="YYYY-MM-DD, a month, a year, or empty for today.")
    province: str = Field(default="", description="e.g. 浙江省")


class CaseInput(BaseModel):
    """A case in its parts, in Chinese."""

    model_config = ConfigDict(extra="ignore")

    id: str = ""
    meta: CaseMeta = CaseMeta()
    person_info: str = Field(default="", description="The suspects: names, births, records.")
    procedure: str = Field(default="", description="Charge alleged, filing, returns.")
    fact: str = Field(description="The facts under review with the evidence.")


Text = Annotated[
    str | None,
    Field(description="The whole case file as text, in Chinese; this or case is needed."),
]
CaseField = Annotated[CaseInput | None, Field(description="The case in its parts.")]
ModelName = Annotated[str | None, Field(description="A model on offer; default the server's.")]
ReviewId = Annotated[str, Field(description="As given by review_case or submit_review.")]
Changes = Annotated[
    dict[str, str | bool | int | float],
    Field(
        description="Circumstances with yes or no (forgiveness, surrender, plea, compensation, "
        "accomplice, …; Chinese names too) and values (amount in yuan, alcohol in mg/100 ml, "
        "grams, injury, age, returns, conduct_date, decision_date); NAME:key for one defendant."
    ),
]


class Person(BaseModel):
    """What is recommended for one defendant; ``sentence`` in words."""

    name: str
    role: str | None
    decision: str | None
    decision_zh: str | None
    charges: list[str]
    articles: list[str]
    checks: dict[str, str]
    sentence: str | None
    reasons: list[str]
    unresolved: str | None


class ReviewResult(BaseModel):
    """A review as it stands. While ``status`` is queued or running, ask again with get_review.

    The whole trace is the resource nolle://reviews/REVIEW_ID.
    """

    review_id: str
    status: Literal["queued", "running", "done", "failed", "cancelled"]
    steps_done: int
    model: str
    decision: str | None = None
    decision_zh: str | None = None
    outcomes: list[Person] = Field(default_factory=list)
    articles: list[str] = Field(default_factory=list)
    advisories: list[str] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list)
    opinion: str = ""
    unresolved: str | None = None
    error: str | None = None


class WhatIfResult(BaseModel):
    """What differs under the changes; ``after`` is what would then be recommended."""

    review_id: str
    model: str
    changes: dict[str, str]
    differences: list[dict[str, Any]]
    decision_before: str | None
    decision_after: str | None
    after: list[Person]


class Explanation(BaseModel):
    """Steps of a review as they stand in its trace, or the answer to a question about it."""

    review_id: str
    answer: str
    steps: list[dict[str, Any]]


class SimilarResult(BaseModel):
    """Similar decided cases, best first; ``note`` says why there are none."""

    similar: list[dict[str, Any]]
    note: str


class StatuteResult(BaseModel):
    """An article or charge (``statute``), or the checked citations of a text (``citations``)."""

    date: str
    statute: dict[str, Any] | None = None
    citations: list[dict[str, Any]] = Field(default_factory=list)


def person_of(outcome: Outcome) -> Person:
    """One defendant's outcome."""
    return Person(
        name=outcome.name,
        role=outcome.role.value if outcome.role else None,
        decision=outcome.decision.value if outcome.decision else None,
        decision_zh=outcome.decision.zh if outcome.decision else None,
        charges=list(outcome.charges),
        articles=list(outcome.articles),
        checks={check: finding.verdict.value for check, finding in outcome.checks.items()},
        sentence=wording.sentence_zh(outcome.sentence) if outcome.sentence else None,
        reasons=list(outcome.reasons),
        unresolved=outcome.unresolved.reason if outcome.unresolved else None,
    )


def told_of(review: Review) -> dict[str, Any]:
    """The fields of a :class:`ReviewResult` that a finished review fills."""
    return {
        "decision": review.decision.value if review.decision else None,
        "decision_zh": review.decision.zh if review.decision else None,
        "outcomes": [person_of(outcome) for outcome in review.outcomes.values()],
        "articles": list(review.articles),
        "advisories": [advisory.zh for advisory in review.advisories],
        "notes": list(review.notes),
        "opinion": review.opinion,
        "unresolved": review.unresolved.reason if review.unresolved else None,
    }


def zh_of(code: str | None) -> str:
    """A decision's Chinese label and code."""
    label = wording.decision_label(Decision(code) if code else None)
    return f"{label[0]} {label[1]}"
