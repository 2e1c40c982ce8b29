"""``nolle bench``: score labelled rows of one kind and give a trivial baseline beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..cases.gold import Labelled, load_labelled
from ..cases.vocabulary import Decision
from ..errors import InputError
from ..graphs.asking import Asking
from ..graphs.run import run
from .bench_imljp import bench_imljp
from .bench_lawbench import bench_lawbench
from .bench_lexeval import bench_lexeval
from .metrics import LEVEL1, LEVEL2, article_scores, confusion, decision_scores, to_level1

Progress = Callable[[int, int], None]
DIGITS = 4


def bench(
    kind: str, path: Path, model: str = "rules", on_progress: Progress | None = None
) -> dict[str, Any]:
    """Score the rows of ``path``; ``kind`` is one of :data:`KINDS`.

    Raises InputError for an unknown kind or an unusable file.
    """
    if kind not in KINDS:
        raise InputError(f"bench kind {kind!r} is unknown; use one of: {', '.join(KINDS)}")
    return KINDS[kind](path, model, on_progress)


def bench_reviews(path: Path, model: str, on_progress: Progress | None) -> dict[str, Any]:
    """Decision quality on labelled reviews: macro-F1 on both levels, per class, confusion."""
    rows = [row for row in load_labelled(path) if row.decision is not None]
    if not rows:
        raise InputError(f"{path}: no row has a decision; bench reviews needs labelled rows")
    gold = [row.decision.value for row in rows if row.decision]
    predicted: list[str | None] = []
    cited: list[tuple[str, ...]] = []
    by_person: Counter[str] = Counter()
    for done, row in enumerate(rows, 1):
        review = run(row.case, model=model, asking=Asking(corpus=False))
        predicted.append(review.decision.value if review.decision else None)
        cited.append(review.articles)
        by_person += _persons(row, {n: o.decision for n, o in review.outcomes.items()})
        if on_progress:
            on_progress(done, len(rows))
    return {
        "kind": "reviews",
        "model": model,
        "n": len(rows),
        **_decision_figures(gold, predicted),
        "articles": _rounded(article_scores([row.articles for row in rows], cited)),
        "defendants": dict(sorted(by_person.items())),
        "baseline": _majority(gold),
    }


KINDS: dict[str, Callable[[Path, str, Progress | None], dict[str, Any]]] = {
    "reviews": bench_reviews,
    "lawbench": bench_lawbench,
    "lexeval": bench_lexeval,
    "imljp": bench_imljp,
}


def _decision_figures(gold: Sequence[str], predicted: Sequence[str | None]) -> dict[str, Any]:
    level2 = decision_scores(gold, predicted, LEVEL2)
    level1 = decision_scores(
        [str(to_level1(g)) for g in gold], [to_level1(p) for p in predicted], LEVEL1
    )
    return {
        "l2_macro_f1": round(level2.macro_f1, DIGITS),
        "l1_macro_f1": round(level1.macro_f1, DIGITS),
        "l2_micro_f1": round(level2.micro_f1, DIGITS),
        "per_class": {
            name: _rounded(score.model_dump()) for name, score in level2.per_class.items()
        },
        "confusion": confusion(gold, predicted, LEVEL2),
        "unresolved": sum(p is None for p in predicted),
    }


def _majority(gold: Sequence[str]) -> dict[str, Any]:
    """What always answering the commonest label would score."""
    label = Counter(gold).most_common(1)[0][0]
    scores = decision_scores(gold, [label] * len(gold), LEVEL2)
    flat = [str(to_level1(g)) for g in gold]
    level1 = decision_scores(flat, [to_level1(label)] * len(gold), LEVEL1)
    return {
        "label": label,
        "l2_macro_f1": round(scores.macro_f1, DIGITS),
        "l1_macro_f1": round(level1.macro_f1, DIGITS),
    }


def _persons(row: Labelled, found: dict[str, Decision | None]) -> Counter[str]:
    """How many labelled defendants were found by name, and how many got the labelled decision."""
    tally: Counter[str] = Counter()
    for person in row.defendants:
        if person.decision is None:
            continue
        tally["labelled"] += 1
        tally["found"] += person.name in found
        tally["right"] += found.get(person.name) is person.decision
    return tally


def _rounded(scores: dict[str, Any]) -> dict[str, Any]:
    return {k: round(v, DIGITS) if isinstance(v, float) else v for k, v in scores.items()}
