"""How much each participant of a joint crime contributed: a ranking from deeds (CL 26-29)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar

from ..cases.conduct import signals
from ..cases.facts import Deed, Facts, PersonKind
from ..cases.models import Frozen

T = TypeVar("T")
P = ParamSpec("P")
_KEPT = 4
REPEATED, REPEATS = 0.25, 2
"""What a further deed of the same kind adds, as a share of its weight, and how many count."""
FIRST_NAMED = 0.2
"""Files name the leading person first: a small head start, spread over the order of naming."""
SECOND_HAND = 0.4
"""What bringing in others counts for when done by one who was brought in."""
_TIES = frozenset({"gather", "request", "direct"})
PLAIN, CLEAR, LEAN = 1.4, 1.0, 0.45
"""The distance to the top at which a part is clearly lesser even if no deed of its own says so, at
which it is with such a deed, and at which it seems so."""
MAIN_TOLD = 0.6
"""What it takes to be called a principal beside an accomplice, rather than not distinguished."""
LEADS = 0.9
"""Below this nobody leads: who only has the first word in the file stands out for no part."""
MINOR, MAIN, MAIN_LED, MAIN_SHARE = 0.45, 1.2, 1.8, 0.5
"""Up to MINOR a part may clearly be a lesser one; from MAIN on (MAIN_LED for one whom others
brought in), and from a share of the top, it seems a main one."""


class Contribution(Frozen):
    """One participant's place: score, and the deeds behind it, strongest first."""

    name: str
    score: float
    deeds: tuple[Deed, ...] = ()
    elsewhere: bool = False

    @property
    def lesser(self) -> bool:
        """Whether any deed speaks for a lesser part."""
        return any(deed.weight < 0 for deed in self.deeds)

    @property
    def led(self) -> bool:
        """Whether somebody else brought this person in."""
        return any(deed.weight < 0 and deed.signal in _TIES for deed in self.deeds)

    @property
    def leads(self) -> bool:
        """Whether this person brought in or directed others, without having been brought in."""
        return not self.led and any(
            deed.weight >= LEADS and deed.signal in _TIES for deed in self.deeds
        )

    @property
    def signals(self) -> frozenset[str]:
        """The kinds of deeds."""
        return frozenset(deed.signal for deed in self.deeds)


def deed_zh(deed: Deed) -> str:
    """What the deed is called, from the side of whoever did or suffered it; "" if unknown."""
    signal = signals().get(deed.signal)
    if signal is None:
        return ""
    led = deed.signal in _TIES and deed.weight < 0
    return f"被{signal.zh.removesuffix('他人')}" if led else signal.zh


def once_per_facts(make: Callable[Concatenate[Facts, P], T]) -> Callable[Concatenate[Facts, P], T]:
    """``make`` with its last few answers kept: each of many defendants asks about the same facts.

    Facts are told apart by identity; comparing them by value would cost more than the answer. What
    else is given belongs to the facts, as their case does.
    """
    kept: OrderedDict[int, tuple[Facts, T]] = OrderedDict()
    lock = Lock()

    @wraps(make)
    def answer(facts: Facts, /, *more: P.args, **named: P.kwargs) -> T:
        with lock:
            known = kept.get(id(facts))
            if known is None or known[0] is not facts:
                known = kept[id(facts)] = (facts, make(facts, *more, **named))
                while len(kept) > _KEPT:
                    kept.popitem(last=False)
            return known[1]

    return answer


@once_per_facts
def ranking(facts: Facts) -> tuple[Contribution, ...]:
    """The participants by contribution, greatest first; empty where one person acted alone.

    Those dealt with elsewhere are ranked too: an accomplice's principal may be among them.
    """
    own = [s.name for s in facts.suspects if not s.is_unit]
    away = [p.name for p in facts.others if p.kind is PersonKind.ELSEWHERE]
    names = dict.fromkeys([*own, *away])
    if len(names) < 2:
        return ()
    by_person: dict[str, list[Deed]] = {name: [] for name in names}
    for deed in facts.deeds:
        if deed.person in by_person:
            by_person[deed.person].append(deed)
    head_start = _head_start(facts, names)
    found = [
        Contribution(
            name=name,
            score=round(_score(deeds) + head_start.get(name, 0.0), 3),
            deeds=tuple(sorted(_distinct(deeds), key=lambda d: -abs(d.weight))),
            elsewhere=name not in own,
        )
        for name, deeds in by_person.items()
    ]
    return tuple(sorted(found, key=lambda c: -c.score))


def _score(deeds: Iterable[Deed]) -> float:
    by_signal: dict[str, list[float]] = {}
    for deed in deeds:
        by_signal.setdefault(deed.signal, []).append(deed.weight)
    led = any(weight < 0 for tie in _TIES for weight in by_signal.get(tie, ()))
    total = 0.0
    for signal, weights in by_signal.items():
        share = SECOND_HAND if led and signal in _TIES else 1.0
        counted = [w * share if w > 0 else w for w in weights]
        ordered = sorted(counted, key=abs, reverse=True)
        total += ordered[0] + REPEATED * sum(ordered[1 : 1 + REPEATS])
    return total


def _distinct(deeds: Iterable[Deed]) -> tuple[Deed, ...]:
    return tuple({deed.signal: deed for deed in reversed(list(deeds))}.values())


def _head_start(facts: Facts, names: Mapping[str, None]) -> dict[str, float]:
    """A share of :data:`FIRST_NAMED` by the order in which the facts name the participants."""
    people = [
        *((s.name, s.mentions) for s in facts.suspects),
        *((p.name, p.mentions) for p in facts.others),
    ]
    first: dict[str, int] = {}
    for name, mentions in people:
        places = [m.start for m in mentions if m.field == "fact"]
        if name in names and places:
            first.setdefault(name, min(places))
    order = sorted(first, key=lambda name: first[name])
    last = max(len(order) - 1, 1)
    return {name: FIRST_NAMED * (1 - place / last) for place, name in enumerate(order)}
