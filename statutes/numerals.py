"""Chinese numerals as article numbers use them (1 to 9999), read and written.

A small table of its own: a general converter is some hundred times slower, and article numbers
are read on every review.
"""

from __future__ import annotations

from functools import lru_cache

from ..errors import InputError

DIGITS = "零一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000}
_VALUES = {
    **{digit: value for value, digit in enumerate(DIGITS)},
    **{str(value): value for value in range(10)},
    **{chr(ord("０") + value): value for value in range(10)},
    "〇": 0,
    "○": 0,
    "Ｏ": 0,
    "两": 2,
}


@lru_cache(maxsize=4096)
def numeral(number: int) -> str:
    """The Chinese numeral of ``number`` in the form that statutes use, e.g. 133 -> 一百三十三.

    Raises:
        InputError: the number is outside 1 to 9999.
    """
    if not 1 <= number <= 9999:
        raise InputError(f"no article number {number}: expected 1 to 9999")
    text = ""
    rest = number
    for unit, size in (("千", 1000), ("百", 100), ("十", 10)):
        digit, rest = divmod(rest, size)
        if digit:
            text += DIGITS[digit] + unit
        elif text and rest and not text.endswith("零"):
            text += "零"
    if rest:
        text += DIGITS[rest]
    return text.removeprefix("一") if 10 <= number <= 19 else text


@lru_cache(maxsize=4096)
def number(text: str) -> int:
    """The value of a numeral in Chinese, Arabic or full-width digits; 二六四 is 264.

    Raises:
        InputError: the text is no numeral.
    """
    if not text or any(ch not in _VALUES and ch not in _UNITS for ch in text):
        raise InputError(f"not a numeral: {text!r}")
    if not any(ch in _UNITS for ch in text):
        value = 0
        for ch in text:
            value = value * 10 + _VALUES[ch]
        return value
    total, below, run = 0, 10_000, ""
    for ch in text:
        unit = _UNITS.get(ch)
        if unit is None:
            run += str(_VALUES[ch])
            continue
        # Only 十 may stand without a digit before it; units go down, as in 一百三十三.
        digit = int(run) if run else int(unit == 10)
        if not 1 <= digit <= 9 or unit >= below:
            raise InputError(f"not a numeral: {text!r}")
        total, below, run = total + digit * unit, unit, ""
    rest = int(run or 0)
    if rest >= below:
        raise InputError(f"not a numeral: {text!r}")
    return total + rest
