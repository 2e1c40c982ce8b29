"""The card of a data set: how many of what, how long, from when, and whether labels leak."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

from ..cases.models import FIELDS, Case, Frozen
from ..graphs.baseline_prompts import demonstration_case
from .samples import Data, Sample, Task, has_label

CASE_KEYS = {"id", "meta", "person_info", "procedure", "fact"}
LIKE = 0.8
"""Jaccard similarity of character 5-grams from which two texts count as the same case."""
MOST = 12
_OUTCOME = re.compile(
    r"(?:决定|作出|予以|依法)(?:对[^，。；]{0,20})?(?:相对|法定|存疑|酌定|绝对)?不起诉|提起公诉的决定|判决如下"
)
_SPACE = re.compile(r"\s+")


class Leaks(Frozen):
    """What would give labels away. ``outside_case``: samples whose case holds more than a case
    may; ``outcome_words``: ids of cases whose text tells a decision; ``duplicates``: ids of cases
    whose text occurs before; ``demonstration``: ids of cases that the one-shot example is too.
    """

    outside_case: tuple[str, ...] = ()
    outcome_words: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    demonstration: tuple[str, ...] = ()

    @property
    def found(self) -> bool:
        """Whether there is anything to look at."""
        return any(getattr(self, name) for name in Leaks.model_fields)


class Card(Frozen):
    """A data set in figures; lengths in characters."""

    name: str
    split: str
    task: Task
    samples: int
    of: int
    labelled: int
    classes: dict[str, int]
    charges: dict[str, int]
    charge_kinds: int
    defendants: dict[str, int]
    scenarios: dict[str, int]
    length_min: int
    length_median: int
    length_max: int
    first_date: str
    last_date: str
    undated: int
    provinces: int
    leaks: Leaks


def make_card(data: Data) -> Card:
    """The card of the samples."""
    samples = data.samples
    golds = [sample.gold for sample in samples]
    lengths = [sum(len(sample.case.text_of(f)) for f in FIELDS) for sample in samples]
    dates = sorted(date for sample in samples if (date := sample.case.meta.date.strip()))
    charges = Counter(name for gold in golds for name in gold.charges)
    people = Counter(len(gold.persons) for gold in golds if gold.persons)
    return Card(
        name=data.name,
        split=data.split,
        task=data.task,
        samples=len(samples),
        of=data.of,
        labelled=sum(has_label(gold, data.task) for gold in golds),
        classes=_counts(_class_of(sample, data.task) for sample in samples),
        charges=dict(charges.most_common(MOST)),
        charge_kinds=len(charges),
        defendants={str(size): people[size] for size in sorted(people)},
        scenarios=_counts(gold.scenario for gold in golds),
        length_min=min(lengths),
        length_median=round(median(lengths)),
        length_max=max(lengths),
        first_date=dates[0] if dates else "",
        last_date=dates[-1] if dates else "",
        undated=len(samples) - len(dates),
        provinces=len({sample.case.meta.province for sample in samples} - {""}),
        leaks=find_leaks(samples),
    )


def _class_of(sample: Sample, task: Task) -> str:
    if task is Task.CHOICE:
        return sample.gold.choice
    return sample.gold.decision.value if sample.gold.decision else ""


def _counts(values: Iterable[str]) -> dict[str, int]:
    found = Counter(value for value in values if value)
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def find_leaks(samples: Sequence[Sample]) -> Leaks:
    """Cases that tell more than a case may, twins, and twins of the one-shot example."""
    seen: set[str] = set()
    doubled, told, more, shown = [], [], [], []
    example = grams(_text(demonstration_case()))
    for sample in samples:
        case = sample.case
        text = _text(case)
        if text in seen:
            doubled.append(case.id)
        seen.add(text)
        if case.model_dump().keys() - CASE_KEYS:
            more.append(case.id)
        if _OUTCOME.search(text):
            told.append(case.id)
        if jaccard(example, grams(text)) >= LIKE:
            shown.append(case.id)
    return Leaks(
        outside_case=tuple(more),
        outcome_words=tuple(told),
        duplicates=tuple(doubled),
        demonstration=tuple(shown),
    )


def _text(case: Case) -> str:
    return _SPACE.sub("", "\n".join(case.text_of(field) for field in FIELDS))


def grams(text: str, size: int = 5) -> frozenset[str]:
    """The character n-grams of a text; the text itself where it is shorter."""
    return frozenset(text[i : i + size] for i in range(max(1, len(text) - size + 1)))


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    """Shared elements over all; 0 where both are empty."""
    both = len(left | right)
    return len(left & right) / both if both else 0.0


def card_lines(card: Card) -> list[str]:
    """The card in a few lines for people."""
    head = f"{card.name}{f', split {card.split}' if card.split else ''}: {card.samples}"
    head += f" of {card.of}" if card.of != card.samples else ""
    lines = [f"{head} samples, task {card.task}, {card.labelled} labelled"]
    if card.classes:
        lines.append(f"classes: {_listed(card.classes)}")
    if card.charges:
        more = f" ({card.charge_kinds} charges in all)" if card.charge_kinds > MOST else ""
        lines.append(f"charges: {_listed(card.charges)}{more}")
    if card.scenarios:
        lines.append(f"scenarios: {_listed(card.scenarios)}")
    if card.defendants:
        lines.append(f"defendants per case: {_listed(card.defendants)}")
    lines.append(
        f"length: {card.length_min} to {card.length_max} characters, median {card.length_median}; "
        f"dates: {card.first_date or 'none'}{f' to {card.last_date}' if card.last_date else ''}, "
        f"{card.undated} without; {card.provinces} provinces"
    )
    lines.append(f"leak check: {_leak_line(card.leaks)}")
    return lines


def _leak_line(leaks: Leaks) -> str:
    named = {
        "more than a case may hold": leaks.outside_case,
        "words of an outcome in the text": leaks.outcome_words,
        "text that occurs before": leaks.duplicates,
        "the same as the one-shot example": leaks.demonstration,
    }
    parts = [
        f"{len(ids)} with {what} ({'、'.join(ids[:3])}{' …' if len(ids) > 3 else ''})"
        for what, ids in named.items()
        if ids
    ]
    return "; ".join(parts) or "nothing found"


def _listed(counts: dict[str, Any]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
