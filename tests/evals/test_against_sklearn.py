"""Agreement with scikit-learn and scipy on 1,000 random prediction sets, where definitions meet.

scikit-learn takes milliseconds a call, so what follows from the same counts is compared on every
tenth set only.
"""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from nolle.evals.calibration import calibration
from nolle.evals.ljp_metrics import multi_label_scores, reference_macro_f1, role_scores
from nolle.evals.metrics import LEVEL1, LEVEL2, confusion, decision_scores, to_level1
from nolle.evals.paired import mid_p
from nolle.evals.repeats import stat

sklearn = pytest.importorskip("sklearn.metrics")
SETS = 1000
UNREAD = "unread"


def random_set(rng: random.Random) -> tuple[list[str], list[str | None]]:
    n = rng.randint(1, 60)
    labels = LEVEL2[: rng.randint(1, 4)]
    gold = rng.choices(labels, k=n)
    said: list[str | None] = [
        g if rng.random() < 0.5 else rng.choice([*LEVEL2, None]) for g in gold
    ]
    return gold, said


def assert_equal_scores(
    gold: list[str], said: list[str | None], classes: tuple[str, ...], *, micro: bool
) -> None:
    """Unreadable answers are a further label that is not averaged over."""
    scores = decision_scores(gold, said, classes)
    read = [p or UNREAD for p in said]
    options: dict[str, Any] = {"labels": list(classes), "zero_division": 0}
    p, r, f, support = sklearn.precision_recall_fscore_support(gold, read, **options)
    for place, name in enumerate(classes):
        found = scores.per_class[name]
        assert (found.precision, found.recall, found.f1, found.support) == pytest.approx(
            (p[place], r[place], f[place], support[place])
        )
    assert scores.macro_f1 == pytest.approx(sum(f) / len(classes))
    if micro:
        expected = sklearn.precision_recall_fscore_support(gold, read, average="micro", **options)
        found_micro = (scores.micro_precision, scores.micro_recall, scores.micro_f1)
        assert found_micro == pytest.approx(expected[:3])


def test_decisions_agree_with_scikit_learn() -> None:
    rng = random.Random(11)
    for number in range(SETS):
        gold, said = random_set(rng)
        assert_equal_scores(gold, said, LEVEL2, micro=number % 2 == 0)
        if number % 10:
            continue
        upper = [str(to_level1(g)) for g in gold]
        assert_equal_scores(upper, [to_level1(p) for p in said], LEVEL1, micro=True)
        table = confusion(gold, said)
        matrix = sklearn.confusion_matrix(
            gold, [p or UNREAD for p in said], labels=[*LEVEL2, UNREAD]
        )
        mine = [list(table[g].values()) for g in LEVEL2]
        assert mine == matrix[: len(LEVEL2)].tolist()


def test_charges_agree_with_scikit_learn() -> None:
    rng = random.Random(12)
    names = list("abcdef")
    for number in range(SETS):
        n = rng.randint(1, 12)
        gold = [set(rng.sample(names, rng.randint(1, 3))) for _ in range(n)]
        said = [set(rng.sample(names, rng.randint(0, 3))) for _ in range(n)]
        found = multi_label_scores(gold, said)
        marks = [[[int(c in row) for c in names] for row in rows] for rows in (gold, said)]
        micro = sklearn.precision_recall_fscore_support(*marks, average="micro", zero_division=0)
        assert (found.precision, found.recall, found.f1) == pytest.approx(micro[:3])
        if number % 10:
            continue
        assert found.accuracy == pytest.approx(sklearn.accuracy_score(*marks))
        each = sklearn.f1_score(*marks, average=None, zero_division=0)
        occurring = [f for f, name in zip(each, names, strict=True) if any(name in g for g in gold)]
        expected = sum(occurring) / len(occurring)
        assert reference_macro_f1(gold, said) == pytest.approx(expected)


def test_roles_agree_with_scikit_learn() -> None:
    rng = random.Random(13)
    roles = ["principal", "accomplice"]
    for number in range(SETS):
        n = rng.randint(1, 20)
        gold, said = rng.choices(roles, k=n), rng.choices(roles, k=n)
        found = role_scores(gold, said, "principal")
        p, r, f, _ = sklearn.precision_recall_fscore_support(
            gold, said, average="binary", pos_label="principal", zero_division=0
        )
        assert (found.precision, found.recall, found.f1) == pytest.approx((p, r, f))
        if number % 10 == 0:
            assert found.accuracy == pytest.approx(sklearn.accuracy_score(gold, said))


def test_brier_scores_agree_with_scikit_learn() -> None:
    rng = random.Random(14)
    for _ in range(SETS):
        n = rng.randint(1, 40)
        sure = [rng.random() for _ in range(n)]
        right = [rng.random() < s for s in sure]
        found = calibration(sure, right)
        assert found is not None
        assert sum(b.n for b in found.bins) == n
        assert all(b.low - 1e-9 <= b.confidence <= b.high + 1e-9 for b in found.bins if b.n)
        expected = sklearn.brier_score_loss(right, sure, pos_label=True)
        assert found.brier == pytest.approx(expected)


def test_standard_errors_and_mid_p_agree_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = random.Random(15)
    for _ in range(SETS):
        values = [rng.random() for _ in range(rng.randint(2, 9))]
        assert stat(values).se == pytest.approx(float(stats.sem(values)))
        b, c = rng.randint(0, 60), rng.randint(0, 60)
        exact = 2 * stats.binom.cdf(min(b, c), b + c, 0.5) - stats.binom.pmf(min(b, c), b + c, 0.5)
        expected = min(1.0, float(exact)) if b + c else 1.0
        assert mid_p(b, c) == pytest.approx(expected)
    assert math.isclose(mid_p(2000, 2100), mid_p(2100, 2000))
