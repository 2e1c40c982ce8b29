"""The agents that the nodes of the graph ask, gathered in one place.

Looked up when a run starts, so that a run can be given other judges behind the same signatures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from ..agents.base import Context, View
from ..cases.facts import Facts
from ..cases.findings import (
    Advisory,
    ChargeFinding,
    Finding,
    Outcome,
    RoleFinding,
    Sentence,
    SimilarFinding,
    Unresolved,
)
from ..cases.models import Case
from ..cases.vocabulary import Check, Decision

if TYPE_CHECKING:
    from ..agents.client import Client
    from ..agents.limits import Budget

RULES = "rules"


def _nothing() -> None:
    """Rules are never asked to stop."""


@dataclass(frozen=True)
class Judges:
    """One callable per question of the review; see the agents of the same names."""

    read_facts: Callable[[Case, date | None], Facts]
    charge: Callable[[View, Context], ChargeFinding]
    roles: Callable[[View, Context], RoleFinding]
    similar: Callable[[View, Context], SimilarFinding]
    checks: Mapping[Check, Callable[[View, Context], Finding]]
    decide: Callable[[View, Mapping[Check, Finding]], Outcome]
    case_level: Callable[[Mapping[str, Outcome]], tuple[Decision | None, Unresolved | None, str]]
    sentence: Callable[[View, Outcome, Context], Sentence | None]
    verify: Callable[[View, Finding], tuple[Finding, tuple[str, ...]]]
    advise: Callable[[View, Outcome], tuple[Advisory, ...]]
    write: Callable[
        [
            Mapping[str, Outcome],
            Sequence[Advisory],
            Decision | None,
            Unresolved | None,
        ],
        str,
    ]
    articles: Callable[[Mapping[str, Outcome]], tuple[str, ...]]
    stop: Callable[[], None] = _nothing


def rules() -> Judges:
    """The judges of the embedded rules."""
    from ..agents import (
        advise,
        charge,
        decide,
        evidence,
        opinion,
        roles,
        sentence,
        similar,
        subsumption,
        verify,
        waiver,
    )
    from ..cases.extract import read_facts

    return Judges(
        read_facts=read_facts,
        charge=charge.assess,
        roles=roles.assess,
        similar=similar.assess,
        checks={
            Check.EVIDENCE: evidence.assess,
            Check.SUBSUMPTION: subsumption.assess,
            Check.WAIVER: waiver.assess,
        },
        decide=decide.decide,
        case_level=decide.case_level,
        sentence=sentence.assess,
        verify=verify.verify,
        advise=advise.advise,
        write=opinion.write,
        articles=opinion.articles,
    )


def of_model(
    model: str,
    *,
    client: Client | None = None,
    seed: int | None = None,
    budget: Budget | None = None,
    assumptions: tuple[str, ...] = (),
    signals: bool = True,
    merged: bool = False,
) -> Judges:
    """The judges of ``rules`` or of a model spec, for one review.

    A language model judges charge, role, checks and sentence; reading the facts, the decision, its
    verification and the opinion stay with the rules. ``client``, ``seed`` and ``budget`` are for
    the model's calls; ``assumptions`` are told to it beside the case. Without ``signals`` it is not
    told what the rules found; with ``merged`` one question covers the three checks.

    Raises ConfigError for a model that is not available.
    """
    by_rules = rules()
    if model == RULES:
        return by_rules
    from ..agents.model_judges import judges_for

    asked = judges_for(
        model,
        client,
        seed=seed,
        budget=budget,
        assumptions=assumptions,
        signals=signals,
        merged=merged,
    )
    return replace(
        by_rules,
        charge=asked.charge,
        roles=asked.roles,
        checks=asked.checks,
        sentence=asked.sentence,
        stop=asked.stop,
    )
