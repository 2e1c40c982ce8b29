"""Predictions in the layout of the peers' own result files, so that their scorers rescore ours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .decisions import prediction_raw, reference_raw
from .folder import Arm, RunFolder, place_of, read_folder, write_json
from .records import Gold, Record
from .samples import Task

_UNSAFE = re.compile(r"[^\w.+-]+")


def export_pdp(folder: Path) -> list[Path]:
    """Write ``export/pdp/<model>_<arm>/details_<arm>.json`` for every arm; returns the files.

    Each is a JSON list with id, sample_index, run_id, prediction and reference of every record, by
    run and then in the order of the data: PDP-Bench's ``eval/metrics.py`` reads such a folder.
    A run without gold labels, or on another task than the prosecution decision, exports nothing.

    Raises InputError where the folder holds no records or a file cannot be read.
    """
    return export_run(read_folder(folder))


def export_run(run: RunFolder) -> list[Path]:
    """As :func:`export_pdp`, for a run directory that was read already."""
    if not run.gold or run.about.task != Task.PROSECUTION:
        return []
    names = _names(run)
    written = []
    for arm, name in zip(run.arms, names, strict=True):
        rows = [
            _row(record, run.gold[place_of(record)])
            for record in arm.records
            if place_of(record) in run.gold
        ]
        if not rows:
            continue
        target = run.path / "export" / "pdp" / name / f"details_{_safe(arm.name)}.json"
        write_json(target, rows)
        written.append(target)
    return written


def _row(record: Record, gold: Gold) -> dict[str, Any]:
    return {
        "id": record.case_id,
        "sample_index": record.index,
        "run_id": record.run_id,
        "prediction": {
            "relevant_articles": list(record.raw_articles),
            "decision": prediction_raw(record),
        },
        "reference": {
            "relevant_articles": list(gold.articles),
            "decision": reference_raw(gold),
        },
    }


def _names(run: RunFolder) -> list[str]:
    """A folder name for each arm; models that differ in other signs only are numbered."""
    found: list[str] = []
    for arm in run.arms:
        base = name = _folder(arm)
        number = 1
        while name in found:
            number += 1
            name = f"{base}-{number}"
        found.append(name)
    return found


def _folder(arm: Arm) -> str:
    return f"{_safe(arm.model)}_{_safe(arm.name)}"


def _safe(text: str) -> str:
    return _UNSAFE.sub("-", text).strip(".-") or "x"
