"""The folder of an index: numbered versions, a pointer to the one in use, one writer at a time.

DIR/index.json          says that this is an index, and of which format
DIR/current             the number of the version in use, replaced in one step
DIR/versions/000003/    one version, never changed once ``current`` has named it
DIR/shards/             what a build has finished so far (see :mod:`.shards`)
DIR/lock                held by the one build that runs
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from pydantic import ValidationError

from ..cases.models import Frozen
from ..cases.sanitise import problem
from ..errors import ConfigError, InputError
from ..files import held, replace_whole
from .files import crc32, flush

FORMAT: Final = 1
KEPT: Final = 2
"""Versions that stay: the one in use and the one before, which readers may still have open."""

CHECKED_BYTES: Final = 2**29
"""Opening sums the content of files up to so many bytes in all; of larger indexes only sizes."""

UNCHECKED: Final = "dense"
"""A folder within a version that another program writes to; it is not summed."""

_MARKER: Final = "index.json"
REBUILD: Final = "build it anew with nolle index FILES --out DIR --fresh"


class FileSum(Frozen):
    """Size in bytes and CRC-32 of a file."""

    bytes: int
    crc32: int


class Manifest(Frozen):
    """What a version holds; ``files`` by path within the version."""

    format: int
    tokenizer: str
    fingerprint: str
    k1: float
    b: float
    formula: str
    documents: int
    created: str
    files: dict[str, FileSum]

    @classmethod
    def of(cls, folder: Path, **facts: Any) -> Self:
        """The manifest of the files of a folder."""
        sums = {
            path.relative_to(folder).as_posix(): FileSum(
                bytes=path.stat().st_size, crc32=crc32(path)
            )
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.relative_to(folder).parts[0] != UNCHECKED
        }
        created = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(format=FORMAT, created=created, files=sums, **facts)


def prepare(root: Path, fresh: bool = False) -> None:
    """Make the folder an index, if it is new or empty; errors as :func:`check_kind`.

    With ``fresh`` an index that is of another format becomes one of this.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise problem(f"cannot be written ({error.strerror})", str(root), "name another") from None
    is_index = (root / _MARKER).exists()
    # A build that was killed at its very first step leaves parts of the marker only.
    foreign = not is_index and any(not path.name.startswith(_MARKER) for path in root.iterdir())
    if foreign or (is_index and not fresh):
        check_kind(root)
    else:
        replace_whole(root / _MARKER, json.dumps({"nolle_index": FORMAT}).encode())
    for name in ("versions", "shards"):
        (root / name).mkdir(exist_ok=True)


def check_kind(root: Path) -> None:
    """Raise InputError unless the folder is an index of this format."""
    if not root.is_dir():
        raise problem("no index", str(root), "make one with nolle index FILES --out DIR")
    try:
        found = json.loads((root / _MARKER).read_bytes())["nolle_index"]
    except FileNotFoundError:
        raise problem(
            "a folder that is no index of nolle", str(root), "name another folder"
        ) from None
    except (OSError, ValueError, TypeError, KeyError):
        raise _corrupt(root / _MARKER, "it cannot be read") from None
    if found != FORMAT:
        raise InputError(
            f"an index of format {found}, {root}: this version reads format {FORMAT}; {REBUILD}"
        )


def current_version(root: Path) -> Path | None:
    """The folder of the version in use; None while no build has ended well."""
    try:
        name = (root / "current").read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise _corrupt(root / "current", "it cannot be read") from None
    if not (len(name) == 6 and name.isdigit()):
        raise _corrupt(root / "current", "it names no version")
    return root / "versions" / name


def read_manifest(version: Path) -> Manifest:
    """The manifest of a version; InputError if it is broken, FileNotFoundError if it is gone."""
    try:
        data = json.loads((version / "manifest.json").read_bytes())
        if isinstance(data, dict) and data.get("format") != FORMAT:
            raise InputError(
                f"an index of format {data.get('format')}, {version}: this version reads format "
                f"{FORMAT}; {REBUILD}"
            )
        return Manifest.model_validate(data)
    except FileNotFoundError:
        if not version.is_dir():
            raise
        raise _corrupt(version / "manifest.json", "it is missing") from None
    except (OSError, ValueError, ValidationError):
        raise _corrupt(version / "manifest.json", "it cannot be read") from None


def check_files(version: Path, manifest: Manifest) -> None:
    """Raise InputError for a file of the version that is missing, cut short or altered."""
    content = sum(file.bytes for file in manifest.files.values()) <= CHECKED_BYTES
    for name, expected in manifest.files.items():
        path = version / name
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            if not version.is_dir():
                raise
            raise _corrupt(path, "it is missing") from None
        if size != expected.bytes:
            raise _corrupt(path, f"{size} bytes instead of {expected.bytes}")
        if content and crc32(path) != expected.crc32:
            raise _corrupt(path, "its content was altered")


@contextmanager
def writer_lock(root: Path) -> Iterator[None]:
    """Hold the index for writing; the system frees it when the process ends, however it ends.

    Raises ConfigError while another process holds it.
    """
    try:
        stream = (root / "lock").open("a")
    except OSError as error:
        raise problem(f"cannot be written ({error.strerror})", str(root), "name another") from None
    with stream:
        if not held(stream):
            raise ConfigError(f"another nolle index is writing, {root}: wait until it has ended")
        yield


def new_version(root: Path) -> Path:
    """An empty folder ``versions/NNNNNN.tmp`` to build in; earlier attempts are removed."""
    numbers = [0]
    for path in (root / "versions").iterdir():
        if path.suffix == ".tmp":
            shutil.rmtree(path)
        elif path.name.isdigit():
            numbers.append(int(path.name))
    folder = root / "versions" / f"{max(numbers) + 1:06d}.tmp"
    folder.mkdir()
    return folder


def publish(root: Path, folder: Path, manifest: Manifest) -> Path:
    """Bring a finished folder into use in one step and remove versions that nobody needs."""
    replace_whole(folder / "manifest.json", manifest.model_dump_json(indent=1).encode())
    for path in (*folder.rglob("*"), folder):
        flush(path)
    version = folder.with_suffix("")
    folder.rename(version)
    flush(version.parent)
    replace_whole(root / "current", version.name.encode())
    flush(root)
    for path in sorted(path for path in version.parent.iterdir() if path.name.isdigit())[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)
    return version


def _corrupt(path: Path, what: str) -> InputError:
    return problem(f"a damaged index ({what})", str(path), REBUILD)
