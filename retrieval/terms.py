"""Which terms documents have, how often: rows of term numbers with counts, and a vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True)
class TermTable:
    """Row ``r`` has the terms ``ids[starts[r]:starts[r + 1]]``, as often as ``counts`` says."""

    vocabulary: tuple[str, ...]
    starts: npt.NDArray[Any]
    ids: npt.NDArray[Any]
    counts: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, number: int) -> dict[str, int]:
        """The terms of one document with their counts."""
        part = slice(int(self.starts[number]), int(self.starts[number + 1]))
        pairs = zip(self.ids[part].tolist(), self.counts[part].tolist(), strict=True)
        return {self.vocabulary[term]: count for term, count in pairs}


def table_of(documents: Iterable[Sequence[str]]) -> TermTable:
    """The table of documents that are already split into terms."""
    import numpy as np

    known: dict[str, int] = {}
    starts, ids, counts = [0], [], []
    for terms in documents:
        for term, count in Counter(terms).items():
            ids.append(known.setdefault(term, len(known)))
            counts.append(count)
        starts.append(len(ids))
    return TermTable(
        tuple(known),
        np.array(starts, dtype=np.int64),
        np.array(ids, dtype=np.int32),
        np.array(counts, dtype=np.int32),
    )


def merged(parts: Iterable[tuple[TermTable, npt.NDArray[Any]]]) -> TermTable:
    """One table of the given rows of several, in order; terms that no row has are left out."""
    import numpy as np

    known: dict[str, int] = {}
    lengths, ids, counts = [], [], []
    for table, rows in parts:
        own = np.diff(table.starts)
        wanted = np.zeros(len(table), dtype=bool)
        wanted[rows] = True
        chosen = np.repeat(wanted, own)
        numbers = np.asarray(table.ids)[chosen]
        used = np.unique(numbers)
        renumbered = np.zeros(len(table.vocabulary), dtype=np.int32)
        for term in used.tolist():
            renumbered[term] = known.setdefault(table.vocabulary[term], len(known))
        lengths.append(own[wanted])
        ids.append(renumbered[numbers])
        counts.append(np.asarray(table.counts)[chosen])
    starts = np.zeros(sum(map(len, lengths)) + 1, dtype=np.int64)
    if lengths:
        np.cumsum(np.concatenate(lengths), out=starts[1:])
    empty = np.zeros(0, dtype=np.int32)
    return TermTable(
        tuple(known), starts, np.concatenate([empty, *ids]), np.concatenate([empty, *counts])
    )


def save_table(table: TermTable, folder: Path) -> None:
    """Write the table into a new folder; its vocabulary stands in the matrix beside it."""
    import numpy as np

    folder.mkdir()
    np.save(folder / "starts.npy", table.starts)
    np.save(folder / "ids.npy", table.ids)
    np.save(folder / "counts.npy", table.counts)


def load_table(folder: Path, vocabulary: tuple[str, ...]) -> TermTable:
    """The table of a folder, its arrays memory-mapped."""
    import numpy as np

    starts, ids, counts = (
        np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("starts", "ids", "counts")
    )
    return TermTable(vocabulary, starts, ids, counts)
