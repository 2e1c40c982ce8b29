"""Metrics of legal judgment prediction: articles, charges, terms and roles, as published.

Months throughout. Definitions follow the data sets that use them: LawBench 3-1, 3-3, 3-4;
CAIL2018; MPMCP and MultiJustice; IMLJP.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from ..cases.joint import scenario_of
from ..cases.models import Frozen
from .metrics import article_scores

T = TypeVar("T")
LN_216 = math.log(216)
"""What LawBench divides the mean distance of terms by, and what an answer without number costs."""
_STEPS = ((0.2, 1.0), (0.4, 0.8), (0.6, 0.6), (0.8, 0.4), (1.0, 0.2))
_RIGHT_SHARE = 0.25
_LONGEST = 180.0
_EPSILON = 1e-9
_ANSWER = (re.compile(r"(\d+)个月"), re.compile(r"(\d+)月"), re.compile(r"(\d+)年"))


class TermScores(Frozen):
    """IMLJP's scores of terms: step score, share within a quarter, mean error by 180 months."""

    imp_score: float
    imp_acc: float
    imp_err: float
    log_d: float


class MultiLabelScores(Frozen):
    """Exact set match, and precision, recall, F1 micro-averaged over all (row, label) pairs."""

    accuracy: float
    precision: float
    recall: float
    f1: float


class RoleScores(Frozen):
    """Roles of single defendants with the principal as the positive class."""

    accuracy: float
    precision: float
    recall: float
    f1: float


def log_distance(gold: float, predicted: float) -> float:
    """``|ln(gold + 1) - ln(predicted + 1)|`` of two terms in months."""
    return abs(math.log(gold + 1) - math.log(predicted + 1))


def log_d(gold: Sequence[float], predicted: Sequence[float]) -> float:
    """Mean log distance of terms in months; 0 for no rows."""
    return _mean([log_distance(g, p) for g, p in zip(gold, predicted, strict=True)])


def imp_step(distance: float) -> float:
    """The step function of CAIL2018 and IMLJP over a log distance: 1 up to 0.2, …, 0 beyond 1."""
    return next((score for most, score in _STEPS if distance <= most + _EPSILON), 0.0)


def term_scores(gold: Sequence[float], predicted: Sequence[float]) -> TermScores:
    """ImpScore, ImpAcc, ImpErr and LogD of terms in months; a gold 0 is right only as 0."""
    pairs = list(zip(gold, predicted, strict=True))
    return TermScores(
        imp_score=_mean([imp_step(log_distance(g, p)) for g, p in pairs]),
        imp_acc=_mean([float(_close(g, p)) for g, p in pairs]),
        imp_err=_mean([abs(p - g) / _LONGEST for g, p in pairs]),
        log_d=log_d(gold, predicted),
    )


def lawbench_term_score(gold: Sequence[float], predicted: Sequence[float | None]) -> float:
    """LawBench 3-4 and 3-5: ``1 - mean distance / ln 216``, unclipped.

    ``predicted`` None (an answer without a number) costs ln 216. Rows whose reference is life or
    death are to be left out before. 0 for no rows.
    """
    distances = [
        LN_216 if p is None else log_distance(g, p) for g, p in zip(gold, predicted, strict=True)
    ]
    return 1 - _mean(distances) / LN_216 if distances else 0.0


def cail_term_score(gold: Sequence[float], predicted: Sequence[float | None]) -> float:
    """CAIL2018's judge of terms: the step function of ImpScore; life -1 and death -2 exact.

    A negative prediction for a term in months, and no prediction, score 0. 0 for no rows.
    """
    return _mean([_cail_term(g, p) for g, p in zip(gold, predicted, strict=True)])


def _cail_term(gold: float, predicted: float | None) -> float:
    if predicted is None:
        return 0.0
    if gold < 0 or predicted < 0:
        return float(gold == predicted)
    return imp_step(log_distance(gold, predicted))


def comprehensiveness(whole: float, without: float) -> float:
    """COMP(k): a metric on the input minus that on the input without its k most influential
    tokens."""
    return whole - without


def months_of_answer(answer: str) -> int | None:
    """The term in months as LawBench reads it out of an answer; None without a number.

    The first ``N个月``, else the first ``N月``, else the first ``N年`` times twelve.
    """
    for pattern, factor in zip(_ANSWER, (1, 1, 12), strict=True):
        match = pattern.search(answer)
        if match:
            return int(match.group(1)) * factor
    return None


def mean_set_f1(gold: Sequence[Collection[str]], predicted: Sequence[Collection[str]]) -> float:
    """F1 of the two sets of each row, then the mean; both empty is 1, one empty 0."""
    return article_scores(gold, predicted)["f1"]


def options_in(answer: str, options: Iterable[str]) -> set[str]:
    """LawBench 3-3: the option names that occur as substrings of the answer."""
    return {name for name in options if name in answer}


def multi_label_scores(
    gold: Sequence[Collection[str]], predicted: Sequence[Collection[str]]
) -> MultiLabelScores:
    """MPMCP and MultiJustice: one row per defendant, labels are charges (or articles)."""
    pairs = [(set(g), set(p)) for g, p in zip(gold, predicted, strict=True)]
    hits = sum(len(g & p) for g, p in pairs)
    precision = _share(hits, sum(len(p) for _, p in pairs))
    recall = _share(hits, sum(len(g) for g, _ in pairs))
    return MultiLabelScores(
        accuracy=_mean([float(g == p) for g, p in pairs]),
        precision=precision,
        recall=recall,
        f1=_f1(precision, recall),
    )


def cail_f1(
    gold: Sequence[Collection[str]], predicted: Sequence[Collection[str]], labels: Sequence[str]
) -> float:
    """CAIL2018's judge: (micro-F1 + macro-F1) / 2 over the full list of labels.

    A label with neither true nor false positives nor misses scores 1.
    """
    pairs = [(set(g), set(p)) for g, p in zip(gold, predicted, strict=True)]
    counts = [_counts(pairs, label) for label in labels]
    macro = _mean([1.0 if not any(c) else _f1_of(*c) for c in counts])
    micro = _f1_of(*(sum(column) for column in zip(*counts, strict=True))) if counts else 0.0
    return (micro + macro) / 2


def reference_macro_f1(
    gold: Sequence[Collection[str]], predicted: Sequence[Collection[str]]
) -> float:
    """Macro-F1 over the labels that occur in the gold labels."""
    pairs = [(set(g), set(p)) for g, p in zip(gold, predicted, strict=True)]
    labels = sorted({label for g, _ in pairs for label in g})
    return _mean([_f1_of(*_counts(pairs, label)) for label in labels])


def scenario(defendants: int, charges: int) -> str:
    """MPMCP's scenario of a case: ``S1`` one defendant and one charge, … ``S4`` several of both.

    ``charges`` is the number of distinct charges of the case.
    """
    return scenario_of(defendants, charges).value


def role_scores(gold: Sequence[str], predicted: Sequence[str], positive: str) -> RoleScores:
    """Accuracy, precision, recall and F1 of roles with ``positive`` as the positive class."""
    pairs = list(zip(gold, predicted, strict=True))
    tp = sum(g == p == positive for g, p in pairs)
    precision = _share(tp, sum(p == positive for _, p in pairs))
    recall = _share(tp, sum(g == positive for g, _ in pairs))
    return RoleScores(
        accuracy=_mean([float(g == p) for g, p in pairs]),
        precision=precision,
        recall=recall,
        f1=_f1(precision, recall),
    )


def pair_accuracy(
    cases: Iterable[tuple[Mapping[str, str], Mapping[str, str]]], positive: str, negative: str
) -> tuple[float, int]:
    """Share of (positive, negative) pairs of one case with both members right, and their number.

    Each case is gold and predicted role by name. 0 for no pairs.
    """
    right = total = 0
    for gold, predicted in cases:
        tops = [name for name, role in gold.items() if role == positive]
        lows = [name for name, role in gold.items() if role == negative]
        good = {name for name, role in gold.items() if predicted.get(name) == role}
        total += len(tops) * len(lows)
        right += sum(t in good and low in good for t in tops for low in lows)
    return _share(right, total), total


def best_constant(candidates: Iterable[T], score: Callable[[T], float]) -> tuple[T, float]:
    """The candidate with the greatest score (the first of equals) and its score."""
    scored = [(candidate, score(candidate)) for candidate in candidates]
    return max(scored, key=lambda pair: pair[1])


def _close(gold: float, predicted: float) -> bool:
    if gold == 0:
        return predicted == 0
    return abs(predicted - gold) / gold <= _RIGHT_SHARE + _EPSILON


def _counts(pairs: Sequence[tuple[set[str], set[str]]], label: str) -> tuple[int, int, int]:
    tp = sum(label in g and label in p for g, p in pairs)
    fp = sum(label not in g and label in p for g, p in pairs)
    fn = sum(label in g and label not in p for g, p in pairs)
    return tp, fp, fn


def _f1_of(tp: int, fp: int, fn: int) -> float:
    return _share(2 * tp, 2 * tp + fp + fn)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
