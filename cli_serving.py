"""The commands about model servers and the installation: ``nolle vllm`` and ``nolle doctor``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from .errors import ConfigError

if TYPE_CHECKING:
    from .serving.doctor import Item


def vllm(
    model: Annotated[
        str, typer.Argument(metavar="MODEL|DIR", help="A name on the Hugging Face hub or a folder.")
    ],
    flags: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- FLAGS...]", help="Further flags for vLLM, after --."),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option("--host", help="Address to listen at.")] = "127.0.0.1",
    max_model_len: Annotated[
        int | None,
        typer.Option("--max-model-len", min=1024, help="Tokens for prompt and answer together."),
    ] = None,
    served_name: Annotated[
        str | None, typer.Option("--served-name", help="The name to ask for; default MODEL.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the command line and start nothing.")
    ] = False,
) -> None:
    """Serve a model on this machine with vLLM, set up for reviews, until Ctrl-C.

    Examples:

        nolle vllm Qwen/Qwen3-8B

        nolle vllm ./my-model --port 8001 --served-name mine -- --gpu-memory-utilization 0.8
    """
    import shlex

    from .cli_commands import console
    from .config import load_settings
    from .serving.vllm_command import plan
    from .serving.vllm_run import run_server

    launch = plan(
        model,
        host=host,
        port=port,
        max_model_len=max_model_len,
        name=served_name,
        extra=flags or [],
    )
    if dry_run:
        typer.echo(shlex.join(launch.command))
        return
    run_server(launch, load_settings().home, console(stderr=True))


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
    online: Annotated[
        bool, typer.Option("--online", help="Also ask the hosted services whose key is set.")
    ] = False,
) -> None:
    """Say what is installed, configured and reachable, and how to mend what is not."""
    from .cli_commands import print_json
    from .serving.doctor import examine

    items = examine(online=online)
    # A server that is down is no fault of the configuration.
    bad = [item.name for item in items if item.ok is False and item.area != "endpoints"]
    if as_json:
        print_json({"checks": [item.model_dump(mode="json") for item in items]})
    else:
        _print_items(items)
    if bad:
        raise ConfigError(f"{', '.join(bad)}, nolle doctor: mend as the report says")


def _print_items(items: Sequence[Item]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from .cli_commands import console

    marks = {True: "[green]ok[/green]", False: "[red]mend[/red]", None: "[dim]—[/dim]"}
    table = Table(box=None, pad_edge=False, show_header=False)
    for item in items:
        table.add_row(item.area, item.name, marks[item.ok], escape(item.detail))
    console().print(table)
