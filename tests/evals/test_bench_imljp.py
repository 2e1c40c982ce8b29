"""nolle bench imljp on an invented case; the floors on the development data."""

import pytest

from nolle.errors import InputError
from nolle.evals.bench import bench
from nolle.evals.bench_imljp import plain_names

ROW = {
    "id": "x1",
    "FD": (
        "，2016年3月5日，被告人[张某]因琐事与[王某]发生口角，遂纠集被告人[李某]持木棍殴打[王某]，"
        "致[王某]轻伤二级。案发后二人投案自首。"
    ),
    "CV": (
        "，被告人[张某]、[李某]故意伤害他人身体，致一人轻伤，其行为均已构成故意伤害罪。在共同犯罪中，"
        "被告人[张某]起主要作用，系主犯；被告人[李某]起次要作用，系从犯，应当从轻处罚。"
    ),
    "judgment": {
        "张某": {"guilt": "principal", "prison": 10, "probation": 12},
        "李某": {"guilt": "accomplice", "prison": 6, "probation": 12},
    },
}
NONE = {
    "id": "x2",
    "FD": "，被告人[赵某]打伤他人。",
    "CV": "，[赵某]构成故意伤害罪。",
    "judgment": {},
}


def test_contract(rows_file):
    found = bench("imljp", rows_file([ROW, NONE]))
    assert (found["n"], found["n_defendants"], found["pairs"]) == (1, 2, 1)
    for key in (
        "role_accuracy_fd",
        "role_accuracy_cv",
        "imp_score",
        "imp_acc",
        "imp_err",
        "imp_score_given_roles",
    ):
        assert 0 <= found[key] <= 1
    assert found["role_accuracy_cv"] == found["role_accuracy_fd"] == 1.0
    assert found["defendants_found"] == 1.0
    assert set(found["defendants_found_in"]) == {"fd", "fd_marked", "cv", "cv_marked"}
    assert found["victims_taken"] == 0
    assert found["imp_score_given_roles"] >= 0.6
    assert found["baseline"]["role_accuracy_cv"] == 0.0
    assert {"imp_score", "imp_acc", "imp_err", "term_months"} <= set(found["baseline"])


def test_names_lose_their_brackets():
    assert plain_names("，被告人[张某]、[李某1]到案。") == "被告人张某、李某1到案。"


@pytest.mark.parametrize(
    "row",
    [
        {**ROW, "FD": ""},
        {**ROW, "judgment": None},
        {**ROW, "judgment": {"张某": {"guilt": "leader", "prison": 6}}},
        {**ROW, "judgment": {"张某": {"guilt": "principal"}}},
        NONE,
    ],
)
def test_bad_rows(rows_file, row):
    with pytest.raises(InputError):
        bench("imljp", rows_file([row]))


@pytest.mark.dev_data
def test_floors_on_the_development_data(dev_file):
    found = bench("imljp", dev_file("imljp_sample.jsonl"))
    assert found["role_accuracy_fd"] >= 0.75
    assert found["role_accuracy_cv"] >= 0.95
    assert found["defendants_found"] == 1.0
    assert found["victims_taken"] == 0
    assert found["imp_score"] >= 0.65
    assert found["imp_acc"] >= 0.45
    assert found["imp_score_given_roles"] >= 0.70
    assert found["imp_score"] > found["baseline"]["imp_score"]
    assert found["imp_err"] < found["baseline"]["imp_err"]
