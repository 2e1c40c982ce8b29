"""Terms and other punishments as judgments and answers write them: 有期徒刑三年六个月, 缓刑四年."""

from __future__ import annotations

import re

from .models import Frozen
from .numerals import NUMBER, below_hundred, parse_number
from .vocabulary import SentenceKind

LONGEST_MONTHS = 300
"""Twenty-five years: the longest fixed term there is (CL 69)."""

_COUNT = r"(?:\d{1,3}|[一二三四五六七八九十两]{1,3})"


def _span(name: str) -> str:
    """The pattern of a length in years and months, its groups named after ``name``."""
    years = rf"(?:(?P<{name}y>{_COUNT})\s*年(?P<{name}h>半)?(?:又|零|〇|、)?)?"
    return rf"{years}(?:(?P<{name}m>{_COUNT})\s*个?月|(?P<{name}half>半)年)?"


_IMPRISONED = re.compile(r"(有期徒刑|拘役|管制)\s*(?:[:：为]\s*)?" + _span("t"))
_ABSOLUTE = (
    (re.compile("死刑"), SentenceKind.DEATH),
    (re.compile("无期徒刑"), SentenceKind.LIFE),
    (re.compile("免予刑事处罚|免除处罚|免于刑事处罚"), SentenceKind.EXEMPT),
    (re.compile("单处罚金"), SentenceKind.FINE),
)
_PROBATION = re.compile(r"缓刑\s*(?:考验期)?(?:为)?\s*" + _span("p"))
_FINE = re.compile(rf"罚金(?:人民币)?(?:共计|计)?\s*({NUMBER})\s*元")
_BARE = re.compile(_span("b"))
_KINDS = {
    "有期徒刑": SentenceKind.FIXED_TERM,
    "拘役": SentenceKind.DETENTION,
    "管制": SentenceKind.CONTROL,
}
_MERGED = re.compile(r"(?:决定|合并|并罚|总和刑期)[^。]{0,20}?执行")


class Term(Frozen):
    """A punishment: ``months`` is None for life, death, a fine alone and exemption."""

    kind: SentenceKind
    months: int | None = None
    probation_months: int | None = None
    fine_yuan: float | None = None


def read_terms(text: str) -> tuple[Term, ...]:
    """The punishments that ``text`` names, in order, each different one once.

    Only where the kind of punishment is named with its length; probation and fine go with the last
    punishment before them. Ranges and laws that a text quotes are read like any other term.
    """
    found: list[tuple[int, Term]] = []
    for match in _IMPRISONED.finditer(text):
        months = _months(match, "t")
        if months:
            found.append((match.start(), Term(kind=_KINDS[match[1]], months=months)))
    for pattern, kind in _ABSOLUTE:
        found += [(match.start(), Term(kind=kind)) for match in pattern.finditer(text)]
    found.sort(key=lambda item: item[0])
    ends = [*(at for at, _ in found[1:]), len(text)][: len(found)]
    return tuple(
        dict.fromkeys(
            _with_rest(term, text[at:end]) for (at, term), end in zip(found, ends, strict=True)
        )
    )


def executed_term(text: str) -> Term | None:
    """The punishment to be executed: after 决定执行 where counts are combined, else the only one.

    None if the text names none, or several without saying which is executed.
    """
    merged = list(_MERGED.finditer(text))
    terms = read_terms(text[merged[-1].end() :] if merged else text)
    return terms[0] if len(terms) == 1 or (merged and terms) else None


def read_months(text: str) -> int | None:
    """The months of a bare length: ``8``, ``8个月``, ``3年6个月``, ``三年半``; None if it is none.

    The whole text must be the length; a number alone counts as months. None above 300 months.
    """
    plain = text.strip().strip("。.")
    if plain.isascii() and plain.isdigit():
        months: int | None = int(plain)
    else:
        match = _BARE.fullmatch(plain)
        months = _months(match, "b") if match and plain else None
    return months if months is not None and months <= LONGEST_MONTHS else None


def _with_rest(term: Term, text: str) -> Term:
    probation, fine = _PROBATION.search(text), _FINE.search(text)
    return term.model_copy(
        update={
            "probation_months": (_months(probation, "p") or None) if probation else None,
            "fine_yuan": parse_number(fine[1]) if fine else None,
        }
    )


def _months(match: re.Match[str], name: str) -> int:
    years, months = match[f"{name}y"], match[f"{name}m"]
    half = 6 if match[f"{name}h"] or match[f"{name}half"] else 0
    return _count(years) * 12 + _count(months) + half


def _count(text: str | None) -> int:
    return below_hundred(text.replace("两", "二")) if text else 0
