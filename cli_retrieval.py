"""The commands on decided cases: ``nolle index``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .config import load_settings
from .errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from .retrieval.build import BuildReport
    from .retrieval.documents import Document

SHOWN_BAD = 20


def index(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Decided cases: jsonl, json, csv; - for stdin."),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Default $NOLLE_HOME/index.")
    ] = None,
    tokenizer: Annotated[
        str | None,
        typer.Option(
            "--tokenizer",
            help="legal (default), crime_words, jieba_bigram, jieba, bigram, whitespace.",
        ),
    ] = None,
    dense: Annotated[
        str,
        typer.Option(
            "--dense",
            metavar="SPEC",
            help="Embedder of the dense half: offline, openai:MODEL, vllm:MODEL, compatible:NAME, "
            "st:PATH, none; auto: offline for a small corpus.",
        ),
    ] = "auto",
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Pass over rows that cannot be read; list them.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget what the index holds, or that it is damaged.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Index decided cases, so that similar ones can be found; started again, it resumes and adds.

    Reads PDP-Bench records, LawBench, LeCaRD and CAIL2018 rows, and MPMCP's CSV files.

    Examples:

        nolle index train.jsonl

        nolle index cail/*.json mpmcp/*.csv --out my-index --skip-bad

        nolle index more.jsonl --dense vllm:BAAI/bge-m3
    """
    from .agents.similar import masked
    from .cli_commands import console, print_json, progress
    from .retrieval.build import build_index
    from .retrieval.dense_half import builder
    from .retrieval.library import HOME_FOLDER
    from .retrieval.tokenise import Tokenizer, checked

    kind: Tokenizer | None = checked(tokenizer) if tokenizer else None
    for file in files:
        if file != "-" and not Path(file).is_file():
            raise InputError(f"no such file, {file}: check the path")
    bad: list[InputError] = []
    total = _rows(files)
    also = builder(dense, masked)
    with progress("indexing", total) as advance:
        report = build_index(
            _documents(files, bad if skip_bad else None),
            out or load_settings().home / HOME_FOLDER,
            tokenizer=kind,
            progress=lambda done: advance(done, None if total is None else max(done, total)),
            fresh=fresh,
            also=also,
        )
    if as_json:
        rows = [str(error) for error in bad]
        print_json({**report.model_dump(mode="json"), "skipped": len(bad), "skipped_rows": rows})
        return
    _print(report, bad, console())


def _documents(files: Sequence[str], bad: list[InputError] | None) -> Iterator[Document]:
    from .retrieval.corpora import read_corpus

    for file in files:
        yield from read_corpus(file, None if bad is None else bad.append)


def _rows(files: Sequence[str]) -> int | None:
    """How many rows there will be at most, for the time that is left; None if that is unclear."""
    total = 0
    for file in files:
        if file == "-" or Path(file).suffix.lower() not in {".jsonl", ".ndjson"}:
            return None
        with Path(file).open("rb") as stream:
            while chunk := stream.read(2**22):
                total += chunk.count(b"\n")
    return max(total, 1)


def _print(report: BuildReport, bad: Sequence[InputError], screen: Console) -> None:
    screen.print(
        f"{report.added} added, {report.replaced} replaced, {report.unchanged} unchanged: "
        f"{report.documents} documents"
    )
    outcomes = "，".join(f"{name or '—'} {count}" for name, count in report.outcomes.items())
    charges = "，".join(f"{name} {count}" for name, count in report.charges.items())
    screen.print(f"处理结果 outcomes: {outcomes}", markup=False)
    screen.print(f"罪名 charges: {charges}", markup=False)
    if report.shards_reused:
        screen.print(f"{report.shards_reused} parts taken over from a run that was stopped")
    if bad:
        screen.print(f"{len(bad)} rows skipped:")
        for error in bad[:SHOWN_BAD]:
            screen.print(f"  {error}", style="dim", markup=False)
        if len(bad) > SHOWN_BAD:
            screen.print(f"  and {len(bad) - SHOWN_BAD} more; --json lists all", style="dim")
    screen.print(
        f"{report.path} (version {report.version}, tokenizer {report.tokenizer}), "
        f"{report.bytes / 2**20:.1f} MB, {report.seconds:.1f} s",
        markup=False,
        soft_wrap=True,
    )
