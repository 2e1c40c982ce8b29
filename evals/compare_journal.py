"""The records of a run directory: appended one by one, each on disk before it counts.

``records.jsonl`` holds exactly the records of the settings that the last run was started with;
those of other settings lie in ``records-aside.jsonl`` and come back when they are asked for again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ..errors import InputError
from ..graphs.journal import hold
from .keys import settings_of
from .records import Failure, Record

RECORDS, ASIDE, LOCK = "records.jsonl", "records-aside.jsonl", ".lock"
BRIEF = ("arm", "model", "case_id", "decision", "failure", "spent")
AGAIN = frozenset({Failure.LIMIT.value, Failure.MODEL_ERROR.value})
"""Failures that another run may well settle: their records are dropped and asked for again."""


class Taken(NamedTuple):
    """What was found: the wanted keys that are done, their records in brief, and how many records
    lie aside."""

    done: frozenset[str]
    records: list[dict[str, Any]]
    aside: int


class CompareJournal:
    """The journal of one run directory, for one process at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: BinaryIO | None = None

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[CompareJournal]:
        """The journal of ``folder``, which is made where it is missing.

        Raises InputError for a folder that cannot be written or that another run writes to.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = (folder / LOCK).open("ab")
        except OSError as error:
            raise _unusable(folder, error) from None
        journal = cls(folder)
        with lock:
            hold(lock, folder)
            try:
                yield journal
            finally:
                journal.close()

    def take_up(self, wanted: Mapping[str, int], *, any_code: bool = False) -> Taken:
        """Sort the records of earlier runs and open the journal for more.

        ``wanted`` maps keys to the places of their samples. With ``any_code`` a record made by
        other code counts as done where everything else is the same.
        """
        same: Callable[[str], str] = settings_of if any_code else str
        places = {same(key): (key, index) for key, index in wanted.items()}
        done: dict[str, dict[str, Any]] = {}
        aside: set[str] = set()
        try:
            with (
                (self.folder / f"{RECORDS}.new").open("wb") as kept,
                (self.folder / f"{ASIDE}.new").open("wb") as left,
            ):
                for record in self._earlier():
                    found = places.get(same(record["key"]))
                    if found is None:
                        if record["key"] not in aside:
                            aside.add(record["key"])
                            left.write(_line(record))
                        continue
                    key, index = found
                    if key in done or record.get("failure") in AGAIN:
                        continue
                    record["index"] = index
                    kept.write(_line(record))
                    done[key] = {name: record.get(name) for name in BRIEF}
                for file in (kept, left):
                    file.flush()
                    os.fsync(file.fileno())
            # Aside first: stopped in between, a record stands in both and is found again.
            (self.folder / f"{ASIDE}.new").replace(self.folder / ASIDE)
            (self.folder / f"{RECORDS}.new").replace(self.folder / RECORDS)
            if not aside:
                (self.folder / ASIDE).unlink()
            self._file = (self.folder / RECORDS).open("ab")
        except OSError as error:
            raise _unusable(self.folder, error) from None
        return Taken(frozenset(done), list(done.values()), len(aside))

    def add(self, record: Record) -> None:
        """Append one record and wait until it is on disk. InputError where it cannot be written."""
        assert self._file is not None, "take_up comes first"
        try:
            self._file.write(record.model_dump_json().encode("utf-8", "replace") + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _unusable(self.folder, error) from None

    def close(self) -> None:
        """Close the file of records."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _earlier(self) -> Iterator[dict[str, Any]]:
        for name in (RECORDS, ASIDE):
            yield from read_lines(self.folder / name)


def done_keys(folder: Path, wanted: Iterable[str], *, any_code: bool = False) -> frozenset[str]:
    """The wanted keys that a run directory has answers for; nothing is written or locked."""
    same: Callable[[str], str] = settings_of if any_code else str
    places = {same(key): key for key in wanted}
    return frozenset(
        places[same(record["key"])]
        for name in (RECORDS, ASIDE)
        for record in read_lines(folder / name)
        if same(record["key"]) in places and record.get("failure") not in AGAIN
    )


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file one by one; lines that a crash has torn are left out."""
    if not path.exists():
        return
    with path.open("rb") as lines:
        for line in lines:
            try:
                value = json.loads(line)
            except ValueError:
                continue
            if isinstance(value, dict) and isinstance(value.get("key"), str):
                yield value


def _line(record: Mapping[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"


def _unusable(folder: Path, error: OSError) -> InputError:
    return InputError(f"cannot write to {folder}: {error.strerror}; choose another --out")
