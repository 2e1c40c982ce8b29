"""Charges for acts beyond the common intent: only whoever did them answers for them.

A joint crime reaches as far as the common intent (CL 25(1)). One of several thieves who alone
turns to violence commits robbery (CL 269), the others theft.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml

from ..cases.clauses import layout
from ..cases.facts import Facts
from ..cases.models import Case, Frozen
from ..cases.patterns import Pattern, compile_pattern
from ..cases.subjects import Whose, cast
from ..cases.whose import owners
from .base import View
from .contribution import once_per_facts

Done = tuple[tuple[str, ...], str]
DATA = Path(__file__).parent / "data" / "excess.yaml"


class Excess(Frozen):
    """One kind of excess: its charge, the charges that it goes beyond, and the words that tell."""

    charge: str
    base: tuple[str, ...]
    replaces: bool
    article: str
    patterns: tuple[str, ...]
    shared: tuple[str, ...] = ()


@cache
def kinds() -> tuple[Excess, ...]:
    """The entries of ``excess.yaml``."""
    raw = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return tuple(Excess.model_validate(entry) for entry in raw)


def with_excess(view: View, charges: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The charges of this defendant after excess is told apart, and why.

    Nothing changes for one suspect, nor where everybody did the act or nobody knows who.
    """
    found = tuple(charges)
    reasons: list[str] = []
    suspects = view.facts.suspects
    if len(suspects) < 2:
        return found, ()
    for kind in kinds():
        base = next((name for name in found if name in kind.base), None)
        if base is None and kind.charge not in found:
            continue
        done_by, words = _all_done(view.facts, view.case)[kind.charge]
        if not done_by:
            continue
        if view.defendant in done_by:
            if base is None:
                continue
            rest = tuple(c for c in found if c != kind.charge and not (kind.replaces and c == base))
            found = (kind.charge, *rest)
            reasons.append(f"实行过限，{kind.charge}由行为人自己负责：“{words}”")
        elif kind.charge in found:
            rest = tuple(c for c in found if c != kind.charge)
            found = rest or (kind.base[0],)
            reasons.append(f"{'、'.join(done_by)}实行过限，本人不对{kind.charge}负责：“{words}”")
    return found, tuple(reasons)


@once_per_facts
def _all_done(facts: Facts, case: Case) -> dict[str, Done]:
    """For every kind of excess, by its charge, who alone did it."""
    return {kind.charge: _done_by(case, facts, kind) for kind in kinds()}


def _done_by(case: Case, facts: Facts, kind: Excess) -> Done:
    """Who alone among the suspects did the act, and the words; empty where that is not told."""
    where = layout(case.fact)
    shared = any(p.regex.search(case.fact) for p in _compiled(kind.shared))
    if shared:
        return (), ""
    actors = cast(case, "fact", facts.suspects)
    done: dict[str, str] = {}
    for pattern in _compiled(kind.patterns):
        for match in pattern.regex.finditer(where.text):
            owner = owners(actors, match.start(), Whose.ACT)
            if owner is None:
                continue
            if not owner.names:
                return (), ""
            for name in owner.names:
                done.setdefault(name, match[0])
    if not done or len(done) == len(facts.suspects):
        return (), ""
    return tuple(done), next(iter(done.values()))


@cache
def _compiled(sources: tuple[str, ...]) -> tuple[Pattern, ...]:
    return tuple(compile_pattern(source) for source in sources)
