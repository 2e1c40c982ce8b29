"""Reading a run directory: what it is about, the gold labels, and the records of each arm.

Records are read without their long parts (answer, steps), which stay in the file and are fetched
for single records by :meth:`Kept.whole`: a run of 20,000 records then fits into little memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import ValidationError

from ..cases.models import Frozen
from ..errors import InputError
from .records import About, Gold, Record

RECORDS, GOLD, ABOUT = "records.jsonl", "gold.jsonl", "run.json"


Place = tuple[str, int]
"""The id of a case and its place in the data; ids alone may be empty or repeat."""


def place_of(labelled: Record | Gold) -> Place:
    """Which case a record or a label belongs to."""
    return labelled.case_id, labelled.index


class Kept(Frozen):
    """A record without answer and steps, and where in the file the whole one stands."""

    record: Record
    offset: int

    def whole(self, file: BinaryIO) -> Record:
        """The record with its answer and steps, from the opened ``records.jsonl``."""
        file.seek(self.offset)
        return Record.model_validate_json(file.readline())


class Arm(Frozen):
    """All records of one arm with one model, by run and then in the order of the data."""

    name: str
    model: str
    kept: tuple[Kept, ...]

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The records without answer and steps."""
        return tuple(kept.record for kept in self.kept)

    @cached_property
    def runs(self) -> dict[int, tuple[Record, ...]]:
        """The records by run id."""
        found: dict[int, list[Record]] = {}
        for record in self.records:
            found.setdefault(record.run_id, []).append(record)
        return {run_id: tuple(found[run_id]) for run_id in sorted(found)}


class RunFolder(Frozen):
    """A run directory as read. ``superseded`` counts records that a later one replaces, and
    ``set_aside`` those of arms or models that ``run.json`` does not name."""

    path: Path
    about: About
    gold: dict[Place, Gold]
    arms: tuple[Arm, ...]
    superseded: int = 0
    set_aside: int = 0

    def label(self, arm: Arm) -> str:
        """The arm's name, with the model where the run has several."""
        return arm.name if len({a.model for a in self.arms}) == 1 else f"{arm.name} · {arm.model}"

    def open_records(self) -> BinaryIO:
        """The records file, for :meth:`Kept.whole`."""
        return (self.path / RECORDS).open("rb")


def read_folder(path: Path) -> RunFolder:
    """Read a run directory; gold labels may be absent, torn lines are left out.

    Raises InputError where there are no records or a file cannot be read.
    """
    if not (path / RECORDS).is_file():
        raise InputError(f"no {RECORDS}, {path}, give a folder that nolle compare wrote")
    about = _about(path)
    latest: dict[tuple[str, str, int, Place], Kept] = {}
    superseded = set_aside = 0
    for kept in _records(path / RECORDS):
        record = kept.record
        named = not about.arms or record.arm in about.arms
        if not named or (about.models and record.model not in {*about.models, "rules"}):
            set_aside += 1
            continue
        answered = (record.model, record.arm, record.run_id, place_of(record))
        superseded += answered in latest
        latest[answered] = kept
    if not latest:
        raise InputError(f"no records, {path / RECORDS}, run nolle compare into this folder first")
    return RunFolder(
        path=path,
        about=about,
        gold={place_of(gold): gold for gold in _gold(path)},
        arms=_arms(list(latest.values()), about),
        superseded=superseded,
        set_aside=set_aside,
    )


def _arms(kept: Sequence[Kept], about: About) -> tuple[Arm, ...]:
    """Arms in the order of ``run.json``, those with the same name by model."""
    grouped: dict[tuple[str, str], list[Kept]] = {}
    for one in kept:
        grouped.setdefault((one.record.arm, one.record.model), []).append(one)
    order = {name: place for place, name in enumerate(about.arms)}
    models = {name: place for place, name in enumerate(about.models)}
    names = sorted(
        grouped, key=lambda am: (models.get(am[1], 0), order.get(am[0], len(order)), am[1], am[0])
    )
    return tuple(
        Arm(
            name=name,
            model=model,
            kept=tuple(
                sorted(grouped[name, model], key=lambda k: (k.record.run_id, k.record.index))
            ),
        )
        for name, model in names
    )


def _about(path: Path) -> About:
    file = path / ABOUT
    if not file.is_file():
        return About(data=path.name)
    try:
        return About.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise InputError(f"{_first(error)}, {file}, run nolle compare into it again") from None


def _gold(path: Path) -> Iterator[Gold]:
    if not (path / GOLD).is_file():
        return
    for line, _, where in _lines(path / GOLD):
        try:
            yield Gold.model_validate(line)
        except ValidationError as error:
            raise InputError(f"{_first(error)}, {where}, mend or leave out the line") from None


def _records(file: Path) -> Iterator[Kept]:
    for line, offset, where in _lines(file):
        line.pop("steps", None)
        line.pop("answer", None)
        try:
            yield Kept(record=Record.model_validate(line), offset=offset)
        except ValidationError as error:
            raise InputError(f"{_first(error)}, {where}, mend or leave out the line") from None


def _lines(file: Path) -> Iterator[tuple[dict[str, Any], int, str]]:
    """The objects of a JSON lines file, each with its offset and its place for messages."""
    offset = 0
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            where = f"{file}, line {number}"
            start, offset = offset, offset + len(line)
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except ValueError:
                # Torn by a kill; where the run went on, the record was written again.
                continue
            if not isinstance(value, dict):
                raise InputError(f"no JSON object, {where}, mend or leave out the line")
            yield value, start, where


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def write_json(target: Path, data: object) -> None:
    """Write a JSON file whole or not at all; InputError where it cannot be written."""
    part = target.with_name(target.name + ".part")
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", errors="replace")
        part.replace(target)
    except OSError as error:
        raise InputError(f"cannot write {target}: {error.strerror}; mend its folder") from None
