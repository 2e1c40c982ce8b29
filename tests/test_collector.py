"""The cycle collector while much work goes through: settled for a time, then as before."""

from __future__ import annotations

import gc
import weakref

import pytest

from nolle.collector import settled


class Node:
    """Something that only the collector can end."""

    def __init__(self) -> None:
        self.me = self


def test_what_is_loaded_is_out_of_sight_until_the_end() -> None:
    before = gc.get_threshold()
    with settled():
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_an_error_inside_leaves_it_as_before() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), settled():
        raise KeyError("x")
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_garbage_made_inside_still_ends() -> None:
    with settled():
        seen = [weakref.ref(Node()) for _ in range(30_000)]
        assert sum(one() is None for one in seen) > 10_000
