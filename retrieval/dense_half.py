"""The dense half of an index: built beside BM25 in the same version, opened with it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import ConfigError
from .documents import Document
from .embeddings import OFFLINE, Mask, check_spec, open_embedder
from .store import UNCHECKED

if TYPE_CHECKING:
    from .dense import Dense

AUTO: Final = "auto"
NONE: Final = "none"
AUTO_DOCUMENTS: Final = 20_000
"""Up to so many documents a dense half is built unasked: a minute or so on two cores."""
GROWTH: Final = 2
"""Once the corpus is more than so many times what the offline embedder was fitted on, it is fitted
anew."""

Progress = Callable[[int], None]


def builder(
    spec: str = AUTO, mask: Mask | None = None, progress: Progress | None = None
) -> Callable[[Path, Path | None], None]:
    """What :func:`nolle.retrieval.build.build_index` calls (``also``) to add the dense half.

    Args:
        spec: an embedder, ``none``, or ``auto``: as the former version, else ``offline`` where
            chromadb and scikit-learn are installed and there are at most ``AUTO_DOCUMENTS``.
        mask: for a remote embedder, see :func:`nolle.retrieval.embeddings.open_embedder`.
        progress: told how many documents are embedded.

    Raises ConfigError for a spec that names no embedder.
    """
    if spec not in (AUTO, NONE):
        check_spec(spec)

    def also(folder: Path, former: Path | None) -> None:
        chosen = _chosen(spec, folder, former)
        if chosen is None:
            return
        from .dense import build

        half = former / UNCHECKED if former is not None else None
        known = _spec_of(half) if half is not None and half.is_dir() else None
        if chosen != OFFLINE:
            embedder = open_embedder(chosen, mask=mask)
        elif half is not None and known == OFFLINE and _still_fits(half, folder):
            embedder = open_embedder(chosen, folder=half)
        else:
            known = None
            embedder = open_embedder(chosen, texts=[d.text for d in _documents(folder)])
        target = folder / UNCHECKED
        if half is not None and known == chosen:
            shutil.copytree(half, target)
        build(target, _documents(folder), embedder, progress)

    return also


def opened(folder: Path, mask: Mask | None = None) -> Dense | None:
    """The dense half of a version; None where it has none.

    Raises ConfigError where it cannot be used: a missing package, key or model.
    """
    half = folder / UNCHECKED
    if not half.is_dir():
        return None
    from .dense import open_dense

    spec = _spec_of(half)
    embedder = None if spec == OFFLINE else open_embedder(spec, mask=mask)
    return open_dense(half, embedder)


def _chosen(spec: str, folder: Path, former: Path | None) -> str | None:
    if spec == NONE:
        return None
    if spec != AUTO:
        return spec
    if former is not None:
        return _spec_of(former / UNCHECKED) if (former / UNCHECKED).is_dir() else None
    able = find_spec("chromadb") is not None and find_spec("sklearn") is not None
    return OFFLINE if able and sum(1 for _ in _lines(folder)) <= AUTO_DOCUMENTS else None


def _still_fits(half: Path, folder: Path) -> bool:
    """Whether the embedder fitted on the former corpus serves this one, so that only what is new
    is embedded."""
    from .dense_files import read

    with suppress(ConfigError):
        return sum(1 for _ in _lines(folder)) <= GROWTH * read(half)[0].documents
    return False


def _spec_of(half: Path) -> str:
    from .dense_files import read

    with suppress(ConfigError):
        return read(half)[0].embedder
    return OFFLINE


def _documents(folder: Path) -> Iterator[Document]:
    for line in _lines(folder):
        yield Document.model_validate_json(line)


def _lines(folder: Path) -> Iterator[bytes]:
    with (folder / "documents.jsonl").open("rb") as stream:
        yield from stream
