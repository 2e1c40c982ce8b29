"""CSV files of MPMCP (Wang et al., 2025): their rows, and lists written into one cell."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ..cases.sanitise import CASE_BYTES, problem
from ..errors import InputError

_MPMCP_KEYS: Final = frozenset({"fact", "accusation", "imprisonment"})
_SEPARATORS = re.compile(r"[,，;；|\s]+")
_UTF8_BOM: Final = b"\xef\xbb\xbf"
_PROBE: Final = 2**16


def csv_rows(
    path: Path, on_bad: Callable[[InputError], None] | None = None
) -> Iterator[tuple[str, dict[str, object]]]:
    """Each row of a CSV file with the place that names it; UTF-8 or GB18030.

    Raises InputError for a file that cannot be read or lacks MPMCP's columns, and for a row with
    too many or too few cells unless ``on_bad`` takes the error.
    """
    name = str(path)
    try:
        stream = path.open("r", encoding=_encoding(path), newline="")
    except FileNotFoundError:
        raise problem("no such file", name, "check the path") from None
    except OSError as error:
        raise problem(f"cannot be read ({error.strerror})", name, "check the path") from None
    with stream:
        yield from _rows(stream, name, on_bad)


def _rows(
    stream: io.TextIOBase, name: str, on_bad: Callable[[InputError], None] | None
) -> Iterator[tuple[str, dict[str, object]]]:
    limit = csv.field_size_limit(CASE_BYTES)
    try:
        reader = csv.reader(stream)
        header = [cell.strip() for cell in next(reader, [])]
        missing = sorted(_MPMCP_KEYS - set(header))
        if missing:
            raise problem(
                f"no column {'、'.join(missing)}", f"{name}, line 1", "give MPMCP's own CSV files"
            )
        for cells in reader:
            where = f"{name}, line {reader.line_num}"
            if len(cells) == len(header):
                yield where, dict(zip(header, cells, strict=True))
            elif cells:
                fault = problem(
                    f"{len(cells)} cells instead of {len(header)}", where, "quote cells with commas"
                )
                if on_bad is None:
                    raise fault
                on_bad(fault)
    except csv.Error as error:
        raise problem(f"not CSV ({error})", name, "save it as CSV again") from None
    except UnicodeDecodeError:
        raise problem("neither UTF-8 nor GB18030", name, "save it as UTF-8") from None
    finally:
        csv.field_size_limit(limit)


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(_PROBE)
    if head.startswith(_UTF8_BOM):
        return "utf-8-sig"
    try:
        # The last character may be cut off by the end of the probe.
        head[:-4].decode("utf-8")
    except UnicodeDecodeError as error:
        return "utf-8" if error.start >= len(head) - 8 else "gb18030"
    return "utf-8"


def is_mpmcp(row: Mapping[str, Any]) -> bool:
    """Whether a row has the fields by which MPMCP is known."""
    return row.keys() >= _MPMCP_KEYS


def listed(cell: Any) -> list[str]:
    """The values of a cell, each once: a Python or JSON literal (list, dict of values) or a list
    separated by commas, semicolons or blanks."""
    if isinstance(cell, str):
        text = cell.strip()
        if text[:1] in {"[", "{", "("}:
            try:
                cell = ast.literal_eval(text)
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                cell = [part.strip("[]{}()'\" ") for part in _SEPARATORS.split(text)]
        else:
            cell = _SEPARATORS.split(text)
    return list(dict.fromkeys(text for value in _flat(cell) if (text := str(value).strip())))


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _flat(inner)
    elif isinstance(value, (list, tuple, set)):
        for inner in value:
            yield from _flat(inner)
    elif value is not None:
        yield value
