"""The figures of a run as tables: one model for the page, CSV, Markdown and LaTeX."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from ..cases.models import Frozen
from ..errors import InputError
from .repeats import Stat

DIGITS = 4
Cell = Stat | str | int | float | None


class Table(Frozen):
    """A table with its caption. The first ``heads`` columns name the row, the others hold figures:
    a number, a :class:`~nolle.evals.repeats.Stat` (mean and standard error), text, or nothing."""

    id: str
    title: str
    note: str = ""
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heads: int = 1
    digits: int = DIGITS


def shown(cell: Cell, digits: int = DIGITS) -> str:
    """A cell as people read it; a standard error only where runs were repeated."""
    if cell is None:
        return "–"
    if isinstance(cell, Stat):
        mean = f"{cell.mean:.{digits}f}"
        return f"{mean} ± {cell.se:.{digits}f}" if cell.se else mean
    if isinstance(cell, float):
        return f"{cell:.{digits}f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def to_csv(table: Table) -> str:
    """Comma-separated values, numbers in full; a mean with error takes two columns."""
    paired = [
        any(isinstance(row[place], Stat) for row in table.rows)
        for place in range(len(table.columns))
    ]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = zip(table.columns, paired, strict=True)
    writer.writerow([n for name, two in names for n in ((name, f"{name} SE") if two else (name,))])
    for row in table.rows:
        cells: list[str | int | float | None] = []
        for cell, two in zip(row, paired, strict=True):
            if isinstance(cell, Stat):
                cells += [cell.mean, cell.se]
            else:
                cells += [_inert(cell), None] if two else [_inert(cell)]
        writer.writerow(cells)
    return out.getvalue()


def to_markdown(tables: Sequence[Table]) -> str:
    """All tables as one Markdown text."""
    return "\n\n".join(map(_markdown, tables)) + "\n"


def to_latex(tables: Sequence[Table]) -> str:
    """All tables for a paper (package booktabs; Chinese needs ctex or xeCJK)."""
    return "% needs \\usepackage{booktabs}\n\n" + "\n\n".join(map(_latex, tables)) + "\n"


def write_csv(tables: Sequence[Table], folder: Path) -> list[Path]:
    """One file per table into a folder that is made where absent; returns the files.

    Raises InputError where the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = []
        for table in tables:
            file = folder / f"{table.id}.csv"
            # Spreadsheets take a file for UTF-8 by its first bytes only.
            file.write_text(to_csv(table), encoding="utf-8-sig", newline="")
            files.append(file)
    except OSError as error:
        raise InputError(f"cannot write {folder}: {error.strerror}; name another folder") from None
    return files


def _inert(cell: str | int | float | None) -> str | int | float | None:
    """Text that a spreadsheet would compute, as text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") else cell


def _markdown(table: Table) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(map(_cell, cells)) + " |"

    rule = ["---" if place < table.heads else "---:" for place in range(len(table.columns))]
    rows = [line([shown(cell, table.digits) for cell in row]) for row in table.rows]
    body = "\n".join([line(table.columns), "|" + "|".join(rule) + "|", *rows])
    note = f"\n\n{table.note}" if table.note else ""
    return f"### {table.title}\n\n{body}{note}"


def _cell(text: str) -> str:
    return " ".join(text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").split())


_LATEX: dict[str, str] = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "±": r"$\pm$",
    "–": "--",
    "Δ": r"$\Delta$",
    "≤": r"$\le$",
    "→": r"$\to$",
    "ρ": r"$\rho$",
    "·": r"$\cdot$",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
_LATEX_SIGNS = re.compile("|".join(map(re.escape, _LATEX)))


def _tex(text: str) -> str:
    return _LATEX_SIGNS.sub(lambda found: _LATEX[found[0]], text)


def _latex(table: Table) -> str:
    layout = "l" * table.heads + "r" * (len(table.columns) - table.heads)
    lines = [
        r"\begin{table}[t]",
        r"\centering",
        rf"\caption{{{_tex(table.title)}. {_tex(table.note)}}}".replace(". }", "}"),
        rf"\label{{tab:{table.id}}}",
        rf"\begin{{tabular}}{{{layout}}}",
        r"\toprule",
        " & ".join(map(_tex, table.columns)) + r" \\",
        r"\midrule",
        *(
            " & ".join(_tex(shown(cell, table.digits)) for cell in row) + r" \\"
            for row in table.rows
        ),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines)
