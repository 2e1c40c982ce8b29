"""What a comparison would ask, cost and take, arm by arm, before anything is sent."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

from ..agents.answers import ROLE_GROUP
from ..agents.estimate import (
    ANSWER_TOKENS,
    FIRST_TOKEN_S,
    QUESTION_TOKENS,
    SHARED_TOKENS,
    TOKENS_PER_S,
)
from ..agents.limits import cost_of, estimate_tokens
from ..agents.registry import ModelSpec, parse_spec
from ..cases.extract import read_facts
from ..cases.models import FIELDS, Case, Frozen
from ..graphs.baseline_prompts import Kind, messages
from ..graphs.parts import Parts
from .arms import DESIGNS, ArmKind
from .jobs import Job
from .samples import Task

RULES_S = 0.025
SHOTS = 4
_ROUNDS = {"cv": (1, 0, 1), "fd_cv": (1, 1, 1), "two_stage": (2, 2, 1)}
"""Of MMSI's designs: calls to a defendant, and how often facts and court's view are sent."""


class ArmEstimate(Frozen):
    """One arm with one model: ``tokens`` in and out, ``cost_usd`` None where the model's price is
    not known, ``seconds`` of wall clock where it has all places to itself."""

    arm: str
    model: str
    answers: int
    calls: int = 0
    tokens: int = 0
    cost_usd: float | None = 0.0
    seconds: float = 0.0


def estimate_arms(jobs: Iterable[Job], concurrency: int) -> list[ArmEstimate]:
    """Reckon the jobs; repairs and retries come on top."""
    groups: dict[tuple[str, str], list[Job]] = defaultdict(list)
    for job in jobs:
        groups[job.arm.name, job.model].append(job)
    people: dict[str, int] = {}
    return [_reckoned(group, people, concurrency) for group in groups.values()]


def _reckoned(jobs: list[Job], people: dict[str, int], concurrency: int) -> ArmEstimate:
    first = jobs[0]
    empty = ArmEstimate(arm=first.arm.name, model=first.model, answers=len(jobs))
    if first.arm.by_rules:
        return empty.model_copy(update={"seconds": round(len(jobs) * RULES_S, 1)})
    spec = parse_spec(first.spec)
    answer = min(ANSWER_TOKENS + (spec.options.budget or 0), spec.max_tokens)
    calls = prompt = 0
    for job in jobs:
        asked, tokens = _asked(job, spec, people)
        calls, prompt = calls + asked, prompt + tokens
    per_call = FIRST_TOKEN_S + answer / TOKENS_PER_S
    return empty.model_copy(
        update={
            "calls": calls,
            "tokens": prompt + calls * answer,
            "cost_usd": cost_of(spec.price, prompt, calls * answer),
            "seconds": round(math.ceil(calls / concurrency) * per_call, 1),
        }
    )


def _asked(job: Job, spec: ModelSpec, people: dict[str, int]) -> tuple[int, int]:
    """Calls and prompt tokens of one job."""
    case, kind = job.sample.case, job.arm.kind
    if kind is ArmKind.GRAPH:
        if case.id not in people:
            people[case.id] = max(1, len(read_facts(case).suspects))
        calls = calls_of(people[case.id], job.arm.parts)
        return calls, calls * (_tokens(case, spec) + SHARED_TOKENS + QUESTION_TOKENS)
    if kind in DESIGNS:
        return _joint(job, spec)
    if job.task is not Task.PROSECUTION:
        return 1, _tokens(case, spec) + QUESTION_TOKENS
    shown = SHOTS * _tokens(case, spec) if kind is ArmKind.FEW_SHOT else 0
    chat = messages(case, Kind(kind.value))
    text = "".join(message["content"] for message in chat)
    return 1, shown + estimate_tokens(text, spec.tokens_per_char)


def _joint(job: Job, spec: ModelSpec) -> tuple[int, int]:
    """Calls and prompt tokens of a published prompt about every defendant of a case."""
    case = job.sample.joint
    assert case is not None
    calls, facts, views = _ROUNDS.get(job.arm.design, (1, 1, 0))
    told = facts * estimate_tokens(case.facts, spec.tokens_per_char)
    told += views * estimate_tokens(case.court_view, spec.tokens_per_char)
    told *= 2 if job.arm.shots else 1
    return calls * len(case.names), len(case.names) * (told + calls * QUESTION_TOKENS)


def calls_of(suspects: int, parts: Parts) -> int:
    """Model calls of a review at most, without repairs: charge, checks and sentence of each
    suspect, and one on roles for each group of several."""
    checks = 1 if parts.merged else len(parts.checks)
    return suspects * (2 + checks) + (math.ceil(suspects / ROLE_GROUP) if suspects > 1 else 0)


def _tokens(case: Case, spec: ModelSpec) -> int:
    return sum(estimate_tokens(case.text_of(field), spec.tokens_per_char) for field in FIELDS)
