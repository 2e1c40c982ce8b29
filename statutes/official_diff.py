"""What changed in an article between two days: its official wording, and what our data hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Literal

from ..cases.models import Frozen
from ..errors import InputError
from . import official_store as db
from . import versions
from .charges import charges_of_article
from .citations import ParsedCitation, key_of, parse_key, status
from .grounds import grounds
from .models import Band, Charge, Penalty
from .numerals import numeral
from .official_versions import wording
from .thresholds import thresholds

UNKNOWN = "（未导入当时的条文）"


_PENALTY_ZH: dict[Penalty, str] = {
    "control": "管制",
    "detention": "拘役",
    "fixed_term": "有期徒刑",
    "life": "无期徒刑",
    "death": "死刑",
    "fine": "罚金",
    "confiscation": "没收财产",
    "deprivation": "剥夺政治权利",
}
_FINE_ZH = {
    "none": "",
    "may": "，可以并处罚金",
    "shall": "，并处罚金",
    "alternative": "，并处或者单处罚金",
}
_ALIKE = 0.6


class DiffLine(Frozen):
    """A line of a unified list: ``=`` in both, ``-`` only on the first day, ``+`` on the second.

    ``changed`` are the ``[start, end)`` of ``text`` that differ from the line it stands against.
    """

    op: Literal["=", "-", "+"]
    text: str
    changed: tuple[tuple[int, int], ...] = ()


class Diff(Frozen):
    """The changes of an article between two days.

    ``wording`` compares the official paragraphs, empty unless the store tells at least part of
    both; ``data`` compares what nolle's tables hold (bands, thresholds, grounds, number of 款).
    """

    key: str
    day1: date
    day2: date
    wording: tuple[DiffLine, ...] = ()
    data: tuple[DiffLine, ...] = ()

    @property
    def source(self) -> Literal["official", "data"]:
        """Where the answer comes from first."""
        return "official" if self.wording else "data"

    @property
    def changed(self) -> bool:
        """Whether anything differs."""
        return any(line.op != "=" for line in (*self.wording, *self.data))


def diff(key: str, day1: date, day2: date, store: Path | None = None) -> Diff:
    """Compare an article (or one 款 of it) on two days.

    Raises:
        InputError: the key is no citation, or no law knows the article on either day.
        ConfigError: the store cannot be read.
    """
    cited = parse_key(key)
    with db.reading(store) as connection:
        one = wording(connection, cited, day1) if connection else None
        two = wording(connection, cited, day2) if connection else None
    texts: tuple[DiffLine, ...] = ()
    if one is not None and two is not None:
        chosen = [
            [UNKNOWN if p is None else p.full for p in w.paragraphs][_chosen(cited)]
            for w in (one, two)
        ]
        texts = tuple(_compare(*chosen))
    facts = tuple(_compare(_facts(cited, day1), _facts(cited, day2)))
    if not texts and not facts:
        raise InputError(f"no such article on either day, {key}: check the number and the days")
    return Diff(key=key_of(cited), day1=day1, day2=day2, wording=texts, data=facts)


def _chosen(cited: ParsedCitation) -> slice:
    return slice(cited.paragraph - 1, cited.paragraph) if cited.paragraph else slice(None)


def _compare(one: Sequence[str], two: Sequence[str]) -> Iterator[DiffLine]:
    for op, i1, i2, j1, j2 in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if op == "equal":
            yield from (DiffLine(op="=", text=text) for text in one[i1:i2])
            continue
        for before, after in _aligned(list(one[i1:i2]), list(two[j1:j2])):
            spans = _spans(before, after)
            if before is not None:
                yield DiffLine(op="-", text=before, changed=spans[0])
            if after is not None:
                yield DiffLine(op="+", text=after, changed=spans[1])


def _aligned(old: list[str], new: list[str]) -> Iterator[tuple[str | None, str | None]]:
    """Old lines with the new ones that continue them, in order; None where there is none."""
    for before in old:
        likeness = [SequenceMatcher(None, before, line, autojunk=False).ratio() for line in new]
        best = max(range(len(new)), key=likeness.__getitem__, default=0)
        if not new or likeness[best] < _ALIKE:
            yield before, None
            continue
        yield from ((None, line) for line in new[:best])
        yield before, new[best]
        new = new[best + 1 :]
    yield from ((None, line) for line in new)


_Spans = tuple[tuple[int, int], ...]


def _spans(before: str | None, after: str | None) -> tuple[_Spans, _Spans]:
    """The differing stretches of two lines that continue each other."""
    if before is None or after is None or UNKNOWN in (before, after):
        return (), ()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    codes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    old = tuple((i1, i2) for _, i1, i2, _, _ in codes if i2 > i1)
    new = tuple((j1, j2) for _, _, _, j1, j2 in codes if j2 > j1)
    return old, new


def _facts(cited: ParsedCitation, day: date) -> list[str]:
    """What the tables hold about the article on a day, one fact a line."""
    return [*_existence(cited, day), *_sanctions(cited, day), *_uses(cited, day)]


def _existence(cited: ParsedCitation, day: date) -> Iterator[str]:
    article = versions.article(cited.law, cited.article, cited.sub, day)
    if article is None or status(key_of(cited), day) != "in_force":
        return
    if article.paragraphs is not None and not cited.paragraph:
        yield f"条文：共{numeral(article.paragraphs)}款"
    else:
        yield "条文：有效"


def _sanctions(cited: ParsedCitation, day: date) -> Iterator[str]:
    key = key_of(cited)
    for charge in charges_of_article(key):
        if not charge.in_force(day):
            continue
        bands = [b for b in charge.bands_on(day) if _under(b.article, key)]
        yield from (_band(charge, band) for band in bands)
        if bands:
            for rule in thresholds(charge.name, day):
                levels = "，".join(f"{x.level} {x.at_least:.12g}" for x in rule.levels)
                condition = f"（{rule.condition}）" if rule.condition else ""
                yield f"数额：{charge.name} {rule.measure} {levels}{condition}，{rule.source}"


def _uses(cited: ParsedCitation, day: date) -> Iterator[str]:
    key = key_of(cited)
    for rule in grounds():
        for used in dict.fromkeys(rule.cite(day)):
            if _under(used, key):
                yield f"适用：{rule.zh}，{used}"
    for subject in versions.subjects():
        for used in versions.cite(subject, day):
            if _under(used, key):
                yield f"主题：{subject}，{used}"


def _under(key: str, whole: str) -> bool:
    """Whether ``key`` is ``whole`` or a paragraph or item of it."""
    return key.startswith(whole) and not key.removeprefix(whole).startswith("之")


def _band(charge: Charge, band: Band) -> str:
    term = f"{band.lo}-{band.hi}个月" if band.hi is not None else f"{band.lo}个月以上"
    kinds = "、".join(_PENALTY_ZH[penalty] for penalty in band.penalties)
    fine = _FINE_ZH[band.fine]
    return f"法定刑：{charge.name} {band.condition}：{term}（{kinds}{fine}），{band.article}"
