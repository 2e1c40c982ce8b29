"""Checks and decoding that every input passes before it becomes a case.

Errors read "what, where: how to mend", always on one line, and never repeat the case text.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from ..errors import InputError

CASE_BYTES: Final = 5 * 2**20
"""Largest size of one case in bytes of UTF-8."""

FILE_BYTES: Final = 500 * 2**20
"""Largest size in bytes of a file that holds many cases."""

LABEL_CHARS: Final = 200
"""Longest id, date or province in characters."""

_BAD_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BAD_IN_LABEL = re.compile("[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Common in any Chinese text, and rare in what UTF-8 or binary bytes look like when read as GB18030.
_COMMON = re.compile("[，。、：；的一是在不了有人年月日时元后被其中为以等于]")
_NON_ASCII = re.compile("[^\x00-\x7f]")
_COMMON_SHARE = 0.08


def one_line(text: str, limit: int = 400) -> str:
    """``text`` with everything escaped that could break a line or a terminal, cut to ``limit``."""
    safe = _UNPRINTABLE.sub(lambda m: m.group().encode("unicode_escape").decode("ascii"), text)
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def problem(what: str, where: str, mend: str) -> InputError:
    """An :class:`InputError` that reads "what, where: how to mend" on one line."""
    return InputError(f"{one_line(what)}, {one_line(where)}: {one_line(mend)}")


def check_text(text: str, where: str) -> str:
    """``text`` itself, if it is small enough and holds neither control characters nor surrogates.

    Line feeds, carriage returns and tabs are allowed. Raises InputError with the position
    (characters counted from 1).
    """
    if len(text) > CASE_BYTES or len(text.encode("utf-8", "surrogatepass")) > CASE_BYTES:
        raise too_large(where)
    if found := _BAD_IN_TEXT.search(text):
        raise _bad_character(found, where)
    return text


def check_label(text: str, where: str) -> str:
    """``text`` without outer blanks, if it can serve as an id, date or province on one line."""
    text = text.strip()
    if len(text) > LABEL_CHARS:
        raise problem(
            f"{len(text)} characters are too many", where, f"use at most {LABEL_CHARS} characters"
        )
    if found := _BAD_IN_LABEL.search(text):
        raise _bad_character(found, where)
    return text


def too_large(where: str) -> InputError:
    """The error for a single case above the limit."""
    limit = CASE_BYTES // 2**20
    return problem(
        f"more than {limit} MB for one case",
        where,
        "keep only the case itself, or put one case per line into a .jsonl file",
    )


def _bad_character(found: re.Match[str], where: str) -> InputError:
    code = ord(found.group())
    surrogate = 0xD800 <= code <= 0xDFFF
    kind = "half of a surrogate pair" if surrogate else "control character"
    return problem(
        f"{kind} U+{code:04X}",
        f"{where}, character {found.start() + 1}",
        "write the whole character" if surrogate else "remove it",
    )


def decode_utf8(data: bytes, where: str) -> str:
    """Decode JSON bytes, which must be UTF-8 (with or without a byte order mark)."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_utf8(where, error.start) from None


def not_utf8(where: str, byte: int) -> InputError:
    """The error for JSON in another encoding; ``byte`` counts from 0."""
    return problem("not UTF-8", f"{where}, byte {byte + 1}", "save the JSON as UTF-8")


def decode_text(data: bytes, where: str) -> str:
    """Decode a text document: UTF-8, UTF-16 with a byte order mark, else GB18030.

    GB18030 gives some reading to almost any bytes, so the result must also look like Chinese text.
    Raises InputError when no encoding fits.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode_as(data, "utf-16", where)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise problem(
                "the text ends within a character", where, "copy the file again, it was cut off"
            ) from None
    text = _decode_as(data, "gb18030", where)
    if len(_COMMON.findall(text)) < _COMMON_SHARE * len(_NON_ASCII.findall(text)):
        raise _unknown_encoding(where)
    return text


def _decode_as(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise _unknown_encoding(where) from None


def _unknown_encoding(where: str) -> InputError:
    return problem("not readable as text", where, "save it as UTF-8 text (GB18030 also works)")


# Controls would steer a terminal; direction marks would let a text pass for another.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def plain(text: str) -> str:
    """The text without control and direction characters; line feeds and tabs stay."""
    return _SURROGATE.sub("\ufffd", _UNSAFE.sub("", text))
