"""Building a dense index: embed what is new, keep what is there, drop what is gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

from ..cases.models import Frozen
from ..config import Settings, load_settings
from ..files import replace_whole
from .chroma import asking, client, collection, unlink_shared
from .dense_files import (
    MANIFEST,
    MEMBERS,
    STORE,
    HasText,
    Manifest,
    Metadata,
    collection_name,
    key_of,
)
from .embeddings import Embedder
from .tfidf_svd import TfidfSvd

BATCH: Final = 1000

Progress = Callable[[int], None]
D = TypeVar("D", bound=HasText)


class Built(Frozen):
    """What a build did. ``blank``: documents without anything to embed, which are never found."""

    documents: int
    added: int
    kept: int
    removed: int
    blank: int


def build(
    folder: Path,
    documents: Iterable[D],
    embedder: Embedder,
    progress: Progress | None = None,
    *,
    metadata: Callable[[D], Metadata] | None = None,
    settings: Settings | None = None,
) -> Built:
    """Bring ``folder`` to hold the vectors of exactly these documents.

    Vectors that are there already, from a former version that was copied or hard-linked into
    ``folder`` or from a build that was cut off, are kept. The former version itself stays as it
    is. ``dense.json`` is written last, so a folder with it is whole.

    Args:
        folder: of this version alone; made if missing.
        documents: read once, in batches; the first of several with one id counts.
        embedder: as opened by :func:`nolle.retrieval.embeddings.open_embedder`.
        progress: told after each batch how many documents are done.
        metadata: what ``where`` filters of a search may ask for.
        settings: whether and where a Chroma server keeps the vectors.
    """
    url = (settings or load_settings()).chroma_url
    folder.mkdir(parents=True, exist_ok=True)
    unlink_shared(folder)
    (folder / MANIFEST).unlink(missing_ok=True)
    name = collection_name(folder, embedder.fingerprint)
    members: dict[str, str] = {}
    counted = {"added": 0, "kept": 0, "blank": 0}
    with client(folder / STORE, url) as opened:
        rows = collection(opened, name, create=True)
        seen: set[str] = set()
        for batch in _batches(documents):
            fresh: dict[str, D] = {}
            for document in batch:
                if document.id not in seen:
                    fresh.setdefault(document.id, document)
            seen.update(fresh)
            with asking(url):
                added = _add(rows, list(fresh.values()), embedder, metadata)
            members.update(added.members)
            for what in counted:
                counted[what] += getattr(added, what)
            if progress:
                progress(len(seen))
        removed = 0 if url else _remove_others(opened, rows, members)
    if isinstance(embedder, TfidfSvd):
        embedder.save(folder)
    manifest = Manifest(
        embedder=embedder.name,
        fingerprint=embedder.fingerprint,
        dimensions=embedder.dimensions,
        collection=name,
        url=url,
        documents=len(members),
    )
    replace_whole(folder / MEMBERS, json.dumps(members, ensure_ascii=False).encode())
    replace_whole(folder / MANIFEST, manifest.model_dump_json(indent=1).encode())
    return Built(documents=len(members), removed=removed, **counted)


class _Added(Frozen):
    members: dict[str, str]
    added: int
    kept: int
    blank: int


def _add(
    rows: Any,
    documents: list[D],
    embedder: Embedder,
    metadata: Callable[[D], Metadata] | None,
) -> _Added:
    told = [dict(metadata(d)) if metadata else None for d in documents]
    keys = [key_of(d, extra) for d, extra in zip(documents, told, strict=True)]
    there = set(rows.get(ids=keys, include=[])["ids"]) if keys else set()
    missing = [i for i, key in enumerate(keys) if key not in there]
    vectors = embedder.embed_documents([documents[i].text for i in missing])
    fresh = [(i, vector) for i, vector in zip(missing, vectors, strict=True) if vector.any()]
    if fresh:
        rows.upsert(
            ids=[keys[i] for i, _ in fresh],
            embeddings=[vector for _, vector in fresh],
            metadatas=[told[i] for i, _ in fresh] if metadata else None,
        )
    held = there | {keys[i] for i, _ in fresh}
    return _Added(
        members={key: d.id for key, d in zip(keys, documents, strict=True) if key in held},
        added=len(fresh),
        kept=len(there),
        blank=len(missing) - len(fresh),
    )


def _remove_others(opened: Any, rows: Any, members: Mapping[str, str]) -> int:
    """Drop what this version no longer holds. Only from files: a server's rows may be in use."""
    for other in opened.list_collections():
        if other.name != rows.name:
            opened.delete_collection(other.name)
    stale = [key for key in rows.get(include=[])["ids"] if key not in members]
    for start in range(0, len(stale), BATCH):
        rows.delete(ids=stale[start : start + BATCH])
    return len(stale)


def _batches(documents: Iterable[D]) -> Iterator[list[D]]:
    stream = iter(documents)
    while batch := list(islice(stream, BATCH)):
        yield batch
