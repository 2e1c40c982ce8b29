"""The suspects of a case: their names, and what person_info says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from .dates import conduct_period, find_dates
from .facts import DateMention, Suspect
from .models import FIELDS, Case, Span
from .names import occurrences
from .particulars import Particulars, age_on, read_particulars, read_together
from .titles import (
    ELSEWHERE,
    SUSPECT_TITLE,
    Named,
    aliases_in,
    elsewhere_names,
    name_list,
    titled,
)
from .told_suspects import aliases_told, told_suspects

UNNAMED = "犯罪嫌疑人"
"""The name of the one suspect of a case that names none."""

_ENTRY = re.compile(r"(?:^|[。；;\n])\s*(?:\d{1,2}\s*[.、．]\s*)?(?:姓名\s*[:：]\s*)?(?=\S)")
_ENTRY_TAIL = re.compile(
    r"\s*[，,]\s*(?:均为?|均系)?\s*(?:性别\s*[:：]?\s*)?"
    r"(?:男|女|绰号|外号|曾用名|化名|别名|又名|自报|(?:19|20)\d\d年)"
)
_REST = re.compile(r"[^。；\n]{0,200}")
_BRACKETED = re.compile(r"[\]】]?[（(]([^（）()]{1,60})[）)]")


def find_suspects(case: Case, dates: Iterable[DateMention] | None = None) -> tuple[Suspect, ...]:
    """The suspects in the order of their first naming; at least one.

    Read from person_info; if it names nobody, from the titles in procedure and fact, then from
    who is filed against, then from who acts first. Those dealt with elsewhere (另案处理, 在逃) are
    none.
    A case that names nobody has one suspect called 犯罪嫌疑人. ``age_at_conduct`` is the age on the
    last day of conduct (CL 17: from the day after the birthday), an estimate when only the year or
    month of birth is named. Pass ``dates`` if they are already known.
    """
    _, conduct = conduct_period(find_dates(case) if dates is None else dates)
    text = case.person_info
    groups = _info_groups(text)
    described: list[tuple[Named, Span | None, Particulars]] = []
    together = read_together(text) if groups else Particulars()
    for group, following in zip(groups, [*groups[1:], None], strict=False):
        start = group[0].head
        stop = following[0].head if following else len(text)
        words = text[start:stop].rstrip(" \t\r\n；;，,、")
        span = Span(field="person_info", start=start, end=start + len(words))
        own = read_particulars(words)
        aliases = aliases_in(words) if len(group) == 1 else ()
        described += [
            (_with_aliases(named, aliases), span, own.or_else(together)) for named in group
        ]
    if not described:
        described = _outside_info(case)
    return _assemble(case, _distinct(described), conduct)


def _info_groups(text: str) -> list[list[Named]]:
    """The lists of suspects that person_info introduces, in order."""
    groups = []
    away = elsewhere_names(text) if "（" in text or "(" in text else set()
    for names in [*titled(text), *_untitled_entries(text)]:
        rest = _REST.match(text, names[-1].tail)
        words = rest[0] if rest else ""
        note = ELSEWHERE.search(words)
        if note and (names[0].elsewhere or note.start() <= 8) and "曾" not in words[: note.start()]:
            continue
        kept = [n for n in names if not n.elsewhere and n.name not in away]
        if kept:
            groups.append(kept)
    groups.sort(key=lambda names: names[0].head)
    seen: set[str] = set()
    fresh = []
    for names in groups:
        new = [n for n in names if n.name not in seen]
        seen.update(n.name for n in new)
        if new:
            fresh.append(new)
    return fresh


def _untitled_entries(text: str) -> list[list[Named]]:
    """Entries such as ``；张某某，男，…`` that leave the title out."""
    found = []
    for match in _ENTRY.finditer(text):
        if SUSPECT_TITLE.match(text, match.end()):
            continue
        names = name_list(text, match.end(), units=False)
        if names and _ENTRY_TAIL.match(text, names[-1].tail):
            found.append(names)
    return found


def _outside_info(case: Case) -> list[tuple[Named, Span | None, Particulars]]:
    """Suspects of a case whose person_info names nobody."""
    names = told_suspects(case)
    names = names or [Named(UNNAMED, 0, 0, 0, 0)]
    info = case.person_info.strip()
    span = Span(field="person_info", start=0, end=len(case.person_info)) if info else None
    own = read_particulars(info) if info else Particulars()
    return [(named, span, own) for named in names]


def _with_aliases(named: Named, more: Sequence[str]) -> Named:
    aliases = tuple(a for a in dict.fromkeys([*named.aliases, *more]) if a != named.name)
    if aliases == named.aliases:
        return named
    return Named(
        named.name,
        named.head,
        named.start,
        named.end,
        named.tail,
        named.is_unit,
        named.elsewhere,
        aliases,
    )


def _distinct(
    described: list[tuple[Named, Span | None, Particulars]],
) -> list[tuple[Named, Span | None, Particulars]]:
    first: dict[str, tuple[Named, Span | None, Particulars]] = {}
    for item in described:
        first.setdefault(item[0].name, item)
    return list(first.values())


def _assemble(
    case: Case,
    described: list[tuple[Named, Span | None, Particulars]],
    conduct: date | None,
) -> tuple[Suspect, ...]:
    described = [
        (_with_aliases(named, aliases_told(case, named.name)), span, own)
        for named, span, own in described
    ]
    spellings = {named.name: named.name for named, _, _ in described}
    for named, _, _ in described:
        for alias in named.aliases:
            spellings.setdefault(alias, named.name)
    mentions = find_mentions(case, spellings)
    return tuple(
        _suspect(case, named, span, own, conduct, mentions[named.name])
        for named, span, own in described
    )


def find_mentions(case: Case, spellings: dict[str, str]) -> dict[str, tuple[Span, ...]]:
    """Where each person stands in the case: name -> spans, in the order of the fields.

    ``spellings`` maps every name or alias to the person's name; longer spellings come first.
    """
    found: dict[str, list[Span]] = {name: [] for name in spellings.values()}
    ordered = sorted(spellings, key=len, reverse=True)
    for field in FIELDS:
        text = case.text_of(field)
        if not text:
            continue
        covered = bytearray(len(text))
        for spelling in ordered:
            if spelling:
                found[spellings[spelling]] += [
                    Span(field=field, start=start, end=end)
                    for start, end in occurrences(text, spelling, covered)
                ]
    rank = {field: i for i, field in enumerate(FIELDS)}
    return {
        name: tuple(sorted(spans, key=lambda s: (rank[s.field], s.start)))
        for name, spans in found.items()
    }


def _suspect(
    case: Case,
    named: Named,
    info: Span | None,
    own: Particulars,
    conduct: date | None,
    mentions: tuple[Span, ...],
) -> Suspect:
    if named.is_unit:
        return Suspect(
            name=named.name, aliases=named.aliases, is_unit=True, info=info, mentions=mentions
        )
    if own.birth is None:
        own = own.or_else(_in_fact(case, mentions))
    age = own.age_at_conduct
    if age is None and own.birth and conduct:
        age = age_on(own.birth, conduct)
    return Suspect(
        name=named.name,
        aliases=named.aliases,
        sex=own.sex,
        birth=own.birth,
        birth_precision=own.precision,
        stated_age=own.stated_age,
        age_at_conduct=age,
        occupation=own.occupation,
        info=info,
        mentions=mentions,
    )


def _in_fact(case: Case, mentions: tuple[Span, ...]) -> Particulars:
    """Particulars in brackets behind the name: 王某（女，1992年出生）."""
    found = Particulars()
    for span in mentions:
        note = _BRACKETED.match(case.text_of(span.field), span.end)
        if note:
            found = found.or_else(read_particulars(note[1]))
    return found
