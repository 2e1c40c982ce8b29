"""Fewer passes of Python's cycle collector while much work goes through a process with much law.

The tables of law and the libraries are a million objects that never become garbage. At Python's own
thresholds the collector walks over them so often that it takes a seventh of the CPU of a review
and, in pauses, more of the answers in flight.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = (20_000, 20, 50)
"""New objects before a pass; passes over the youngest, and the middle, before one over more."""
_lock = threading.Lock()
_inside, _found = 0, gc.get_threshold()


def seldom() -> None:
    """Let the collector run less often. For a process that serves one purpose."""
    gc.set_threshold(*_THRESHOLDS)


@contextmanager
def seldom_meanwhile() -> Iterator[None]:
    """As :func:`seldom` while the block runs, in a process that is somebody else's. Any number of
    threads may be inside; the last one out puts back what the first one found."""
    global _inside, _found
    with _lock:
        if _inside == 0:
            _found = gc.get_threshold()
            if _found[0]:  # 0 switches the collector off
                gc.set_threshold(*map(max, _found, _THRESHOLDS))
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                gc.set_threshold(*_found)


def settle() -> None:
    """As :func:`seldom`, and all that is loaded by now goes out of the collector's sight.

    A caller's process is :func:`settled` for a time instead.
    """
    gc.collect()
    gc.freeze()
    seldom()


@contextmanager
def settled() -> Iterator[None]:
    """As :func:`settle`, until the block ends; may be settled again inside it."""
    before = gc.get_threshold()
    settle()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
