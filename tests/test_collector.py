"""The cycle collector while much work goes through: settled for a time, then as before."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from nolle.collector import seldom_meanwhile, settled


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


def test_reviews_side_by_side_leave_the_thresholds_as_they_were() -> None:
    before = gc.get_threshold()
    inside, leave = threading.Barrier(3), threading.Event()

    def review() -> None:
        with seldom_meanwhile():
            inside.wait(10)
            leave.wait(10)

    threads = [threading.Thread(target=review) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait(10)
    assert gc.get_threshold()[0] > before[0]
    with seldom_meanwhile():
        pass
    assert gc.get_threshold()[0] > before[0]
    leave.set()
    for thread in threads:
        thread.join()
    assert gc.get_threshold() == before


def test_a_collector_that_is_off_stays_off() -> None:
    before = gc.get_threshold()
    gc.set_threshold(0)
    try:
        with seldom_meanwhile():
            assert gc.get_threshold()[0] == 0
        assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)
