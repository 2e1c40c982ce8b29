"""The second half of a build: the files of a version, from the former version and the shards."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..cases.sanitise import problem
from . import bm25
from .columns import save_columns
from .documents import Document
from .index import Index
from .shards import load_shard
from .terms import TermTable, merged, save_table

if TYPE_CHECKING:
    import numpy.typing as npt


class Chosen(NamedTuple):
    """The rows of the former version and the positions of each shard that stay, ascending."""

    rows: npt.NDArray[Any]
    positions: tuple[npt.NDArray[Any], ...]


def assemble(folder: Path, old: Index | None, files: Sequence[Path], chosen: Chosen) -> int:
    """Write documents, columns, terms, signatures and matrix into ``folder``; the rows there."""
    import numpy as np

    size = len(chosen.rows) + sum(map(len, chosen.positions))
    _write_documents(folder, old, files, chosen, size)
    signatures: list[npt.NDArray[Any]] = []
    table = merged(_tables(old, files, chosen, signatures))
    save_table(table, folder / "terms")
    np.save(folder / "signatures.npy", np.concatenate(signatures))
    bm25.build(table, folder / "bm25")
    with (folder / "documents.jsonl").open("rb") as stream:
        save_columns((Document.model_validate_json(line) for line in stream), folder / "columns")
    return size


def _write_documents(
    folder: Path, old: Index | None, files: Sequence[Path], chosen: Chosen, size: int
) -> None:
    import numpy as np

    from .documents import DIGEST_BYTES, digest

    offsets = np.zeros(size + 1, dtype=np.int64)
    digests = np.zeros((size, DIGEST_BYTES), dtype=np.uint8)
    ids: list[str] = []
    with (folder / "documents.jsonl").open("wb") as stream:
        for row, line in enumerate(_lines(old, files, chosen)):
            stream.write(line + b"\n")
            offsets[row + 1] = offsets[row] + len(line) + 1
            digests[row] = np.frombuffer(digest(line), dtype=np.uint8)
            ids.append(json.loads(line)["id"])
    np.save(folder / "offsets.npy", offsets)
    np.save(folder / "digests.npy", digests)
    (folder / "ids.json").write_text(json.dumps(ids, ensure_ascii=False), encoding="utf-8")


def _lines(old: Index | None, files: Sequence[Path], chosen: Chosen) -> Iterator[bytes]:
    if old is not None:
        for row in chosen.rows.tolist():
            yield old.line(row)
    for file, positions in zip(files, chosen.positions, strict=True):
        lines = file.read_bytes().split(b"\n")
        for position in positions.tolist():
            yield lines[position]


def _tables(
    old: Index | None,
    files: Sequence[Path],
    chosen: Chosen,
    signatures: list[npt.NDArray[Any]],
) -> Iterator[tuple[TermTable, npt.NDArray[Any]]]:
    if old is not None:
        signatures.append(old.signatures[chosen.rows])
        yield old.terms, chosen.rows
    for file, positions in zip(files, chosen.positions, strict=True):
        shard = load_shard(file.with_suffix(".npz"))
        if shard is None:
            raise problem("a shard was lost", str(file), "run the same command again")
        signatures.append(shard.signatures[positions])
        yield shard.terms, positions
