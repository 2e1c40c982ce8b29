"""The options of ``nolle review`` and what follows from them for a model's calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .agents.client import Client
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
