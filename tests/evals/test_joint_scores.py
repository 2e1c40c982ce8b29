"""The scores of answers about several defendants."""

from __future__ import annotations

from typing import Any

from support.joint_prompts import CASE, LOCAL

from nolle.cases.joint import JointCase
from nolle.cases.vocabulary import Role
from nolle.evals.joint_scores import joint_scores
from nolle.graphs.joint_run import JointResult


def answered(name: str, design: str, **more: Any) -> tuple[JointCase, JointResult]:
    return CASE, JointResult(id="c1", defendant=name, design=design, model=LOCAL, **more)


def test_scores_count_what_could_not_be_read():
    charges = [
        answered("姜某某", "multijustice_charge", charges=("故意伤害罪", "盗窃罪")),
        answered("姜某", "multijustice_charge", charges=()),
    ]
    found = joint_scores(charges)
    assert set(found) == {"S3", "all"}
    scores = found["S3"].charges
    assert (scores.accuracy, scores.precision, scores.recall, scores.f1) == (0, 0.5, 0.5, 0.5)
    terms = [
        answered("姜某某", "mmsi_two_stage", months=36, role=Role.PRINCIPAL),
        answered("姜某", "mmsi_two_stage", months=None, role=None),
    ]
    found = joint_scores(terms)
    assert (found["all"].terms, found["all"].open_terms) == (1, 1)
    assert (found["all"].term.imp_score, found["all"].term.log_d) == (1, 0)
    assert found["all"].roles.accuracy == 0.5
    assert found["all"].charges is None
    assert joint_scores([])["all"].n == 0
