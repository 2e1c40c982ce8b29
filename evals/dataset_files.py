"""Raw rows of data sets: JSON, JSON lines, parquet, folders, and the Hugging Face hub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..cases.sources import read_items
from ..errors import ConfigError, InputError

HUB = "hf:"
READ = (".jsonl", ".ndjson", ".json", ".parquet", ".arrow", ".txt", ".md", ".docx")
_COLUMNAR = {".parquet", ".arrow"}
_NOT_DATA = {"dataset_info.json", "dataset_dict.json", "state.json", "README.md"}


class RawRow(NamedTuple):
    """A record with its place for messages, or the text of a document."""

    where: str
    record: Mapping[str, Any] | None = None
    text: str | None = None
    stem: str = ""


def rows_of(source: str, split: str) -> Iterator[RawRow]:
    """The rows of a file, a folder or ``hf:OWNER/NAME``; of a folder those of the split, where its
    files or subfolders are named by splits.

    Raises InputError for what cannot be read and ConfigError where a package is missing.
    """
    if source.startswith(HUB):
        yield from _hub(source.removeprefix(HUB), split)
        return
    path = Path(source)
    if not path.is_dir():
        yield from _file(path)
        return
    files = files_of(path, split)
    if not files:
        kinds = " ".join(READ)
        raise InputError(f"no data, {path}, give a folder with files of these kinds: {kinds}")
    for file in files:
        yield from _file(file)


def files_of(folder: Path, split: str) -> list[Path]:
    """The data files of a folder in order: of the split where some are named so, else all."""
    found = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in READ
        and path.name not in _NOT_DATA
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    named = [path for path in found if split and _of_split(path.relative_to(folder), split)]
    return named or found


def _of_split(path: Path, split: str) -> bool:
    """Whether a file belongs to a split by its folder or the beginning of its name."""
    stem = path.stem.partition("-0")[0]
    return split in path.parts[:-1] or stem == split


def _file(path: Path) -> Iterator[RawRow]:
    if path.suffix.lower() in _COLUMNAR:
        for number, record in enumerate(_columnar(path), 1):
            yield RawRow(f"{path}, row {number}", record, stem=path.stem)
        return
    for item in read_items(path):
        yield RawRow(item.where, item.record, item.text, item.label)


def _columnar(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise ConfigError(
            f"reading {path.suffix} needs pyarrow, {path}: pip install pyarrow, or export JSONL"
        ) from None
    try:
        if path.suffix.lower() == ".parquet":
            with parquet.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=256):
                    yield from batch.to_pylist()
        else:
            with arrow.memory_map(str(path)) as memory, arrow.ipc.open_stream(memory) as stream:
                for batch in stream:
                    yield from batch.to_pylist()
    except FileNotFoundError:
        raise InputError(f"no such file, {path}, check the path") from None
    except (OSError, ValueError) as error:  # the package's own errors derive from ValueError
        raise InputError(
            f"not readable as {path.suffix[1:]} ({type(error).__name__}), {path}, export it again"
        ) from None


def _hub(name: str, split: str) -> Iterator[RawRow]:
    try:
        from datasets import load_dataset
    except ImportError:
        raise ConfigError(
            f"the hub needs the package datasets, {HUB}{name}: pip install datasets, "
            "or give the data as a local file"
        ) from None
    try:
        rows = load_dataset(name, split=split or "test")
    except Exception as error:  # whatever its network and cache layers raise
        reason = " ".join(str(error).split())[:120]
        raise InputError(
            f"cannot be loaded ({type(error).__name__}: {reason}), {HUB}{name}, "
            "check name, split and network, or give the data as a local file"
        ) from None
    for number, record in enumerate(rows, 1):
        yield RawRow(f"{HUB}{name}, row {number}", record)
