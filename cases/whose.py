"""Whose act or circumstance a place in the text is: attribution to the suspects."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .clauses import Layout, Mention, layout, mentions
from .facts import Suspect
from .models import Case, FieldName

_OBJECT_MARKERS = frozenset("对向把将给为替从受致使打找约")
_AGENT_MARKERS = frozenset("被由遭")
_WITH = frozenset({"与", "和", "同", "跟", "因与", "并与", "又与", "后与"})
_OBJECT_VERBS = (
    "赔偿",
    "通知",
    "殴打",
    "赔付",
    "支付",
    "退赔",
    "退还",
    "联系",
    "介绍",
    "通过",
    "伙同",
    "指使",
    "安排",
    "抓获",
    "致伤",
    "打伤",
)
_JOINT = frozenset("、和与及同") | {"", "以及", "伙同"}
_CLAUSE_HEAD = re.compile(
    r"(?:案发[后前时]|事后|随后|此后|之后|其后|后来|后|其间|期间|当[天日时晚]|同时|此外|另外?|经|因|见|遇到|"
    r"由于|[\d年月日时分许凌晨上下午晚、]+|该|本案|同年|次日|又|而|但|且|并|在|“|”|（[^）]*）|其中|事发[后时]|查明|经查|认定|显示|反映|证实|称)*$"
)
_TITLE = re.compile(
    r"[^，。；向对把将给与和同被由让使叫找在从到]{0,14}"
    r"(?:人|员|长|主|师|者|商|经理|董事|总|妻|子|女|友|弟|兄|姐|妹|夫|民|生|工|客|亲|司机|会计|同学|同事|代表)$"
)
_KIN = re.compile(
    r"(?:之|的)?(?:侄|子(?!弟)|妻|夫(?!妇)|父|母|胞|兄|弟|姐|妹|女友|男友|女儿|女婿|儿媳|朋友)"
)
_OFFICERS = re.compile(r"民警|交警|辅警|警察|公安人员|法医|医生|辩护人")
_EACH = re.compile(r"均|都|皆|各自|分别")
_FAMILY = re.compile(r"其|家属|亲属")
_OTHER_SIDE = re.compile(
    r"对方|(?:一名|两名|数名|几名|该|醉酒)?(?:男子|女子|青年)|歹徒|来人|来者|债主|催收人员|讨债人员|醉汉|不法之徒"
)
_ACCOMPLICE = re.compile(
    r"[^，。；（(]{0,4}[（(][^）)]{0,10}(?:另案|另处|已判|判刑|判决|同案|在逃|起诉)"
)
_SUFFERS = frozenset("被遭受")
_LOOK_BACK = 14
_SENTENCES_BACK = 2


class Whose(StrEnum):
    """How the owner of a circumstance is found.

    ``PERSON``: said of suspects only (surrender, record, plea); ``ACT``: something victims do as
    well (violence, a weapon), so the subject must be a suspect; ``GIVER``: what a suspect or his
    family gives (compensation); ``BENEFICIARY``: what others do for a suspect (forgiveness);
    ``CASE``: of the case as a whole; ``OTHER``: what the other side does (an attack that a suspect
    meets, provocation), so that the nearest actor must be someone who is no suspect.
    """

    PERSON = "person"
    ACT = "act"
    GIVER = "giver"
    BENEFICIARY = "beneficiary"
    CASE = "case"
    OTHER = "other"


_OWN = frozenset({Whose.PERSON, Whose.ACT})


@dataclass(frozen=True, slots=True)
class Owners:
    """Who a place belongs to: ``names`` empty means all suspects (or the case)."""

    names: tuple[str, ...] = ()


ALL = Owners()


@dataclass(frozen=True, slots=True)
class Cast:
    """The suspects of a case with what attribution needs of one field, ready to be asked."""

    layout: Layout
    people: tuple[Mention, ...]
    starts: tuple[int, ...]
    order: tuple[str, ...]
    canonical: dict[str, str]
    info: tuple[tuple[int, int, str], ...]


def cast(case: Case, field: FieldName, suspects: Sequence[Suspect]) -> Cast:
    """Prepare the attribution of one field of ``case`` among ``suspects``."""
    text = case.text_of(field)
    canonical = {name: s.name for s in suspects for name in (*s.aliases, s.name) if name}
    people = mentions(text, canonical)
    return Cast(
        layout=layout(text),
        people=people,
        starts=tuple(m.start for m in people),
        order=tuple(s.name for s in suspects),
        canonical=canonical,
        info=tuple(
            (s.info.start, s.info.end, s.name) for s in suspects if s.info and s.info.field == field
        ),
    )


def owners(cast: Cast, pos: int, whose: Whose) -> Owners | None:
    """Whose the thing at ``pos`` is; None if it is clearly not a suspect's.

    The subject of the clause decides, else that of the clauses before it; group words (二人, 五人)
    stand for the suspects named last, or for all.
    """
    if whose is Whose.CASE or not cast.order:
        return ALL
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
        found = _subject(cast, cast.layout.starts[i], end, whose, passive=back == 0)
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
        actor = _subject(cast, start, end, Whose.ACT, passive=not suffered)
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


def _plain(text: str) -> str:
    """``text`` without the square brackets that some data sets put around names."""
    return text.replace("[", "").replace("]", "")


def _each(cast: Cast, clause: int, pos: int) -> bool:
    """Whether 均, 都 or 各自 in the clause says that several people are meant."""
    return _EACH.search(cast.layout.text, cast.layout.starts[clause], pos + 1) is not None


def _between(cast: Cast, start: int, end: int) -> tuple[Mention, ...]:
    return cast.people[bisect_left(cast.starts, start) : bisect_left(cast.starts, end)]


def _subject(cast: Cast, start: int, end: int, whose: Whose, *, passive: bool) -> Mention | None:
    """Who acts in the clause ``[start, end)``; ``passive``: the agent after 被 counts."""
    text = cast.layout.text
    best: Mention | None = None
    skipped: Mention | None = None
    for mention in _between(cast, start, end):
        if mention.end > end:
            continue
        before = _plain(text[max(start, mention.start - 4) : mention.start])
        if before and before[-1] in _AGENT_MARKERS:
            if passive and whose is Whose.ACT:
                return mention
            skipped = mention
            continue
        if best is not None:
            continue
        if (
            (before and before[-1] in _OBJECT_MARKERS)
            or before.endswith(_OBJECT_VERBS)
            or before in _WITH
            or (skipped and _plain(text[skipped.end : mention.start]) == "、")
            or (whose in _OWN and _KIN.match(text, mention.end))
            or (whose is Whose.PERSON and _OFFICERS.match(text, mention.start))
        ):
            skipped = mention
            continue
        if mention.suspect:
            if mention.size is None or mention.size <= len(cast.order):
                best = mention
        elif _counts(text, start, mention, whose):
            best = mention
    return best


def _counts(text: str, start: int, mention: Mention, whose: Whose) -> bool:
    """Whether somebody who is no suspect stands where the subject stands, and that matters."""
    if whose is Whose.BENEFICIARY:
        return False
    if whose is Whose.GIVER and _FAMILY.match(text, mention.start):
        return False
    before = _plain(text[start : mention.start])
    return bool(_CLAUSE_HEAD.fullmatch(before) or _TITLE.fullmatch(before))


def _spread(cast: Cast, mention: Mention, pos: int) -> Owners:
    if mention.name is None:
        return _group(cast, mention)
    names = [cast.canonical[mention.name]]
    text = cast.layout.text
    here = mention
    i = bisect_left(cast.starts, mention.start)
    for k in range(i - 1, -1, -1):
        other = cast.people[k]
        if not other.suspect or other.name is None or _plain(text[other.end : here.start]) != "、":
            break
        names.insert(0, cast.canonical[other.name])
        here = other
    here = mention
    for k in range(i + 1, len(cast.people)):
        other = cast.people[k]
        if other.start >= pos or not other.suspect:
            break
        gap = _plain(text[here.end : other.start])
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
        for m in _between(cast, start, end)
        if m.suspect and m.name is not None
    ]


def _of(cast: Cast, names: Sequence[str]) -> Owners:
    unique = tuple(dict.fromkeys(names))
    return ALL if len(unique) == len(cast.order) and len(unique) > 1 else Owners(unique)
