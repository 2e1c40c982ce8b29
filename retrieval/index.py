"""An index that is open: search, the documents, what is known of them, why one was found."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..cases.sanitise import problem
from ..errors import InputError
from . import store
from .bm25 import SMALL_CORPUS, Engine, EngineKind, FastEngine, RankEngine
from .columns import Columns, load_columns
from .documents import Document
from .ranking import Hit, best
from .terms import TermTable, load_table
from .tokenise import fingerprint, tokenizer

if TYPE_CHECKING:
    import numpy.typing as npt

_TRIES = 3


class Share(NamedTuple):
    """A term that query and document share, and what it adds to the score."""

    term: str
    score: float


class Index:
    """One version of an index. Everything is opened at once, so that it stays usable when newer
    versions take its place and its files are removed.

    ``ids`` are the documents' ids by row, ``terms`` which terms each has, ``columns`` what else is
    known of them. Safe for threads. Made by :func:`open_index`.
    """

    def __init__(self, folder: Path, manifest: store.Manifest, kind: EngineKind) -> None:
        import numpy as np

        self.folder = folder
        self.manifest = manifest
        self.columns: Columns = load_columns(folder / "columns")
        self._split = tokenizer(manifest.tokenizer)
        self._fast = FastEngine(folder / "bm25")
        self.terms: TermTable = load_table(folder / "terms", self._fast.vocabulary())
        ids = json.loads((folder / "ids.json").read_text(encoding="utf-8"))
        self.ids: tuple[str, ...] = tuple(ids)
        self._kind = kind
        self._offsets: npt.NDArray[Any] = np.load(folder / "offsets.npy", mmap_mode="r")
        self._signatures: npt.NDArray[Any] = np.load(folder / "signatures.npy", mmap_mode="r")
        self._stream = (folder / "documents.jsonl").open("rb")

    def __len__(self) -> int:
        return self.manifest.documents

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file of the documents; the rest closes by itself."""
        self._stream.close()

    def row_of(self, document_id: str) -> int | None:
        """The row of a document; None if there is none of that id."""
        return self._rows.get(document_id)

    def search(
        self,
        text: str,
        k: int = 10,
        *,
        allow: npt.NDArray[Any] | Callable[[int], bool] | None = None,
    ) -> list[Hit]:
        """The ``k`` rows most like ``text`` by BM25, best first; fewer if fewer share a term.

        ``allow`` restricts the rows: booleans per row, row numbers, or a function of the row.
        """
        return best(self.scores(text), k, allow)

    def scores(self, text: str) -> npt.NDArray[Any]:
        """The BM25 score of every row for ``text``."""
        return self._engine.scores(self._query(text))

    def explain(self, text: str, row: int) -> list[Share]:
        """The terms that ``text`` shares with a document and what each adds, the most first.

        The scores add up to that of the search.
        """
        shares = self._fast.shares(self._query(text), self._checked(row))
        ranked = sorted(shares.items(), key=lambda share: (-share[1], share[0]))
        return [Share(term, score) for term, score in ranked]

    def document(self, row: int) -> Document:
        """The document of a row; only its own line is read."""
        return Document.model_validate_json(self.line(row))

    def line(self, row: int) -> bytes:
        """The document of a row as the JSON line that is stored."""
        start, end = (int(self._offsets[self._checked(row) + offset]) for offset in (0, 1))
        return os.pread(self._stream.fileno(), end - start, start).rstrip(b"\n")

    @property
    def signatures(self) -> npt.NDArray[Any]:
        """The MinHash signature of every row (see :mod:`.near`), memory-mapped."""
        return self._signatures

    def digests(self) -> npt.NDArray[Any]:
        """What each document says (see :func:`.documents.digest`), one row of bytes each."""
        import numpy as np

        found: npt.NDArray[Any] = np.load(self.folder / "digests.npy")
        return found

    @cached_property
    def _engine(self) -> Engine:
        small = len(self) <= SMALL_CORPUS
        if self._kind is EngineKind.RANK_BM25 or (self._kind is EngineKind.AUTO and small):
            return RankEngine(self.terms, self.manifest.k1, self.manifest.b)
        return self._fast

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.ids)}

    def _query(self, text: str) -> Counter[str]:
        return Counter(self._split(text))

    def _checked(self, row: int) -> int:
        if not 0 <= row < len(self):
            raise InputError(f"no row {row}, index {self.folder}: rows are 0 to {len(self) - 1}")
        return row


def open_index(root: str | os.PathLike[str], engine: EngineKind = EngineKind.AUTO) -> Index:
    """Open the version in use, memory-mapped.

    Raises InputError, in one line, for a folder that is missing, no index, without a finished
    build, damaged, of another format or split by another tokenizer version.
    """
    path = Path(root)
    store.check_kind(path)
    index = open_version(path, engine)
    if index is None:
        raise problem("no finished index", str(path), "run nolle index FILES --out DIR again")
    expected = fingerprint(index.manifest.tokenizer)
    if index.manifest.fingerprint != expected:
        raise InputError(
            f"split by tokenizer {index.manifest.fingerprint}, {path}: this version has "
            f"{expected}; run nolle index FILES --out DIR, which splits what is there again"
        )
    return index


def open_version(root: Path, engine: EngineKind = EngineKind.BM25S) -> Index | None:
    """The version in use, whatever its tokenizer; None if there is none yet."""
    for _ in range(_TRIES):
        folder = store.current_version(root)
        if folder is None:
            return None
        try:
            manifest = store.read_manifest(folder)
            store.check_files(folder, manifest)
            return Index(folder, manifest, engine)
        except FileNotFoundError:
            # Between reading the pointer and the files, two newer versions came into use.
            continue
        except (OSError, ValueError, KeyError) as error:
            raise problem(
                f"a damaged index ({type(error).__name__})", str(folder), store.REBUILD
            ) from None
    raise problem("a damaged index (its version is missing)", str(root), store.REBUILD)
