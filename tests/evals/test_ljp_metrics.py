"""Metrics of legal judgment prediction against values worked out by hand."""

import math

import pytest

from nolle.evals import ljp_metrics as m


@pytest.mark.parametrize(
    ("gold", "predicted", "distance"),
    [(12, 12, 0.0), (0, 0, 0.0), (0, math.e - 1, 1.0), (6, 13, math.log(2)), (13, 6, math.log(2))],
)
def test_log_distance_is_symmetric_and_knows_zero(gold, predicted, distance):
    assert m.log_distance(gold, predicted) == pytest.approx(distance)


@pytest.mark.parametrize(
    ("distance", "score"),
    [
        (0.0, 1.0),
        (0.2, 1.0),
        (0.2001, 0.8),
        (0.4, 0.8),
        (0.6, 0.6),
        (0.61, 0.4),
        (0.8, 0.4),
        (1.0, 0.2),
        (1.0001, 0.0),
        (9.0, 0.0),
    ],
)
def test_steps_of_the_term_score(distance, score):
    assert m.imp_step(distance) == score


def test_term_scores_by_hand():
    scores = m.term_scores([12, 12, 0, 0], [12, 16, 0, 1])
    # |16-12|/12 is a third: wrong; 0 against 0 right, 1 against 0 wrong
    assert scores.imp_acc == pytest.approx(2 / 4)
    assert scores.imp_err == pytest.approx((0 + 4 + 0 + 1) / 180 / 4)
    steps = [1.0, m.imp_step(math.log(17 / 13)), 1.0, m.imp_step(math.log(2))]
    assert steps[1] == 0.8
    assert steps[3] == 0.4
    assert scores.imp_score == pytest.approx(sum(steps) / 4)
    assert scores.log_d == pytest.approx((math.log(17 / 13) + math.log(2)) / 4)


@pytest.mark.parametrize(
    ("predicted", "right"), [(15, True), (9, True), (15.1, False), (8.9, False)]
)
def test_a_quarter_off_is_still_right(predicted, right):
    assert m.term_scores([12], [predicted]).imp_acc == float(right)


def test_empty_lists_score_zero():
    scores = m.term_scores([], [])
    assert (scores.imp_score, scores.imp_acc, scores.imp_err, scores.log_d) == (0, 0, 0, 0)
    assert m.lawbench_term_score([], []) == 0.0


def test_lawbench_term_score_by_hand():
    assert m.lawbench_term_score([12, 12], [12, 12]) == 1.0
    assert m.lawbench_term_score([215], [0]) == pytest.approx(0.0)
    assert m.lawbench_term_score([12], [None]) == pytest.approx(0.0)
    # unclipped: farther off than ln 216 goes below zero
    assert m.lawbench_term_score([1000], [0]) < 0
    half = m.lawbench_term_score([12, 12], [12, None])
    assert half == pytest.approx(0.5)
    one = m.lawbench_term_score([6], [13])
    assert one == pytest.approx(1 - math.log(2) / math.log(216))


@pytest.mark.parametrize(
    ("answer", "months"),
    [
        ("刑期:36个月", 36),
        ("判处有期徒刑三年，即36月", 36),
        ("有期徒刑3年", 36),
        ("3年6个月", 6),
        ("12月或8个月", 8),
        ("无期徒刑", None),
        ("", None),
    ],
)
def test_months_as_lawbench_reads_them(answer, months):
    assert m.months_of_answer(answer) == months


@pytest.mark.parametrize(
    ("gold", "predicted", "f1"),
    [
        ([{"264"}], [{"264"}], 1.0),
        ([{"264", "266"}], [{"264"}], 2 / 3),
        ([{"264"}], [{"266"}], 0.0),
        ([set()], [set()], 1.0),
        ([{"264"}, {"133"}], [{"264"}, set()], 0.5),
    ],
)
def test_mean_set_f1(gold, predicted, f1):
    assert m.mean_set_f1(gold, predicted) == pytest.approx(f1)


def test_options_fire_as_substrings():
    options = ["盗窃", "抢夺", "抢夺枪支", "诈骗"]
    assert m.options_in("罪名:抢夺枪支", options) == {"抢夺", "抢夺枪支"}
    assert m.options_in("无", options) == set()


def test_multi_label_scores_by_hand():
    scores = m.multi_label_scores([{"a"}, {"a", "b"}, {"c"}], [{"a"}, {"a"}, {"c", "d"}])
    assert scores.accuracy == pytest.approx(1 / 3)
    assert scores.precision == pytest.approx(3 / 4)
    assert scores.recall == pytest.approx(3 / 4)
    assert scores.f1 == pytest.approx(3 / 4)


def test_cail_f1_counts_an_unused_label_as_right():
    gold, predicted = [{"a"}, {"b"}], [{"a"}, {"a"}]
    # a: tp 1, fp 1 -> 2/3; b: fn 1 -> 0; c unused -> 1; micro: tp 1, fp 1, fn 1 -> 1/2
    macro = (2 / 3 + 0 + 1) / 3
    assert m.cail_f1(gold, predicted, ["a", "b", "c"]) == pytest.approx((macro + 0.5) / 2)


def test_reference_macro_f1_takes_gold_labels_only():
    gold, predicted = [{"a"}, {"b"}], [{"a"}, {"z"}]
    assert m.reference_macro_f1(gold, predicted) == pytest.approx((1 + 0) / 2)


@pytest.mark.parametrize(
    ("defendants", "charges", "name"), [(1, 1, "S1"), (1, 2, "S2"), (3, 1, "S3"), (2, 2, "S4")]
)
def test_scenarios(defendants, charges, name):
    assert m.scenario(defendants, charges) == name


def test_role_scores_have_the_principal_as_positive():
    gold = ["principal", "principal", "accomplice", "accomplice"]
    predicted = ["principal", "accomplice", "principal", "accomplice"]
    scores = m.role_scores(gold, predicted, "principal")
    assert (scores.accuracy, scores.precision, scores.recall, scores.f1) == (0.5, 0.5, 0.5, 0.5)
    assert m.role_scores(["accomplice"], ["accomplice"], "principal").f1 == 0.0


def test_pairs_need_both_members_right():
    one = ({"甲": "p", "乙": "a", "丙": "a"}, {"甲": "p", "乙": "a", "丙": "p"})
    alone = ({"丁": "p", "戊": "p"}, {"丁": "p", "戊": "a"})
    missing = ({"己": "p", "庚": "a"}, {"己": "p"})
    assert m.pair_accuracy([one], "p", "a") == (0.5, 2)
    assert m.pair_accuracy([one, alone, missing], "p", "a") == (pytest.approx(1 / 3), 3)
    assert m.pair_accuracy([], "p", "a") == (0.0, 0)


def test_one_role_for_all_gets_no_pair_right():
    gold = {"甲": "p", "乙": "a"}
    assert m.pair_accuracy([(gold, dict.fromkeys(gold, "p"))], "p", "a") == (0.0, 1)


def test_best_constant_takes_the_first_of_equals():
    gold = [6, 12, 12, 24]
    best, score = m.best_constant(range(60), lambda c: m.term_scores(gold, [c] * 4).imp_acc)
    # 9 is the first within a quarter of 12
    assert best == 9
    assert score == 0.5
    assert m.best_constant([1, 2, 3], lambda _: 0.0) == (1, 0.0)
