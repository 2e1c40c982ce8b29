import pytest
from hypothesis import given
from hypothesis import strategies as st

from nolle.errors import InputError
from nolle.retrieval.fusion import K, fuse

IDS = st.integers(0, 30)
RANKING = st.lists(IDS, unique=True, max_size=20)
RANKINGS = st.lists(RANKING, min_size=1, max_size=4)


def order(lists, **more):
    return [item for item, _ in fuse(lists, **more)]


def test_the_score_is_that_of_the_paper() -> None:
    assert K == 60
    fused = dict(fuse([["a", "b"], ["b", "c"]]))
    assert fused == pytest.approx({"b": 1 / 62 + 1 / 61, "a": 1 / 61, "c": 1 / 62})
    assert order([["a", "b"], ["b", "c"]]) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("lists", "more", "expected"),
    [
        ([], {}, []),
        ([[], []], {}, []),
        ([["a"], []], {}, ["a"]),
        ([["a", "b"], ["b", "a"]], {}, ["a", "b"]),
        ([["b", "a"], ["a", "b"]], {}, ["a", "b"]),
        ([["a", "b"], ["b", "a"]], {"weights": [1, 2]}, ["b", "a"]),
        ([["a"], ["b"]], {"weights": [0, 1]}, ["b"]),
        ([["a", "b", "a"], ["b"]], {}, ["b", "a"]),
        ([["a", "b", "c"]], {"top": 2}, ["a", "b"]),
        ([["a", "b"]], {"k": 0}, ["a", "b"]),
    ],
)
def test_order(lists, more, expected) -> None:
    assert order(lists, **more) == expected


@pytest.mark.parametrize(
    ("lists", "more", "told"),
    [
        ([["a"]], {"weights": [1, 2]}, "2 weights for 1 rankings"),
        ([["a"]], {"weights": [-1]}, "-1"),
        ([["a"]], {"weights": [float("nan")]}, "nan"),
        ([["a"]], {"k": float("inf")}, "inf"),
    ],
)
def test_what_cannot_be_fused_is_refused(lists, more, told) -> None:
    with pytest.raises(InputError, match=told):
        fuse(lists, **more)


@given(RANKINGS, st.randoms(use_true_random=False))
def test_the_order_of_the_lists_does_not_matter(lists, rng) -> None:
    shuffled = list(lists)
    rng.shuffle(shuffled)
    assert fuse(shuffled) == fuse(lists)


@given(RANKINGS)
def test_what_every_list_ranks_first_is_first(lists) -> None:
    assert order([[99, *ranking] for ranking in lists])[0] == 99


@given(RANKING)
def test_one_list_keeps_its_order(ranking) -> None:
    assert order([ranking]) == ranking


@given(RANKINGS)
def test_nothing_is_lost_or_made_up_and_scores_fall(lists) -> None:
    fused = fuse(lists)
    assert {item for item, _ in fused} == {item for ranking in lists for item in ranking}
    scores = [score for _, score in fused]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= len(lists) / (K + 1) for score in scores)


@given(RANKINGS, IDS)
def test_a_better_rank_in_one_list_never_hurts(lists, item) -> None:
    worse = [[x for x in ranking if x != item] for ranking in lists]
    behind = [[*worse[0], item], *lists[1:]]
    before = [[item, *worse[0]], *lists[1:]]
    assert order(before).index(item) <= order(behind).index(item)


@given(RANKINGS, st.floats(0.1, 10))
def test_a_common_factor_of_the_weights_changes_no_order(lists, factor) -> None:
    weights = [1.0, 2.0, 3.0, 4.0][: len(lists)]
    one = dict(fuse(lists, weights=weights))
    other = dict(fuse(lists, weights=[w * factor for w in weights]))
    assert other == pytest.approx({item: score * factor for item, score in one.items()})
