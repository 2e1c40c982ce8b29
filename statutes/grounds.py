"""The legal grounds for and against each decision, with the articles to cite by date.

The table stands in ``data/grounds.yaml``; what an agent takes for a sign of a ground does not
belong there but to the agent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from ..errors import ConfigError
from . import versions
from .models import ArticleOn, GroundRule
from .store import day as as_day
from .store import read_mapping

_KNOWN = frozenset({"zh", "cite", "when", "unless", "proof_free", "since", "until"})


@cache
def grounds() -> tuple[GroundRule, ...]:
    """Every ground, in the order of the table."""
    return tuple(_by_id().values())


def ground(ground_id: str) -> GroundRule:
    """The ground of that id, e.g. ``self_defence``.

    Raises:
        KeyError: there is none of that id; the message names ids that begin alike.
    """
    try:
        return _by_id()[ground_id]
    except KeyError:
        alike = [name for name in _by_id() if name[:4] == ground_id[:4]]
        hint = f"; similar: {', '.join(alike)}" if alike else "; see nolle.statutes.grounds"
        raise KeyError(f"no ground {ground_id!r}{hint}") from None


@cache
def grounds_of(decision: str) -> tuple[GroundRule, ...]:
    """The grounds that lead to a decision: ``SNP``, ``IENP``, ``DNP``, ``P`` or ``advisory``.

    Raises:
        KeyError: no ground leads to that.
    """
    found = tuple(rule for rule in grounds() if rule.decision == decision)
    if not found:
        raise KeyError(f"no grounds for {decision!r}; known: SNP, IENP, DNP, P, advisory")
    return found


@cache
def grounds_in(group: str) -> tuple[GroundRule, ...]:
    """The grounds of one group, e.g. ``justified``; empty for an unknown group."""
    return tuple(rule for rule in grounds() if rule.group == group)


@cache
def _by_id() -> dict[str, GroundRule]:
    found: dict[str, GroundRule] = {}
    for group, table in read_mapping("grounds.yaml").items():
        for ground_id, row in table["rules"].items():
            if ground_id in found:
                raise ConfigError(f"grounds.yaml: {ground_id} stands in two groups; rename one")
            found[ground_id] = _rule(ground_id, group, table["decision"], row)
    return found


def _rule(ground_id: str, group: str, decision: str, row: dict[str, Any]) -> GroundRule:
    unknown = row.keys() - _KNOWN
    if unknown:
        raise ConfigError(f"grounds.yaml: {ground_id} has unknown keys {sorted(unknown)}")
    since, until = as_day(row.get("since")), as_day(row.get("until"))
    articles = tuple(a for entry in row["cite"] for a in _articles(entry, since, until))
    return GroundRule.model_validate(
        {
            "id": ground_id,
            "zh": row["zh"],
            "decision": decision,
            "group": group,
            "citations": articles,
            "conditions": tuple(row.get("when", ())),
            "exceptions": tuple(row.get("unless", ())),
            "proof_free": row.get("proof_free", False),
            "since": since,
            "until": until,
        }
    )


def _articles(
    entry: str | dict[str, Any], since: date | None, until: date | None
) -> Iterator[ArticleOn]:
    """The articles of one entry of ``cite``, within the days that the ground exists."""
    if isinstance(entry, dict):
        since = _later(since, as_day(entry.get("since")))
        until = _earlier(until, as_day(entry.get("until")))
        entry = str(entry["at"])
    if " " in entry:
        yield ArticleOn(key=versions.key_from_short(entry), since=since, until=until)
        return
    for article in versions.cited_under(entry):
        first, end = _later(since, article.since), _earlier(until, article.until)
        if first is None or end is None or first < end:
            yield ArticleOn(key=article.key, since=first, until=end)


def _later(one: date | None, other: date | None) -> date | None:
    return max(filter(None, (one, other)), default=None)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(filter(None, (one, other)), default=None)
