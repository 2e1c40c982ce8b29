"""What the REST interface takes and gives."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

EXAMPLE_CASE = {
    "id": "case-1",
    "meta": {"date": "2021-05-01", "province": "江苏省"},
    "person_info": "犯罪嫌疑人许某，男，1980年3月1日出生。",
    "procedure": "公安机关以许某涉嫌盗窃罪移送审查起诉。",
    "fact": "2020年8月3日，许某在某超市窃得手机一部，价值3000元，到案后如实供述，自愿认罪认罚。",
}
CASE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "An input record: the fields of PDP-Bench. Other keys are dropped.",
    "properties": {
        "id": {"type": "string", "maxLength": 200},
        "meta": {
            "type": "object",
            "properties": {
                "date": {"type": "string", "description": "YYYY-MM-DD, a month, a year or empty."},
                "province": {"type": "string"},
            },
        },
        "person_info": {"type": "string"},
        "procedure": {"type": "string"},
        "fact": {"type": "string", "description": "The facts under review; needed."},
    },
    "example": EXAMPLE_CASE,
}


class Given(BaseModel):
    """A case in one of two forms: a record (``case``) or a whole document (``text``)."""

    model_config = ConfigDict(extra="forbid")

    case: dict[str, Any] | None = Field(default=None, json_schema_extra=CASE_SCHEMA)
    text: str | None = Field(
        default=None, description="A whole document or a plain narrative, in Chinese."
    )


class ReviewRequest(Given):
    """A case to review."""

    model: str | None = Field(default=None, description="One of /v1/models; default the first.")
    overrides: dict[str, str | bool | int | float] = Field(
        default_factory=dict,
        description="Assumed changes, keys as in /v1/circumstances; NAME:key for one defendant.",
    )
    today: date | None = Field(
        default=None, description="The day of the review, where the case has no decision date."
    )
    wait: bool = Field(default=True, description="false: answer 202 at once, with the id.")


class WhatIfRequest(BaseModel):
    """Changes to assume for a review that is done."""

    model_config = ConfigDict(extra="forbid")

    changes: dict[str, str | bool | int | float] = Field(
        min_length=1, description='e.g. {"forgiveness": "yes", "许某:surrender": "no"}'
    )
    model: str | None = Field(default=None, description="Default: the model of the review.")


class SimilarRequest(Given):
    """A case for which similar decided ones are wanted."""

    count: int = Field(default=5, ge=1, le=50)


class CitationsRequest(BaseModel):
    """A text whose citations are to be checked."""

    model_config = ConfigDict(extra="forbid")

    text: str
    date: str | None = Field(default=None, description="YYYY-MM-DD; default today.")


class ErrorBody(BaseModel):
    """What went wrong: a stable code and one line for people."""

    code: str
    message: str


class Error(BaseModel):
    """Every answer that is no success."""

    error: ErrorBody


class ReviewState(BaseModel):
    """A review as it stands; times are ISO 8601 in UTC. ``review`` is the object that
    ``nolle review --json`` prints, once there is one."""

    review_id: str
    status: Literal["queued", "running", "done", "failed", "cancelled"]
    steps_done: int
    model: str
    case_id: str
    decision: str | None
    decision_zh: str | None
    overrides: dict[str, str]
    today: str
    created: str
    updated: str
    error: ErrorBody | None = None


class ReviewFull(ReviewState):
    """A review with its result."""

    review: dict[str, Any] | None = None


class History(BaseModel):
    """The reviews of a key, newest first; ``next`` continues with older ones."""

    reviews: list[ReviewState]
    next: float | None = None
