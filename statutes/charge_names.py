"""Names of charges in running text: selective forms, former names, spellings, and finding them.

Pure functions over a :class:`NameIndex`; :mod:`nolle.statutes.charges` builds it from the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, permutations, product

from .models import Charge

# One character each way, so that offsets in the folded text are offsets in the text.
_FOLD = str.maketrans("()，,;；帐／/", "（）、、、、账、、")
_GROUP = re.compile(r"\[([^\]]*)\]")
_NOISE = re.compile(r"[\s\"'“”‘’《》【】\[\]]+")
_TAIL = re.compile("(?:一案|一|案)罪?$")
_SEPARATOR = re.compile(r"(?:罪)?(?:、|，|,|以及|和|及|与|或)$")
_NEXT = re.compile(r"罪?(?:、|以及|和|及|与|或)(?:涉嫌)?")
_SUSPECTED = re.compile(r"涉嫌(?:犯有?|构成|实施|的)?|罪名[：:为是]+|案由[：:为是]*")
_BY = re.compile("以")
_PROCEEDINGS = re.compile(
    "(?:对[^，。；]{1,10})?被?(?:刑事)?(?:立案|移送|提请|拘留|刑拘|逮捕|批捕|起诉|提起公诉|定罪|追究)"
)
_CASE = re.compile(r"(?:一案|案)(?=[，。,；;、）)]|移送|由|$)")
_LEFT = frozenset('、，,以和及与或犯嫌为定告控诉于由：:“"（(；;《因的')
_MIN = 2

Match = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Every spelling of every charge.

    ``names`` maps spellings with 罪 to the canonical name, ``bare`` those without it; ``labels``
    are spellings that only data sets use and that running text is not searched for; ``lengths``
    are the lengths that occur, longest first.
    """

    names: Mapping[str, str]
    bare: Mapping[str, str]
    labels: Mapping[str, str]
    name_lengths: tuple[int, ...]
    bare_lengths: tuple[int, ...]


def fold(text: str) -> str:
    """``text`` with brackets, commas and variant characters unified; every offset stays."""
    return text.translate(_FOLD)


def expand(form: str) -> Iterator[str]:
    """The names that a selective form allows, e.g. 贩卖毒品罪 of ``[走私|贩卖]毒品罪``.

    A single group of up to four members is also read in any other order.
    """
    pieces = _GROUP.split(form)
    groups = [piece.split("|") for piece in pieces[1::2]]
    free = len(groups) == 1 and len(groups[0]) <= 4
    choices = [list(_selections(group, free)) for group in groups]
    for chosen in product(*choices):
        yield "".join(
            text
            for index, piece in enumerate(pieces)
            for text in ([piece] if index % 2 == 0 else [chosen[index // 2]])
        )


def build(charges: Iterable[Charge]) -> NameIndex:
    """The index of all names; where two clash, the current and stricter one wins."""
    everything = tuple(charges)
    names: dict[str, str] = {}
    labels: dict[str, str] = {}
    tiers: tuple[list[tuple[str, str]], ...] = ([], [], [], [])
    for c in everything:
        tiers[0].append((c.name, c.name))
        tiers[1].extend((former.name, c.name) for former in c.former_names)
        selected = [name for form in c.forms for name in expand(form)]
        tiers[2].extend((name, c.name) for name in selected)
        for name in (c.name, *selected):
            if "、" in name:
                tiers[3].append((name.replace("、", ""), c.name))
            if name.startswith("非法"):
                tiers[3].append((name[2:], c.name))
    for tier in tiers:
        for name, canonical in tier:
            names.setdefault(fold(name), canonical)
    for c in everything:
        for label in map(fold, c.dataset_names):
            # A tail of the name is what a splitter at 、 left over: no name that a text would use.
            if c.name.endswith(label):
                labels.setdefault(label, c.name)
            else:
                names.setdefault(label, c.name)
    strict = {name for tier in tiers[:3] for name, _ in tier}
    bare = {
        fold(name)[:-1]: names[fold(name)]
        for name in (*strict, *(d for c in everything for d in c.dataset_names))
        if fold(name) in names and name.endswith("罪") and len(name) > _MIN
    }
    return NameIndex(names, bare, labels, _lengths(names), _lengths(bare))


def normalise(name: str, index: NameIndex) -> str | None:
    """The canonical name of the one charge that ``name`` spells; None if none or several."""
    text = fold(_NOISE.sub("", name.strip()))
    if not text:
        return None
    full = text if text.endswith("罪") else text + "罪"
    found = _spelling(full, index) or _spelling(_TAIL.sub("", text) + "罪", index)
    if found is None:
        hits = {canonical for canonical, _, _ in find(full, index)}
        found = hits.pop() if len(hits) == 1 else None
    return found


def find(text: str, index: NameIndex) -> tuple[Match, ...]:
    """The charges named in ``text`` with their ``[start, end)``, in order, longest reading first.

    A name counts with 罪 after it, in a list that such a name ends, after 涉嫌, before 一案, or
    between 以 and a step of the proceedings (以故意伤害立案).
    """
    folded = fold(text)
    hits: list[Match] = []
    at = folded.find("罪")
    while at >= 0:
        start = _ending_at(folded, at + 1, index.names, index.name_lengths)
        if start is not None:
            hits.append((index.names[folded[start : at + 1]], start, at + 1))
            hits.extend(_list_before(folded, start, index))
        at = folded.find("罪", at + 1)
    for marker in _SUSPECTED.finditer(folded):
        hits.extend(_list_after(folded, marker.end(), index))
    for marker in _BY.finditer(folded):
        listed = list(_list_after(folded, marker.end(), index))
        if listed and _PROCEEDINGS.match(text, listed[-1][2]):
            hits.extend(listed)
    for marker in _CASE.finditer(text):
        start = _ending_at(folded, marker.start(), index.bare, index.bare_lengths)
        if start is not None:
            hits.append((index.bare[folded[start : marker.start()]], start, marker.start()))
            hits.extend(_list_before(folded, start, index))
    return _longest(hits)


def _spelling(name: str, index: NameIndex) -> str | None:
    names = index.names
    return names.get(name) or index.labels.get(name) or names.get(name.replace("、", ""))


def _list_before(text: str, start: int, index: NameIndex) -> Iterator[Match]:
    """Names without 罪 that stand before ``start`` in the same list, e.g. 诈骗 in 诈骗、盗窃罪."""
    while separator := _SEPARATOR.search(text, max(0, start - 4), start):
        end = separator.start()
        before = _ending_at(text, end, index.bare, index.bare_lengths)
        if before is None or (before > 0 and text[before - 1] not in _LEFT):
            return
        yield index.bare[text[before:end]], before, end
        start = before


def _list_after(text: str, start: int, index: NameIndex) -> Iterator[Match]:
    """Names with or without 罪 that follow ``start`` as a list, e.g. after 涉嫌."""
    while True:
        end = _starting_at(text, start, index.bare, index.bare_lengths)
        if end is None:
            return
        canonical = index.bare[text[start:end]]
        yield canonical, start, end + 1 if text.startswith("罪", end) else end
        following = _NEXT.match(text, end)
        if following is None:
            return
        start = following.end()


def _ending_at(
    text: str, end: int, names: Mapping[str, str], lengths: tuple[int, ...]
) -> int | None:
    for length in lengths:
        if length <= end and text[end - length : end] in names:
            return end - length
    return None


def _starting_at(
    text: str, start: int, names: Mapping[str, str], lengths: tuple[int, ...]
) -> int | None:
    for length in lengths:
        if text[start : start + length] in names:
            return start + length
    return None


def _longest(hits: list[Match]) -> tuple[Match, ...]:
    """Drop every hit that overlaps a longer one."""
    kept: list[Match] = []
    for hit in sorted(set(hits), key=lambda h: (h[1] - h[2], h[1])):
        if all(hit[2] <= other[1] or other[2] <= hit[1] for other in kept):
            kept.append(hit)
    return tuple(sorted(kept, key=lambda h: h[1]))


@lru_cache(maxsize=256)
def _choices(group: tuple[str, ...], free: bool) -> tuple[str, ...]:
    pick = permutations if free else combinations
    sizes = range(1, len(group) + 1)
    return tuple("、".join(chosen) for size in sizes for chosen in pick(group, size))


def _selections(group: list[str], free: bool) -> tuple[str, ...]:
    return _choices(tuple(group), free)


def _lengths(names: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({len(name) for name in names if len(name) >= _MIN}, reverse=True))
