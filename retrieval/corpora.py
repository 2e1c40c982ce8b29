"""Corpora of decided cases, one document at a time: JSON, JSON lines and CSV in known forms."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from ..cases.sanitise import problem
from ..cases.sources import read_items
from ..errors import InputError
from .corpus_csv import csv_rows
from .corpus_rows import document_of_row
from .documents import Document

KNOWN = (
    "give PDP-Bench records, rows with fact and charges (LawBench, LeCaRD), CAIL2018 rows "
    "or MPMCP as .csv"
)

OnBad = Callable[[InputError], None]


def read_corpus(path: str | os.PathLike[str], on_bad: OnBad | None = None) -> Iterator[Document]:
    """The documents of a ``.json``, ``.jsonl`` or ``.csv`` file (``"-"``: standard input).

    Each row says by its fields which form it has; gold outcomes become part of the document, the
    court's or prosecutor's reasoning never does. A row that cannot be used raises InputError with
    file and row, unless ``on_bad`` is given, which then gets the error while reading goes on.
    """
    name = os.fspath(path)
    if Path(name).suffix.lower() == ".csv":
        rows: Iterator[tuple[str, dict[str, object]]] = csv_rows(Path(name), on_bad)
    else:
        rows = _json_rows(name, on_bad)
    stem = "stdin" if name == "-" else Path(name).stem
    for where, row in rows:
        try:
            yield _document(row, stem, where)
        except InputError as error:
            if on_bad is None:
                raise
            on_bad(error)


def _json_rows(name: str, on_bad: OnBad | None) -> Iterator[tuple[str, dict[str, object]]]:
    for item in read_items(name, on_bad):
        if item.record is None:
            raise problem("a text document says nothing of its outcome", item.where, KNOWN)
        yield item.where, item.record


def _document(row: dict[str, object], stem: str, where: str) -> Document:
    try:
        return document_of_row(row, stem, where)
    except ValidationError as error:
        fault = error.errors()[0]
        place = f"{where}, field {'.'.join(map(str, fault['loc']))}"
        raise problem(fault["msg"], place, "correct the row") from None
