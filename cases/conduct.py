"""What each participant of a joint crime did, by the table ``data/conduct.yaml``.

A deed belongs to whoever acts in its clause; words such as 纠集 or 受…指使 tie two people, of whom
one leads and the other is led. Participants are the suspects and those dealt with elsewhere.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import yaml

from ..errors import ConfigError
from .clauses import Layout
from .facts import Deed, Injury, Person, PersonKind, Suspect
from .models import Case, Frozen, Span
from .patterns import Index, build_index, compile_pattern
from .subjects import Cast, Whose, cast, plain
from .vocabulary import InjuryGrade
from .whose import owners

WORST, LESSER = 1.5, 0.4
"""How a blow counts against the victim hurt worst of several, and against the others."""
ACTIVE, PASSIVE, IGNORED = range(3)
_NEGATED = re.compile(
    r"(?:没有|未能|并未|尚未|未曾|从未|均未|未|不是|并非|拒绝|拒不|不)"
    r"(?:直接|实际|实施|参与|进行|主动|再|曾|予|愿|肯|想|敢|同意){0,2}$"
)
_SAID = re.compile(
    r"(?:辩护人|律师)[^。；]{0,14}(?:提出|认为|称|主张)[^。；]*$|(?:辩称|辩解)[^。；]*$"
)
_TO_PATIENT = re.compile(
    r"(?:了|到|来|上|同|与|和|一起|其|他|她|被告人|犯罪嫌疑人|嫌疑人|同案人?|同村的?|同伙|同事|"
    r"朋友|好友|老乡|同学|亲戚|亲友|弟弟?|哥哥?|儿子|女友|男友|妻子|丈夫|员工|工人|搬运工|手下|"
    r"司机|无业人员|人员|的|电话|联系|给|[“\"（(\[]|少年|未成年人|社会|青年|男子|另外|包括|以及){0,6}"
)
_LINK = re.compile(
    r"(?:[（(][^）)]*[）)])?(?:、|和|与|及|以及|，?并)(?:被告人|犯罪嫌疑人|其[弟兄友])?"
)
_NEAR = 8
"""How many earlier passive readings may still reach over a place: none is longer than a clause."""
_TOGETHER = re.compile(r"(?:一起|一同|共同|一道|分别|均|先后|结伙|合伙|等人)")
_PRONOUN = re.compile(r"了?其(?![他中余它实])")
_SUFFERED = re.compile(r"被(?=[打砍捅刺砸踢伤殴])")
_THE_REST = re.compile(r"其(?:他|余|它)(?:的|[^，。；]{0,4})(?:人|成员)|他人(?=[^，。；]*作用)")


class Signal(Frozen):
    """One entry of the table: an act, how it weighs, and the words that tell it."""

    id: str
    zh: str
    weight: float
    article: str
    patterns: tuple[str, ...] = ()
    passive: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    patient: float = 0.0
    needs: bool = False
    inside: Literal["", "also", "first"] = ""
    harm: float = 0.0


class _Table(NamedTuple):
    signals: tuple[Signal, ...]
    purpose: tuple[tuple[int, int], ...]
    patterns: Index


@lru_cache(maxsize=1)
def signals() -> dict[str, Signal]:
    """The entries of ``conduct.yaml`` by id; raises ConfigError if the table is malformed."""
    text = files(__package__).joinpath("data/conduct.yaml").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        found = [Signal(**entry) for entry in entries]
    except (TypeError, ValueError) as error:
        raise ConfigError(f"conduct.yaml: {error}") from error
    table = {signal.id: signal for signal in found}
    if len(table) != len(found):
        raise ConfigError("conduct.yaml: an id occurs twice; give each entry its own")
    return table


@lru_cache(maxsize=1)
def _table() -> _Table:
    compiled, purpose = [], []
    known = tuple(signals().values())
    for number, signal in enumerate(known):
        for kind, sources in enumerate((signal.patterns, signal.passive, signal.ignored)):
            compiled += [compile_pattern(source) for source in sources]
            purpose += [(number, kind)] * len(sources)
    return _Table(known, tuple(purpose), build_index(compiled))


def participants(suspects: Sequence[Suspect], others: Iterable[Person]) -> tuple[Suspect, ...]:
    """Everyone who took part, as far as named: natural persons under review, those elsewhere."""
    own = [s for s in suspects if not s.is_unit]
    names = {s.name for s in own}
    away = [
        Suspect(name=p.name, aliases=p.aliases, mentions=p.mentions)
        for p in others
        if p.kind is PersonKind.ELSEWHERE and p.name not in names
    ]
    return (*own, *away)


def find_deeds(
    case: Case,
    suspects: Sequence[Suspect],
    others: Iterable[Person],
    injuries: Iterable[Injury] = (),
) -> tuple[Deed, ...]:
    """The deeds of the participants in the facts as told, in the order of the text.

    Empty where only one person took part. What everybody did is left out: it tells no parts apart.
    """
    people = participants(suspects, others)
    if len(people) < 2:
        return ()
    actors = cast(case, "fact", people, sum(not s.is_unit for s in suspects) or None)
    hurt = _hurt(injuries, {p.name for p in people})
    found: dict[tuple[str, str, int], Deed] = {}
    for signal, start, end, passive in _hits(_table(), actors.layout):
        share = _share_of_harm(actors, hurt, signal.harm, start, end) if hurt else 1.0
        for name, weight in _parts(actors, signal, start, end, passive):
            span = Span(field="fact", start=start, end=end)
            deed = Deed(signal=signal.id, person=name, weight=round(weight * share, 3), span=span)
            found.setdefault((signal.id, name, actors.layout.index(start)), deed)
    return tuple(sorted(found.values(), key=lambda d: (d.span.start, d.span.end)))


def _hits(table: _Table, where: Layout) -> list[tuple[Signal, int, int, bool]]:
    spans: dict[int, tuple[list[tuple[int, int]], ...]] = {}
    for pattern, places in table.patterns.candidates(where).items():
        number, kind = table.purpose[pattern]
        spans.setdefault(number, ([], [], []))[kind].extend(
            table.patterns.matches(pattern, where, places)
        )
    bound = sorted(span for groups in spans.values() for span in groups[PASSIVE])
    hits = []
    for number, (active, passive, ignored) in spans.items():
        signal = table.signals[number]
        for kind, places in ((False, active), (True, passive)):
            for start, end in places:
                if _meets(start, end, ignored) or (not kind and _within(start, bound)):
                    continue
                suffered = signal.harm and not kind and _suffered(where.text, start, end)
                if _told(where, start) and not suffered:
                    hits.append((signal, start, end, kind))
    return sorted(hits, key=lambda hit: (hit[1], -hit[2], hit[0].id))


def _suffered(text: str, start: int, end: int) -> bool:
    """Whether a blow is one that the subject took (被打伤), with no agent named behind 被."""
    return text[start - 1 : start] in {"被", "遭"} or _SUFFERED.search(text, start, end) is not None


def _meets(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(s < end and start < e for s, e in spans)


def _within(start: int, spans: list[tuple[int, int]]) -> bool:
    """Whether an active reading starts inside a passive one (the 指使 of 受张某指使)."""
    at = bisect_right(spans, (start, sys.maxsize))
    return any(s <= start < e for s, e in spans[max(0, at - _NEAR) : at])


def _told(where: Layout, start: int) -> bool:
    clause, _ = where.clause(start)
    sentence, _ = where.sentence(start)
    text = where.text
    return not _NEGATED.search(text, max(clause, start - 10), start) and not _SAID.search(
        text, sentence, start
    )


def _parts(
    actors: Cast, signal: Signal, start: int, end: int, passive: bool
) -> list[tuple[str, float]]:
    """Who did the act and who was the led one, with the weight of the deed for each."""
    doers = _doers(actors, start)
    if signal.inside and (inside := tuple(_named(actors, start, end))):
        doers = inside if signal.inside == "first" else tuple(dict.fromkeys([*doers, *inside]))
    if passive:
        leaders = [n for n in _named(actors, start, end) if n not in doers]
        led = signal.patient or signal.weight
        return [(n, led) for n in doers] + [
            (n, abs(signal.weight)) for n in leaders if signal.patient or signal.weight < 0
        ]
    if not signal.needs and not signal.patient:
        return [(name, signal.weight) for name in doers]
    behind = [n for n in _behind(actors, end, doers) if n not in doers]
    if signal.needs and not behind:
        return []
    return [(n, signal.weight) for n in doers] + [(n, signal.patient) for n in behind]


def _hurt(injuries: Iterable[Injury], own: Collection[str]) -> dict[str, int]:
    """How badly each victim was hurt."""
    worst: dict[str, int] = {}
    for injury in injuries:
        if injury.victim and injury.victim not in own:
            worst[injury.victim] = max(worst.get(injury.victim, 0), injury.grade.rank)
    return worst


def _share_of_harm(
    actors: Cast, hurt: Mapping[str, int], grave: float, start: int, end: int
) -> float:
    """How much a blow counts: the one that did the worst harm decides the case."""
    if not grave:
        return 1.0
    layout, worst = actors.layout, max(hurt.values())
    lo, hi = layout.clause(start)
    before = layout.clause(max(lo - 1, 0))[0]
    for first, last in ((end, max(hi, end)), (lo, end), (before, lo)):
        inside = actors.people[bisect_left(actors.starts, first) : bisect_left(actors.starts, last)]
        ranks = [hurt[m.name] for m in inside if m.name and m.name in hurt]
        if ranks and len(set(hurt.values())) > 1:
            return WORST if max(ranks) == worst else LESSER
    return grave if worst >= InjuryGrade.SERIOUS.rank else 1.0


def _doers(actors: Cast, pos: int) -> tuple[str, ...]:
    """Whose act it is; empty where it is everybody's or a stranger's."""
    owner = owners(actors, pos, Whose.ACT)
    if owner is None or not owner.names:
        return ()
    names = list(owner.names)
    clause, _ = actors.layout.clause(pos)
    text = actors.layout.text
    if _THE_REST.search(text, clause, pos):
        return ()
    for mention in _mentions(actors, clause, pos):
        name = actors.canonical[mention.name] if mention.name else None
        before = plain(text[max(clause, mention.start - 3) : mention.start])
        joined = before.endswith(("与", "和", "同", "、", "被告人"))
        if name and name not in names and joined and _TOGETHER.search(text, mention.end, pos):
            names.append(name)
    return tuple(names) if len(names) < len(actors.order) else ()


def _mentions(actors: Cast, start: int, end: int) -> list[Any]:
    lo, hi = bisect_left(actors.starts, start), bisect_left(actors.starts, end)
    return [m for m in actors.people[lo:hi] if m.suspect and m.name]


def _named(actors: Cast, start: int, end: int) -> list[str]:
    return [actors.canonical[m.name] for m in _mentions(actors, start, end)]


def _behind(actors: Cast, end: int, doers: Sequence[str]) -> list[str]:
    """The participants listed right behind an act; 其 stands for whoever was named last."""
    text = actors.layout.text
    if doers and _PRONOUN.match(text, end):
        earlier = actors.people[: bisect_left(actors.starts, end)]
        for mention in reversed(earlier[-4:]):
            name = actors.canonical.get(mention.name or "")
            if name and name not in doers:
                return [name]
        return []
    found: list[str] = []
    gap = _TO_PATIENT.match(text, end)
    at = gap.end() if gap else end
    for mention in actors.people[bisect_left(actors.starts, end) :]:
        if mention.start > at or not mention.suspect or mention.name is None:
            break
        found.append(actors.canonical[mention.name])
        link = _LINK.match(text, mention.end)
        if link is None:
            break
        at = link.end()
    return found
