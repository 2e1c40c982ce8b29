"""What one step of the review asked of a model, gathered for its record in the trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .reply import Reply

_SUMS = ("prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens", "retries")
_LAST = ("served_model", "served_provider", "finish_reason", "seed", "prompt_hash", "cached")


@dataclass
class Record:
    """The replies that came within a step, and what the rules said before the model was asked."""

    replies: list[Reply] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    signals: dict[str, Any] = field(default_factory=dict)

    @property
    def usage(self) -> dict[str, Any]:
        """The ``usage`` of the step: sums over its calls, the rest as of the last call.

        Tokens are counts, ``cost_usd`` US dollars (None if no call says), ``latency_ms``
        milliseconds. Empty where no model was asked.
        """
        if not self.replies:
            return dict(self.more)
        costs = [reply.cost_usd for reply in self.replies if reply.cost_usd is not None]
        return {
            "calls": len(self.replies),
            **{name: sum(getattr(reply, name) for reply in self.replies) for name in _SUMS},
            "latency_ms": round(sum(reply.latency_ms for reply in self.replies), 3),
            "cost_usd": round(sum(costs), 8) if costs else None,
            **{name: getattr(self.replies[-1], name) for name in _LAST},
            **self.more,
        }


_current: ContextVar[Record | None] = ContextVar("nolle_step_record", default=None)


@contextmanager
def recording() -> Iterator[Record]:
    """Gather what is noted inside, in this thread."""
    record = Record()
    token = _current.set(record)
    try:
        yield record
    finally:
        _current.reset(token)


def note_replies(replies: Sequence[Reply], **more: Any) -> None:
    """Note the replies of the model and what else to keep in the step's usage."""
    record = _current.get()
    if record is not None:
        record.replies.extend(replies)
        record.more.update(more)


def note_signals(signals: Mapping[str, Any]) -> None:
    """Note what the rules said on the question of this step."""
    record = _current.get()
    if record is not None:
        record.signals.update(signals)
