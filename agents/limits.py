"""Caps on requests, tokens, cost and time, reserved before every call.

A budget may stand inside another (a case's inside the run's): what is reserved counts in both.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from pydantic import Field

from ..cases.models import Frozen
from ..errors import LimitError

_PER_ASCII_CHAR = 0.3


class Limits(Frozen):
    """The most that may be used; None means no limit. ``cost_usd`` in US dollars."""

    requests: int | None = Field(default=None, ge=0)
    tokens: int | None = Field(default=None, ge=0)
    cost_usd: float | None = Field(default=None, ge=0)
    seconds: float | None = Field(default=None, ge=0)


class Usage(Frozen):
    """What a call uses. ``cost_usd`` is None where no price is known."""

    requests: int = 0
    tokens: int = 0
    cost_usd: float | None = 0.0


class Budget:
    """Counts what is used and what is reserved; may be shared by threads.

    ``reserve`` before a call, ``settle`` after it with the same reservation.
    """

    def __init__(
        self,
        limits: Limits,
        parent: Budget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits
        self._parent = parent
        self._clock, self._start = clock, clock()
        self._lock: threading.Lock = threading.Lock() if parent is None else parent._lock
        self._requests = self._tokens = 0
        self._cost = 0.0

    def __repr__(self) -> str:
        return f"Budget(used={self.used!r}, limits={self.limits!r})"

    @property
    def used(self) -> Usage:
        """What is used or reserved so far."""
        with self._lock:
            return Usage(requests=self._requests, tokens=self._tokens, cost_usd=self._cost)

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the time limit, at least 0; None without one."""
        own = None
        if self.limits.seconds is not None:
            own = max(0.0, self.limits.seconds - (self._clock() - self._start))
        outer = self._parent.seconds_left if self._parent else None
        known = [seconds for seconds in (own, outer) if seconds is not None]
        return min(known, default=None)

    def reserve(self, estimate: Usage) -> Usage:
        """Set the estimate aside and return it; LimitError, with nothing set aside, if it does not
        fit. A cost limit needs a known price.
        """
        with self._lock:
            for budget in self._chain():
                budget._check(estimate)
            for budget in self._chain():
                budget._add(estimate, 1)
        return estimate

    def settle(self, reserved: Usage, actual: Usage) -> None:
        """Replace a reservation by what was really used, even where that is more."""
        with self._lock:
            for budget in self._chain():
                budget._add(reserved, -1)
                budget._add(actual, 1)

    def release(self, reserved: Usage) -> None:
        """Give a reservation back whose call was never made."""
        self.settle(reserved, Usage())

    def _chain(self) -> list[Budget]:
        return [self] + (self._parent._chain() if self._parent else [])

    def _add(self, usage: Usage, sign: int) -> None:
        self._requests += sign * usage.requests
        self._tokens += sign * usage.tokens
        self._cost += sign * (usage.cost_usd or 0.0)

    def _check(self, more: Usage) -> None:
        limits = self.limits
        if limits.requests is not None and self._requests + more.requests > limits.requests:
            raise LimitError(f"limit of {limits.requests} requests reached: raise the limit")
        if limits.tokens is not None and self._tokens + more.tokens > limits.tokens:
            raise LimitError(
                f"limit of {limits.tokens} tokens reached, {self._tokens} used or reserved and "
                f"{more.tokens} needed: raise the limit or lower max_tokens"
            )
        if limits.cost_usd is not None:
            self._check_cost(more, limits.cost_usd)
        if limits.seconds is not None and self._clock() - self._start >= limits.seconds:
            raise LimitError(f"limit of {limits.seconds:g} seconds reached: raise the limit")

    def _check_cost(self, more: Usage, limit: float) -> None:
        if more.cost_usd is None:
            raise LimitError(
                "a cost limit needs the model's price, which is not known: "
                "add ?price=IN,OUT (US dollars per million tokens) to the model spec"
            )
        if self._cost + more.cost_usd > limit:
            raise LimitError(
                f"limit of {limit:g} US dollars reached, {self._cost:.4f} used or reserved and up "
                f"to {more.cost_usd:.4f} needed: raise the limit or lower max_tokens"
            )


def estimate_tokens(text: str, per_char: float = 1.0) -> int:
    """About how many tokens a text has: ``per_char`` for each Chinese (or other non-ASCII)
    character, 0.3 for each ASCII one.

    Most tokenizers made for Chinese need 0.6 to 1; a byte-level one without Chinese words needs 3.
    """
    # A Chinese character is three bytes long in UTF-8, an ASCII one is one.
    wide = (len(text.encode("utf-8", "surrogatepass")) - len(text)) // 2
    return round(wide * per_char + (len(text) - wide) * _PER_ASCII_CHAR)


def cost_of(
    price: tuple[float, float] | None, prompt_tokens: int, completion_tokens: int
) -> float | None:
    """US dollars for these tokens at a price per million in and out; None without a price."""
    if price is None:
        return None
    return (prompt_tokens * price[0] + completion_tokens * price[1]) / 1e6
