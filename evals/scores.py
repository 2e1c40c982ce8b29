"""``OUT/metrics.json``: every figure of a run directory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .calibration import calibration
from .decisions import (
    ReadingKind,
    decision_figures,
    decision_of,
    distribution,
    failures,
    gold_label,
)
from .folder import Arm, Place, RunFolder, place_of, read_folder, write_json
from .graded import asked_of, grade
from .judgments import judgment_figures
from .paired import DRAWS
from .process import process_figures
from .records import Gold
from .significance import own_interval, significance
from .spend import spend_figures

METRICS = "metrics.json"
FORMAT = 1
_DIGITS = 6


def write_metrics(folder: Path) -> dict[str, Any]:
    """Score a run directory, write ``metrics.json`` into it and return what was written.

    Raises InputError where the folder holds no records or a file cannot be read.
    """
    return write_scores(read_folder(folder))


def write_scores(run: RunFolder) -> dict[str, Any]:
    """As :func:`write_metrics`, for a run directory that was read already."""
    metrics = score(run)
    write_json(run.path / METRICS, metrics)
    return metrics


def score(folder: RunFolder, draws: int = DRAWS) -> dict[str, Any]:
    """Every figure of a run: per arm, and of each pair of arms. Shares and scores are 0 to 1.

    With ``draws`` 0 there are no bootstrap intervals and no comparison of pairs.

    Figures with repeats are ``{"mean", "se"}`` over runs. Without gold labels there are only the
    distribution of labels, failures and what was spent.
    """
    asked = {place_of(record) for arm in folder.arms for record in arm.records}
    labelled = [gold_label(folder.gold[place]) for place in asked if place in folder.gold]
    data: dict[str, Any] = {
        "format": FORMAT,
        "about": folder.about.model_dump(mode="json"),
        "cases": len(asked),
        "labelled": len(labelled),
        "superseded": folder.superseded,
        "set_aside": folder.set_aside,
        "gold_distribution": distribution(label.value for label in labelled if label)
        if any(labelled)
        else None,
        "arms": [_arm(folder, arm, len(asked), draws) for arm in folder.arms],
        "significance": significance(folder, draws) if folder.gold and draws else [],
    }
    rounded: dict[str, Any] = _rounded(data)
    return rounded


def _arm(folder: RunFolder, arm: Arm, cases: int, draws: int) -> dict[str, Any]:
    decided = any(decision_of(r, kind) for r in arm.records for kind in ReadingKind)
    labelled = any(gold_label(gold) for gold in folder.gold.values())
    gold_list = folder.about.settings.get("charge_labels") or ()
    return {
        "arm": arm.name,
        "model": arm.model,
        "label": folder.label(arm),
        "runs": len(arm.runs),
        "records": len(arm.records),
        "missing": cases * len(arm.runs) - len(arm.records),
        "failures": failures(arm.records),
        "distribution": {
            kind.value: distribution(decision_of(r, kind) for r in arm.records)
            for kind in ReadingKind
        }
        if labelled or (decided and not folder.gold)
        else None,
        "decisions": {kind.value: decision_figures(arm, folder.gold, kind) for kind in ReadingKind},
        "interval": own_interval(arm, folder.gold, draws) if draws else None,
        "judgments": judgment_figures(arm, folder.gold, gold_list),
        "calibration": _calibration(arm, folder.gold),
        "process": process_figures(
            arm.records,
            [gold_label(g) if (g := folder.gold.get(place_of(r))) else None for r in arm.records],
        ),
        "spend": spend_figures(arm.records),
    }


def _calibration(arm: Arm, gold: Mapping[Place, Gold]) -> dict[str, Any] | None:
    """Over the answers that have a confidence, a label and a decision (or other answer)."""
    sure, right = [], []
    for record in arm.records:
        label = gold.get(place_of(record))
        graded = grade(record, label, asked_of([record])) if label else None
        if graded is None or record.confidence is None or record.failure is not None:
            continue
        sure.append(record.confidence)
        right.append(graded.right)
    found = calibration(sure, right)
    return found.model_dump() if found else None


def _rounded(value: Any) -> Any:
    """Floats to six digits, so that a file is the same on every machine."""
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
