"""The reviews that a server keeps: cases, their state and results, in a SQLite file.

A review is written down before it starts, so that a server that is started again finds it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import Field

from ..cases.models import Frozen
from ..errors import ConfigError

_LAYOUT = 1
_TABLE = """
create table if not exists reviews (
  id text primary key, owner text not null, digest text not null, created real not null,
  updated real not null, status text not null, model text not null, overrides text not null,
  today text not null, case_id text not null, case_json text not null, steps integer not null,
  decision text, error text, server text not null, result blob);
create index if not exists by_owner on reviews (owner, created);
create index if not exists by_digest on reviews (owner, digest);
"""
_LIGHT = (
    "id, owner, created, updated, status, model, overrides, today, case_id, steps, decision, "
    "error, server"
)


class Status(StrEnum):
    """What became of a review so far."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self in (Status.DONE, Status.FAILED, Status.CANCELLED)


class Record(Frozen):
    """One review as it is kept; ``created`` and ``updated`` are Unix seconds. ``error`` is a code
    and a message, ``server`` who works on it. The case and the result are read on their own."""

    id: str
    owner: str
    created: float
    updated: float
    status: Status
    model: str
    overrides: dict[str, str] = Field(default_factory=dict)
    today: str
    case_id: str = ""
    steps: int = 0
    decision: str | None = None
    error: tuple[str, str] | None = None
    server: str = ""


class Store:
    """The reviews of one server; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = normal")
            layout = self._db.execute("pragma user_version").fetchone()[0]
            if layout not in (0, _LAYOUT):
                raise ConfigError(f"made by another version of nolle, {path}: move it away")
            self._db.executescript(_TABLE)
            self._db.execute(f"pragma user_version = {_LAYOUT}")
        except (OSError, sqlite3.Error) as error:
            raise ConfigError(
                f"cannot be used ({error}), {path}: make its folder writable or set NOLLE_HOME"
            ) from None

    def add(self, record: Record, case: dict[str, Any], digest: str) -> None:
        """Write a new review down; ``digest`` names its case, model and assumptions."""
        self._do(
            "insert into reviews values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,null)",
            record.id,
            record.owner,
            digest,
            record.created,
            record.updated,
            record.status.value,
            record.model,
            json.dumps(record.overrides, ensure_ascii=False),
            record.today,
            record.case_id,
            json.dumps(case, ensure_ascii=False),
            record.steps,
            None,
            None,
            record.server,
        )

    def note(self, review_id: str, status: Status, error: tuple[str, str] | None = None) -> None:
        """Set the status of a review that has not ended."""
        self._do(
            "update reviews set status = ?, error = ?, updated = ? where id = ? and status in "
            "('queued', 'running')",
            status.value,
            json.dumps(error, ensure_ascii=False) if error else None,
            time.time(),
            review_id,
        )

    def finish(self, review_id: str, result: bytes, steps: int, decision: str | None) -> None:
        """Keep the packed result of a review that has not ended."""
        self._do(
            "update reviews set status = 'done', result = ?, steps = ?, decision = ?, updated = ? "
            "where id = ? and status in ('queued', 'running')",
            result,
            steps,
            decision,
            time.time(),
            review_id,
        )

    def get(self, review_id: str, owner: str | None = None) -> Record | None:
        """One review; None if there is none, or if it is not this owner's."""
        rows = self._ask(f"select {_LIGHT} from reviews where id = ?", review_id)
        found = _record(rows[0]) if rows else None
        return found if found and owner in (None, found.owner) else None

    def case(self, review_id: str) -> dict[str, Any]:
        """The case of a review, as JSON."""
        found: dict[str, Any] = json.loads(self._value("case_json", review_id))
        return found

    def result(self, review_id: str) -> bytes | None:
        """The packed result of a review that is done."""
        found: bytes | None = self._value("result", review_id)
        return found

    def history(self, owner: str, limit: int, before: float | None = None) -> list[Record]:
        """The owner's reviews, newest first, made before a moment if one is given."""
        return self._records(
            "where owner = ? and created < ? order by created desc, id limit ?",
            owner,
            before if before is not None else float("inf"),
            limit,
        )

    def same(self, owner: str, digest: str) -> Record | None:
        """The owner's latest finished review of that very case, model and assumptions."""
        found = self._records(
            "where owner = ? and digest = ? and status = 'done' order by created desc limit 1",
            owner,
            digest,
        )
        return found[0] if found else None

    def unfinished(self) -> list[Record]:
        """Reviews that a server left behind, oldest first."""
        return self._records("where status in ('queued', 'running') order by created")

    def take(self, record: Record, server: str) -> bool:
        """Make a review that was left behind the work of ``server``; False if another was first."""
        taken = self._do(
            "update reviews set server = ? where id = ? and server = ? and status in "
            "('queued', 'running')",
            server,
            record.id,
            record.server,
        )
        return taken == 1

    def delete(self, review_id: str) -> None:
        """Forget a review."""
        self._do("delete from reviews where id = ?", review_id)

    def prune(self, older_than: float) -> int:
        """Forget reviews that ended before a moment; how many."""
        return self._do(
            "delete from reviews where updated < ? and status not in ('queued', 'running')",
            older_than,
        )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _do(self, sql: str, *values: Any) -> int:
        with self._lock:
            return self._db.execute(sql, values).rowcount

    def _ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def _records(self, where: str, *values: Any) -> list[Record]:
        return list(map(_record, self._ask(f"select {_LIGHT} from reviews {where}", *values)))

    def _value(self, column: str, review_id: str) -> Any:
        rows = self._ask(f"select {column} from reviews where id = ?", review_id)
        return rows[0][0] if rows else None


def _record(row: Iterable[Any]) -> Record:
    data = dict(zip(_LIGHT.split(", "), row, strict=True))
    data["overrides"] = json.loads(data["overrides"])
    data["error"] = json.loads(data["error"]) if data["error"] else None
    return Record.model_validate(data)
