"""The running figures of a comparison, and the table that shows them while it goes on."""

from __future__ import annotations

import sys
import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from ..cases.vocabulary import Decision
from .jobs import Job
from .records import Failure, Gold, Record
from .samples import Task

SECONDS = 30.0
"""How long lines are apart where standard error is no terminal."""
WINDOW_S = 30.0


@dataclass
class Tally:
    """Counts of one arm with one model. ``pairs`` are (gold, decision) as in a confusion."""

    wanted: int = 0
    done: int = 0
    calls: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def macro_f1(self) -> float | None:
        """Macro-F1 over the four decisions so far, runs pooled; None without labels."""
        if not self.pairs:
            return None
        scores = []
        for name in Decision:
            right = self.pairs[name.value, name.value]
            of_gold = sum(n for (gold, _), n in self.pairs.items() if gold == name.value)
            said = sum(n for (_, found), n in self.pairs.items() if found == name.value)
            scores.append(2 * right / (of_gold + said) if of_gold + said else 0.0)
        return sum(scores) / len(scores)


class Board:
    """Follows a run: a table on a terminal, else a line now and then, on standard error."""

    def __init__(self, jobs: Iterable[Job], gold: Iterable[Gold], quiet: bool = False) -> None:
        self.tallies: dict[tuple[str, str], Tally] = {}
        self.decides = True
        for job in jobs:
            self.decides = job.task is Task.PROSECUTION
            self.tallies.setdefault((job.arm.name, job.model), Tally()).wanted += 1
        self._gold = {one.case_id: one.decision for one in gold}
        self._note = ""
        self._times: deque[tuple[float, int]] = deque()
        self._next = time.monotonic() + SECONDS
        self._quiet = quiet
        self._live: AbstractContextManager[Any] | None = None

    def __enter__(self) -> Board:
        if not self._quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(
                get_renderable=self.table, console=Console(stderr=True), refresh_per_second=4
            )
            self._live.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.__exit__(None, None, None)

    def before(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Count records of earlier starts."""
        for record in records:
            spent = record.get("spent") or {}
            self._count(
                self.tallies[record["arm"], record["model"]],
                record["case_id"],
                record.get("decision"),
                record.get("failure"),
                spent.get("calls", 0),
                spent.get("cost_usd"),
            )

    def kept(self, record: Record) -> None:
        """Count a record of this start."""
        self._count(
            self.tallies[record.arm, record.model],
            record.case_id,
            record.decision.value if record.decision else None,
            record.failure.value if record.failure else None,
            record.spent.calls,
            record.spent.cost_usd,
        )
        now = time.monotonic()
        self._times.append((now, record.spent.calls))
        while self._times and now - self._times[0][0] > WINDOW_S:
            self._times.popleft()
        if not self._quiet and self._live is None and now >= self._next:
            self._next = now + SECONDS
            print(self.line(), file=sys.stderr, flush=True)

    def stopping(self, why: str) -> None:
        """Say that no further job is started."""
        self._note = why
        if not self._quiet and self._live is None:
            print(f"stopping: {why}", file=sys.stderr, flush=True)

    def _count(
        self,
        tally: Tally,
        case_id: str,
        decision: str | None,
        failure: str | None,
        calls: int,
        cost: float | None,
    ) -> None:
        tally.done += 1
        tally.calls += calls
        tally.cost_usd += cost or 0.0
        tally.unpriced += cost is None
        tally.decisions[decision or "unresolved"] += 1
        if failure:
            tally.failures[failure] += 1
        gold = self._gold.get(case_id)
        if gold is not None:
            tally.pairs[gold.value, decision or ""] += 1

    def rate(self) -> tuple[float, float]:
        """Answers and calls a second over the last half minute."""
        if len(self._times) < 2:
            return 0.0, 0.0
        span = max(time.monotonic() - self._times[0][0], 1e-9)
        return len(self._times) / span, sum(calls for _, calls in self._times) / span

    def line(self) -> str:
        """The whole in one line."""
        done = sum(tally.done for tally in self.tallies.values())
        wanted = sum(tally.wanted for tally in self.tallies.values())
        cost = sum(tally.cost_usd for tally in self.tallies.values())
        broken = sum(t.failures[Failure.MODEL_ERROR.value] for t in self.tallies.values())
        answers, calls = self.rate()
        return (
            f"{done} of {wanted} answers, {answers:.1f}/s, {calls:.1f} calls/s, {cost:.2f} USD, "
            f"{broken} failed"
        )

    def table(self) -> Any:
        """The table of all arms, for rich."""
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, header_style="bold", caption_justify="left")
        for heading in ("arm", "model", "done", "macro-F1", "unresolved", "failed", "calls", "USD"):
            table.add_column(heading, justify="left" if heading in {"arm", "model"} else "right")
        for (arm, model), tally in self.tallies.items():
            score = tally.macro_f1
            table.add_row(
                Text(arm),
                Text(model),
                f"{tally.done}/{tally.wanted}",
                "" if score is None else f"{score:.4f}",
                str(tally.decisions["unresolved"]) if self.decides else "",
                str(sum(tally.failures.values())),
                str(tally.calls),
                cost_text(tally),
            )
        table.caption = Text(f"{self.line()}{f'; {self._note}' if self._note else ''}")
        return table


def cost_text(tally: Tally) -> str:
    """What an arm cost; with a mark where the price of some answers is not known."""
    return f"{tally.cost_usd:.4f}{'+?' if tally.unpriced else ''}"
