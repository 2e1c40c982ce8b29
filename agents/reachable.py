"""Whether a model server of the user's own is there at all, asked before a review starts."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import ConfigError
from .profiles import Provider

if TYPE_CHECKING:
    from .registry import ModelSpec

TIMEOUT = 3.0
"""Seconds to wait for a connection."""
REMEMBERED = 60.0
"""Seconds for which a server that answered counts as there."""

_seen: dict[str, float] = {}


def reachable(spec: ModelSpec) -> None:
    """Raise ConfigError, in one line, if none of a local server's addresses takes a connection.

    Only ``vllm:`` and ``compatible:`` models are looked for; the others are the internet's.
    """
    if spec.provider not in (Provider.VLLM, Provider.COMPATIBLE):
        return
    if any(_answers(url) for url in spec.base_urls):
        return
    where = ", ".join(spec.base_urls)
    if spec.provider is Provider.VLLM:
        model = spec.model or "MODEL"
        mend = f"start one with: nolle vllm {model}, or set NOLLE_VLLM_BASE_URL"
    else:
        mend = "start it, or correct base_url in config.toml"
    raise ConfigError(f"no model server answers at {where}, {spec.name}: {mend}")


def _answers(url: str) -> bool:
    if time.monotonic() - _seen.get(url, -REMEMBERED) < REMEMBERED:
        return True
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=TIMEOUT).close()
    except OSError:
        return False
    _seen[url] = time.monotonic()
    return True
