"""``nolle report``: what a comparison found, as a page, as tables for a paper, and in short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .errors import InputError

if TYPE_CHECKING:
    from .evals.tables import Table

_MOST_MB = 100.0
_TERMINAL_DIGITS = 3
_LEFT_TO_THE_PAGE = {"runs", "L1 micro-F1"}


def report(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="A folder that nolle compare wrote.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="The page to write; default DIR/report.html.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="DIR", help="Write each table as DIR/NAME.csv.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", metavar="FILE", help="Write the tables there.")
    ] = None,
    latex: Annotated[
        Path | None,
        typer.Option("--latex", metavar="FILE", help="Write the tables there (booktabs)."),
    ] = None,
    correlate: Annotated[
        bool,
        typer.Option("--correlate", help="Correlate the models' trial and prosecution scores."),
    ] = False,
    arm: Annotated[
        str | None,
        typer.Option("--arm", help="With --correlate: the arm to take; default baseline."),
    ] = None,
    max_mb: Annotated[
        float | None,
        typer.Option("--max-mb", min=0, max=_MOST_MB, help="Room for texts of cases; default 9."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Score a run directory again, write its report as one page, and print the main table.

    The page holds everything (tables, charts, the cases where arms disagree) and loads nothing
    from outside. Scores go to DIR/metrics.json and, in the peers' layout, to DIR/export.

    Examples:

        nolle report runs/first

        nolle report runs/first --csv tables --markdown tables.md --latex tables.tex

        nolle report runs/cail runs/pdp --correlate --out correlation.html
    """
    if correlate:
        if max_mb is not None:
            raise InputError("--max-mb does not go with --correlate: leave one of them away")
        _correlate(folders, arm, out, csv, markdown, latex, as_json)
        return
    if arm is not None:
        raise InputError("--arm goes with --correlate only: leave it away")
    if len(folders) != 1:
        raise InputError(
            f"{len(folders)} folders are given: report takes one, or several with --correlate"
        )
    _report(folders[0], out, csv, markdown, latex, max_mb, as_json)


def _report(
    folder: Path,
    out: Path | None,
    csv: Path | None,
    markdown: Path | None,
    latex: Path | None,
    max_mb: float | None,
    as_json: bool,
) -> None:
    from .cli_commands import console, print_json, write_text
    from .evals.export import export_run
    from .evals.folder import read_folder
    from .evals.report import render_report
    from .evals.report_cases import BUDGET_MB
    from .evals.result_tables import tables
    from .evals.scores import write_scores

    page = out or folder / "report.html"
    with console(stderr=True).status("scoring"):
        run = read_folder(folder)
        metrics = write_scores(run)
        export_run(run)
    with console(stderr=True).status("writing the page"):
        html = render_report(run, metrics, BUDGET_MB if max_mb is None else max_mb)
        write_text(page, html)
    found = tables(metrics)
    written = [page, *_write_tables(found, csv, markdown, latex)]
    if as_json:
        print_json(metrics)
        return
    first = found[:1] if metrics["labelled"] else [t for t in found if t.id == "distribution"]
    _print(first or found[:1], written)


def _correlate(
    folders: Sequence[Path],
    arm: str | None,
    out: Path | None,
    csv: Path | None,
    markdown: Path | None,
    latex: Path | None,
    as_json: bool,
) -> None:
    from .cli_commands import console, print_json, write_text
    from .evals.correlate import correlate, correlation_tables, scatter
    from .evals.folder import read_folder
    from .evals.report import render_page
    from .evals.scores import score

    with console(stderr=True).status("scoring"):
        runs: list[Mapping[str, Any]] = [score(read_folder(path), draws=0) for path in folders]
    found = correlate(runs, arm)
    tables = correlation_tables(found)
    written = _write_tables(tables, csv, markdown, latex)
    if out is not None:
        html = render_page(
            "correlation.html.j2",
            tables=tables,
            chart=scatter(found),
            folders=[path.name for path in folders],
        )
        write_text(out, html)
        written = [out, *written]
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    _print(tables, written)


def _write_tables(
    tables: Sequence[Table], csv: Path | None, markdown: Path | None, latex: Path | None
) -> list[Path]:
    from .cli_commands import write_text
    from .evals.tables import to_latex, to_markdown, write_csv

    written = []
    if csv is not None:
        write_csv(tables, csv)
        written.append(csv)
    for path, form in ((markdown, to_markdown), (latex, to_latex)):
        if path is not None:
            write_text(path, form(tables))
            written.append(path)
    return written


def _print(tables: Sequence[Table], written: Sequence[Path]) -> None:
    from rich.table import Table as Grid
    from rich.text import Text

    from .cli_commands import console
    from .evals.tables import shown

    screen = console()
    for table in tables:
        grid = Grid(box=None, pad_edge=False, header_style="bold", title_justify="left")
        places = [n for n, name in enumerate(table.columns) if name not in _LEFT_TO_THE_PAGE]
        for place in places:
            side: Literal["left", "right"] = "left" if place < table.heads else "right"
            name = Text(table.columns[place])
            grid.add_column(name, justify=side, no_wrap=place >= table.heads, overflow="fold")
        for row in table.rows:
            grid.add_row(*(Text(shown(row[place], _TERMINAL_DIGITS)) for place in places))
        screen.print(grid)
    for path in written:
        screen.print(f"written: {path}", style="dim", markup=False)
