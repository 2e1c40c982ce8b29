"""Opening Chroma: embedded in a folder, or a server; without telemetry and without its own models.

chromadb is the extra ``dense``. Its client would report its use to its makers and, left to its
default, download an embedding model: both are off here.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from ..errors import ConfigError, NolleError

# Ten nearest of 20,000 texts: all found, in three quarters of the time to build of 128 and 24.
HNSW: Final = {"space": "cosine", "ef_construction": 100, "ef_search": 128, "max_neighbors": 16}


def open_client(folder: Path, url: str | None) -> Any:
    """A client of the server at ``url``, or of Chroma's files in ``folder``; close it after use.

    ConfigError, in one line, if chromadb is missing, no server answers or the files are damaged.
    """
    chromadb, settings = _imported()
    if url is None:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            return chromadb.PersistentClient(str(folder), settings=settings())
        except Exception as error:
            raise ConfigError(
                f"not a Chroma store ({_kind(error)}), {folder}: build the index again"
            ) from None
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    if parts.path:
        raise ConfigError(f"a Chroma address has no path, {url}: end it after the port")
    try:
        return chromadb.HttpClient(
            host=parts.hostname,
            port=parts.port or (443 if secure else 80),
            ssl=secure,
            settings=settings(),
        )
    except Exception as error:
        raise ConfigError(
            f"no Chroma server ({_kind(error)}), {url}: start it, or correct NOLLE_CHROMA_URL "
            "or [retrieval] chroma_url"
        ) from None


@contextmanager
def client(folder: Path, url: str | None) -> Iterator[Any]:
    """As :func:`open_client`, closed at the end, so that the folder may be moved or copied."""
    opened = open_client(folder, url)
    try:
        yield opened
    finally:
        opened.close()


def collection(opened: Any, name: str, *, create: bool) -> Any:
    """The collection of that name, without an embedding function: vectors are always given."""
    try:
        if create:
            return opened.get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": dict(HNSW)}
            )
        return opened.get_collection(name, embedding_function=None)
    except Exception as error:
        raise ConfigError(
            f"no dense index {name} ({_kind(error)}), Chroma: build the index again"
        ) from None


@contextmanager
def asking(url: str | None) -> Iterator[None]:
    """Turns what Chroma raises into one line; the project's own errors pass."""
    try:
        yield
    except NolleError:
        raise
    except Exception as error:
        where = url or "its files"
        raise ConfigError(
            f"Chroma failed ({_kind(error)}), {where}: check the filter and the server, "
            "or build the index again"
        ) from None


def unlink_shared(folder: Path) -> None:
    """Give ``folder`` files of its own: Chroma writes in place, and a file that a former version
    shares by hard link would change under it.
    """
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink() and file.stat().st_nlink > 1:
            own = file.with_name(f"{file.name}.own")
            shutil.copy2(file, own)
            own.replace(file)


def _imported() -> tuple[Any, Any]:
    try:
        import chromadb
        from chromadb.config import Settings
    except ImportError:
        raise ConfigError(
            "chromadb is missing, dense retrieval: pip install 'nolle[dense]'"
        ) from None
    logging.getLogger("chromadb").setLevel(logging.ERROR)

    def settings() -> Any:
        # Neither a .env of the working folder nor a variable may turn reporting on again.
        return Settings(
            _env_file=None,  # type: ignore[call-arg]
            anonymized_telemetry=False,
            chroma_otel_collection_endpoint="",
            chroma_otel_granularity=None,
        )

    return chromadb, settings


def _kind(error: Exception) -> str:
    return type(error).__name__
