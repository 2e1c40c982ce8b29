"""Counts of what was asked of the models in a run."""

from __future__ import annotations

import threading
from collections import Counter

from pydantic import Field

from ..cases.models import Frozen
from .reply import Reply
from .retry import Fault


class Counts(Frozen):
    """Totals of a run. ``calls`` are questions that got an answer, ``failed`` those that got none;
    ``attempts`` are HTTP requests; ``retries`` are attempts made again, by kind of fault.
    ``unknown_cost`` counts answers without a known cost.
    """

    calls: int = 0
    failed: int = 0
    attempts: int = 0
    retries: int = 0
    cached: int = 0
    repairs: int = 0
    truncated: int = 0
    unparsable: int = 0
    refused: int = 0
    unknown_cost: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: float = 0.0
    faults: dict[str, int] = Field(default_factory=dict)
    models: dict[str, int] = Field(default_factory=dict)


class CallLog:
    """Gathers counts from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._totals: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._models: Counter[str] = Counter()
        self._cost = 0.0

    def __repr__(self) -> str:
        return f"CallLog({self.counts()!r})"

    def add(self, what: str, n: int = 1) -> None:
        """Count one of ``repairs``, ``truncated``, ``unparsable``, ``refused``, ``attempts``,
        ``failed``.
        """
        with self._lock:
            self._totals[what] += n

    def retried(self, fault: Fault) -> None:
        """Count an attempt that is made again because of the fault."""
        with self._lock:
            self._totals["retries"] += 1
            self._faults[fault.kind] += 1

    def answered(self, reply: Reply) -> None:
        """Count an answer with its tokens and cost; one from the cache costs nothing."""
        with self._lock:
            self._totals["calls"] += 1
            if reply.cached:
                self._totals["cached"] += 1
                return
            served = "/".join(filter(None, (reply.served_provider, reply.served_model)))
            self._models[served] += 1
            self._cost += reply.cost_usd or 0.0
            self._totals["unknown_cost"] += reply.cost_usd is None
            for key in ("prompt", "cached", "completion", "reasoning"):
                self._totals[f"{key}_tokens"] += getattr(reply, f"{key}_tokens")

    def counts(self) -> Counts:
        """The totals so far."""
        with self._lock:
            return Counts(
                **dict(self._totals),
                cost_usd=round(self._cost, 9),
                faults=dict(self._faults),
                models=dict(self._models),
            )
