"""Answers kept on disk, keyed by everything that shapes them. Off unless asked for."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

from ..config import load_settings
from ..errors import ConfigError
from .reply import Reply

FILE = "model-cache.sqlite"
_TABLE = "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, reply TEXT NOT NULL)"


class ReplyCache:
    """Replies in one SQLite file, readable by its owner only; safe for threads and processes.

    A reply may quote the case, so the file belongs with the case files.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path = Path(path) if path is not None else load_settings().home / FILE
        self._lock = threading.Lock()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
            self._db = sqlite3.connect(self.path, timeout=10, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(_TABLE)
            self._db.commit()
        except (OSError, sqlite3.Error) as error:
            reason = str(error).splitlines()[0]
            raise ConfigError(
                f"response cache cannot be used ({reason}), {self.path}: remove the file or set "
                "NOLLE_HOME to a folder that can be written"
            ) from None

    def get(self, key: str) -> Reply | None:
        """The reply kept under the key, marked as cached and free of cost; None if absent."""
        with self._lock:
            row = self._db.execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        kept = Reply.model_validate_json(row[0])
        return kept.model_copy(
            update={"cached": True, "cost_usd": 0.0, "latency_ms": 0.0, "retries": 0}
        )

    def put(self, key: str, reply: Reply) -> None:
        """Keep a reply; one that was cut or refused is not worth keeping."""
        if reply.truncated or reply.refused or not (reply.text or reply.parsed_tool):
            return
        with self._lock, self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO replies VALUES (?, ?)", (key, reply.model_dump_json())
            )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
