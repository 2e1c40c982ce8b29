"""Reading a long JSON list element by element, so that memory holds one element at a time."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, NoReturn

from ..errors import InputError
from .sanitise import CASE_BYTES, FILE_BYTES, not_utf8, problem, too_large

LIST_FORM: Final = 'as an object {"person_info": …, "procedure": …, "fact": …}'

_CHUNK = 2**16
# A value cut off by the end of the buffer fails at its start or within its last few characters.
_CUT_MARGIN = 32
_BLANK = " \t\n\r"


class _NotJson(ValueError):
    """A constant such as NaN, which Python reads but JSON does not know."""


def _refuse_constant(name: str) -> NoReturn:
    raise _NotJson(f"{name} is no JSON number")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


class _Window:
    """The part of the stream that is decoded and not yet used."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._bytes = 0
        self.text = ""
        self.pos = 0
        self.ended = False

    def fill(self) -> None:
        """Drop what was used and read on: as much again as is held, so that retries stay cheap."""
        chunk = self._stream.read(max(_CHUNK, len(self.text) - self.pos))
        self.ended = not chunk
        try:
            fresh = self._decoder.decode(chunk, final=self.ended)
        except UnicodeDecodeError as error:
            raise not_utf8(self._name, self._bytes + error.start) from None
        if self._bytes == 0:
            fresh = fresh.removeprefix("\ufeff")
        self._bytes += len(chunk)
        if self._bytes > FILE_BYTES:
            raise too_large(self._name)
        self.text = self.text[self.pos :] + fresh
        self.pos = 0

    def peek(self) -> str:
        """The next character that is not blank, "" at the end."""
        while True:
            while self.pos < len(self.text) and self.text[self.pos] in _BLANK:
                self.pos += 1
            if self.pos < len(self.text):
                return self.text[self.pos]
            if self.ended:
                return ""
            self.fill()


def list_elements(stream: BinaryIO, name: str) -> Iterator[tuple[int, Any]]:
    """Yield ``(number from 1, value)`` for each element of the JSON list in ``stream``.

    Raises InputError for anything that is not one JSON list in UTF-8, for an element above the
    size of a case and for an empty list.
    """
    window = _Window(stream, name)
    window.peek()
    window.pos += 1
    index = 0
    while True:
        index += 1
        where = f"{name}, element {index}"
        if window.peek() == "]" and index == 1:
            raise problem("the list is empty", name, "give it at least one case")
        yield index, _value(window, where)
        match window.peek():
            case ",":
                window.pos += 1
            case "]":
                window.pos += 1
                break
            case "":
                raise problem("the list is not closed", f"after {where}", "end it with ]")
            case _:
                raise problem(
                    "not valid JSON (no comma)", f"after {where}", "put a comma between elements"
                )
    if window.peek():
        raise problem("text after the list", name, "remove what follows the closing ]")


def _value(window: _Window, where: str) -> Any:
    while True:
        held = len(window.text) - window.pos
        try:
            value, end = _DECODER.raw_decode(window.text, window.pos)
        except json.JSONDecodeError as error:
            at_end = error.pos >= len(window.text) - _CUT_MARGIN
            if window.ended or not (at_end or error.msg.startswith("Unterminated string")):
                raise _invalid(error, window.pos, where) from None
            if held > CASE_BYTES:
                raise too_large(where) from None
        except RecursionError:
            raise problem("JSON nested too deeply", where, f"give each case {LIST_FORM}") from None
        except ValueError as error:
            raise problem(f"not valid JSON ({error})", where, "correct the number") from None
        else:
            if end - window.pos > CASE_BYTES:
                raise too_large(where)
            if end < len(window.text) or window.ended:
                window.pos = end
                return value
        window.fill()


def _invalid(error: json.JSONDecodeError, start: int, where: str) -> InputError:
    return problem(
        f"not valid JSON ({error.msg})",
        f"{where}, character {error.pos - start + 1}",
        "correct the JSON there",
    )
