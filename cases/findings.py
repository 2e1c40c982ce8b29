"""What a review concludes: findings with quotes and citations, outcomes, steps, the review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from .models import FieldName, Frozen
from .vocabulary import Check, Decision, Role, SentenceKind, Verdict


class Quote(Frozen):
    """Words of the case that a finding rests on; ``verified`` once found at that very place."""

    text: str
    field: FieldName
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    verified: bool = False


class Citation(Frozen):
    """An article, e.g. ``cl:第一百三十三条之一第一款``.

    ``status`` is ``in_force``, ``outdated`` or ``unknown`` at the date the review applies;
    ``verified`` is True only for ``in_force``.
    """

    key: str
    status: str = ""
    verified: bool = False


class Ground(Frozen):
    """One legal ground that a check looked at.

    ``on_doubtful_fact`` marks a ground that hangs on a fact the evidence check doubts;
    ``weight`` is the share it adds to the check's score (positive: for the ground's side).
    """

    id: str
    zh: str
    holds: bool
    reason: str
    weight: float = 0.0
    proof_free: bool = False
    on_doubtful_fact: bool = False
    quotes: tuple[Quote, ...] = ()
    citations: tuple[Citation, ...] = ()


class ElementProof(Frozen):
    """An element of the offence, the kinds of evidence that speak for it, and what doubts it."""

    id: str
    zh: str
    kind: str
    proven_by: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


class Finding(Frozen):
    """The answer of one agent to its one legal question.

    ``charges`` are those that the subsumption check found made out, where it says so of several.
    """

    check: Check
    defendant: str
    verdict: Verdict
    summary: str
    charge: str | None = None
    grounds: tuple[Ground, ...] = ()
    elements: tuple[ElementProof, ...] = ()
    quotes: tuple[Quote, ...] = ()
    citations: tuple[Citation, ...] = ()
    confidence: float = Field(default=0.5, ge=0, le=1)
    judge: str = "rules"
    notes: tuple[str, ...] = ()
    charges: tuple[str, ...] = ()


class ChargeFinding(Frozen):
    """The charges that the facts suggest for one defendant, best first."""

    defendant: str
    charges: tuple[str, ...]
    scores: dict[str, float] = Field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    judge: str = "rules"


class RoleFinding(Frozen):
    """The role of one defendant in the joint crime; None for a sole offender."""

    defendant: str
    role: Role | None
    reasons: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    score: float = 0.0
    judge: str = "rules"


class SentenceStep(Frozen):
    """One step of the calculation; ``months`` after it, ``before`` where it moved the term."""

    label: str
    months: float
    before: float | None = None
    note: str = ""
    citation: str = ""


class Sentence(Frozen):
    """A recommended sentence in months and yuan; ``months`` is None for life and death, and so is
    ``band[1]``."""

    kind: SentenceKind
    months: float | None = None
    probation_months: int | None = None
    fine_yuan: int | None = None
    band: tuple[int, int | None] = (0, None)
    steps: tuple[SentenceStep, ...] = ()


class Unresolved(Frozen):
    """A question that could not be answered, and why; never turned into a label."""

    code: str
    node: str
    reason: str


class Outcome(Frozen):
    """What the review recommends for one defendant."""

    name: str
    role: Role | None = None
    decision: Decision | None = None
    checks: dict[str, Finding] = Field(default_factory=dict)
    charges: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    sentence: Sentence | None = None
    reasons: tuple[str, ...] = ()
    unresolved: Unresolved | None = None


class Step(Frozen):
    """One step of the trace. ``ms`` is wall time in milliseconds."""

    seq: int
    node: str
    defendant: str | None = None
    parent: str | None = None
    inputs_hash: str = ""
    finding: dict[str, Any] = Field(default_factory=dict)
    model: str = "rules"
    usage: dict[str, Any] = Field(default_factory=dict)
    ms: float = 0.0
    run_id: str = ""


class Advisory(Frozen):
    """A hint beside the label (e.g. conditional non-prosecution, return for investigation)."""

    code: str
    zh: str
    citations: tuple[Citation, ...] = ()
    defendant: str | None = None


class SimilarCase(Frozen):
    """A decided case that resembles the one under review.

    ``score`` lies between 0 and 1 and ranks the cases of one search only; ``likeness``, from 0 to
    1, is what both share in law (charge, size, circumstances). ``outcome`` and ``charge`` are in
    Chinese; ``snippet`` is the beginning of its facts with names and numbers masked; ``shared`` are
    the words that brought it up, weightiest first.
    """

    id: str
    score: float
    outcome: str = ""
    charge: str = ""
    snippet: str = ""
    date: str = ""
    province: str = ""
    role: str = ""
    likeness: float = 0.0
    shared: tuple[str, ...] = ()


class SimilarFinding(Frozen):
    """The similar cases, best first, or why there are none.

    ``withheld`` counts what the leak guards kept back, by reason; ``corpus`` names the index that
    was searched (version, documents, engines).
    """

    cases: tuple[SimilarCase, ...] = ()
    note: str = ""
    withheld: dict[str, Any] = Field(default_factory=dict)
    corpus: dict[str, Any] = Field(default_factory=dict)


class Review(Frozen):
    """The recommendation for a case, with every step that led to it."""

    id: str
    model: str
    decision: Decision | None
    outcomes: dict[str, Outcome]
    articles: tuple[str, ...] = ()
    checks: dict[str, Finding] = Field(default_factory=dict)
    similar: tuple[SimilarCase, ...] = ()
    advisories: tuple[Advisory, ...] = ()
    notes: tuple[str, ...] = ()
    opinion: str = ""
    trace: tuple[Step, ...] = ()
    unresolved: Unresolved | None = None
    run_id: str = ""

    def to_json(self) -> dict[str, Any]:
        """The object that ``nolle review --json`` prints (the public contract)."""
        data = self.model_dump(mode="json")
        data["decision_zh"] = self.decision.zh if self.decision else None
        data["level1"] = self.decision.level1 if self.decision else None
        data["outcomes"] = [o.model_dump(mode="json") for o in self.outcomes.values()]
        order = (
            "id model decision decision_zh level1 outcomes articles checks similar advisories "
            "notes opinion trace unresolved run_id"
        )
        return {key: data[key] for key in order.split()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Review:
        """The review that :meth:`to_json` made ``data`` of; ValueError for anything else."""
        known = {key: data[key] for key in cls.model_fields if key in data}
        return cls.model_validate(
            {**known, "outcomes": {item["name"]: item for item in data["outcomes"]}}
        )
