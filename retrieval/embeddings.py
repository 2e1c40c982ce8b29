"""Embedders behind one protocol, chosen by a spec: ``offline``, ``openai:MODEL``, ``st:PATH``, …

``offline`` (the default) is fitted on the corpus and saved with its index; ``openai:MODEL``,
``openrouter:MODEL``, ``vllm:MODEL`` and ``compatible:NAME/MODEL`` ask an OpenAI-compatible
``/embeddings``; ``st:PATH`` is a sentence-transformers model in a local folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

from ..config import Settings, load_settings
from ..errors import ConfigError

if TYPE_CHECKING:
    from numpy.typing import NDArray

OFFLINE: Final = "offline"
LOCAL_MODEL: Final = "st"
REMOTE: Final = ("openai", "openrouter", "vllm", "compatible")
KINDS: Final = (
    f"{OFFLINE}, openai:MODEL, openrouter:MODEL, vllm:MODEL, compatible:NAME/MODEL or st:PATH"
)

Mask = Callable[[str], str]
"""Replaces what identifies people in a text, before it leaves this machine."""


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into vectors whose cosine says how alike they are.

    ``name`` is the spec that it was made by; ``fingerprint`` changes whenever its vectors would, so
    an index built with another one is refused; ``dimensions`` is 0 until known.
    """

    @property
    def name(self) -> str:
        """The spec."""
        ...

    @property
    def fingerprint(self) -> str:
        """What decides the vectors, shortened."""
        ...

    @property
    def dimensions(self) -> int:
        """Numbers in a vector; 0 while a remote model has not answered yet."""
        ...

    def embed_documents(self, texts: Sequence[str]) -> NDArray[Any]:
        """One row of float32 per text; a row of zeros where nothing can be told."""
        ...

    def embed_query(self, text: str) -> NDArray[Any]:
        """The vector of a text to be compared with documents."""
        ...


def check_spec(spec: str) -> str:
    """The kind of embedder that a spec names; ConfigError, in one line, for any other text."""
    kind, colon, rest = spec.partition(":")
    if spec == OFFLINE or (colon and rest and kind in (*REMOTE, LOCAL_MODEL)):
        return kind
    raise ConfigError(f"not an embedder, {spec[:80]!r}: use {KINDS}")


def open_embedder(
    spec: str = OFFLINE,
    *,
    texts: Sequence[str] | None = None,
    folder: Path | None = None,
    settings: Settings | None = None,
    mask: Mask | None = None,
) -> Embedder:
    """The embedder that a spec names; asks no server.

    Args:
        spec: see above.
        texts: for ``offline``: the corpus to fit it on.
        folder: for ``offline``, instead of ``texts``: where a fitted one was saved.
        settings: as read from the environment by default.
        mask: for a remote model: makes a text fit to leave this machine.

    Raises:
        ConfigError: an unknown spec, a missing package, key or folder, or a remote model that
            would see unmasked text though ``NOLLE_REDACT`` asks for masking.
        InputError: ``texts`` without any word to embed.
    """
    kind = check_spec(spec)
    if kind == OFFLINE:
        from . import tfidf_svd

        if texts is not None:
            return tfidf_svd.fit(texts)
        if folder is not None:
            return tfidf_svd.load(folder)
        raise ConfigError("nothing to fit on, offline embedder: give the corpus or a saved one")
    if kind == LOCAL_MODEL:
        from .embed_local import LocalModel

        return LocalModel(Path(spec.partition(":")[2]))
    from .embed_remote import open_remote

    return open_remote(spec, settings or load_settings(), mask)
