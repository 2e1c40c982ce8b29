"""The end of a process in the middle of a graph."""

from __future__ import annotations


class Killed(BaseException):
    """Stands for the end of the process: nothing in the graph may catch it."""
