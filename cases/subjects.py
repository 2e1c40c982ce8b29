"""Who acts in a clause: the cast of a case and the finding of a clause's subject."""

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
_CLAUSE_HEAD = re.compile(
    r"(?:案发[后前时]|事后|随后|此后|之后|其后|后来|后|其间|期间|当[天日时晚]|同时|此外|另外?|经|因|见|遇到|"
    r"突然|忽然|这时|此时|不料|只见|随即|接着|而后|结果|于是|当即|先是|由于|[\d年月日时分许凌晨上下午晚、]+|该|本案|同年|次日|又|而|但|且|并|在|“|”|（[^）]*）|其中|事发[后时]|查明|经查|认定|显示|反映|证实|称)*$"
)
_TITLE = re.compile(
    r"[^，。；向对把将给与和同被由让使叫找在从到]{0,14}"
    r"(?:人|员|长|主|师|者|商|经理|董事|总|妻|子|女|友|弟|兄|姐|妹|夫|民|生|工|客|亲|司机|会计|同学|同事|代表|的)$"
)
_KIN = re.compile(
    r"(?:之|的)?(?:侄|子(?!弟)|妻|夫(?!妇)|父|母|胞|兄|弟|姐|妹|女友|男友|女儿|女婿|儿媳|朋友)"
)
_OFFICERS = re.compile(r"民警|交警|辅警|警察|公安人员|法医|医生|辩护人")
_FAMILY = re.compile(r"其|家属|亲属")
_REASON = re.compile(r"(?:因|由于|经|趁|遇)$")
_RESULT = re.compile(r"[而后时才]|即|便|就|之际")
_PERCEIVED = re.compile(r"(?:见|看到|看见|发现|听到|得知|因|由于|趁|遇)$")
# How far behind its subject the verb of an embedded clause (见某人持刀) may stand.
_EMBEDDED = 14


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
class Cast:
    """The suspects of a case with what attribution needs of one field, ready to be asked.

    ``reviewed`` is how many of them, from the first on, are under review themselves.
    """

    layout: Layout
    people: tuple[Mention, ...]
    starts: tuple[int, ...]
    order: tuple[str, ...]
    canonical: dict[str, str]
    info: tuple[tuple[int, int, str], ...]
    reviewed: int


def cast(
    case: Case, field: FieldName, suspects: Sequence[Suspect], reviewed: int | None = None
) -> Cast:
    """Prepare the attribution of one field of ``case`` among ``suspects``.

    ``reviewed``: how many of them are under review (all, unless the last are dealt with elsewhere).
    """
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
        reviewed=len(suspects) if reviewed is None else reviewed,
    )


def plain(text: str) -> str:
    """``text`` without the square brackets that some data sets put around names."""
    return text.replace("[", "").replace("]", "")


def between(cast: Cast, start: int, end: int) -> tuple[Mention, ...]:
    """Everyone named from ``start`` to before ``end``."""
    return cast.people[bisect_left(cast.starts, start) : bisect_left(cast.starts, end)]


def subject(
    cast: Cast, start: int, end: int, whose: Whose, *, passive: bool, here: bool
) -> Mention | None:
    """Who acts in the clause ``[start, end)``: as a rule the first one named who is no object.

    ``passive``: the agent after 被 counts; ``here``: ``end`` is the act itself, so that the subject
    of an embedded clause (见某人持刀) acts, while one who only gives the reason (因某人呼救而) does
    not.
    """
    text = cast.layout.text
    best: Mention | None = None
    skipped: Mention | None = None
    for mention in between(cast, start, end):
        if mention.end > end:
            continue
        before = plain(text[max(start, mention.start - 4) : mention.start])
        if before and before[-1] in _AGENT_MARKERS:
            if passive and whose is Whose.ACT:
                return mention
            skipped = mention
            continue
        reason = _REASON.search(before) is not None
        if reason and (not here or _RESULT.search(text, mention.end, end)):
            skipped = mention
            continue
        if best is not None:
            if here and whose is Whose.ACT and _embedded(text, before, mention, end):
                best = mention
            continue
        if (
            (before and before[-1] in _OBJECT_MARKERS)
            or before.endswith(_OBJECT_VERBS)
            or before in _WITH
            or (skipped and plain(text[skipped.end : mention.start]) == "、")
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


def _embedded(text: str, before: str, mention: Mention, end: int) -> bool:
    """Whether ``mention`` is the subject of what somebody else sees or reacts to (见某人持刀)."""
    gap = text[mention.end : end]
    return bool(_PERCEIVED.search(before) and len(gap) <= _EMBEDDED and not _RESULT.search(gap))


def _counts(text: str, start: int, mention: Mention, whose: Whose) -> bool:
    """Whether somebody who is no suspect stands where the subject stands, and that matters."""
    if whose is Whose.BENEFICIARY:
        return False
    if whose is Whose.GIVER and _FAMILY.match(text, mention.start):
        return False
    before = plain(text[start : mention.start])
    return bool(_CLAUSE_HEAD.fullmatch(before) or _TITLE.fullmatch(before))
