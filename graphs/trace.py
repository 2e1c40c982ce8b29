"""The trace of a run: one step per node execution, sent to sinks as it happens.

``seq`` is given out when a node is scheduled, ordered by superstep, node and defendant, so that
two runs number their steps alike although the nodes of a superstep run side by side.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, TextIO

from ..cases.findings import Step
from ..errors import InputError


class Sink(Protocol):
    """Receives each step once it is finished; called from several threads."""

    def emit(self, step: Step) -> None:
        """Take one finished step."""
        ...


class MemorySink:
    """Keeps the steps in memory."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def emit(self, step: Step) -> None:
        """Keep the step."""
        self._steps.append(step)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps so far, ordered by ``seq``."""
        return tuple(sorted(self._steps, key=lambda step: step.seq))


class JsonlSink:
    """Appends each step as one JSON line to a file and flushes it at once.

    Raises InputError if the file cannot be written.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file: TextIO = self.path.open("a", encoding="utf-8")
            if _torn(self.path):
                self._file.write("\n")
        except OSError as exc:
            raise InputError(
                f"cannot write the trace to {self.path}: {exc.strerror}; name another file"
            ) from None

    def emit(self, step: Step) -> None:
        """Append the step and flush. Raises InputError if the disk refuses."""
        line = json.dumps(step.model_dump(mode="json"), ensure_ascii=False)
        try:
            with self._lock:
                self._file.write(line + "\n")
                self._file.flush()
        except OSError as exc:
            raise InputError(
                f"cannot write the trace to {self.path}: {exc.strerror}; name another file"
            ) from None

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> JsonlSink:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()


class Tee:
    """Passes each step on to several sinks."""

    def __init__(self, sinks: Iterable[Sink]) -> None:
        self.sinks = tuple(sinks)

    def emit(self, step: Step) -> None:
        """Pass the step on."""
        for sink in self.sinks:
            sink.emit(step)


def _torn(path: Path) -> bool:
    """Whether the file ends in the middle of a line, as after a kill."""
    with path.open("rb") as file:
        if file.seek(0, 2) == 0:
            return False
        file.seek(-1, 2)
        return file.read(1) != b"\n"


def read_trace(path: str | Path, run_id: str | None = None) -> tuple[Step, ...]:
    """The steps of a trace file in order: of one run, or of all runs in the order they began.

    A torn line is skipped; of a step written twice (a run killed and resumed) the last counts.
    Raises InputError if the file cannot be read.
    """
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError as exc:
        raise InputError(
            f"cannot read the trace {path}: {exc.strerror}; name a file written with --trace"
        ) from None
    runs: dict[str, dict[int, Step]] = {}
    for line in text.splitlines():
        try:
            step = Step.model_validate_json(line)
        except ValueError:
            continue
        if run_id is None or step.run_id == run_id:
            runs.setdefault(step.run_id, {})[step.seq] = step
    return tuple(steps[seq] for steps in runs.values() for seq in sorted(steps))


def digest(*parts: object) -> str:
    """Short SHA-256 (16 hex digits) of JSON values, independent of the order of keys."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def step_id(step: Step | dict[str, Any]) -> str:
    """The name by which later steps refer to this one as their ``parent``, e.g. ``brief#4``."""
    data = step if isinstance(step, dict) else {"node": step.node, "seq": step.seq}
    return f"{data['node']}#{data['seq']}"


def comparable(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The steps without what differs between equal runs (times, run ids)."""
    return [step.model_dump(mode="json", exclude={"ms", "run_id"}) for step in steps]
