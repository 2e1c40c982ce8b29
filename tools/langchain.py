"""The calculators as LangChain tools: typed arguments in, JSON-able dicts out.

A bad argument or an unknown charge comes back as a message that says how to mend it, with
``status="error"`` where the caller sends a tool call; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from ..cases.extract import read_facts
from ..cases.facts import Facts
from ..cases.models import Case, Meta
from ..cases.vocabulary import InjuryGrade, Role
from ..errors import InputError, NolleError
from ..statutes import citations
from ..statutes.charges import charge as charge_named
from ..statutes.models import Charge
from ..statutes.thresholds import thresholds
from . import langchain_args as args
from .charge_identification import identify
from .combine import combine_terms
from .conditional import conditional_nonprosecution
from .drunk_driving import drunk_driving
from .evidence_inventory import inventory
from .limitation import limitation_expired
from .responsibility import responsibility
from .sentencing import recommend_sentence
from .threshold_check import check_threshold

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool

Json = dict[str, Any]


def limitation(max_months: int | None, **given: Any) -> Json:
    """Whether the limitation period had passed when the case was filed (CL 87-89)."""
    return _json(limitation_expired(max_months, **given))


def age_of_responsibility(
    charge: str,
    conduct_date: date,
    birth: date | None = None,
    age: int | None = None,
    injury: InjuryGrade | None = None,
    cruel_means: bool | None = None,
    spp_approved: bool | None = None,
) -> Json:
    """Whether a person of that age answers criminally for the charge (CL 17, 17-1)."""
    known = birth if birth is not None else age
    if known is None:
        raise InputError("neither birth nor age is known; give one of them")
    result = responsibility(
        _single(charge),
        known,
        conduct_date,
        injury=injury,
        cruel_means=cruel_means,
        spp_approved=spp_approved,
    )
    return _json(result)


def threshold_check(
    charge: str,
    fact: str,
    day: date,
    province: str | None = None,
    decision_day: date | None = None,
) -> Json:
    """Which level of the offence the facts reach, and whether they stay below its threshold."""
    facts = _facts(fact, decision_day or day)
    name = _single(charge)
    return _json(check_threshold(name, facts, day, province, fact, decision_day=decision_day))


def drunk_driving_check(
    mg_per_100ml: float | None, day: date, circumstances: list[str] | None = None
) -> Json:
    """What blood alcohol and circumstances mean for drunk driving (CL 133-1, opinion of 2023)."""
    return _json(drunk_driving(mg_per_100ml, circumstances or (), day))


def sentence_recommendation(
    charge: str,
    fact: str,
    day: date,
    decision_day: date | None = None,
    circumstances: list[str] | None = None,
    role: Role | None = None,
    age: int | None = None,
    province: str | None = None,
) -> Json:
    """A recommended sentence for one charge, with every step and its article (CL 61-74)."""
    result = recommend_sentence(
        charge,
        day=day,
        circumstances=circumstances or (),
        role=role,
        facts=_facts(fact, decision_day or day),
        text=fact,
        province=province,
        age=age,
        decision_day=decision_day,
    )
    return _json(result)


def combine_sentences(**given: Any) -> Json:
    """One punishment for several crimes (CL 69); terms in months."""
    return _json(combine_terms(**given))


def conditional_non_prosecution(
    day: date,
    age_at_conduct: int | None,
    charges: list[str],
    expected_months: float | None,
    repentant: bool | None,
    **given: Any,
) -> Json:
    """Whether conditional non-prosecution of a juvenile comes into question (CPL 282)."""
    chapters = tuple(_charge(name).chapter for name in charges)
    result = conditional_nonprosecution(
        age_at_conduct, chapters, expected_months, repentant, day=day, **given
    )
    return _json(result)


def check_citations(text: str, day: date, default_law: citations.Law = "other") -> Json:
    """The articles that a text cites, as keys, each in force, outdated or unknown on a day."""
    found = [
        {
            "text": text[c.start : c.end],
            "key": citations.key_of(c),
            "status": citations.status(citations.key_of(c), day),
        }
        for c in citations.parse(text, default_law)
    ]
    return {"day": day.isoformat(), "citations": found}


def identify_charges(
    fact: str, alleged: list[str] | None = None, top: int = 5, day: date | None = None
) -> Json:
    """The charges that the facts suggest, best first, with the words that say so (CPL 171)."""
    ranked = identify(fact, alleged or (), top, day)
    return {
        "charges": [
            {"charge": r.charge, "score": r.score, "cues": [h._asdict() for h in r.reasons]}
            for r in ranked
        ]
    }


def evidence_inventory(fact: str, charge: str | None = None, day: date | None = None) -> Json:
    """Which kinds of evidence (CPL 50) the facts name, and which elements they leave unproven."""
    facts = _facts(fact, day or date.today())
    result = _json(inventory(facts, charge))
    for doubt in result["doubts"]:
        span = doubt.pop("span")
        doubt["text"] = fact[span["start"] : span["end"]]
    return result


def show_statute(charge: str, day: date, province: str | None = None) -> Json:
    """A charge as the law of a day has it: article, elements, bands in months, thresholds."""
    found = _charge(charge)
    return {
        "charge": found.name,
        "in_force": found.in_force(day),
        "article": found.article,
        "chapter": found.chapter,
        "complaint_only": found.complaint_only,
        "elements": [e.zh for e in found.elements],
        "bands": [b.model_dump(mode="json") for b in found.bands_on(day)],
        "thresholds": [
            {
                "measure": rule.measure,
                "levels": {level.level: level.at_least for level in rule.levels},
                "province": rule.province,
                "condition": rule.condition,
                "source": rule.source,
                "article": rule.source_article,
                "verified": rule.verified,
            }
            for rule in thresholds(found.name, day, province)
        ],
    }


TOOLS: tuple[tuple[str, Callable[..., Json], type[BaseModel]], ...] = (
    ("limitation", limitation, args.LimitationArgs),
    ("age_of_responsibility", age_of_responsibility, args.ResponsibilityArgs),
    ("threshold_check", threshold_check, args.ThresholdArgs),
    ("drunk_driving", drunk_driving_check, args.DrunkDrivingArgs),
    ("sentence_recommendation", sentence_recommendation, args.SentenceArgs),
    ("combine_sentences", combine_sentences, args.CombineArgs),
    ("conditional_non_prosecution", conditional_non_prosecution, args.ConditionalArgs),
    ("check_citations", check_citations, args.CitationArgs),
    ("identify_charges", identify_charges, args.ChargeArgs),
    ("evidence_inventory", evidence_inventory, args.EvidenceArgs),
    ("show_statute", show_statute, args.StatuteArgs),
)
"""Name, function and arguments of every tool."""


def all() -> list[StructuredTool]:
    """Every calculator as a LangChain tool, with a JSON schema of its arguments.

    Raises ConfigError if LangChain is not installed.
    """
    try:
        from langchain_core.tools import StructuredTool
    except ImportError as error:
        from ..errors import ConfigError

        raise ConfigError("langchain-core is not installed: pip install langchain-core") from error
    return [
        StructuredTool.from_function(
            func=_guarded(function),
            name=name,
            description=(function.__doc__ or "").strip(),
            args_schema=schema,
            infer_schema=False,
            handle_tool_error=True,
            handle_validation_error=_in_words,
        )
        for name, function, schema in TOOLS
    ]


def _guarded(function: Callable[..., Json]) -> Callable[..., Json]:
    """Input errors become tool errors, which the tool hands back as its answer."""
    from langchain_core.tools import ToolException

    @wraps(function)
    def call(**given: Any) -> Json:
        try:
            return function(**given)
        except (NolleError, ValueError) as error:
            raise ToolException(f"error: {error}") from error

    return call


def _in_words(error: Any) -> str:
    """One line for the arguments that failed: which, and why."""
    if not isinstance(error, ValidationError):
        return f"error: {error}"
    parts = [
        f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg'].removeprefix('Value error, ')}"
        for e in error.errors(include_url=False, include_input=False)
    ]
    return "error: " + "; ".join(parts)


def _json(result: BaseModel) -> Json:
    return result.model_dump(mode="json")


def _charge(name: str) -> Charge:
    found = charge_named(name)
    if found is None:
        raise InputError(
            f"charge {name!r} is not in the catalogue of charges; identify_charges suggests names"
        )
    return found


def _single(name: str) -> str:
    """The name as given where it is one act of a selective charge, else the canonical name.

    The age tool must tell dealing in drugs from transporting them (CL 17(2)).
    """
    found = _charge(name)
    spelled = name.strip().removesuffix("罪") + "罪"
    return spelled if found.forms else found.name


def _facts(fact: str, day: date) -> Facts:
    return read_facts(Case(meta=Meta(date=day.isoformat()), fact=fact), day)
