"""Whose act or circumstance a place in the text is: attribution to the suspects."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from .clauses import Mention
from .subjects import Cast, Whose, between, cast, plain, subject

__all__ = ["ALL", "Owners", "Whose", "cast", "owners"]

_JOINT = frozenset("、和与及同") | {"", "以及", "伙同"}
_EACH = re.compile(r"均|都|皆|各自|分别")
_OTHER_SIDE = re.compile(
    r"对方|(?:一名|两名|数名|几名|该|醉酒)?(?:男子|女子|青年)|歹徒|来人|来者|债主|催收人员|讨债人员|醉汉|不法之徒"
)
_ACCOMPLICE = re.compile(
    r"[^，。；（(]{0,4}[（(][^）)]{0,10}(?:另案|另处|已判|判刑|判决|同案|在逃|起诉)"
)
_SUFFERS = frozenset("被遭受")
_ANNOUNCED = re.compile(r"(?:^|[。；\n])(?:关于|对于|至于|就)(?:犯罪嫌疑人)?$", re.MULTILINE)
_LOOK_BACK = 14
_SENTENCES_BACK = 2


@dataclass(frozen=True, slots=True)
class Owners:
    """Who a place belongs to: ``names`` empty means all suspects (or the case)."""

    names: tuple[str, ...] = ()


ALL = Owners()


def owners(cast: Cast, pos: int, whose: Whose) -> Owners | None:
    """Whose the thing at ``pos`` is; None if it is clearly not a suspect's.

    The subject of the clause decides, else that of the clauses before it; group words (二人, 五人)
    stand for the suspects named last, or for all.
    """
    if not cast.order:
        return ALL
    if whose is Whose.CASE:
        topic = _topic(cast, pos) if len(cast.order) > 1 else None
        return Owners((topic,)) if topic else ALL
    if whose is Whose.OTHER:
        return ALL if _by_other(cast, pos) else None
    first = cast.layout.index(pos)
    sentence = cast.layout.sentence_of[first]
    single = len(cast.order) == 1
    for back in range(_LOOK_BACK):
        i = first - back
        if i < 0:
            break
        same_sentence = cast.layout.sentence_of[i] == sentence
        if (single and not same_sentence) or (
            sentence - cast.layout.sentence_of[i] > _SENTENCES_BACK
        ):
            break
        end = pos if back == 0 else cast.layout.ends[i]
        strict = whose is not Whose.PERSON or back == 0
        found = subject(cast, cast.layout.starts[i], end, whose, passive=back == 0, here=back == 0)
        if found is None:
            continue
        if found.suspect:
            owner = _spread(cast, found, pos)
            return ALL if back and len(owner.names) == 1 and _each(cast, first, pos) else owner
        if strict and same_sentence:
            return None
    if single:
        return Owners(cast.order)
    if whose is Whose.BENEFICIARY:
        start, end = cast.layout.sentence(pos)
        named = _named(cast, start, end)
        if named:
            return _of(cast, named)
    for start, end, name in cast.info:
        if start <= pos < end:
            return Owners((name,))
    return ALL


def _topic(cast: Cast, pos: int) -> str | None:
    """The suspect whom a paragraph announces (关于某人：) before ``pos``, if any."""
    text = cast.layout.text
    line = text.rfind("\n", 0, pos) + 1
    for mention in reversed(between(cast, line, pos)):
        if mention.suspect and mention.name and _ANNOUNCED.search(text, line, mention.start):
            return cast.canonical[mention.name]
    return None


def _by_other(cast: Cast, pos: int) -> bool:
    """Whether the attack at ``pos`` is the other side's; unclear authorship does not count."""
    text = cast.layout.text
    suffered = text[pos : pos + 1] in _SUFFERS
    first = cast.layout.index(pos)
    sentence = cast.layout.sentence_of[first]
    for i in range(first, max(-1, first - _LOOK_BACK), -1):
        if sentence - cast.layout.sentence_of[i] > 1:
            break
        start, end = cast.layout.starts[i], pos if i == first else cast.layout.ends[i]
        actor = subject(cast, start, end, Whose.ACT, passive=not suffered, here=i == first)
        if actor is None:
            if not suffered and _OTHER_SIDE.search(text, start, end):
                return True
            continue
        if suffered:
            return actor.suspect and not _agent_is_suspect(cast, pos)
        return not actor.suspect and not _ACCOMPLICE.match(text, actor.end)
    return suffered and not _agent_is_suspect(cast, pos)


def _agent_is_suspect(cast: Cast, pos: int) -> bool:
    """Whether a suspect stands right after the 被 or 遭 at ``pos``."""
    i = bisect_left(cast.starts, pos)
    if i == len(cast.people):
        return False
    agent = cast.people[i]
    return agent.suspect and agent.name is not None and agent.start - pos <= 3


def _each(cast: Cast, clause: int, pos: int) -> bool:
    """Whether 均, 都 or 各自 in the clause says that several people are meant."""
    return _EACH.search(cast.layout.text, cast.layout.starts[clause], pos + 1) is not None


def _spread(cast: Cast, mention: Mention, pos: int) -> Owners:
    if mention.name is None:
        return _group(cast, mention)
    names = [cast.canonical[mention.name]]
    text = cast.layout.text
    here = mention
    i = bisect_left(cast.starts, mention.start)
    for k in range(i - 1, -1, -1):
        other = cast.people[k]
        if not other.suspect or other.name is None or plain(text[other.end : here.start]) != "、":
            break
        names.insert(0, cast.canonical[other.name])
        here = other
    here = mention
    for k in range(i + 1, len(cast.people)):
        other = cast.people[k]
        if other.start >= pos or not other.suspect:
            break
        gap = plain(text[here.end : other.start])
        if other.size is not None and other.name is None:
            if gap in {"等", ""}:
                return _from(cast, names[0], other.size, len(names))
            break
        if gap not in _JOINT or other.name is None:
            break
        names.append(cast.canonical[other.name])
        here = other
    return _of(cast, names)


def _group(cast: Cast, mention: Mention) -> Owners:
    size = mention.size or 0
    if size == 0 or size >= len(cast.order):
        return ALL
    if size == cast.reviewed:
        return _of(cast, cast.order[:size])
    earlier: list[str] = []
    for k in range(bisect_left(cast.starts, mention.start) - 1, -1, -1):
        other = cast.people[k]
        if other.name is not None and other.suspect:
            name = cast.canonical[other.name]
            if name not in earlier:
                earlier.append(name)
            if len(earlier) == size:
                break
    return _of(cast, earlier)


def _from(cast: Cast, name: str, size: int, listed: int) -> Owners:
    start = cast.order.index(name)
    size = max(size, listed)
    return _of(cast, cast.order[start : start + size])


def _named(cast: Cast, start: int, end: int) -> list[str]:
    return [
        cast.canonical[m.name]
        for m in between(cast, start, end)
        if m.suspect and m.name is not None
    ]


def _of(cast: Cast, names: Sequence[str]) -> Owners:
    unique = tuple(dict.fromkeys(names))
    return ALL if len(unique) == len(cast.order) and len(unique) > 1 else Owners(unique)
