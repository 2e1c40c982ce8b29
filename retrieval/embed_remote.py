"""Embeddings by an OpenAI-compatible ``/embeddings``, with text masked before it leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from pydantic import Field, ValidationError

from ..cases.models import Frozen
from ..config import OPENAI_URL, Redact, Settings, api_key, is_loopback
from ..errors import ConfigError, ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .embeddings import Mask

KEY_OF: Final = {
    "openai": "OPENAI_API_KEY",
    "openrouter": "OPENROUTER_API_KEY",
    "vllm": "VLLM_API_KEY",
}
NEEDS_KEY: Final = frozenset({"openai", "openrouter"})
RETRIES: Final = 6
"""Attempts after the first, on 408, 409, 429 and 5xx and lost connections, waiting ever longer."""


class Options(Frozen):
    """What a spec may set after ``?``.

    ``dimensions``: asks for vectors of this length (models that can be cut); ``batch``: texts per
    request; ``chars``: characters of a text that are sent; ``timeout``: seconds for one attempt.
    """

    dimensions: int | None = Field(default=None, gt=0, le=65_536)
    batch: int = Field(default=64, gt=0, le=2048)
    chars: int = Field(default=6000, gt=0)
    timeout: float = Field(default=60.0, gt=0, le=3600)


class _Place(Frozen):
    base_url: str
    model: str
    api_key_env: str | None
    remote: bool


def open_remote(spec: str, settings: Settings, mask: Mask | None) -> RemoteModel:
    """The embedder of a spec; sends nothing. ConfigError as :func:`..embeddings.open_embedder`."""
    head, _, query = spec.partition("?")
    kind, _, rest = head.partition(":")
    place = _place(kind, rest, settings)
    if not place.model:
        raise ConfigError(f"no model named, {head[:80]!r}: write it like openai:MODEL")
    needed = kind in NEEDS_KEY or kind == "compatible"
    if needed and place.api_key_env and api_key(place.api_key_env) is None:
        raise ConfigError(
            f"no API key, {head[:80]}: set {place.api_key_env}, or use --embedder offline"
        )
    if _must_mask(kind, place, settings):
        if mask is None:
            raise ConfigError(
                f"text would leave this machine unmasked, {head[:80]}: use a local embedder, "
                "or set NOLLE_REDACT=never where the corpus names nobody"
            )
    else:
        mask = None
    return RemoteModel(head, kind, place, _options(query, spec), mask)


class RemoteModel:
    """Asks one endpoint; usable from any thread. Keeps neither texts nor vectors."""

    def __init__(
        self, name: str, kind: str, place: _Place, options: Options, mask: Mask | None
    ) -> None:
        self.name = name
        self._kind, self._place, self._options, self._mask = kind, place, options, mask
        told = (place.base_url, place.model, options.dimensions, options.chars, mask is not None)
        self.fingerprint = f"{kind}-{hashlib.sha256(repr(told).encode()).hexdigest()[:16]}"
        self.dimensions = options.dimensions or 0
        self._client: Any = None

    def __repr__(self) -> str:
        return f"RemoteModel({self.name!r})"

    def embed_documents(self, texts: Sequence[str]) -> NDArray[Any]:
        """One row of float32 of unit length for each text, zeros for a blank one.

        ConfigError for a refused key or unknown model, ModelError for an endpoint that does not
        answer, or whose vectors are of another number or length than asked for.
        """
        import numpy as np

        sent = [self._fit_to_send(text) for text in texts]
        asked = [i for i, text in enumerate(sent) if text.strip()]
        rows: list[NDArray[Any]] = []
        for start in range(0, len(asked), self._options.batch):
            part = asked[start : start + self._options.batch]
            rows.append(self._ask([sent[i] for i in part]))
        out = np.zeros((len(sent), self.dimensions), dtype=np.float32)
        if rows:
            out[asked] = np.concatenate(rows)
        return out

    def embed_query(self, text: str) -> NDArray[Any]:
        """The vector of one text."""
        row: NDArray[Any] = self.embed_documents([text])[0]
        return row

    def _fit_to_send(self, text: str) -> str:
        # Masked before it is cut: a name cut in two would not be found.
        return (self._mask(text) if self._mask else text)[: self._options.chars]

    def _ask(self, texts: list[str]) -> NDArray[Any]:
        import numpy as np
        import openai

        extra = {"dimensions": self._options.dimensions} if self._options.dimensions else {}
        fault: openai.APIError | None = None
        try:
            answer = self._http().embeddings.create(
                model=self._place.model, input=texts, encoding_format="float", **extra
            )
            items = sorted(answer.data, key=lambda item: item.index)
            rows = np.array([item.embedding for item in items], dtype=np.float32)
        except openai.APIError as error:
            fault = error
        except (ValueError, TypeError, AttributeError):
            rows = np.zeros(0, dtype=np.float32)
        if fault is not None:
            raise self._error(fault)
        if rows.ndim != 2 or len(rows) != len(texts) or not np.isfinite(rows).all():
            raise ModelError(f"unusable vectors, {self.name} at {self._place.base_url}: check it")
        if self.dimensions and rows.shape[1] != self.dimensions:
            raise ModelError(
                f"vectors of {rows.shape[1]} instead of {self.dimensions} numbers, {self.name}: "
                "correct ?dimensions=, or build the index again"
            )
        self.dimensions = int(rows.shape[1])
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)

    def _http(self) -> Any:
        if self._client is None:
            import openai

            key = api_key(self._place.api_key_env) if self._place.api_key_env else None
            # No redirect and, on this machine, no proxy: text goes where the user said.
            http = openai.DefaultHttpxClient(
                follow_redirects=False, trust_env=not is_loopback(self._place.base_url)
            )
            self._client = openai.OpenAI(
                api_key=key.get_secret_value() if key else "none",
                base_url=self._place.base_url,
                max_retries=RETRIES,
                timeout=self._options.timeout,
                http_client=http,
            )
            if self._kind != "openai":
                # The user's organisation at OpenAI is no other server's business.
                self._client.organization = self._client.project = None
        return self._client

    def _error(self, error: Any) -> ConfigError | ModelError:
        """One line that repeats nothing of the request: a server may echo text or key."""
        import openai

        url, key = self._place.base_url, self._place.api_key_env or "its API key"
        status = getattr(error, "status_code", 0)
        if status in {401, 403}:
            return ConfigError(f"API key refused ({status}), {self.name}: correct {key}")
        if status == 404:
            return ConfigError(
                f"model or endpoint not found, {self.name} at {url}: correct the model"
            )
        if isinstance(error, openai.APITimeoutError):
            seconds = f"{self._options.timeout:g} s"
            return ModelError(f"no answer within {seconds}, {self.name}: raise ?timeout=SECONDS")
        if isinstance(error, openai.APIConnectionError):
            return ModelError(f"no connection, {self.name} at {url}: check that it answers there")
        if status == 429:
            return ModelError(f"rate limited, {self.name}: wait, or lower ?batch=")
        what = status or type(error).__name__
        mend = "try again later" if status >= 500 else "check the model, ?batch= and ?chars="
        return ModelError(f"request failed ({what}), {self.name}: {mend}")


def _place(kind: str, rest: str, settings: Settings) -> _Place:
    key = KEY_OF.get(kind)
    if kind == "compatible":
        name, _, model = rest.partition("/")
        found = settings.endpoint(name)
        return _Place(
            base_url=found.base_url,
            model=model,
            api_key_env=found.api_key_env,
            remote=found.remote,
        )
    if kind == "vllm":
        url = settings.vllm_base_urls[0]
        return _Place(base_url=url, model=rest, api_key_env=key, remote=not is_loopback(url))
    url = OPENAI_URL if kind == "openai" else settings.openrouter_base_url
    return _Place(base_url=url, model=rest, api_key_env=key, remote=True)


def _must_mask(kind: str, place: _Place, settings: Settings) -> bool:
    """As for chat models: ``NOLLE_REDACT``; loopback is exempt, ``openrouter:`` never is."""
    if settings.redact is Redact.NEVER:
        return False
    return settings.redact is Redact.ALWAYS or place.remote or kind == "openrouter"


def _options(query: str, spec: str) -> Options:
    given = dict(parse_qsl(query, keep_blank_values=True))
    try:
        return Options.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        option = str(first["loc"][0]) if first["loc"] else query
    if option not in Options.model_fields:
        known = ", ".join(Options.model_fields)
        raise ConfigError(f"unknown option {option[:40]!r}, {spec[:80]!r}: use {known}")
    raise ConfigError(
        f"unusable value ({str(first['msg']).lower()}), {spec[:80]!r}: correct {option}"
    )
