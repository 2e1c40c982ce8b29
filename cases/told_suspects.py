"""The suspects of a narrative that has no list of persons: read off the telling itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from .models import FIELDS, Case
from .names import free_names
from .numerals import parse_number
from .titles import VICTIM_TITLE, Named, aliases_in, elsewhere_names, name_list, titled

_FILED_AGAINST = re.compile(
    r"(?:以|对|将)(?=[^，。；]{2,60}?(?:涉嫌|立案|拘留|移送|取保候审|逮捕))"
)
_GROUP = re.compile(
    r"(?P<n>[一二两三四五六七八九十]{1,2}|\d{1,2})\s*(?:名|位)?(?:被告人|犯罪嫌疑人|嫌疑人)"
)
_SO_MANY = re.compile(r"[\]】]?\s*等?\s*(?P<n>[二两三四五六七八九十]{1,2}|\d{1,2})\s*(?:名|个)?人")
_LINK = re.compile(r"[\]】]?(?:[（(][^（）()]{0,40}[）)])?(?:、|和|与|及|以及)(?:被告人)?[\[【]?")
_CAUGHT_BEFORE = re.compile(r"(?:将|把|抓获(?:了)?(?:被告人|犯罪嫌疑人|嫌疑人)?)[\[【]?$")
_CAUGHT_AFTER = re.compile(
    r"[\]】]?(?:[^，。；、]{0,12}?(?:抓获|查获|抓捕)(?:归案|到案)?|抓获)|"
    r"[\]】]?[^，。；、]{0,10}?(?:被(?:公安|民警|警方|当场|依法|抓)|投案|归案|到案)"
)
_BY_ALIAS = ("化名", "自称", "冒用", "绰号")
_PAREN = re.compile(r"[（(][^（）()]{1,60}[）)]")
_NOTE = re.compile(r"[\]】]?\s*[（(]([^（）()]{1,60})[）)]")


def told_suspects(case: Case) -> list[Named]:
    """The suspects that procedure and facts tell of, in order; empty if they tell of nobody.

    By their titles, and beside them those of a counted group (四人 where the text speaks of
    四名被告人) and those who were caught or gave themselves up; else by who is filed against, else
    by who acts first. Victims, and those dealt with elsewhere, are none.
    """
    away: set[str] = set()
    for field in FIELDS:
        away |= elsewhere_names(case.text_of(field))
    names: list[Named] = []
    spare: list[Named] = []
    for text, running in ((case.procedure, False), (case.fact, True)):
        for named in (n for group in titled(text, running=running) for n in group):
            (spare if named.elsewhere or named.name in away else names).append(named)
    victims = _victims(case.fact)
    beside = [
        named
        for named in (*_counted(case.fact), *_caught(case.fact))
        if named.name not in away and named.name not in victims
    ]
    if names or beside:
        return [*names, *beside]
    return _filed_against(case.procedure, away) or spare or _first_to_act(case, away | victims)


def aliases_told(case: Case, name: str) -> tuple[str, ...]:
    """Nicknames and other names that stand in brackets behind ``name`` (绰号, 化名, 又名)."""
    found: list[str] = []
    for field in FIELDS:
        text = case.text_of(field)
        start = text.find(name)
        while start >= 0:
            note = _NOTE.match(text, start + len(name))
            if note:
                found += aliases_in(note[1])
            start = text.find(name, start + len(name))
    return tuple(dict.fromkeys(alias for alias in found if alias != name))


def _victims(text: str) -> set[str]:
    return {named.name for group in titled(text, VICTIM_TITLE, running=True) for named in group}


def _counted(text: str) -> Iterator[Named]:
    """The members of a list counted like the defendants: A、B、C、D四人 and 四名被告人."""
    sizes = {size for m in _GROUP.finditer(text) if (size := _size(m["n"])) and size > 1}
    if not sizes:
        return
    inside = [m.span() for m in _PAREN.finditer(text)]
    names = [n for n in free_names(text) if not any(s <= n[1] < e for s, e in inside)]
    for i, (_, _, end) in enumerate(names):
        count = _SO_MANY.match(text, end)
        size = _size(count["n"]) if count else None
        if size not in sizes or size is None or i + 1 < size:
            continue
        listed = names[i + 1 - size : i + 1]
        if all(_LINK.fullmatch(text, a[2], b[1]) for a, b in pairwise(listed)):
            for name, start, stop in listed:
                yield Named(name, start, start, stop, stop)
            return


def _size(words: str) -> int | None:
    value = parse_number(words)
    return int(value) if value else None


def _caught(text: str) -> Iterator[Named]:
    """Those who were caught, or gave themselves up, and are not dealt with elsewhere."""
    for name, start, end in free_names(text):
        before = text[max(0, start - 12) : start]
        after = None if before.endswith(_BY_ALIAS) else _CAUGHT_AFTER.match(text, end)
        if after and (_CAUGHT_BEFORE.search(before) or "抓获" not in after[0] or "被" in after[0]):
            yield Named(name, start, start, end, end)


def _filed_against(text: str, away: Iterable[str]) -> list[Named]:
    for match in _FILED_AGAINST.finditer(text):
        names = [n for n in name_list(text, match.end()) if n.name not in away]
        if names:
            return names
    return []


def _first_to_act(case: Case, others: Iterable[str]) -> list[Named]:
    for name, start, end in free_names(case.fact):
        if name not in others:
            return [Named(name, start, start, end, end)]
    return []
