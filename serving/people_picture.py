"""A picture of a joint crime: who took part, how much, who brought in or directed whom.

An SVG of its own, without script or outside parts. It shows what the rules read off the case; the
table beside it says the same in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..agents.contribution import Contribution, deed_zh, ranking
from ..cases.conduct import signals
from ..cases.extract import read_facts
from ..cases.facts import Facts, PersonKind
from ..cases.findings import Outcome, Review
from ..cases.models import Case, Frozen
from . import wording

if TYPE_CHECKING:
    from jinja2 import Template

SHOWN = 8
"""Participants in the picture, those who contributed most; more would not be readable."""
DEEDS = 3
VICTIMS = 4
BOX, GAP, TOP, LIFT = 152, 24, 30, 26
"""Pixels: width of a box, space between boxes, room above them, height of each further arc."""
LINE = 18
LABEL = 11
"""Characters of a line in a box."""
_TEMPLATE = Path(__file__).parent / "templates" / "people.svg.j2"


class Tie(Frozen):
    """One participant led, the other was led, by the same words of the case."""

    leader: str
    led: str
    zh: str


def picture(review: Review, case: Case) -> str | None:
    """The SVG; None where fewer than two people took part."""
    facts = read_facts(case)
    ranked = ranking(facts)
    if len(ranked) < 2:
        return None
    shown = ranked[:SHOWN]
    people = [_person(item, place, review.outcomes) for place, item in enumerate(shown)]
    places = {item.name: place for place, item in enumerate(shown)}
    led = ties(facts)
    arcs = _arcs([t for t in led if t.leader in places and t.led in places], places)
    rise = TOP + LIFT * (1 + max(arc["level"] for arc in arcs)) if arcs else GAP
    height = max(person["height"] for person in people)
    victims = [p.name for p in facts.others if p.kind is PersonKind.VICTIM]
    return _template().render(
        people=people,
        arcs=[{**arc, **_path(arc, rise)} for arc in arcs],
        victims=[wording.one_line(name, LABEL) for name in victims[:VICTIMS]],
        more_victims=max(0, len(victims) - VICTIMS),
        more=len(ranked) - len(shown),
        rise=rise,
        height=height,
        width=len(people) * (BOX + GAP) + GAP,
        box=BOX,
        gap=GAP,
        line=LINE,
        label=described(shown, led),
    )


def ties(facts: Facts) -> tuple[Tie, ...]:
    """Who led whom, once for each pair: two deeds that rest on the same words."""
    known = signals()
    found: dict[tuple[str, str], Tie] = {}
    for one in facts.deeds:
        for other in facts.deeds:
            same = one.signal == other.signal and one.span == other.span
            if same and one.weight > 0 > other.weight and one.person != other.person:
                zh = known[one.signal].zh if one.signal in known else one.signal
                tie = Tie(leader=one.person, led=other.person, zh=zh)
                found.setdefault((tie.leader, tie.led), tie)
    return tuple(found.values())


def described(shown: Sequence[Contribution], found: Sequence[Tie]) -> str:
    """The picture in one line of words, for those who do not see it."""
    order = "、".join(item.name for item in shown)
    led = "；".join(f"{tie.leader}对{tie.led}：{tie.zh}" for tie in found)
    return wording.one_line(f"参与人按作用由大到小：{order}。{led}", 400)


def _person(item: Contribution, place: int, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    outcome = outcomes.get(item.name)
    deeds = [zh for deed in item.deeds if (zh := deed_zh(deed))][:DEEDS]
    role = outcome.role.zh if outcome and outcome.role else ""
    lines = ["另案处理" if item.elsewhere else role or "作用未区分"]
    if outcome is not None:
        lines.append(wording.decision_label(outcome.decision)[0])
    return {
        "name": wording.one_line(item.name, LABEL),
        "lines": lines,
        "deeds": [wording.one_line(f"· {zh}", LABEL + 1) for zh in deeds],
        "tone": "away" if item.elsewhere else _tone(outcome),
        "score": max(0.0, min(1.0, (item.score + 3) / 6)),
        "x": GAP + place * (BOX + GAP),
        "height": LINE * (2 + len(lines) + len(deeds)) + 14,
    }


def _tone(outcome: Outcome | None) -> str:
    if outcome is None or outcome.role is None:
        return "plain"
    return {"principal": "main", "accomplice": "lesser", "coerced": "lesser"}.get(
        outcome.role.value, "plain"
    )


def _arcs(found: Sequence[Tie], places: Mapping[str, int]) -> list[dict[str, Any]]:
    """Arrows over the boxes, each on the lowest level where it crosses no other."""
    taken: list[list[tuple[int, int]]] = []
    arcs = []
    for tie in sorted(found, key=lambda t: abs(places[t.leader] - places[t.led])):
        start, end = places[tie.leader], places[tie.led]
        low, high = sorted((start, end))
        level = next(
            (n for n, spans in enumerate(taken) if all(b <= low or a >= high for a, b in spans)),
            len(taken),
        )
        if level == len(taken):
            taken.append([])
        taken[level].append((low, high))
        arcs.append({"start": start, "end": end, "level": level, "zh": tie.zh})
    return arcs


def _path(arc: Mapping[str, Any], rise: int) -> dict[str, Any]:
    centres = [GAP + place * (BOX + GAP) + BOX // 2 for place in (arc["start"], arc["end"])]
    shift = 14 if centres[0] < centres[1] else -14
    start, end = centres[0] + shift, centres[1] - shift
    top = rise - 8 - LIFT * (arc["level"] + 1) + LIFT // 2
    return {
        "d": f"M{start},{rise} V{top} H{end} V{rise - 7}",
        "tip": f"{end - 4},{rise - 8} {end + 4},{rise - 8} {end},{rise - 1}",
        "text_x": (start + end) / 2,
        "text_y": top - 4,
    }


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
