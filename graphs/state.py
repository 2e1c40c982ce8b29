"""The state of the review graph: plain JSON, merged by pure reducers.

Nothing but JSON values is stored, so that any checkpointer can keep it, and nothing but the case
and what was concluded from it: gold labels never enter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

from typing_extensions import TypedDict

from ..cases.vocabulary import Check

SCHEMA_VERSION = 1
"""Version of the state's layout; a checkpoint of another version is not resumed."""

MAX_REPAIRS = 2
"""How often a finding whose quotes or citations failed goes back to its agent."""

RECURSION_LIMIT = 50
"""Supersteps that a run may take; with two repairs it takes 16."""

Json = dict[str, Any]


class Node(StrEnum):
    """The nodes of the review graph, in the order of the trace."""

    INTAKE = "intake"
    CHARGE = "charge"
    ROLES = "roles"
    SIMILAR = "similar"
    BRIEF = "brief"
    EVIDENCE = "evidence"
    SUBSUMPTION = "subsumption"
    WAIVER = "waiver"
    DECIDE = "decide"
    SENTENCE = "sentence"
    VERIFY = "verify"
    APPROVAL = "approval"
    REVISE = "revise"
    OPINION = "opinion"


CHECK_NODES: dict[Check, Node] = {
    Check.EVIDENCE: Node.EVIDENCE,
    Check.SUBSUMPTION: Node.SUBSUMPTION,
    Check.WAIVER: Node.WAIVER,
}


CASE_KEYS = frozenset({"id", "meta", "person_info", "suspect_info", "procedure", "fact", "facts"})


def only_case(left: Json | None, right: Json) -> Json:
    """The later case without keys that are no part of a case, so that no label gets in."""
    if CASE_KEYS.issuperset(right):
        return right
    return {key: value for key, value in right.items() if key in CASE_KEYS}


def merge(left: Mapping[str, Any] | None, right: Mapping[str, Any] | None) -> Json:
    """Union of two mappings; the later value of a key wins."""
    return {**(left or {}), **(right or {})}


def merge_first(left: Mapping[str, Any] | None, right: Mapping[str, Any] | None) -> Json:
    """Union of two mappings; the earlier value of a key stays."""
    return {**(right or {}), **(left or {})}


def merge_deep(
    left: Mapping[str, Mapping[str, Any]] | None, right: Mapping[str, Mapping[str, Any]] | None
) -> dict[str, Json]:
    """Union of two mappings of mappings, merged one level down; the later value wins."""
    merged: dict[str, Json] = {key: dict(value) for key, value in (left or {}).items()}
    for key, value in (right or {}).items():
        merged[key] = {**merged.get(key, {}), **value}
    return merged


def merge_steps(left: Sequence[Json] | None, right: Sequence[Json] | None) -> list[Json]:
    """The steps of both, one per ``seq`` (the later one wins), ordered by ``seq``."""
    by_seq = {step["seq"]: step for step in (*(left or ()), *(right or ()))}
    return [by_seq[seq] for seq in sorted(by_seq)]


class Input(TypedDict, total=False):
    """What a run starts from. Only ``case`` is required.

    ``today`` is the ISO date of the review; ``overrides`` are the canonical changes of
    :mod:`nolle.graphs.overrides`; ``key`` identifies case, model and overrides on resumption;
    with ``approve`` a person is asked before the opinion.
    """

    schema_version: int
    case: Annotated[Json, only_case]
    model: str
    today: str | None
    overrides: dict[str, str]
    key: str
    approve: bool


class Output(TypedDict, total=False):
    """What a run ends with: the review without its trace, and the steps of the trace."""

    review: Json
    steps: Annotated[list[Json], merge_steps]


class State(Input, Output, total=False):
    """Everything the nodes share. Mappings are keyed by defendant."""

    facts: Json
    order: list[str]
    charges: Annotated[Json, merge]
    role_findings: Annotated[Json, merge]
    similar_cases: list[Json]
    briefs: Json
    findings: Annotated[dict[str, Json], merge_deep]
    outcomes: Annotated[Json, merge]
    errors: Annotated[Json, merge_first]
    notes: Annotated[Json, merge]
    rounds: int
    repairs: list[Json]
    approval: Json


class Task(TypedDict, total=False):
    """What one fanned-out node gets: its place in the trace and the defendant's view."""

    seq: int
    parent: str
    defendant: str
    case: Json
    facts: Json
    model: str
    charges: list[str]
    role: str | None
    similar_cases: list[Json]
    feedback: list[str]
