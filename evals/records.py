"""What a comparison keeps: one record per case, arm and run, and the gold labels apart from them.

A run directory holds ``records.jsonl`` (append-only, one :class:`Record` a line), ``gold.jsonl``
(one :class:`Gold` a line, in the order of the data) and ``run.json`` (:class:`About`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from ..cases.models import Frozen
from ..cases.vocabulary import Decision


class Failure(StrEnum):
    """Why a record has no decision."""

    UNPARSABLE = "unparsable"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    LIMIT = "limit"
    MODEL_ERROR = "model_error"
    OTHER = "other"


class Asked(StrEnum):
    """What can be asked of one of several defendants, in the order in which it is graded."""

    CHARGES = "charges"
    TERM = "term"
    ROLE = "role"


class Person(Frozen):
    """One defendant's outcome as predicted (or as labelled). Months of imprisonment."""

    name: str
    decision: Decision | None = None
    role: str | None = None
    charges: tuple[str, ...] = ()
    months: float | None = None


class Process(Frozen):
    """What the steps of a review show beside its result; all zero or empty for a single prompt.

    ``checks`` maps evidence, subsumption and waiver to the verdict of the deciding defendant;
    ``deciding`` is the check that settled the decision.
    """

    quotes: int = 0
    quotes_verified: int = 0
    citations: int = 0
    citations_verified: int = 0
    checks: dict[str, str] = Field(default_factory=dict)
    deciding: str | None = None


class Spent(Frozen):
    """What a record cost: model calls, tokens, US dollars (None: unknown), seconds."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: float | None = 0.0
    seconds: float = 0.0


class Record(Frozen):
    """One answer. ``key`` hashes case, arm, prompts, model, sampling and code version.

    ``raw_decision`` and ``raw_articles`` are the strict reading of a single prompt, as PDP-Bench's
    scorer wants them (for a review: its labels); ``decision`` is what they mean, None where nothing
    can be read; ``lenient`` and ``lenient_articles`` are the tolerant reading. ``confidence`` is
    0 to 1. ``asked`` names what was asked of each defendant where it was not everything. ``steps``
    and ``answer`` are for the page where arms disagree.
    """

    key: str
    case_id: str
    index: int
    arm: str
    model: str
    run_id: int
    seed: int | None = None
    raw_decision: str = ""
    raw_articles: tuple[str, ...] = ()
    decision: Decision | None = None
    articles: tuple[str, ...] = ()
    lenient: Decision | None = None
    lenient_articles: tuple[str, ...] = ()
    charges: tuple[str, ...] = ()
    months: float | None = None
    choice: str = ""
    persons: tuple[Person, ...] = ()
    asked: tuple[Asked, ...] = ()
    failure: Failure | None = None
    reason: str = ""
    confidence: float | None = None
    process: Process = Process()
    spent: Spent = Spent()
    answer: str = ""
    steps: tuple[dict[str, Any], ...] = ()


class Gold(Frozen):
    """The labels of one case, never shown to an arm. ``choice`` is a multiple-choice answer."""

    case_id: str
    index: int
    decision: Decision | None = None
    raw_decision: str = ""
    articles: tuple[str, ...] = ()
    charges: tuple[str, ...] = ()
    months: float | None = None
    choice: str = ""
    scenario: str = ""
    persons: tuple[Person, ...] = ()


class About(Frozen):
    """What a run directory is about: data, arms with their models, how often, by which code."""

    data: str
    split: str = ""
    task: str = "prosecution"
    arms: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    runs: int = 1
    base_seed: int = 42
    version: str = ""
    settings: dict[str, Any] = Field(default_factory=dict)
