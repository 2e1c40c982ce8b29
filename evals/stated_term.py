"""The sentence that the prosecution asks for, where the facts tell it (CPL 176(2))."""

from __future__ import annotations

import re

from ..cases.models import Frozen
from ..statutes.numerals import number

_DIGIT = "一二三四五六七八九十两\\d"
_TERM = (
    rf"(?:(?:有期徒刑|拘役|[×xX]{{2,}})?"
    rf"(?:[{_DIGIT}]{{1,3}}年(?:零?[{_DIGIT}]{{1,3}}个?月)?|[{_DIGIT}]{{1,3}}个月))"
)
_MASK = r"(?:有期徒刑|拘役|[×xX＊*]{2,})"
_RANGE = re.compile(
    rf"(?P<lo>{_TERM}|{_MASK})(?:以上(?:至|、|，)?|至|到|-|—|~)(?P<hi>{_TERM})(?:以下|左右)?"
    rf"|(?P<below>{_TERM})(?:以下|以内)|(?P<about>{_TERM})"
)
_ASKED = re.compile(
    r"(?:建议|量刑意见|提请)[^。；;]{0,60}?(?:判处|量刑|以[^。，]{2,12}罪|在)[^。；;]{0,60}"
)
_PARTS = re.compile(rf"(?:([{_DIGIT}]{{1,3}})年)?(?:零?([{_DIGIT}]{{1,3}})个?月)?")
_SHARE_BELOW = 0.7
_LEAST = 1.0


class StatedTerm(Frozen):
    """A range in months, ``lo`` to ``hi``; equal for a definite term."""

    lo: float
    hi: float

    @property
    def middle(self) -> float:
        """Where courts mostly decide: the middle of the range."""
        return (self.lo + self.hi) / 2


def stated_term(fact: str) -> StatedTerm | None:
    """The first term that a recommendation in the text names; None if it names none.

    ``X以下`` without a lower end is read as between half of X and X; a masked lower end (``××至``)
    stands for detention.
    """
    for asked in _ASKED.finditer(fact):
        match = _RANGE.search(asked.group())
        if match is None:
            continue
        if match["hi"]:
            hi = _months(match["hi"])
            lo = _months(match["lo"])
            lo = lo if 0 < lo <= hi else max(_LEAST, hi * (2 * _SHARE_BELOW - 1))
            return StatedTerm(lo=lo, hi=hi)
        term = _months(match["below"] or match["about"])
        if term <= 0:
            continue
        lo = term * (2 * _SHARE_BELOW - 1) if match["below"] else term
        return StatedTerm(lo=max(lo, _LEAST), hi=term)
    return None


def _months(text: str) -> float:
    for found in _PARTS.finditer(text):
        if found.group(1) or found.group(2):
            years = number(found.group(1)) if found.group(1) else 0
            months = number(found.group(2)) if found.group(2) else 0
            return float(years * 12 + months)
    return 0.0
