"""What an arm spends: calls, tokens, US dollars and seconds, in total and per answer."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Any

from .records import Record

_COUNTS = ("calls", "prompt_tokens", "completion_tokens", "reasoning_tokens")


def spend_figures(records: Sequence[Record]) -> dict[str, Any]:
    """Totals, means per answer, and latency in seconds (mean, median, 95th percentile).

    ``cost_usd`` is the sum of the known costs; ``unknown_cost`` counts the answers without one.
    """
    spent = [record.spent for record in records]
    n = len(spent) or 1
    totals = {name: sum(getattr(s, name) for s in spent) for name in _COUNTS}
    costs = [s.cost_usd for s in spent if s.cost_usd is not None]
    seconds = sorted(s.seconds for s in spent)
    tokens = totals["prompt_tokens"] + totals["completion_tokens"]
    return {
        **totals,
        "cost_usd": math.fsum(costs),
        "unknown_cost": len(spent) - len(costs),
        "per_answer": {
            **{name: total / n for name, total in totals.items()},
            "tokens": tokens / n,
            "cost_usd": math.fsum(costs) / len(costs) if costs else None,
        },
        "seconds": {
            "mean": math.fsum(seconds) / n,
            "p50": statistics.median(seconds) if seconds else 0.0,
            "p95": seconds[math.ceil(0.95 * len(seconds)) - 1] if seconds else 0.0,
        },
    }
