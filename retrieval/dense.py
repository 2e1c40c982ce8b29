"""Dense retrieval: the vectors of a corpus in Chroma, with what is needed to read them again.

A folder holds ``dense.json`` (which embedder, how many, which collection), ``members.json`` (which
vectors belong to this version), the saved offline embedder, and ``chroma/`` unless a server keeps
the vectors. A vector's key is a digest of the document's id and text: the same document twice adds
nothing, a changed one gets a new key, and neither ids nor texts are handed to Chroma.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import ConfigError, InputError
from .chroma import asking, collection, open_client
from .dense_build import Built, build
from .dense_files import STORE, Manifest, read
from .embeddings import Embedder
from .tfidf_svd import TfidfSvd, load

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Built", "Dense", "build", "open_dense"]

_ASKED_BY_ID: Final = 2000
"""Up to so many allowed documents are named to Chroma; more are picked out of its answer."""


class Dense:
    """An opened index; close it, or use it in a ``with`` statement. Safe for several threads."""

    def __init__(
        self, manifest: Manifest, members: Mapping[str, str], embedder: Embedder, opened: Any
    ) -> None:
        self.manifest, self.embedder = manifest, embedder
        self._members, self._client = members, opened
        self._keys = {doc: key for key, doc in members.items()}
        self._ids = frozenset(self._keys)
        self._rows = collection(opened, manifest.collection, create=False)

    def __len__(self) -> int:
        return len(self._members)

    def __enter__(self) -> Dense:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files or the server."""
        self._client.close()

    def search(
        self,
        text: str,
        k: int,
        where: Mapping[str, Any] | None = None,
        allow: Collection[str] | Callable[[str], bool] | None = None,
    ) -> list[tuple[str, float]]:
        """The ``k`` most alike documents with their cosine, best first, ties by id.

        Args:
            text: the facts to compare with; blank or wordless ones are like nothing.
            k: at least 1.
            where: a Chroma filter over the metadata given when building.
            allow: ids that may be returned, or a function that says so.
        """
        if k < 1:
            raise InputError(f"cannot return {k} documents, dense search: ask for 1 or more")
        vector = self.embedder.embed_query(text)
        if self.manifest.dimensions != len(vector):
            raise ConfigError(
                f"vectors of {len(vector)} instead of {self.manifest.dimensions} numbers, "
                f"{self.embedder.name}: build the index again"
            )
        if not self._members or not vector.any():
            return []
        named: list[str] | None = None
        allowed: Callable[[str], bool] = self._ids.__contains__
        if callable(allow):
            allowed = allow
        elif allow is not None:
            ids = self._ids & frozenset(allow)
            allowed = ids.__contains__
            if len(ids) <= _ASKED_BY_ID:
                named = [self._keys[i] for i in sorted(ids)]
                if not named:
                    return []
        return self._nearest(vector, k, dict(where) if where else None, named, allowed)

    def _nearest(
        self,
        vector: NDArray[Any],
        k: int,
        where: dict[str, Any] | None,
        named: list[str] | None,
        allowed: Callable[[str], bool],
    ) -> list[tuple[str, float]]:
        """Asks for more and more until ``k`` of them belong to this version and are allowed."""
        with asking(self.manifest.url):
            asked, held = k + 10, self._rows.count()
        while True:
            with asking(self.manifest.url):
                answer = self._rows.query(
                    query_embeddings=[vector.tolist()],
                    n_results=max(1, min(asked, held)),
                    where=where,
                    ids=named,
                    include=["distances"],
                )
            keys, distances = answer["ids"][0], answer["distances"][0]
            found = [
                (self._members[key], 1.0 - float(distance))
                for key, distance in zip(keys, distances, strict=True)
                if key in self._members and allowed(self._members[key])
            ]
            if len(found) >= k or asked >= held or len(keys) < min(asked, held):
                found.sort(key=lambda hit: (-round(hit[1], 6), hit[0]))
                return found[:k]
            asked *= 4


def open_dense(folder: Path, embedder: Embedder | None = None) -> Dense:
    """Open what :func:`build` made; without an embedder the offline one saved with it is used.

    Raises:
        ConfigError: a missing or damaged folder, another embedder than it was built with, no
            chromadb, or a server that does not answer.
    """
    manifest, members = read(folder)
    if embedder is None:
        if manifest.embedder != TfidfSvd.name:
            raise ConfigError(
                f"built with {manifest.embedder}, {folder}: name the same embedder to search it"
            )
        embedder = load(folder)
    if embedder.fingerprint != manifest.fingerprint:
        raise ConfigError(
            f"built with {manifest.embedder} ({manifest.fingerprint}), not {embedder.name} "
            f"({embedder.fingerprint}), {folder}: use the same, or build the index again"
        )
    opened = open_client(folder / STORE, manifest.url)
    try:
        return Dense(manifest, members, embedder, opened)
    except BaseException:
        opened.close()
        raise
