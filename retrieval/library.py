"""An opened corpus: its index, its dense half where there is one, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..config import Settings, load_settings
from ..errors import InputError

if TYPE_CHECKING:
    from .dense import Dense
    from .embeddings import Mask
    from .index import Index

HOME_FOLDER = "index"
"""Where ``nolle index`` puts a corpus unless told otherwise, within ``NOLLE_HOME``."""


@dataclass(frozen=True)
class Library:
    """An index with the engines that are at hand."""

    index: Index
    dense: Dense | None = None

    def about(self) -> dict[str, Any]:
        """The index in the trace: its version, how many documents, which engines."""
        engines = ["bm25", *(["dense"] if self.dense is not None else [])]
        return {
            "version": self.index.folder.name,
            "documents": len(self.index),
            "engines": engines,
        }


def default_corpus(settings: Settings | None = None) -> Path | None:
    """The corpus that a review uses unasked: ``NOLLE_CORPUS``, else the one in ``NOLLE_HOME``.

    None where neither is there.
    """
    settings = settings or load_settings()
    if settings.corpus is not None:
        return settings.corpus
    folder = settings.home / HOME_FOLDER
    return folder if (folder / "current").is_file() else None


def named(folder: str | None, mask: Mask | None = None) -> Library:
    """The library in ``folder``, else the configured one.

    Raises InputError where there is none.
    """
    corpus = Path(folder) if folder else default_corpus()
    if corpus is None:
        raise InputError(
            "no index of decided cases: make one with nolle index FILES, or name one with --corpus"
        )
    return opened(corpus, mask)


def opened(folder: str | Path, mask: Mask | None = None) -> Library:
    """The library in a folder, opened once for each version of it.

    ``mask`` makes a text fit to leave this machine, where the index has a remote embedder.

    Raises ConfigError or InputError, in one line, where there is none or it cannot be used.
    """
    from .store import check_kind, current_version

    path = Path(folder).expanduser().absolute()
    check_kind(path)
    return _opened(path, current_version(path), mask)


@lru_cache(maxsize=4)
def _opened(path: Path, version: Path | None, mask: Mask | None) -> Library:
    """As :func:`opened`; ``version`` makes a new version another entry of the cache."""
    from .dense_half import opened as dense_of
    from .index import open_index

    index = open_index(path)
    return Library(index=index, dense=dense_of(index.folder, mask))
