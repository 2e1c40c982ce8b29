"""What a run would ask, cost and take, before anything is sent."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..cases.extract import read_facts
from ..cases.models import FIELDS, Case, Frozen
from .answers import ROLE_GROUP
from .client import CONCURRENCY
from .limits import cost_of, estimate_tokens
from .registry import ModelSpec

SHARED_TOKENS = 2500
QUESTION_TOKENS = 700
ANSWER_TOKENS = 700
TOKENS_PER_S = 50.0
FIRST_TOKEN_S = 1.0
CHECKS = 3
PATH = 4


class Estimate(Frozen):
    """A run in numbers: ``tokens`` in and out together, ``cost_usd`` in US dollars (None where
    the model's price is not known), ``seconds`` of wall clock. Repairs and retries come on top.
    """

    calls: int
    tokens: int
    cost_usd: float | None
    seconds: float


def dry_run_estimate(
    cases: Iterable[Case],
    spec: ModelSpec,
    *,
    shared_tokens: int = SHARED_TOKENS,
    answer_tokens: int | None = None,
    concurrency: int = CONCURRENCY,
) -> Estimate:
    """Reckon a review of the cases by this model; asks nobody.

    Per case: charge, the checks of every suspect, the sentence, and roles where there are several
    suspects, ten of them to a question. ``shared_tokens`` are law and signals before each question;
    ``answer_tokens`` the length of an answer with its thoughts (default: 700 and the thinking
    budget, if one is set).
    """
    thoughts = spec.options.budget or 0
    answer = min(answer_tokens or ANSWER_TOKENS + thoughts, spec.max_tokens)
    calls = prompt = longest = count = 0
    for case in cases:
        suspects = max(1, len(read_facts(case).suspects))
        groups = math.ceil(suspects / ROLE_GROUP) if suspects > 1 else 0
        asked = suspects * (2 + CHECKS) + groups
        text = sum(estimate_tokens(case.text_of(f), spec.tokens_per_char) for f in FIELDS)
        calls, count, longest = calls + asked, count + 1, max(longest, suspects)
        prompt += asked * (text + shared_tokens + QUESTION_TOKENS)
    completion = calls * answer
    per_call = FIRST_TOKEN_S + answer / TOKENS_PER_S
    # One after the other on the path of a case, and no more at once than there are places.
    path = PATH + (longest > 1) if count else 0
    seconds = max(path, math.ceil(calls / concurrency)) * per_call
    return Estimate(
        calls=calls,
        tokens=prompt + completion,
        cost_usd=cost_of(spec.price, prompt, completion),
        seconds=round(seconds, 1),
    )
