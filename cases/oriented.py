"""One defendant's view of a text that names several: original, split, masked, contrasted.

The three strategies of MMSI (guilt inference in cases of several defendants). Names are found
longest first and never inside a longer name, known or not: masking 姜某 touches neither 姜某某 nor
姜某甲, masking 阳某 not 欧阳某. Every mask leads back: ``unmask(mask(text)) == text``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cached_property

from .models import Frozen
from .names import occurrences

TARGET = "目标被告人"
"""What stands in the marker of the defendant that a text is about."""

OTHER = "同案被告人"
"""What stands in the markers of the others, with a number from 1."""

_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?\n]+[”’」』）)]*|$)")


class Strategy(StrEnum):
    """What a model sees of a case in order to judge one of its defendants."""

    ORIGINAL = "original"
    SPLIT = "split"
    MASK = "mask"


class Masking(Frozen):
    """Which names become which markers, and which other names stay whole; from :func:`masking`."""

    markers: dict[str, str]
    names: tuple[str, ...]

    def mask(self, text: str) -> str:
        """``text`` with every masked name replaced by its marker, all others untouched."""
        out: list[str] = []
        past = 0
        for start, end, name in places(text, self.names):
            if name in self.markers:
                out += (text[past:start], self.markers[name])
                past = end
        return "".join((*out, text[past:]))

    def unmask(self, text: str) -> str:
        """The names back in the place of their markers, in a masked text or in an answer."""
        return self._marked.sub(lambda m: self._back[m[0]], text) if self.markers else text

    @cached_property
    def _back(self) -> dict[str, str]:
        return {marker: name for name, marker in self.markers.items()}

    @cached_property
    def _marked(self) -> re.Pattern[str]:
        longest_first = sorted(self._back, key=len, reverse=True)
        return re.compile("|".join(re.escape(marker) for marker in longest_first))


class OrientedView(Frozen):
    """A text as it is shown in order to judge ``name``, and the way back to its own words."""

    name: str
    strategy: Strategy
    text: str
    masking: Masking

    @property
    def subject(self) -> str:
        """What the defendant is called in the text."""
        return self.masking.markers.get(self.name, self.name)

    def original(self) -> str:
        """The text with every name in its place (of a split view: the sentences that it holds)."""
        return self.masking.unmask(self.text)


def oriented(
    text: str, name: str, names: Iterable[str] = (), strategy: Strategy = Strategy.MASK
) -> OrientedView:
    """The view of ``text`` for the defendant ``name``; ``names`` are all persons that it names.

    ``original`` leaves the text, ``split`` keeps the sentences that name the defendant, ``mask``
    puts markers in the place of the defendant's name and, numbered, of the others'.
    """
    people = tuple(names)
    if strategy is Strategy.MASK:
        way = masking((text,), name, people, others=True)
        return OrientedView(name=name, strategy=strategy, text=way.mask(text), masking=way)
    shown = text if strategy is Strategy.ORIGINAL else split(text, name, people)
    plain = Masking(markers={}, names=_distinct((name, *people)))
    return OrientedView(name=name, strategy=strategy, text=shown, masking=plain)


def contrasts(text: str, name: str, names: Iterable[str]) -> tuple[OrientedView, ...]:
    """One view for each other person: the defendant's marker against that person's marker.

    Third persons keep their names, so that a prompt can ask who of the two did more.
    """
    people = _distinct((name, *names))
    views = []
    for other in people[1:]:
        marks = _markers((text,), {name: TARGET, other: OTHER})
        way = Masking(markers=marks, names=people)
        views.append(
            OrientedView(name=name, strategy=Strategy.MASK, text=way.mask(text), masking=way)
        )
    return tuple(views)


def masking(
    texts: Sequence[str],
    name: str,
    names: Iterable[str] = (),
    *,
    label: str = TARGET,
    others: bool = False,
) -> Masking:
    """Markers for ``name`` that none of ``texts`` holds, and with ``others`` for everybody else.

    Without ``others`` it is the paper's MASK: the rest of ``names`` stays and is only protected.
    """
    people = _distinct((name, *names))
    wanted = {name: label}
    if others:
        wanted |= {other: f"{OTHER}{i}" for i, other in enumerate(people[1:], start=1)}
    return Masking(markers=_markers(texts, wanted), names=people)


def split(text: str, name: str, names: Iterable[str] = ()) -> str:
    """The sentences of ``text`` that name the defendant, in order; "" if none does."""
    people = _distinct((name, *names))
    spans = [(start, end) for start, end, found in places(text, people) if found == name]
    kept = []
    for sentence in _SENTENCE.finditer(text):
        start, end = sentence.span()
        if any(start <= at < end for at, _ in spans):
            kept.append(sentence[0])
    return "".join(kept)


def places(text: str, names: Iterable[str]) -> list[tuple[int, int, str]]:
    """Where the names stand in the text: ``(start, end, name)`` in order, never overlapping."""
    covered = bytearray(len(text))
    found = [
        (start, end, name)
        for name in sorted(_distinct(names), key=len, reverse=True)
        for start, end in occurrences(text, name, covered)
    ]
    return sorted(found)


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _markers(texts: Sequence[str], labels: dict[str, str]) -> dict[str, str]:
    """``〔label〕`` for every name, in as many brackets as it takes for the texts to hold none.

    All in equally many: no marker then stands within another, nor can one arise between a marker
    and the brackets of the text around it.
    """
    depth = 1
    while any(_bracketed(label, depth) in text for label in labels.values() for text in texts):
        depth += 1
    return {name: _bracketed(label, depth) for name, label in labels.items() if name}


def _bracketed(label: str, depth: int) -> str:
    return "〔" * depth + label + "〕" * depth
