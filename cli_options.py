"""The options of ``nolle review`` and what follows from them for a model's calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .agents.client import Client
    from .agents.usage import Counts
    from .graphs.asking import Asking


@dataclass(frozen=True)
class ReviewOptions:
    """Options of ``nolle review``."""

    model: str | None = None
    as_json: bool = False
    trace: Path | None = None
    html: Path | None = None
    out: Path | None = None
    today: date | None = None
    checkpoint: Path | None = None
    run_id: str | None = None
    seed: int | None = None
    limit_requests: int | None = None
    limit_cost: float | None = None
    cache: bool = False

    def asking(self) -> Asking:
        """How a model is asked; the limits hold for all cases of the command together."""
        from .agents.limits import Budget, Limits
        from .graphs.asking import Asking

        limits = Limits(requests=self.limit_requests, cost_usd=self.limit_cost)
        return Asking(
            seed=self.seed,
            budget=None if limits == Limits() else Budget(limits),
            client=self._caching_client() if self.cache else None,
        )

    def _caching_client(self) -> Client:
        from .agents.cache import ReplyCache
        from .agents.client import Client

        return Client(cache=ReplyCache())


def calls_of(asking: Asking) -> Counts:
    """What was asked of models in this run: calls, retries by fault, repairs, tokens, cost."""
    from .agents.asking import shared_client

    return (asking.client or shared_client()).log.counts()


def calls_in_words(counts: Counts) -> str:
    """One line for people on what was asked of models."""
    cost = f"{counts.cost_usd:.4f} USD"
    if counts.unknown_cost:
        cost += f" and {counts.unknown_cost} answers of unknown cost"
    return (
        f"{counts.calls} model calls ({counts.cached} cached, {counts.failed} failed), "
        f"{counts.retries} retries, {counts.repairs} repairs, "
        f"{counts.prompt_tokens} + {counts.completion_tokens} tokens, {cost}"
    )
