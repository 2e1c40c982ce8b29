"""From files and standard input to raw items: one JSON record or one text document each.

Nothing here knows what a record means; it may hold gold labels. Many cases are streamed, so that
memory holds one of them at a time.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

from ..errors import InputError
from .sanitise import CASE_BYTES, FILE_BYTES, decode_text, decode_utf8, problem, too_large
from .streaming import LIST_FORM, list_elements

STDIN = "-"
_JSON_LINES = {".jsonl", ".ndjson"}
_UNREADABLE = {
    ".pdf": "copy its text into a .txt file",
    ".doc": "save it as .docx",
    ".wps": "save it as .docx",
    ".rtf": "save it as .docx",
    ".odt": "save it as .docx",
    ".xls": "export it as .jsonl, one case per line",
    ".xlsx": "export it as .jsonl, one case per line",
    ".csv": "export it as .jsonl, one case per line",
    ".zip": "unpack it first",
    ".gz": "unpack it first",
}
_DOCX_BYTES = 50 * 2**20


class Item(NamedTuple):
    """One case as it was found. Exactly one of ``record`` and ``text`` is given.

    ``label`` is short and unique within its source (the file's stem, with the row for files of
    many); ``where`` names the place in error messages.
    """

    label: str
    where: str
    record: dict[str, Any] | None = None
    text: str | None = None


class _Source(NamedTuple):
    """An open, seekable stream with the names used for labels and messages."""

    stream: BinaryIO
    name: str
    stem: str
    suffix: str


OnBad = Callable[[InputError], None]


def read_items(path: str | os.PathLike[str], on_bad: OnBad | None = None) -> Iterator[Item]:
    """Yield the items of a file, or of standard input for ``"-"``.

    Raises InputError, in one line, for whatever cannot be read; with a streamed file only when the
    bad row is reached. With ``on_bad`` a bad JSON line is told to it and passed over.
    """
    with _opened(path) as source:
        yield from _items(source, on_bad)


def items_from_bytes(data: bytes, name: str) -> Iterator[Item]:
    """Yield the items of a file's content; ``name`` (with its suffix) says what kind it is."""
    path = Path(name)
    yield from _items(_Source(io.BytesIO(data), name, path.stem or "case", path.suffix.lower()))


def parse_json(text: str, where: str) -> Any:
    """Parse one JSON value strictly; InputError with line and column if it is none."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = f"{where}, line {error.lineno}, column {error.colno}"
        raise problem(f"not valid JSON ({error.msg})", place, "correct the JSON there") from None
    except RecursionError:
        raise problem(
            "JSON nested too deeply", where, f"give the fields of the case flat, {LIST_FORM}"
        ) from None
    except ValueError as error:
        raise problem(f"not valid JSON ({error})", where, "correct the number") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


@contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[_Source]:
    name = os.fspath(path)
    if name == STDIN:
        binary = getattr(sys.stdin, "buffer", None)
        stream = binary or io.BytesIO(sys.stdin.read().encode("utf-8", "surrogatepass"))
        with _seekable(stream, "standard input") as copy:
            yield _Source(copy, "standard input", "stdin", "")
        return
    file = Path(name)
    suffix = file.suffix.lower()
    if not name.strip():
        raise problem("no file name", "the path is empty", 'name a file, or "-"')
    if suffix in _UNREADABLE:
        raise problem(f"{suffix} files are not read", name, _UNREADABLE[suffix])
    try:
        if file.is_dir():
            raise problem("is a folder", name, "name the files in it")
        with file.open("rb") as stream:
            regular = file.is_file()
            if regular and os.fstat(stream.fileno()).st_size > FILE_BYTES:
                raise _file_too_large(name)
            if regular:
                yield _Source(stream, name, file.stem, suffix)
            else:
                with _seekable(stream, name) as copy:
                    yield _Source(copy, name, file.stem or "case", suffix)
    except FileNotFoundError:
        raise problem("no such file", name, "check the path") from None
    except PermissionError:
        raise problem("the file may not be read", name, "change its permissions") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise problem(f"cannot be read ({reason})", name, "check the path") from None


@contextmanager
def _seekable(stream: BinaryIO, name: str) -> Iterator[BinaryIO]:
    """A copy of a pipe that can be read twice; large ones only where they can hold many cases."""
    head = stream.read(CASE_BYTES + 1)
    if len(head) <= CASE_BYTES:
        yield io.BytesIO(head)
        return
    if not _may_hold_many(head):
        raise too_large(name)
    with tempfile.TemporaryFile() as copy:
        size = copy.write(head)
        while chunk := stream.read(2**20):
            size += copy.write(chunk)
            if size > FILE_BYTES:
                raise _file_too_large(name)
        copy.seek(0)
        yield copy


def _file_too_large(name: str) -> InputError:
    limit = FILE_BYTES // 2**20
    return problem(f"more than {limit} MB", name, "split it into several files")


def _may_hold_many(head: bytes) -> bool:
    start = _first_byte(head)
    return start == b"[" or (start == b"{" and b"\n" in head)


def _first_byte(head: bytes) -> bytes:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]


def _items(source: _Source, on_bad: OnBad | None = None) -> Iterator[Item]:
    if source.suffix in _JSON_LINES:
        yield from _json_lines(source, on_bad)
        return
    head = source.stream.read(CASE_BYTES + 1)
    first = _first_byte(head)
    if not first:
        raise problem("the input is empty", source.name, "give it a case")
    if source.suffix == ".docx" or head.startswith(b"PK\x03\x04"):
        if len(head) > CASE_BYTES:
            raise too_large(source.name)
        yield Item(source.stem, source.name, text=_docx_text(head, source.name))
    elif source.suffix == ".json" or (
        source.suffix not in {".txt", ".md", ".markdown"} and first in {b"{", b"["}
    ):
        yield from _json(source, head, first, on_bad)
    elif len(head) > CASE_BYTES:
        raise too_large(source.name)
    else:
        yield Item(source.stem, source.name, text=decode_text(head, source.name))


def _json(source: _Source, head: bytes, first: bytes, on_bad: OnBad | None) -> Iterator[Item]:
    """One record, a list of records, or JSON lines under the name of JSON."""
    if first == b"[":
        source.stream.seek(0)
        for index, element in list_elements(source.stream, source.name):
            where = f"{source.name}, element {index}"
            yield Item(f"{source.stem}-{index}", where, record=_record(element, where))
        return
    if first == b"{" and _starts_with_whole_row(head):
        source.stream.seek(0)
        yield from _json_lines(source, on_bad)
        return
    if len(head) > CASE_BYTES:
        raise too_large(source.name)
    value = parse_json(decode_utf8(head, source.name), source.name)
    yield Item(source.stem, source.name, record=_record(value, source.name))


def _starts_with_whole_row(head: bytes) -> bool:
    """Whether the first line is a record by itself and more follows: JSON lines."""
    line, _, rest = head.lstrip().partition(b"\n")
    if not rest.strip():
        return False
    try:
        return isinstance(json.loads(line.decode("utf-8-sig")), dict)
    except (ValueError, RecursionError):
        return False


def _json_lines(source: _Source, on_bad: OnBad | None = None) -> Iterator[Item]:
    found = False
    row = 0
    while line := source.stream.readline(CASE_BYTES + 1):
        row += 1
        where = f"{source.name}, row {row}"
        if len(line) > CASE_BYTES:
            raise too_large(where)
        try:
            text = decode_utf8(line, where).strip()
            record = _record(parse_json(text, where), where) if text else None
        except InputError as error:
            if on_bad is None:
                raise
            found = True
            on_bad(error)
            continue
        if record is None:
            continue
        found = True
        yield Item(f"{source.stem}-{row}", where, record=record)
    if not found:
        raise problem("the input is empty", source.name, "give it one case per line")


def _record(value: Any, where: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise problem("not a JSON object", where, f"give each case {LIST_FORM}")


def _docx_text(data: bytes, where: str) -> str:
    """The paragraphs and table cells of a Word document in reading order, one per line."""
    import zipfile

    mend = "open it in a word processor and save it as .docx again"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _DOCX_BYTES:
                raise too_large(where)

        import docx
        from docx.oxml.ns import qn

        body = docx.Document(io.BytesIO(data)).element.body
        pieces = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n"}
        text, paragraph, moved = qn("w:t"), qn("w:p"), qn("w:moveFrom")
        lines = [
            "".join(
                node.text or "" if node.tag == text else pieces.get(node.tag, "")
                for node in block.iter(text, *pieces)
                # Text boxes hold paragraphs within paragraphs, and fallbacks repeat them.
                if next(node.iterancestors(paragraph)) is block
                and next(node.iterancestors(moved), None) is None
            )
            for block in body.iter(paragraph)
            if not any(str(parent.tag).endswith("}Fallback") for parent in block.iterancestors())
        ]
    except InputError:
        raise
    except Exception as error:  # a broken archive fails in python-docx, zipfile or lxml at will
        raise problem(f"not a Word document ({type(error).__name__})", where, mend) from None
    return "\n".join(lines)
