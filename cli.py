"""The command line: ``nolle review``, ``whatif``, ``compare``, ``bench``, ``statutes`` and more.

Standard output holds the result only (JSON with ``--json``), progress goes to standard error. Bad
input or configuration ends with exit code 2 and one line, a run that failed with 1.
"""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer

from . import (
    cli_approve,
    cli_compare,
    cli_datasets,
    cli_law,
    cli_report,
    cli_retrieval,
    cli_serve,
    cli_serving,
    cli_similar,
)
from .collector import seldom
from .errors import ConfigError, InputError, LimitError, ModelError, NolleError

app = typer.Typer(
    name="nolle",
    help="Review Chinese criminal case files the way a procuratorate does before trial.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.add_typer(cli_law.app, name="statutes")

Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="txt, md, docx, json or jsonl; - for stdin.")
]
Model = Annotated[
    str | None, typer.Option("--model", "-m", help="Model spec; default NOLLE_MODEL, else rules.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
Day = Annotated[
    str | None,
    typer.Option("--date", metavar="YYYY-MM-DD", help="The day whose law applies."),
]


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        from . import __version__

        typer.echo(f"nolle {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def review(
    files: Files,
    model: Model = None,
    as_json: AsJson = False,
    trace: Annotated[
        Path | None, typer.Option("--trace", help="Append every step to this JSONL file.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write one self-contained page.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write DIR/STEM.json per case; started again, it resumes."),
    ] = None,
    day: Day = None,
    checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", help="SQLite file for step checkpoints.")
    ] = None,
    run_id: Annotated[
        str | None, typer.Option("--run-id", help="Name of the run to resume (one case).")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Seed sent with every call of a model.")
    ] = None,
    limit_requests: Annotated[
        int | None,
        typer.Option("--limit-requests", min=0, help="Most model calls, all cases together."),
    ] = None,
    limit_cost: Annotated[
        float | None,
        typer.Option("--limit-cost", min=0, help="Most US dollars, all cases together."),
    ] = None,
    cache: Annotated[
        bool, typer.Option("--cache", help="Keep a model's answers and use them again.")
    ] = False,
    corpus: Annotated[
        str | None,
        typer.Option("--corpus", metavar="DIR", help="Index of decided cases (nolle index)."),
    ] = None,
    no_corpus: Annotated[
        bool, typer.Option("--no-corpus", help="Look for no similar cases.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, max=256, help="Cases side by side; 8 on a model."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Estimate calls, tokens, cost, time; ask nobody.")
    ] = False,
    approve: Annotated[
        bool,
        typer.Option("--approve", help="Stop before the opinion for nolle approve (one case)."),
    ] = False,
) -> None:
    """Review case files and show the decision with its steps.

    Examples:

        nolle review case.json

        nolle review *.docx --out reviews

        nolle review case.txt --html review.html --trace steps.jsonl

        cat case.json | nolle review - --json

        nolle review case.json --approve --checkpoint runs.sqlite
    """
    from . import cli_commands as commands
    from .cli_options import ReviewOptions

    start = cli_approve.review if approve else commands.review
    if dry_run:
        start = commands.estimate
    start(
        files,
        ReviewOptions(
            model=model,
            as_json=as_json,
            trace=trace,
            html=html,
            out=out,
            today=commands.parse_day(day),
            checkpoint=checkpoint,
            run_id=run_id,
            seed=seed,
            limit_requests=limit_requests,
            limit_cost=limit_cost,
            cache=cache,
            corpus=corpus,
            no_corpus=no_corpus,
            workers=workers,
        ),
    )


@app.command()
def whatif(
    file: Annotated[str, typer.Argument(metavar="FILE", help="One case; - for stdin.")],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="forgiveness=yes, alcohol=70, age=15 …"),
    ] = None,
    model: Model = None,
    as_json: AsJson = False,
    day: Day = None,
) -> None:
    """Assume circumstances and show what changes; without --set, which of them would.

    Examples:

        nolle whatif case.json --set forgiveness=yes --set plea=no

        nolle whatif case.json --set "李某某:surrender=yes"

        nolle whatif case.json
    """
    from .cli_commands import parse_day
    from .cli_whatif import whatif as assume

    assume(file, changes or [], model, as_json, parse_day(day))


@app.command()
def bench(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="reviews, lawbench, lexeval, imljp.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Labelled rows, JSON lines.")],
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Score labelled rows and print the figures beside a trivial baseline.

    Example:

        nolle bench reviews labelled.jsonl --json
    """
    from . import cli_commands as commands

    commands.bench(kind, file, model, as_json)


app.command()(cli_approve.approve)
app.command()(cli_retrieval.index)
app.command()(cli_similar.similar)
app.command()(cli_datasets.dataset)
app.command()(cli_compare.compare)
app.command()(cli_report.report)
app.command()(cli_serving.vllm)
app.command()(cli_serving.doctor)
app.command()(cli_serve.serve)
app.command()(cli_serve.mcp)


INTERRUPTED = 130
EXIT_CODES: tuple[tuple[type[NolleError], int], ...] = (
    (InputError, 2),
    (ConfigError, 2),
    (ModelError, 1),
    (LimitError, 1),
)


def main(args: list[str] | None = None) -> None:
    """Run the command line; every failure becomes one line and an exit code."""
    seldom()
    sys.exit(run(sys.argv[1:] if args is None else args))


def run(args: list[str]) -> int:
    """Run one command and return its exit code; raises nothing unless NOLLE_DEBUG is set."""
    debug = os.environ.get("NOLLE_DEBUG") not in (None, "", "0")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Where the locale has no Chinese, escapes say more than an error.
            stream.reconfigure(errors="backslashreplace")
    try:
        result: Any = app(args, standalone_mode=False)
    except typer.Exit as stop:
        result = stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return _fail("interrupted", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except NolleError as error:
        if debug:
            raise
        return _fail(str(error), next((c for kind, c in EXIT_CODES if isinstance(error, kind)), 1))
    except Exception as error:
        usage = _usage(error)
        if usage is not None:
            return _fail(usage, 2) if usage else 0
        if debug:
            raise
        text = f"unexpected {type(error).__name__}: {error}; set NOLLE_DEBUG=1 for the traceback"
        return _fail(text, 1)
    if result == INTERRUPTED:
        return _fail("interrupted", INTERRUPTED)
    return result if isinstance(result, int) else 0


def _usage(error: Exception) -> str | None:
    """The line for a wrong use of the command line (typer bundles its own click); "" after help."""
    message = getattr(error, "format_message", None)
    if message is None:
        return None
    if type(error).__name__ == "NoArgsIsHelpError":
        print(message())
        return ""
    context = getattr(error, "ctx", None)
    hint = f"; see {context.command_path} --help" if context else ""
    return f"{str(message()).rstrip('.')}{hint}"


def _fail(message: str, code: int) -> int:
    print("error: " + " ".join(message.split()), file=sys.stderr)
    return code
