"""Files of an index: summed, flushed to the disk, measured."""

from __future__ import annotations

import os
import zlib
from pathlib import Path


def crc32(path: Path) -> int:
    """The CRC-32 of a file's content, read in pieces."""
    total = 0
    with path.open("rb") as stream:
        while chunk := stream.read(2**20):
            total = zlib.crc32(chunk, total)
    return total


def flush(path: Path) -> None:
    """Wait until a file or the entries of a folder are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def size_of(folder: Path) -> int:
    """The bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
