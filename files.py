"""Files that survive a crash: written whole or not at all; one process at a time."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import IO, Any

_NAME = 40
"""Characters of a file's name that its draft bears: names may be as long as the system allows."""


def replace_whole(file: Path, data: bytes) -> None:
    """Write a file so that it holds either what it held before or all of ``data``, on disk.

    Raises OSError where it cannot be written; no draft is left behind then.
    """
    draft = file.with_name(f"{file.name[:_NAME]}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        with draft.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def held(stream: IO[Any]) -> bool:
    """Hold a file until it is closed; False where another process holds it.

    The system lets go when the process ends, however it ends. Without file locks always True.
    """
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
