"""The options of ``nolle review`` and what follows from them for a model's calls."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import InputError

if TYPE_CHECKING:
    from .agents.client import Client
    from .agents.usage import Counts
    from .graphs.asking import Asking


WORKERS = 8
"""Cases reviewed side by side on a language model, unless told otherwise."""


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
    corpus: str | None = None
    no_corpus: bool = False
    workers: int | None = None

    def check_targets(self, files: Sequence[str]) -> None:
        """Fail before the run, not after it, where an output cannot be written or would be lost."""
        if self.checkpoint is not None and self.run_id is None:
            raise InputError("--checkpoint needs --run-id NAME, by which the run is found again")
        if self.no_corpus and self.corpus is not None:
            raise InputError("--corpus and --no-corpus exclude each other: leave one of them away")
        taken = {Path(file).resolve(): "a case file" for file in files if file != "-"}
        for name, path in (("--html", self.html), ("--trace", self.trace)):
            if path is None:
                continue
            used = taken.setdefault(path.resolve(), name)
            if used != name:
                raise InputError(f"{name} {path} is also {used}: name another file")
            if path.is_dir():
                raise InputError(f"{name} {path} is a folder: name a file in it")
            if not path.absolute().parent.is_dir() or not os.access(
                path.absolute().parent, os.W_OK
            ):
                raise InputError(f"{name} {path}: its folder cannot be written; name another place")

    def check_out(self) -> None:
        """Refuse, beside ``--out``, what a run into a folder does not do."""
        flags = {"--checkpoint": self.checkpoint, "--run-id": self.run_id}
        for flag, value in flags.items():
            if value is not None:
                raise InputError(f"{flag} does not go with --out: leave one of them away")

    def side_by_side(self, model: str) -> int:
        """How many cases are reviewed at the same time: several where a model server answers.

        One after another under a limit, so that those done before it is reached are whole.
        """
        limited = self.limit_requests is not None or self.limit_cost is not None
        return self.workers or (1 if model == "rules" or limited else WORKERS)

    def asking(self) -> Asking:
        """How a model is asked; the limits hold for all cases of the command together."""
        from .agents.limits import Budget, Limits
        from .graphs.asking import Asking

        limits = Limits(requests=self.limit_requests, cost_usd=self.limit_cost)
        return Asking(
            seed=self.seed,
            budget=None if limits == Limits() else Budget(limits),
            client=self._caching_client() if self.cache else None,
            corpus=False if self.no_corpus else self.corpus,
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
