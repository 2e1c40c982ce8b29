"""The commands that plug nolle into assistants: ``nolle serve`` and ``nolle mcp``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from .errors import ConfigError

PORT = 8787

Host = Annotated[str, typer.Option("--host", help="Address to listen at; others need API keys.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen at.")]
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model", "-m", help="A model to offer, several times for several; the first is default."
    ),
]
Corpus = Annotated[
    str | None,
    typer.Option("--corpus", metavar="DIR", help="Index of decided cases (nolle index)."),
]
KeyFile = Annotated[
    Path | None,
    typer.Option("--api-keys", metavar="FILE", help="One API key per line; or NOLLE_API_KEYS."),
]
Rate = Annotated[
    int, typer.Option("--rate", min=0, help="Requests per minute and key; 0: any number.")
]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, max=64, help="Processes for reviews by rules.")
]
Timeout = Annotated[float, typer.Option("--timeout", min=1, help="Seconds for one review.")]
KeepDays = Annotated[
    float, typer.Option("--keep-days", min=0, help="Days that finished reviews are kept.")
]
Origins = Annotated[
    list[str] | None,
    typer.Option("--cors-origin", help="A page of another place that may call, e.g. https://a.b."),
]


def serve(
    host: Host = "127.0.0.1",
    port: Port = PORT,
    model: Models = None,
    corpus: Corpus = None,
    api_keys: KeyFile = None,
    rate: Rate = 600,
    workers: Workers = None,
    timeout: Timeout = 1800.0,
    keep_days: KeepDays = 30.0,
    cors_origin: Origins = None,
) -> None:
    """Serve reviews over HTTP: a page, REST, and an OpenAI-compatible model for chat programs.

    Examples:

        nolle serve

        nolle serve --model rules --model vllm:Qwen/Qwen3-8B

        NOLLE_API_KEYS=$(openssl rand -hex 24) nolle serve --host 0.0.0.0

    Open WebUI, LibreChat and other OpenAI clients: base URL http://127.0.0.1:8787/v1, model
    nolle-rules, any key where none is set.
    """
    _needs_server()
    from .config import load_settings
    from .serving import serve_run
    from .serving.app import create_app
    from .serving.setup import Setup
    from .serving.similar_source import use

    use(corpus)
    setup = Setup(
        home=load_settings().home,
        models=serve_run.models_of(tuple(model or ())),
        rules=serve_run.rules_for(
            host, serve_run.keys_of(api_keys), tuple(cors_origin or ()), rate
        ),
        workers=workers or os.cpu_count() or 1,
        timeout=timeout,
        keep_days=keep_days,
    )
    typer.echo(f"nolle at http://{_shown(host)}:{port} (Ctrl-C ends it)", err=True)
    serve_run.run(create_app(setup), setup, host, port)


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Streamable HTTP at /mcp instead of standard input.")
    ] = False,
    host: Host = "127.0.0.1",
    port: Port = PORT,
    model: Models = None,
    corpus: Corpus = None,
    api_keys: KeyFile = None,
    rate: Rate = 600,
    workers: Workers = None,
    timeout: Timeout = 1800.0,
) -> None:
    """Offer reviews and legal calculators as MCP tools to assistants.

    Examples:

        nolle mcp

        nolle mcp --http --port 8788

    Claude Desktop, Cursor and others: {"mcpServers": {"nolle": {"command": "nolle", "args":
    ["mcp"]}}}. A running nolle serve offers the same at http://127.0.0.1:8787/mcp.
    """
    _needs_server()
    import asyncio

    from .config import load_settings
    from .serving import serve_run
    from .serving.setup import Setup
    from .serving.similar_source import use

    use(corpus)
    # Over standard input nobody else can ask, so no key is needed.
    rules = serve_run.rules_for(
        host if http else "127.0.0.1", serve_run.keys_of(api_keys) if http else (), rate=rate
    )
    setup = Setup(
        home=load_settings().home,
        models=serve_run.models_of(tuple(model or ())),
        rules=rules,
        workers=workers or (os.cpu_count() or 1 if http else 1),
        timeout=timeout,
        only_mcp=True,
    )
    if not http:
        asyncio.run(serve_run.run_stdio(setup))
        return
    from .serving.app import create_app

    typer.echo(f"nolle at http://{_shown(host)}:{port}/mcp (Ctrl-C ends it)", err=True)
    serve_run.run(create_app(setup), setup, host, port)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _needs_server() -> None:
    """Raise ConfigError where the packages of a server are not installed."""
    try:
        import fastapi  # noqa: F401
        import mcp  # noqa: F401
        import prometheus_client  # noqa: F401
        import python_multipart  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise ConfigError(f"{error.name} is not installed: pip install 'nolle[serve]'") from None
