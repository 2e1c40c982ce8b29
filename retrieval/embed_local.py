"""Embeddings by a sentence-transformers model that lies in a local folder; nothing is fetched."""

from __future__ import annotations

import hashlib
import importlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}


class LocalModel:
    """``st:PATH``. Remote code of the model folder is not run; ConfigError if it cannot be used."""

    def __init__(self, path: Path) -> None:
        path = path.expanduser()
        if not path.is_dir():
            raise ConfigError(
                f"not a folder, st:{path}: give the folder of a sentence-transformers model "
                "(names of a model hub are not looked up)"
            )
        with _no_hub():
            try:
                module = importlib.import_module("sentence_transformers")
            except ImportError:
                raise ConfigError(
                    f"sentence-transformers is missing, st:{path}: "
                    "pip install sentence-transformers"
                ) from None
            try:
                self._model: Any = module.SentenceTransformer(
                    str(path.absolute()), local_files_only=True, trust_remote_code=False
                )
            except Exception as error:
                reason = type(error).__name__
                raise ConfigError(
                    f"cannot be loaded ({reason}), st:{path}: "
                    "give the folder of a sentence-transformers model"
                ) from None
        self.name = f"st:{path}"
        self.fingerprint = f"st-{_digest(path)}"

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""
        return int(self._model.get_sentence_embedding_dimension() or 0)

    def embed_documents(self, texts: Sequence[str]) -> NDArray[Any]:
        """One row of float32 of unit length for each text."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        rows = self._model.encode(
            list(texts),
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(rows, dtype=np.float32)

    def embed_query(self, text: str) -> NDArray[Any]:
        """The vector of one text."""
        row: NDArray[Any] = self.embed_documents([text])[0]
        return row


def _digest(path: Path) -> str:
    """Of the files' names, sizes and (where small) contents: weights are told by their size."""
    digest = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        size = file.stat().st_size
        digest.update(f"{file.relative_to(path).as_posix()}\0{size}\0".encode())
        with file.open("rb") as stream:
            digest.update(stream.read(1 << 20))
    return digest.hexdigest()[:16]


@contextmanager
def _no_hub() -> Iterator[None]:
    """The hub's libraries read these when they are imported, and then never reach out."""
    before = {name: os.environ.get(name) for name in _OFFLINE}
    os.environ.update(_OFFLINE)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
