"""Benchmark figures as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def print_figures(figures: Mapping[str, Any], console: Console) -> None:
    """Scalars first, each beside the baseline's, then tables per class and of confusion."""
    baseline = figures.get("baseline")
    known: Mapping[str, Any] = baseline if isinstance(baseline, Mapping) else {}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("figure", "value", "baseline"):
        table.add_column(heading)
    for name, value in figures.items():
        if isinstance(value, str | int | float) and name != "baseline":
            table.add_row(name, str(value), str(known.get(name, "")))
    for name, value in known.items():
        if name not in figures and isinstance(value, str | int | float):
            table.add_row(f"baseline {name}", "", str(value))
    console.print(table)
    for name, value in figures.items():
        if isinstance(value, Mapping) and name != "baseline":
            console.print(f"\n[bold]{name}[/bold]")
            console.print(_grid(value))


def _grid(rows: Mapping[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    nested = [row for row in rows.values() if isinstance(row, Mapping)]
    if not nested:
        for name, value in rows.items():
            table.add_row(str(name), str(value))
        return table
    columns = list(dict.fromkeys(key for row in nested for key in row))
    table.add_column("")
    for column in columns:
        table.add_column(str(column), justify="right")
    for name, row in rows.items():
        if isinstance(row, Mapping):
            table.add_row(str(name), *(str(row.get(column, "")) for column in columns))
    return table
