"""The other people of a case: victims, witnesses, those dealt with elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .facts import Person, PersonKind, Suspect
from .models import FIELDS, Case
from .names import free_names
from .suspects import find_mentions
from .titles import SUSPECT_TITLE, VICTIM_TITLE, elsewhere_names, titled

_WITNESS_TITLE = re.compile(r"证人(?!证言|证词)[:：]?\s*|目击者|目击证人|见证人")
# Two hits of the weaker signs, or one title, make a victim.
_HARM = r"(?:打|砍|捅|刺|杀|撞|扎|咬|烧|烫|踢|推倒|击|殴|强奸|奸淫|猥亵|拘禁|绑|骗|抢|偷|盗)"
_HARMED_BEFORE = re.compile(
    rf"(?:致使?|造成|导致|殴打|打伤|砍伤|捅伤|刺伤|撞伤|撞倒|骗取|诈骗|抢劫|抢走|盗窃|窃得|盗走|猥亵|强奸|敲诈|勒索|"
    rf"威胁|非法拘禁|追打|追砍|将(?=.{{0,12}}?{_HARM})|把(?=.{{0,12}}?{_HARM})|取得了?)\s*[\[【]?$"
)
_HARMED_AFTER = re.compile(
    r"[\]】]?(?:[^，。；、]{0,10}?(?:轻伤|重伤|轻微伤|死亡|身亡|死于|死在|损伤程度|的(?:伤情|损伤|谅解|陈述)|受伤)"
    r"|(?:陈述|出具(?:的|了)?谅解|表示谅解|对[^，。；]{0,12}谅解|报案|报警|被[^，。；]{0,8}(?:打|砍|捅|撞|骗|抢|盗)))"
)
_WITNESS_AFTER = re.compile(
    r"[\]】]?(?:、[^，。；]{1,60})?等?(?:人|\d+人)?的?(?:证言|证词|证实|作证|证明)"
)
_LOOK_BACK = 16


def find_people(case: Case, suspects: Sequence[Suspect]) -> tuple[Person, ...]:
    """Everybody named besides the suspects, in the order of their first mention.

    Victims, witnesses and those dealt with elsewhere (另案处理, 已判刑, 在逃) by their titles or by
    what is said of them; the rest are OTHER. Only masked or bracketed names, and names behind a
    title, are found.
    """
    own = {s.name for s in suspects} | {alias for s in suspects for alias in s.aliases}
    victims: dict[str, bool] = {}
    witnesses: set[str] = set()
    elsewhere: set[str] = set()
    plain: dict[str, int] = {}
    for field in FIELDS:
        text = case.text_of(field)
        if not text:
            continue
        victims.update(_behind(text, VICTIM_TITLE))
        witnesses.update(_behind(text, _WITNESS_TITLE))
        elsewhere.update(_behind(text, SUSPECT_TITLE))
        if "（" in text or "(" in text:
            elsewhere |= elsewhere_names(text)
        for name, start, end in free_names(text):
            score = plain.get(name, 0)
            if name in own or score >= 2:
                continue
            before = text[max(0, start - _LOOK_BACK) : start]
            score += bool(_HARMED_BEFORE.search(before)) + bool(_HARMED_AFTER.match(text, end))
            plain[name] = score
            if _WITNESS_AFTER.match(text, end):
                witnesses.add(name)
    kinds: dict[str, PersonKind] = {}
    units = {name for name, unit in victims.items() if unit}
    for name in [*victims, *witnesses, *elsewhere, *plain]:
        if name in own or name in kinds:
            continue
        kinds[name] = _kind(name, victims, witnesses, elsewhere, plain)
    return _assemble(case, kinds, own, units)


def _kind(
    name: str,
    victims: Iterable[str],
    witnesses: set[str],
    elsewhere: set[str],
    plain: dict[str, int],
) -> PersonKind:
    if name in victims:
        return PersonKind.VICTIM
    if name in elsewhere:
        return PersonKind.ELSEWHERE
    if plain.get(name, 0) >= 1 and not (name in witnesses and plain[name] < 2):
        return PersonKind.VICTIM
    return PersonKind.WITNESS if name in witnesses else PersonKind.OTHER


def _behind(text: str, title: re.Pattern[str]) -> dict[str, bool]:
    """Names behind a title, and whether each is one of a unit."""
    return {
        named.name: named.is_unit
        for group in titled(text, title, running=True)
        for named in group
        if len(named.name) > 1
    }


def _assemble(
    case: Case, kinds: dict[str, PersonKind], own: set[str], units: set[str]
) -> tuple[Person, ...]:
    spellings = {name: name for name in [*kinds, *own]}
    mentions = find_mentions(case, spellings)
    rank = {field: i for i, field in enumerate(("fact", "procedure", "person_info"))}
    people = [
        Person(name=name, kind=kind, mentions=mentions[name])
        for name, kind in kinds.items()
        if mentions[name]
    ]
    return tuple(sorted(people, key=lambda p: (rank[p.mentions[0].field], p.mentions[0].start)))
