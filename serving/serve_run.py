"""Starting a server: what may be asked of it from where, and a clean end."""

from __future__ import annotations

import ipaddress
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..config import load_settings
from ..errors import ConfigError
from ..graphs.judges import RULES
from .guard import Rules, local_hosts

if TYPE_CHECKING:
    from .engine import Engine
    from .setup import Setup

KEY_CHARS = 16
"""The shortest API key that is taken."""
IDLE_SECONDS = 75


def keys_of(file: Path | None = None, environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The API keys from ``NOLLE_API_KEYS`` (by commas) and a file (one a line, # for remarks).

    Raises ConfigError for a key that is too short, and for a file that cannot be read.
    """
    env = os.environ if environ is None else environ
    found = [key.strip() for key in env.get("NOLLE_API_KEYS", "").split(",")]
    if file is not None:
        try:
            lines = file.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"cannot be read ({type(error).__name__}), {file}: write one API key per line"
            ) from None
        found += [line.partition("#")[0].strip() for line in lines]
    keys = tuple(dict.fromkeys(filter(None, found)))
    if any(len(key) < KEY_CHARS or not key.isascii() or not key.isprintable() for key in keys):
        raise ConfigError(
            f"an API key is shorter than {KEY_CHARS} characters or not plain ASCII, "
            "NOLLE_API_KEYS or the key file: make one with openssl rand -hex 24"
        )
    return keys


def rules_for(
    host: str, keys: tuple[str, ...], origins: tuple[str, ...] = (), rate: int = 600
) -> Rules:
    """What a server at ``host`` allows. Raises ConfigError for an open address without keys."""
    local = is_local(host)
    if not local and not keys:
        raise ConfigError(
            f"no API keys but {host} can be reached from other machines, NOLLE_API_KEYS: "
            "set it (openssl rand -hex 24 makes one), or keep --host 127.0.0.1"
        )
    hosts = (*local_hosts(), host) if local and not keys else ()
    return Rules(keys=keys, hosts=hosts, origins=origins, rate=rate)


def is_local(host: str) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def models_of(asked: tuple[str, ...]) -> tuple[str, ...]:
    """The models that a server offers, the default first; ``rules`` is always among them.

    Raises ConfigError for one that is not available.
    """
    models = tuple(dict.fromkeys((*(asked or (load_settings().model,)), RULES)))
    for model in models:
        if model != RULES:
            from ..agents.registry import available, parse_spec

            available(parse_spec(model))
    return models


async def run_stdio(setup: Setup) -> None:
    """Serve MCP over standard input and output until the client closes them."""
    from . import mcp_server
    from .setup import engine_for

    async with engine_for(setup) as engine:
        await mcp_server.build(lambda: engine).run_stdio_async()


def run(app: Any, setup: Setup, host: str, port: int) -> None:
    """Serve ``app`` until SIGTERM or Ctrl-C. Raises ConfigError where the port is taken."""
    import uvicorn

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: Any) -> None:
            # Told before the connections are waited for: listeners to a long review let go.
            engine: Engine | None = getattr(app.state, "engine", None)
            if engine is not None:
                engine.stopping.set()
            super().handle_exit(sig, frame)

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        # Paths hold ids of reviews; who wants a log of requests has a proxy or the metrics.
        access_log=False,
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=int(setup.grace),
        ws="none",
        backlog=2048,
    )
    try:
        Server(config).run()
    except SystemExit:
        raise ConfigError(
            f"cannot listen at {host} port {port}: it may be taken, choose another with --port"
        ) from None
