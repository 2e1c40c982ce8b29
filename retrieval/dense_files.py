"""The files of a dense index beside its vectors, and what names a vector."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from ..cases.models import Frozen
from ..errors import ConfigError
from ..files import replace_whole

FORMAT: Final = 1
MANIFEST, MEMBERS, STORE, INDEX = "dense.json", "members.json", "chroma", "index.json"

Metadata = Mapping[str, str | int | float | bool]


class HasText(Protocol):
    """What is embedded: a document with an id and a text."""

    @property
    def id(self) -> str:
        """Unique within the corpus."""
        ...

    @property
    def text(self) -> str:
        """The facts."""
        ...


class Manifest(Frozen):
    """``dense.json``."""

    format: int = FORMAT
    embedder: str
    fingerprint: str
    dimensions: int
    collection: str
    url: str | None
    documents: int


def key_of(document: HasText, metadata: Metadata | None = None) -> str:
    """Under which key Chroma holds a document: a digest of its id, text and metadata."""
    parts = [
        document.id,
        document.text,
        *(f"{k}={v!r}" for k, v in sorted((metadata or {}).items())),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def collection_name(folder: Path, fingerprint: str) -> str:
    """One collection per index and embedder. The index's own part outlives a build cut off."""
    place = folder / INDEX
    try:
        index = str(json.loads(place.read_text("utf-8"))["index"])
    except (OSError, ValueError, KeyError, TypeError):
        index = secrets.token_hex(8)
        replace_whole(place, json.dumps({"index": index}).encode())
    vectors = hashlib.sha256(fingerprint.encode()).hexdigest()[:16]
    return f"nolle-{index}-{vectors}"


def read(folder: Path) -> tuple[Manifest, dict[str, str]]:
    """The manifest and the document of each key; ConfigError if missing, damaged or other."""
    mend = "build the index again"
    try:
        raw = json.loads((folder / MANIFEST).read_text("utf-8"))
        if raw.get("format") != FORMAT:
            raise ConfigError(f"dense index of another format, {folder}: {mend}")
        manifest = Manifest.model_validate(raw)
        members: dict[str, str] = json.loads((folder / MEMBERS).read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"no dense index, {error.filename}: {mend}") from None
    except (OSError, ValueError, AttributeError) as error:
        raise ConfigError(
            f"damaged dense index ({type(error).__name__}), {folder}: {mend}"
        ) from None
    if not isinstance(members, dict) or len(members) != manifest.documents:
        raise ConfigError(f"damaged dense index (members), {folder}: {mend}")
    return manifest, members
