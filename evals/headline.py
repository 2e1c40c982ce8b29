"""The one figure that an arm is known by."""

from __future__ import annotations

from collections.abc import Mapping
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
    for subject, key, name in _MAIN:
        if key in arm["judgments"].get(subject, {}):
            found = arm["judgments"][subject][key]
            return name, found["mean"], found["se"]
    return None
