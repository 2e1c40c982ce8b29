"""Decision and article metrics, exactly as PDP-Bench defines them.

A prediction of None (unresolved or unparsable) stays in the evaluation: a false negative for the
gold class and a false positive for none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..cases.models import Frozen
from ..cases.vocabulary import Decision

LEVEL2: tuple[str, ...] = tuple(d.value for d in Decision)
LEVEL1: tuple[str, ...] = ("P", "NP")
UNRESOLVED = "unresolved"


class ClassScore(Frozen):
    """One-vs-rest scores of a class; 0 where undefined."""

    precision: float
    recall: float
    f1: float
    support: int


class DecisionScores(Frozen):
    """Scores over a fixed list of classes; macro is the mean over all of them, present or not."""

    macro_f1: float
    micro_precision: float
    micro_recall: float
    micro_f1: float
    per_class: dict[str, ClassScore]


def decision_scores(
    gold: Sequence[str], predicted: Sequence[str | None], classes: Sequence[str] = LEVEL2
) -> DecisionScores:
    """Macro and micro scores of predictions against gold labels of the same length."""
    pairs = list(zip(gold, predicted, strict=True))
    per_class: dict[str, ClassScore] = {}
    totals = [0, 0, 0]
    for name in classes:
        tp = sum(g == name and p == name for g, p in pairs)
        fp = sum(g != name and p == name for g, p in pairs)
        fn = sum(g == name and p != name for g, p in pairs)
        totals = [totals[0] + tp, totals[1] + fp, totals[2] + fn]
        per_class[name] = ClassScore(**_prf(tp, fp, fn), support=tp + fn)
    micro = _prf(*totals)
    return DecisionScores(
        macro_f1=_mean([c.f1 for c in per_class.values()]),
        micro_precision=micro["precision"],
        micro_recall=micro["recall"],
        micro_f1=micro["f1"],
        per_class=per_class,
    )


def confusion(
    gold: Sequence[str], predicted: Sequence[str | None], classes: Sequence[str] = LEVEL2
) -> dict[str, dict[str, int]]:
    """Counts by gold class (rows) and predicted class or ``unresolved`` (columns)."""
    columns = (*classes, UNRESOLVED)
    table = {row: dict.fromkeys(columns, 0) for row in classes}
    for g, p in zip(gold, predicted, strict=True):
        table[g][p or UNRESOLVED] += 1
    return table


def article_scores(
    gold: Sequence[Collection[str]], predicted: Sequence[Collection[str]]
) -> dict[str, float]:
    """Mean over samples of set precision, recall and F1; both empty is 1, one empty is 0."""
    rows = [_set_prf(set(g), set(p)) for g, p in zip(gold, predicted, strict=True)]
    return {key: _mean([row[key] for row in rows]) for key in ("precision", "recall", "f1")}


def to_level1(label: str | None) -> str | None:
    """``P`` stays, the three kinds of non-prosecution become ``NP``, None stays None."""
    return None if label is None else Decision(label).level1


def _set_prf(gold: set[str], predicted: set[str]) -> dict[str, float]:
    if not gold and not predicted:
        return {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    tp = len(gold & predicted)
    return _prf(tp, len(predicted) - tp, len(gold) - tp)


def _prf(tp: int, fp: int, fn: int) -> dict[str, float]:
    precision = tp / (tp + fp) if tp + fp else 0.0
    recall = tp / (tp + fn) if tp + fn else 0.0
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return {"precision": precision, "recall": recall, "f1": f1}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
