"""Where the state of unfinished runs is kept: a SQLite file, imported only when it is used."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from ..errors import InputError

# With the write-ahead log this loses nothing when the process is killed, and costs far less.
_LAZY_SYNC = "PRAGMA synchronous=NORMAL"


def _usable(path: str | Path) -> str:
    """The path of a SQLite file that exists or can be made; InputError otherwise."""
    file = Path(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
        connection.close()
    except (OSError, sqlite3.Error) as exc:
        raise InputError(
            f"cannot use {file} for checkpoints: {exc}; name a SQLite file or a new one"
        ) from None
    return str(file)


@contextmanager
def open_sqlite(path: str | Path) -> Iterator[Any]:
    """A ``SqliteSaver`` on ``path`` (created if missing). Raises InputError for a bad path."""
    file = _usable(path)
    from langgraph.checkpoint.sqlite import SqliteSaver

    with SqliteSaver.from_conn_string(file) as saver:
        saver.setup()
        saver.conn.execute(_LAZY_SYNC)
        yield saver


@asynccontextmanager
async def open_sqlite_async(path: str | Path) -> AsyncIterator[Any]:
    """An ``AsyncSqliteSaver`` on ``path``, otherwise as :func:`open_sqlite`."""
    file = _usable(path)
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    async with AsyncSqliteSaver.from_conn_string(file) as saver:
        await saver.setup()
        await saver.conn.execute(_LAZY_SYNC)
        yield saver
