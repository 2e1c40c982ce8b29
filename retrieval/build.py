"""Building an index: split what is new, put it together with what was there, bring it into use."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from ..cases.models import Frozen
from ..cases.sanitise import problem
from . import store
from .assemble import Chosen, assemble
from .bm25 import IDF_METHOD, K1, METHOD, B
from .documents import Document
from .files import size_of
from .index import Index, open_version
from .intake import OLD, Intake, Place, Progress
from .tokenise import DEFAULT, Tokenizer, fingerprint

MOST_PROCESSES: Final = 8
TOP_CHARGES: Final = 10


class BuildReport(Frozen):
    """What a build did. ``shards_reused`` were left by a build that was stopped."""

    path: str
    version: str
    tokenizer: str
    documents: int
    added: int
    replaced: int
    unchanged: int
    shards_reused: int
    outcomes: dict[str, int]
    charges: dict[str, int]
    bytes: int
    seconds: float


def build_index(
    documents: Iterable[Document],
    root: str | os.PathLike[str],
    *,
    tokenizer: Tokenizer | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
    fresh: bool = False,
    also: Callable[[Path, Path | None], None] | None = None,
) -> BuildReport:
    """Add documents to the index in the folder ``root``, which is made if need be.

    The same document twice adds nothing; a known id with other content replaces what it was. The
    version in use stays until the new one is whole on disk. Killed at any time, the build leaves
    that version in use and the shards that it had finished, which the next run takes over.

    Args:
        documents: read once, one at a time.
        root: the folder; missing, empty or an index.
        tokenizer: default that of the index, :data:`DEFAULT` for a new one; with another one, or
            another version of it, what is there is split again.
        processes: how many split documents; default one per core, at most ``MOST_PROCESSES``.
        progress: told how many documents are done, from any thread, one call at a time.
        fresh: forget what the index holds.
        also: writes further files into the new version; gets its folder and the former one.

    Raises:
        InputError: the folder is something else, or the index is damaged, or there is nothing to
            index.
        ConfigError: another build is writing.
    """
    began = time.monotonic()
    path = Path(root)
    store.prepare(path, fresh)
    with store.writer_lock(path):
        former = None if fresh else open_version(path)
        kind = tokenizer or (Tokenizer(former.manifest.tokenizer) if former else DEFAULT)
        intake = Intake(
            path / "shards",
            kind.value,
            fingerprint(kind),
            processes or _cores(),
            progress or (lambda _: None),
        )
        with closing(intake):
            again = former is not None and former.manifest.fingerprint != fingerprint(kind)
            base = None if again else former
            if former is not None and again:
                intake.take((former.document(row) for row in range(len(former))), counted=False)
            elif former is not None:
                intake.places.update(_places(former))
            intake.take(documents)
            intake.end()
        if not intake.places:
            raise problem("no documents", str(path), "give files that hold decided cases")
        if intake.files or former is None or again:
            version = _new_version(path, base, former, kind, intake, also)
        else:
            version = former.folder
        shutil.rmtree(path / "shards")
        (path / "shards").mkdir()
    return _report(path, version, kind, intake, began)


def _new_version(
    path: Path,
    base: Index | None,
    former: Index | None,
    kind: Tokenizer,
    intake: Intake,
    also: Callable[[Path, Path | None], None] | None,
) -> Path:
    folder = store.new_version(path)
    size = assemble(folder, base, intake.files, _chosen(intake))
    if also is not None:
        also(folder, former.folder if former else None)
    manifest = store.Manifest.of(
        folder,
        tokenizer=kind.value,
        fingerprint=fingerprint(kind),
        k1=K1,
        b=B,
        formula=f"{METHOD}, idf {IDF_METHOD}",
        documents=size,
    )
    return store.publish(path, folder, manifest)


def _places(index: Index) -> dict[str, Place]:
    contents = index.digests()
    return {name: Place(OLD, row, contents[row].tobytes()) for row, name in enumerate(index.ids)}


def _chosen(intake: Intake) -> Chosen:
    import numpy as np

    kept: dict[int, list[int]] = {number: [] for number in range(OLD, len(intake.files))}
    for place in intake.places.values():
        kept[place.shard].append(place.position)
    arrays = {number: np.array(sorted(rows), dtype=np.int64) for number, rows in kept.items()}
    return Chosen(arrays[OLD], tuple(arrays[number] for number in range(len(intake.files))))


def _report(
    path: Path, version: Path, kind: Tokenizer, intake: Intake, began: float
) -> BuildReport:
    from .columns import load_columns

    outcomes, charges = load_columns(version / "columns").tally()
    return BuildReport(
        path=str(path),
        version=version.name,
        tokenizer=kind.value,
        documents=len(intake.places),
        added=intake.added,
        replaced=intake.replaced,
        unchanged=intake.unchanged,
        shards_reused=intake.reused,
        outcomes=outcomes,
        charges=dict(list(charges.items())[:TOP_CHARGES]),
        bytes=size_of(path),
        seconds=round(time.monotonic() - began, 3),
    )


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(cores, MOST_PROCESSES)
