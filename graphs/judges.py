"""The agents that the nodes of the graph ask, gathered in one place.

Looked up when a run starts, so that a run can be given other judges behind the same signatures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..agents.base import Context, View
from ..cases.facts import Facts
from ..cases.findings import (
    Advisory,
    ChargeFinding,
    Finding,
    Outcome,
    RoleFinding,
    Sentence,
    SimilarCase,
    Unresolved,
)
from ..cases.models import Case
from ..cases.vocabulary import Check, Decision
from ..errors import ConfigError

RULES = "rules"
AVAILABLE = (RULES,)


@dataclass(frozen=True)
class Judges:
    """One callable per question of the review; see the agents of the same names."""

    read_facts: Callable[[Case, date | None], Facts]
    charge: Callable[[View, Context], ChargeFinding]
    roles: Callable[[View, Context], RoleFinding]
    similar: Callable[[View, Context], tuple[SimilarCase, ...]]
    similar_note: Callable[[], str]
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
        similar_note=similar.note,
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


def of_model(model: str) -> Judges:
    """The judges of a model; raises ConfigError for a model that is not available."""
    if model != RULES:
        raise ConfigError(
            f"model {model!r} is not available: only model='rules' is available in this version"
        )
    return rules()
