"""The one figure that an arm is known by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

_MAIN = (
    ("choice", "accuracy", "multiple-choice accuracy"),
    ("persons", "f1", "charges per defendant, F1"),
    ("charges", "macro_f1", "charge macro-F1"),
    ("roles", "f1", "role F1"),
    ("terms", "imp_score", "ImpScore"),
    ("person_terms", "imp_score", "ImpScore"),
    ("article_numbers", "set_f1", "article F1"),
)


def headline(arm: Mapping[str, Any]) -> tuple[str, float, float] | None:
    """The main figure of an arm: its name, mean and standard error; None without gold labels."""
    if arm["decisions"]["strict"]:
        found = arm["decisions"]["strict"]["l2"]["macro_f1"]
        return "L2 macro-F1", found["mean"], found["se"]
    return trial_headline(arm)


def trial_headline(arm: Mapping[str, Any]) -> tuple[str, float, float] | None:
    """The main figure of trial-stage prediction, likewise; None where there are no such labels."""
    return next(iter(trial_figures(arm)), None)


def trial_figures(arm: Mapping[str, Any]) -> list[tuple[str, float, float]]:
    """The figure of every subject of trial-stage prediction that labels and answers allow."""
    found = []
    for subject, key, name in _MAIN:
        figure = arm["judgments"].get(subject, {}).get(key)
        if figure is not None:
            found.append((name, figure["mean"], figure["se"]))
    return found


def shared_headline(arms: Sequence[Mapping[str, Any]]) -> list[tuple[str, float, float] | None]:
    """The main figure of each arm, the same one for all: the first that most arms have; None for
    an arm without it."""
    figures = [_figures(arm) for arm in arms]
    counts = Counter(name for found in figures for name, _, _ in found)
    if not counts:
        return [None for _ in arms]
    # Of figures that as many arms have, Counter keeps the order in which they first came.
    chosen = counts.most_common(1)[0][0]
    return [next((one for one in found if one[0] == chosen), None) for found in figures]


def _figures(arm: Mapping[str, Any]) -> list[tuple[str, float, float]]:
    first = headline(arm) if arm["decisions"]["strict"] else None
    return [*([first] if first else []), *trial_figures(arm)]
