"""The review as a LangChain tool, for agents that hand over a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from ..cases.readers import case_from_record, case_from_text
from ..config import load_settings
from ..errors import ConfigError, InputError, NolleError
from .results import CaseInput

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool

DESCRIPTION = (
    "Review a Chinese criminal case file before trial: whether to prosecute (P) or which kind of "
    "non-prosecution applies (DNP, SNP, IENP), for each defendant, with charges, articles, a "
    "recommended sentence and the opinion. Hand the case over unchanged, in Chinese."
)


class ReviewArgs(BaseModel):
    """Arguments of the review tool: the case in one of two forms, and assumed changes."""

    text: str | None = Field(default=None, description="The whole case file as text.")
    case: CaseInput | None = Field(default=None, description="The case in its parts.")
    changes: dict[str, str] = Field(
        default_factory=dict,
        description='Assumed circumstances or values, e.g. {"forgiveness": "yes"}.',
    )


def as_tool(model: str | None = None, name: str = "review_case") -> StructuredTool:
    """The review as a LangChain tool that answers with a JSON-able dict.

    ``model`` judges (default ``NOLLE_MODEL``, else rules). What cannot be reviewed comes back as a
    message that says how to mend it. Raises ConfigError if LangChain is not installed.
    """
    try:
        from langchain_core.tools import StructuredTool, ToolException
    except ImportError as error:
        raise ConfigError("langchain-core is not installed: pip install langchain-core") from error
    spec = model or load_settings().model

    def call(**given: Any) -> dict[str, Any]:
        try:
            return _review(ReviewArgs(**given), spec)
        except NolleError as error:
            raise ToolException(f"error: {error}") from error

    return StructuredTool.from_function(
        func=call,
        name=name,
        description=DESCRIPTION,
        args_schema=ReviewArgs,
        infer_schema=False,
        handle_tool_error=True,
        handle_validation_error=lambda error: f"error: {error}".replace("\n", " "),
    )


def _review(asked: ReviewArgs, model: str) -> dict[str, Any]:
    from ..graphs.run import run
    from .results import told_of

    if (asked.text is None) == (asked.case is None):
        raise InputError("a review needs a case: give either text or case")
    if asked.case is not None:
        case = case_from_record(asked.case.model_dump(), "case")
    else:
        case = case_from_text(asked.text or "")
    told = told_of(run(case, model, overrides=asked.changes or None))
    people = [person.model_dump(mode="json") for person in told["outcomes"]]
    return {"model": model, **told, "outcomes": people}
