"""Decisions and articles of one arm against gold, as PDP-Bench reports them over repeated runs.

Macro, micro and class F1 are taken per run and averaged; precision, recall, counts, confusion and
article scores are pooled over all runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any

from ..cases.vocabulary import Decision
from ..graphs.reading import strict_label
from ..statutes.citations import keys_in
from .folder import Arm, Place, place_of
from .metrics import (
    LEVEL1,
    LEVEL2,
    UNRESOLVED,
    article_scores,
    confusion,
    decision_scores,
    to_level1,
)
from .records import Failure, Gold, Record
from .repeats import stat

_CODES = frozenset(d.value for d in Decision)


class ReadingKind(StrEnum):
    """The two readings that are reported side by side."""

    STRICT = "strict"
    LENIENT = "lenient"


def prediction_raw(record: Record) -> str:
    """The string that the peers' scorer reads; a review's own label in Chinese, "" for none."""
    raw = record.raw_decision
    if record.decision is not None and (not raw or raw in _CODES):
        return record.decision.zh
    return raw


def reference_raw(gold: Gold) -> str:
    """The reference as the peers' scorer reads it: as it stood, or the label that it means."""
    if gold.decision is not None and strict_label(gold.raw_decision) is not gold.decision:
        return gold.decision.zh
    return gold.raw_decision


def gold_label(gold: Gold) -> Decision | None:
    """The reference decision; None where it cannot be read, which drops the sample."""
    return strict_label(reference_raw(gold))


def decision_of(record: Record, kind: ReadingKind) -> Decision | None:
    """The decision under one reading; a review has nothing to read, so both are its label."""
    if kind is ReadingKind.STRICT:
        return strict_label(prediction_raw(record))
    if record.lenient is None and record.process.checks:
        return strict_label(prediction_raw(record))
    return record.lenient


def articles_of(record: Record, kind: ReadingKind) -> tuple[str, ...]:
    """The cited articles: raw strings strictly, canonical keys leniently."""
    if kind is ReadingKind.STRICT:
        return record.raw_articles
    return canonical(record.lenient_articles or record.raw_articles)


def canonical(articles: Iterable[str]) -> tuple[str, ...]:
    """Article strings as canonical keys, each once; what is no citation stays as it is."""
    return tuple(dict.fromkeys(key for text in articles for key in _keys(text)))


@lru_cache(maxsize=4096)
def _keys(text: str) -> tuple[str, ...]:
    return keys_in(text) or (text,)


def decision_figures(
    arm: Arm, gold: Mapping[Place, Gold], kind: ReadingKind = ReadingKind.STRICT
) -> dict[str, Any] | None:
    """Both levels and the articles of an arm; None where no case of it has a decision label."""
    runs = [_pairs(records, gold, kind) for records in arm.runs.values()]
    if not any(runs):
        return None
    flat = [
        [(str(to_level1(g)), None if p is None else to_level1(p)) for g, p in run] for run in runs
    ]
    return {
        "n": sum(len(run) for run in runs),
        "l1": _level(flat, LEVEL1),
        "l2": _level(runs, LEVEL2),
        "unresolved": sum(p is None for run in runs for _, p in run),
        "articles": article_figures(arm, gold, kind),
    }


def article_figures(
    arm: Arm, gold: Mapping[Place, Gold], kind: ReadingKind
) -> dict[str, float] | None:
    """Mean set precision, recall and F1 over all answers; None where no label cites an article."""
    pairs = [(gold[place_of(r)], r) for r in arm.records if place_of(r) in gold]
    if not any(g.articles for g, _ in pairs):
        return None
    read: Callable[[Iterable[str]], Iterable[str]]
    read = canonical if kind is ReadingKind.LENIENT else tuple
    return article_scores(
        [set(read(g.articles)) for g, _ in pairs], [set(articles_of(r, kind)) for _, r in pairs]
    )


def distribution(labels: Iterable[str | None]) -> dict[str, float]:
    """The share of every decision and of ``unresolved`` among the labels."""
    counts = Counter(label or UNRESOLVED for label in labels)
    total = counts.total() or 1
    return {name: counts[name] / total for name in (*LEVEL2, UNRESOLVED)}


def failures(records: Sequence[Record]) -> dict[str, int]:
    """How many answers have no decision, by reason."""
    counts = Counter(record.failure.value for record in records if record.failure)
    return {failure.value: counts[failure.value] for failure in Failure}


def _pairs(
    records: Sequence[Record], gold: Mapping[Place, Gold], kind: ReadingKind
) -> list[tuple[str, str | None]]:
    """Gold and predicted label of every record whose reference can be read."""
    found = []
    for record in records:
        label = gold.get(place_of(record))
        known = gold_label(label) if label else None
        if known is not None:
            predicted = decision_of(record, kind)
            found.append((known.value, predicted.value if predicted else None))
    return found


def _level(
    runs: Sequence[Sequence[tuple[str, str | None]]], classes: Sequence[str]
) -> dict[str, Any]:
    scores = [
        decision_scores([g for g, _ in run], [p for _, p in run], classes) for run in runs if run
    ]
    gold = [g for run in runs for g, _ in run]
    predicted = [p for run in runs for _, p in run]
    pooled = decision_scores(gold, predicted, classes)
    table = confusion(gold, predicted, classes)
    return {
        "macro_f1": stat([s.macro_f1 for s in scores]).model_dump(),
        "micro_f1": stat([s.micro_f1 for s in scores]).model_dump(),
        "micro_precision": pooled.micro_precision,
        "micro_recall": pooled.micro_recall,
        "per_class": {
            name: {
                "precision": pooled.per_class[name].precision,
                "recall": pooled.per_class[name].recall,
                "f1": stat([s.per_class[name].f1 for s in scores]).model_dump(),
                **_counts(table, name),
            }
            for name in classes
        },
        "confusion": table,
    }


def _counts(table: Mapping[str, Mapping[str, int]], name: str) -> dict[str, int]:
    """True and false positives and misses of a class, and its support, from the confusion."""
    right = table[name][name]
    support = sum(table[name].values())
    called = sum(row[name] for row in table.values())
    return {"tp": right, "fp": called - right, "fn": support - right, "support": support}
