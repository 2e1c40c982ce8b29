"""Numbers as Chinese case files write them: 1.047亿, 30余万, 三万余, 1万5千, 12，000."""

from __future__ import annotations

_DIGITS = r"(?:\d{1,3}(?:[,，]\d{3})+(?!\d)(?:[.．]\d+)?|\d+(?:[.．]\d+)?)"
_HAN = "[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]"

NUMBER = (
    rf"(?:{_DIGITS}(?:[余多来]?[十百千万亿]{{1,2}}(?:\d+[十百千万])*)?"
    rf"|(?![拾佰仟]){_HAN}+(?:[余多来][万亿]+)?)"
)
"""Regular expression (no groups) of a number; what follows it (余, 多) is not part of it."""

_PLAIN = {c: i for i, c in enumerate("零一二三四五六七八九")}
_HAN_DIGIT = _PLAIN | {
    "〇": 0,
    "两": 2,
    **{c: i for i, c in enumerate("壹贰叁肆伍陆柒捌玖", start=1)},
}
_UNIT = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_GREAT = {"万": 10_000, "亿": 100_000_000}


def parse_number(text: str) -> float | None:
    """The value of a number matched by :data:`NUMBER`; None if it is none.

    余, 多 and 来 inside the number (30余万) are passed over: the value is the lower end.
    """
    total = below_great = 0.0
    pending: float | None = None
    digits = ""
    seen = False
    for char in text:
        if char.isdigit() or (char in ".．" and digits):
            digits += "." if char == "．" else char
            continue
        if char in ",，余多来":
            continue
        if digits:
            pending, digits = float(digits), ""
        if char in _HAN_DIGIT:
            pending = (pending or 0) * 10 + _HAN_DIGIT[char]
        elif char in _UNIT:
            below_great += (1 if pending is None else pending) * _UNIT[char]
            pending = None
        elif char in _GREAT:
            below_great += pending or 0
            if below_great == 0 and total == 0:
                return None
            if char == "亿" and total:
                total, below_great = (total + below_great) * _GREAT[char], 0.0
            else:
                total, below_great = total + below_great * _GREAT[char], 0.0
            pending = None
        else:
            return None
        seen = True
    if digits:
        pending, seen = float(digits), True
    if not seen:
        return None
    return round(total + below_great + (pending or 0), 4)


def below_hundred(text: str | None) -> int:
    """A month, day or age in Arabic or Chinese numerals; 0 for none and for a masked one."""
    if not text:
        return 0
    if text.isdigit() and text.isascii():
        return int(text)
    tens, ten, units = text.rpartition("十")
    if not ten:
        return _PLAIN.get(text, 0)
    return (_PLAIN.get(tens, 0) if tens else 1) * 10 + _PLAIN.get(units, 0)
