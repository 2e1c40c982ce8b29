"""Keys of records: a hash of everything that an answer hangs on, so that changed settings never
mix with old records.

A key is ``SETTINGS.CODE``: 24 hexadecimal digits for case, arm, prompts, model, sampling and seed,
and 8 for the code and data that shape answers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from .arms import Arm, ArmKind
from .samples import Sample, Task

ROOT = Path(__file__).parents[1]
PROMPTS = ROOT / "agents" / "prompts"
_SHAPING = ("cases", "statutes", "tools", "retrieval", "agents", "graphs")
_ANSWERING = (
    "bench_lawbench bench_lexeval by_rules civil dataset_kinds joint_answering joint_rules "
    "joint_shots ljp_articles mcq questions record_of stated_term term"
)
_OWN_PROMPTS = {
    ArmKind.MMSI: ("joint_", "mmsi_"),
    ArmKind.MULTIJUSTICE: ("joint_", "multijustice_"),
}
_NOT_OF_REVIEWS = ("baseline_", "question", "joint_", "mmsi_", "multijustice_")
_SUFFIXES = {".py", ".yaml", ".j2"}


def sample_digest(task: Task, sample: Sample, today: date) -> str:
    """A hash of what an arm reads of a sample. Its place in the data and, where the case has a date
    of its own, the present day do not count.
    """
    joint = {"joint": sample.joint.model_dump(mode="json")} if sample.joint else {}
    return digest(
        {
            **joint,
            "task": task,
            "case": sample.case.model_dump(mode="json"),
            "given": [sample.given_charges, sample.given_articles],
            "today": None if sample.case.meta.date else today.isoformat(),
        }
    )


def arm_digest(task: Task, arm: Arm, spec: str, shown: str = "") -> str:
    """A hash of an arm with its prompts, the model spec it asks and the version of the index that
    its examples are from (``shown``), without its description.
    """
    # Where a file of examples lies does not matter; what it holds is in ``shown``.
    hidden = {"about", "examples"} | (set() if arm.design else {"design"})
    return digest(
        {
            "arm": arm.model_dump(mode="json", exclude=hidden),
            "prompts": prompts_hash(arm.kind, task),
            "spec": spec,
            "shown": shown,
        }
    )


def record_key(sample: str, arm: str, run_id: int, seed: int | None, code: str) -> str:
    """The key of one answer, from the digests of sample and arm and the hash of the code."""
    return f"{digest([sample, arm, run_id, seed])[:24]}.{code[:8]}"


def settings_of(key: str) -> str:
    """The part of a key that leaves the code out."""
    return key.partition(".")[0]


@cache
def prompts_hash(kind: ArmKind, task: Task) -> str:
    """A hash of the prompt files that an arm uses for a task; "" for the rules."""
    if kind is ArmKind.RULES:
        return ""
    files = [path for path in PROMPTS.glob("*.j2") if _belongs(path.stem, kind, task)]
    if kind is ArmKind.ONE_SHOT:
        files.append(ROOT / "agents" / "data" / "baseline_demonstration.yaml")
    return _of_files(files)[:16]


def _belongs(stem: str, kind: ArmKind, task: Task) -> bool:
    if kind in _OWN_PROMPTS:
        return stem.startswith(_OWN_PROMPTS[kind])
    if kind is not ArmKind.GRAPH:
        return stem.startswith("baseline_" if task is Task.PROSECUTION else "question")
    return not stem.startswith(_NOT_OF_REVIEWS)


@cache
def code_hash() -> str:
    """A hash of the code and data in this installation that shape answers."""
    files = [path for room in _SHAPING for path in (ROOT / room).rglob("*")]
    files += [ROOT / "evals" / f"{name}.py" for name in _ANSWERING.split()]
    files += (ROOT / "evals" / "data").glob("*.yaml")
    return _of_files(path for path in files if path.suffix in _SUFFIXES)


def digest(value: Any) -> str:
    """SHA-256 of a value as JSON with sorted keys."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _of_files(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(path.relative_to(ROOT).as_posix().encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
