"""PDP-Bench's scorer written anew from its description, sharing nothing with the package.

Reads a folder of ``details_*.json`` and gives what the peers' ``eval/metrics.py DIR`` prints.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

KINDS = ["起诉", "相对不起诉", "法定不起诉", "存疑不起诉"]
UPPER = ["起诉", "不起诉"]


def rescore(folder: Path) -> dict[str, float]:
    """Every figure by name; ``.se`` beside those that are averaged over runs."""
    rows = [
        row
        for file in sorted(folder.glob("details_*.json"))
        for row in json.loads(file.read_text("utf-8"))
    ]
    by_run: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_run[row["run_id"]].append(row)
    found: dict[str, float] = {}
    for level, names in (("l1", UPPER), ("l2", KINDS)):
        per_run = [tally([labels(row, level) for row in part], names) for part in by_run.values()]
        for figure in ("macro", "micro", *names):
            values = [run[figure] for run in per_run]
            found[f"{level}.{figure}"], found[f"{level}.{figure}.se"] = average(values)
        pooled = tally([labels(row, level) for row in rows], names)
        found |= {f"{level}.{key}": pooled[key] for key in pooled if key.endswith((".p", ".r"))}
    scores = [article(row) for row in rows]
    for place, name in enumerate(("p", "r", "f")):
        found[f"articles.{name}"] = sum(score[place] for score in scores) / len(scores)
    return found


def label(raw: str) -> str | None:
    """The decision of a raw string, None where it is none of the four labels."""
    text = raw.strip().replace("**", "")
    text = text[:-1].strip() if text.endswith("。") else text
    return text if text in KINDS else None


def labels(row: Any, level: str) -> tuple[str | None, str | None]:
    """Reference and prediction of a row at a level."""
    pair = label(row["reference"]["decision"]), label(row["prediction"]["decision"])
    if level == "l2":
        return pair
    one, two = (v if v in (None, "起诉") else "不起诉" for v in pair)
    return one, two


def tally(pairs: list[tuple[str | None, str | None]], names: list[str]) -> dict[str, float]:
    """Macro and micro F1, and F1, precision, recall of each class."""
    known = [(g, p) for g, p in pairs if g is not None]
    scores: dict[str, float] = {}
    all_tp = all_fp = all_fn = 0
    for name in names:
        tp = fp = fn = 0
        for gold, predicted in known:
            if gold == name and predicted == name:
                tp += 1
            elif predicted == name:
                fp += 1
            elif gold == name:
                fn += 1
        scores[f"{name}.p"] = tp / (tp + fp) if tp + fp > 0 else 0.0
        scores[f"{name}.r"] = tp / (tp + fn) if tp + fn > 0 else 0.0
        scores[name] = harmonic(scores[f"{name}.p"], scores[f"{name}.r"])
        all_tp, all_fp, all_fn = all_tp + tp, all_fp + fp, all_fn + fn
    scores["macro"] = sum(scores[name] for name in names) / len(names)
    unread = sum(predicted is None for _, predicted in known)
    scores["micro"] = 2 * all_tp / (2 * len(known) - unread) if known else 0.0
    return scores


def article(row: Any) -> tuple[float, float, float]:
    """Precision, recall and F1 of the sets of one row."""
    gold = set(row["reference"]["relevant_articles"])
    predicted = set(row["prediction"]["relevant_articles"])
    if not gold and not predicted:
        return 1.0, 1.0, 1.0
    if not gold or not predicted:
        return 0.0, 0.0, 0.0
    both = len(gold & predicted)
    return (
        both / len(predicted),
        both / len(gold),
        harmonic(both / len(predicted), both / len(gold)),
    )


def average(values: list[float]) -> tuple[float, float]:
    """Mean, and sample deviation over the root of the number of runs."""
    n = len(values)
    mean = sum(values) / n
    if n == 1:
        return mean, 0.0
    return mean, math.sqrt(sum((v - mean) ** 2 for v in values) / (n - 1)) / math.sqrt(n)


def harmonic(one: float, two: float) -> float:
    """The harmonic mean, 0 where both are 0."""
    return 2 * one * two / (one + two) if one + two > 0 else 0.0
