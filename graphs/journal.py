"""Reviewing many files into a folder, so that a run that was stopped goes on where it stood.

The journal lies under ``NOLLE_HOME/journal``, not in the folder. Before a review is written its
name is taken in the journal, so that no file of another origin is ever overwritten.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any, TextIO

from ..cases.findings import Review
from ..collector import settled
from ..config import load_settings
from ..errors import ConfigError, InputError
from ..files import held, replace_whole
from . import overrides as assumed
from .asking import Asking, corpus_state
from .judges import RULES, of_model
from .outputs import Item, Row, name_outputs, rows_of
from .run import run, sink_of
from .trace import Sink

_ENTRY_KEYS = frozenset({"event", "origin", "key", "output"})
BROKEN = frozenset({"limit", "model_error"})
"""Codes of what another run may well settle."""
_REVIEW_KEYS = frozenset({"id", "decision", "outcomes"})


@dataclass(frozen=True)
class FileResult:
    """What became of one input: where its review lies, or why there is none.

    ``decision`` is None for an unresolved case; ``skipped`` marks a review of an earlier run.
    """

    input: Path
    label: str
    output: Path
    decision: str | None = None
    skipped: bool = False
    error: str | None = None


Progress = Callable[[int, int, FileResult], None]
"""Called after each input with the number done, the number of all, and the result."""


def review_files(
    items: Iterable[Item],
    out_dir: str | Path,
    model: str = RULES,
    on_progress: Progress | None = None,
    *,
    overrides: Mapping[str, object] | None = None,
    home: Path | None = None,
    asking: Asking | None = None,
    today: date | None = None,
    trace: str | Path | Sink | None = None,
    workers: int = 1,
) -> list[FileResult]:
    """Review each item (input path, label, case) into ``out_dir``.

    A file with one case becomes ``<stem>.json``, the rows of one with several become
    ``<stem>-<id or number>.json``. Items whose review is already there, of the same case, model,
    version and changes, are skipped. A case that cannot be reviewed is reported in its result and
    the rest go on. ``home`` is the folder for journals (default: the configured one); ``asking``,
    ``today`` and ``trace`` are as for :func:`nolle.graphs.run.run`. ``workers`` is how many cases
    are reviewed side by side, in threads: it helps where a model server answers. The results are in
    the order of the items.

    Raises ConfigError for a model that is not available and InputError for an unusable folder or
    one that another run is writing to.
    """
    of_model(model)
    changes = assumed.canonical(overrides) if overrides else {}
    day = today.isoformat() if today else ""
    rows = rows_of(items, model, changes, corpus_state(asking or Asking()), day)
    results: dict[int, FileResult] = {}
    with (
        Journal.open(Path(out_dir).absolute(), home) as journal,
        sink_of(trace) as sink,
        settled(),
        ThreadPoolExecutor(max_workers=workers) as pool,
    ):
        named = name_outputs(rows, journal.folder, journal.names, journal.free)
        given = {"overrides": changes, "asking": asking, "today": today, "trace": sink}
        waiting = {
            pool.submit(_one, journal, row, output, model, given): index
            for index, (row, output) in enumerate(named)
        }
        try:
            for future in as_completed(waiting):
                results[waiting[future]] = result = future.result()
                if on_progress is not None:
                    on_progress(len(results), len(rows), result)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [results[index] for index in range(len(rows))]


class Journal:
    """The journal of one output folder: JSON lines with the events start, done and failed."""

    def __init__(self, folder: Path, path: Path, file: TextIO) -> None:
        self.folder = folder
        self.names: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._done: dict[str, dict[str, Any]] = {}
        self._file = file
        self._lock = threading.Lock()
        for entry in read_journal(path):
            if entry["event"] == "start":
                self.names[entry["origin"]] = entry["output"]
                self._owners[entry["output"]] = entry["origin"]
            elif entry["event"] == "done":
                self._done[entry["origin"]] = entry

    @classmethod
    @contextmanager
    def open(cls, folder: Path, home: Path | None = None) -> Iterator[Journal]:
        """The journal of ``folder``, for one process at a time.

        Raises InputError for an unusable folder, ConfigError for an unusable home.
        """
        path = journal_path(folder, home or load_settings().home)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise InputError(
                f"cannot write to {folder}: {exc.strerror}; choose another --out"
            ) from None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("a", encoding="utf-8")
        except OSError as exc:
            raise ConfigError(
                f"cannot keep a journal in {path.parent}: {exc.strerror}; "
                "set NOLLE_HOME to a folder that can be written"
            ) from None
        with file:
            hold(file, folder)
            if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
                file.write("\n")
            yield cls(folder, path, file)

    def add(self, event: str, row: Row, output: Path, **more: Any) -> None:
        """Append one line and wait until it is on disk."""
        entry = {
            "event": event,
            "origin": row.origin,
            "key": row.key,
            "output": output.name,
            **more,
        }
        with self._lock:
            self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def free(self, row: Row, output: Path) -> bool:
        """Whether the row may write there: nothing is there, or it is its own."""
        owner = self._owners.get(output.name)
        if owner is not None:
            return owner == row.origin
        return not output.exists() or (_review(output) or {}).get("run_id") == row.run_id

    def finished(self, row: Row, output: Path) -> dict[str, Any] | None:
        """The review of the row if it is there and of this very case, else None.

        A review that was written when the run stopped, before it was noted, is noted now.
        """
        review = _review(output)
        if review is None:
            return None
        entry = self._done.get(row.origin)
        if entry is not None and entry["key"] == row.key and entry["output"] == output.name:
            return review
        if review.get("run_id") != row.run_id:
            return None
        self.add("done", row, output, run_id=row.run_id, decision=review["decision"])
        return review


def read_journal(path: Path) -> list[dict[str, Any]]:
    """The entries of a journal file; torn lines are left out."""
    entries: list[dict[str, Any]] = []
    with suppress(FileNotFoundError):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError):
                entry = json.loads(line)
                if isinstance(entry, dict) and set(entry) >= _ENTRY_KEYS:
                    entries.append(entry)
    return entries


def journal_path(folder: str | Path, home: Path) -> Path:
    """Where the journal of an output folder lies."""
    name = hashlib.sha256(str(Path(folder).resolve()).encode()).hexdigest()[:16]
    return home / "journal" / f"{name}.jsonl"


def hold(file: IO[Any], folder: Path) -> None:
    """Hold what guards ``folder`` until the file is closed. InputError where another run does."""
    if not held(file):
        raise InputError(f"another run is writing to {folder}: wait for it or choose another --out")


def _one(
    journal: Journal,
    row: Row,
    output: Path,
    model: str,
    given: Mapping[str, Any],
) -> FileResult:
    """Review one row as ``given`` says, unless that has been done."""
    known = journal.finished(row, output)
    if known is not None:
        return FileResult(row.input, row.label, output, known["decision"], skipped=True)
    journal.add("start", row, output)
    try:
        review = run(row.case, model, run_id=row.run_id, **given)
    except InputError as exc:
        journal.add("failed", row, output, reason=str(exc))
        return FileResult(row.input, row.label, output, error=str(exc))
    broken = _broken(review)
    if broken is not None:
        journal.add("failed", row, output, reason=broken)
        return FileResult(row.input, row.label, output, error=broken)
    _write(output, review)
    decision = review.decision.value if review.decision else None
    journal.add("done", row, output, run_id=row.run_id, decision=decision)
    return FileResult(row.input, row.label, output, decision)


def _broken(review: Review) -> str | None:
    """Why the review is not whole because a model was out of reach or a limit was reached.

    Such a review is not kept, so that the next run tries again.
    """
    opened = (review.unresolved, *(outcome.unresolved for outcome in review.outcomes.values()))
    return next((one.reason for one in opened if one and one.code in BROKEN), None)


def _write(path: Path, review: Review) -> None:
    """Write the review whole or not at all. Raises InputError if the folder cannot be written."""
    text = json.dumps(review.to_json(), ensure_ascii=False, indent=1) + "\n"
    try:
        replace_whole(path, text.encode("utf-8"))
    except OSError as exc:
        raise InputError(
            f"cannot write {path}: {exc.strerror}; make room or choose another --out"
        ) from None


def _review(path: Path) -> dict[str, Any] | None:
    """The review in a file, or None if there is none or it is damaged."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) and set(data) >= _REVIEW_KEYS else None
