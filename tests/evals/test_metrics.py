import random

import pytest

from nolle.evals.metrics import article_scores, confusion, decision_scores, to_level1

GOLD = ["P", "P", "P", "P", "DNP", "DNP", "SNP", "IENP"]
PRED = ["P", "P", "P", "DNP", "DNP", None, "IENP", "IENP"]


def test_per_class_scores_by_hand():
    scores = decision_scores(GOLD, PRED)
    assert scores.per_class["P"].f1 == pytest.approx(6 / 7)
    assert scores.per_class["P"].precision == 1.0
    assert scores.per_class["DNP"].f1 == pytest.approx(0.5)
    assert scores.per_class["SNP"].f1 == 0.0
    assert scores.per_class["IENP"].f1 == pytest.approx(2 / 3)
    assert scores.macro_f1 == pytest.approx((6 / 7 + 0.5 + 0 + 2 / 3) / 4)


def test_unresolved_is_a_miss_for_gold_and_a_false_alarm_for_nobody():
    scores = decision_scores(GOLD, PRED)
    # 5 right of 7 answers and of 8 cases: micro-F1 is 2TP / (2N - U)
    assert scores.micro_precision == pytest.approx(5 / 7)
    assert scores.micro_recall == pytest.approx(5 / 8)
    assert scores.micro_f1 == pytest.approx(2 * 5 / (2 * 8 - 1))


def test_absent_classes_count_zero_in_the_macro_mean():
    assert decision_scores(["P", "P"], ["P", "P"]).macro_f1 == pytest.approx(0.25)


def test_confusion_has_a_column_for_unresolved():
    table = confusion(GOLD, PRED)
    assert table["DNP"] == {"P": 0, "DNP": 1, "SNP": 0, "IENP": 0, "unresolved": 1}
    assert sum(sum(row.values()) for row in table.values()) == len(GOLD)


@pytest.mark.parametrize(
    ("label", "level1"), [("P", "P"), ("DNP", "NP"), ("SNP", "NP"), ("IENP", "NP"), (None, None)]
)
def test_level1(label, level1):
    assert to_level1(label) == level1


@pytest.mark.parametrize(
    ("gold", "predicted", "f1"),
    [
        (set(), set(), 1.0),
        ({"cl:第三十七条"}, set(), 0.0),
        (set(), {"cl:第三十七条"}, 0.0),
        ({"a", "b"}, {"b", "c"}, 0.5),
        ({"a"}, {"a", "b", "c"}, 0.5),
    ],
)
def test_article_sets(gold, predicted, f1):
    assert article_scores([gold], [predicted])["f1"] == pytest.approx(f1)


def test_article_scores_are_means_over_samples():
    scores = article_scores([{"a"}, {"a", "b"}], [{"a"}, {"b", "c"}])
    assert scores["f1"] == pytest.approx((1 + 0.5) / 2)
    assert scores["precision"] == pytest.approx((1 + 0.5) / 2)


def test_agrees_with_an_independent_count_on_random_predictions():
    rng = random.Random(7)
    labels = ["P", "DNP", "SNP", "IENP"]
    for _ in range(200):
        n = rng.randint(1, 40)
        gold = [rng.choice(labels) for _ in range(n)]
        pred = [rng.choice(labels) for _ in range(n)]
        scores = decision_scores(gold, pred)
        accuracy = sum(g == p for g, p in zip(gold, pred, strict=True)) / n
        assert scores.micro_f1 == pytest.approx(accuracy)
        for name in labels:
            called = pred.count(name)
            hits = sum(g == p == name for g, p in zip(gold, pred, strict=True))
            expected = 2 * hits / (called + gold.count(name)) if called + gold.count(name) else 0
            assert scores.per_class[name].f1 == pytest.approx(expected)
