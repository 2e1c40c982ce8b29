"""Which server works on which review: each assistant may start a server of its own on one store.

A server holds a lock on a file of its own name for as long as it lives; a review whose server holds
none is left behind, and may be taken up.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path

from ..errors import ConfigError
from ..files import held


class Claim:
    """The name of this server, and its lock."""

    def __init__(self, folder: Path) -> None:
        self.id = uuid.uuid4().hex
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = (folder / self.id).open("w")
        except OSError as error:
            raise ConfigError(
                f"cannot be written ({error.strerror}), {folder}: "
                "make it writable or set NOLLE_HOME"
            ) from None
        held(self._file)

    def is_left(self, server: str) -> bool:
        """Whether the server of that name has ended; its file is cleared away."""
        if server == self.id:
            return False
        path = self._folder / Path(server).name
        try:
            with path.open("r+") as file:
                if not held(file):
                    return False
        except FileNotFoundError:
            return True
        with suppress(OSError):
            path.unlink()
        return True

    def close(self) -> None:
        """Let go."""
        self._file.close()
        with suppress(OSError):
            (self._folder / self.id).unlink()
