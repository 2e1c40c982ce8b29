"""Circumstances that a case affirms or denies, by the table ``data/circumstances.yaml``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import yaml

from ..errors import ConfigError
from .clauses import Layout
from .facts import Circumstance, Suspect
from .models import FIELDS, Case, FieldName, Frozen, Span
from .patterns import Index, Pattern, build_index, compile_pattern
from .whose import Owners, Whose, cast, owners

Group = Literal["for", "against", "neutral", "doubt", "proof", "exclusion"]
_RECORDED = frozenset({"for", "against", "neutral"})

_NEGATED = re.compile(
    r"(?:(?:没有|未能|尚未|并未|从未|并非|未曾|不具有|不具备|不构成|不属于|不存在|不符合|不成立|不能认定|"
    r"不认定|不予认定|不宜认定|均无|无|缺乏)(?:[^，。；：（）而却就便仍还又驾持]{1,6}、)?"
    r"|(?:没有|不具有|不构成|不属于|不存在|不能认定|不予认定)[^，。；：而却就便仍还又驾持]{0,5}"
    r"|(?:未|不|没|非|拒不|拒绝|不是)(?:能|曾|有|予|是|系|取得|获得|得到|达成|主动|积极|自愿|及时|"
    r"充分|完全|全部|实际|如实|进行|与[^，。；]{1,6}|[向和对][^，。；]{1,6}){0,3}|差点|险些)$"
)
_NOT_RECORDED_BEFORE = re.compile(
    r"(?:未|没有|未能|并未|无)(?:载明|反映|记载|提及|显示|写明|体现|查见|见)[^。；]{0,40}$|也没有其?[^，。；]{0,14}$"
)
_NOT_RECORDED_AFTER = re.compile(
    r"^[^，。；]{0,16}?(?:的记载|(?:的)?(?:情况)?(?:等)?(?:情况)?材料未载明|未载明|情况不详|情况不明)"
)
_AT_FIRST = re.compile(r"(?:起初|最初|开始|初期|起先|一度|当时|之初|原|当初)[^，。；]{0,8}$")
_CLAIMED = re.compile(
    r"(?:辩护人|律师)[^。；]{0,14}(?:提出|认为|称|主张)[^。；]*$|(?:辩称|辩解)[^。；]*$"
)
_OFFICIAL_VIEW = re.compile(
    r"(?:移送(?:审查起诉)?意见书?|起诉意见书?|公安机关|侦查(?:机关|部门)|监察机关|缉私部门|办案(?:机关|单位)|"
    r"交警部门|专卖(?:局|部门)|(?:行政|监管|主管)部门)[^。；，]{0,12}(?:认为|据此认为|主张)[^。；]*$"
)
_ALLEGED = re.compile(
    r"(?:移送(?:审查起诉)?(?:意见书?)?|起诉意见书?|公安机关|侦查(?:机关|部门)|监察机关)[^。；，]{0,12}"
    r"(?:认定|指控)[^。；]*$"
)
_OWN_ACCOUNT = re.compile(
    r"经(?:依法)?审查(?:和[^，。；：]{1,10})?(?:，?查明|：|，)|审查(?:所见|查明|发现)|(?<!正)经查|经补查|补查后|"
    r"证据(?:情况|上|如下|显示)|案卷(?:中|内)|卷内|经(?:补充侦查|补充调查|调查)"
)
_VICTIMS_SIDE = re.compile(
    r"(?:被害人|死者|被害方|受害人|对方)[^，。；]{0,4}(?:父亲?|母亲?|妻子?|丈夫|家属|亲属|亲友|儿子|女儿)"
    r"[^，。；]{0,4}(?:称|认为|说|坚称)[^。；]*$"
)
_LAW_QUOTED = re.compile(r"《[^》]*$|(?:公安机关据此认为|规定的?)“[^”]*$")


class Rule(Frozen):
    """One entry of the table: what the circumstance is and which words affirm or deny it."""

    id: str
    zh: str
    group: Group
    whose: Whose
    patterns: tuple[str, ...]
    negations: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    by_other: tuple[str, ...] = ()
    initially: bool = False
    stated: bool = False
    by_end: bool = False


_Spans = list[tuple[int, int]]


class _Table(NamedTuple):
    """The table, compiled: the number of each pattern's rule, and what the pattern is for."""

    rules: tuple[Rule, ...]
    purpose: tuple[tuple[int, int], ...]
    patterns: Index


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """The entries of ``circumstances.yaml``; raises ConfigError if the table is malformed."""
    text = files(__package__).joinpath("data/circumstances.yaml").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        found = tuple(Rule(**entry) for entry in entries)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"circumstances.yaml: {error}") from error
    if len({rule.id for rule in found}) != len(found):
        raise ConfigError("circumstances.yaml: an id occurs twice; give each entry its own")
    return found


@lru_cache(maxsize=1)
def _table() -> _Table:
    compiled: list[Pattern] = []
    purpose: list[tuple[int, int]] = []
    for number, rule in enumerate(rules()):
        for kind, sources in enumerate(
            (rule.patterns, rule.negations, rule.ignored, rule.by_other)
        ):
            compiled += [compile_pattern(source) for source in sources]
            purpose += [(number, kind)] * len(sources)
    return _Table(rules(), tuple(purpose), build_index(compiled))


@lru_cache(maxsize=1)
def by_id() -> dict[str, Rule]:
    """The entries by id."""
    return {rule.id: rule for rule in rules()}


def group_of(circumstance_id: str) -> Group | None:
    """The group of a circumstance; None for an id that the table does not have."""
    rule = by_id().get(circumstance_id)
    return rule.group if rule else None


def find_circumstances(case: Case, suspects: Sequence[Suspect]) -> tuple[Circumstance, ...]:
    """The circumstances of ``case``, each once per suspect and direction, in the table's order.

    ``defendant`` is the suspect whom the text means, None where it means all of them or the case.
    What only a defence lawyer or the suspect claims is passed over, except for entries marked
    ``stated``; what the file does not record is neither affirmed nor denied.
    """
    table = _table()
    found: dict[tuple[str, bool, str | None], Circumstance] = {}
    for field in FIELDS:
        if not case.text_of(field):
            continue
        people = cast(case, field, suspects)
        for rule, start, end, holds, whose in _hits(table, people.layout):
            owner = owners(people, end - 1 if rule.by_end else start, whose)
            if owner is None:
                continue
            for name in owner.names or (None,):
                key = (rule.id, holds, name)
                if key not in found:
                    span = Span(field=field, start=start, end=end)
                    found[key] = Circumstance(id=rule.id, holds=holds, span=span, defendant=name)
    _add_ages(found, suspects)
    return tuple(found.values())


def _hits(table: _Table, where: Layout) -> list[tuple[Rule, int, int, bool, Whose]]:
    spans: dict[int, tuple[_Spans, _Spans, _Spans, _Spans]] = {}
    for pattern, places in table.patterns.candidates(where).items():
        matched = table.patterns.matches(pattern, where, places)
        if matched:
            number, kind = table.purpose[pattern]
            spans.setdefault(number, ([], [], [], []))[kind].extend(matched)
    hits = []
    for number in sorted(spans):
        rule = table.rules[number]
        affirmed, denied, passed_over, by_other = spans[number]
        mine = [
            (start, end, False, rule.whose)
            for start, end in denied
            if not _meets(start, end, passed_over) and _asserted(where, rule, start, end)
        ]
        for matched, whose in ((affirmed, rule.whose), (by_other, Whose.OTHER)):
            for start, end in matched:
                if _meets(start, end, passed_over) or _meets(start, end, denied):
                    continue
                holds = not _negated(where, start)
                if (holds or rule.group in _RECORDED) and _asserted(where, rule, start, end):
                    mine.append((start, end, holds, whose))
        hits += [(rule, *hit) for hit in sorted(mine)]
    return hits


def _negated(where: Layout, start: int) -> bool:
    clause_start, _ = where.clause(start)
    return _NEGATED.search(where.text, max(clause_start, start - 16), start) is not None


def _meets(start: int, end: int, spans: _Spans) -> bool:
    return any(s < end and start < e for s, e in spans)


def _asserted(where: Layout, rule: Rule, start: int, end: int) -> bool:
    """Whether the text itself says so here, rather than a claim, a quotation or a gap."""
    text = where.text
    sentence_start, sentence_end = where.sentence(start)
    before = text[sentence_start:start]
    if rule.group in _RECORDED:
        if _NOT_RECORDED_BEFORE.search(before):
            return False
        if _NOT_RECORDED_AFTER.match(text[end : min(sentence_end, end + 24)]):
            return False
        if _LAW_QUOTED.search(before):
            return False
    if rule.initially and _AT_FIRST.search(before):
        return False
    if rule.group in _RECORDED and _only_alleged(text, sentence_start, end):
        return False
    return rule.stated or not _CLAIMED.search(before)


def _only_alleged(text: str, sentence_start: int, end: int) -> bool:
    """Whether only the investigators or the victim's side say so, not the file of its own.

    What the investigators allege stands unless the file goes on to tell what the review found.
    """
    said = text[sentence_start:end]
    if _OFFICIAL_VIEW.search(said) or _VICTIMS_SIDE.search(said):
        return True
    return _ALLEGED.search(said) is not None and _OWN_ACCOUNT.search(text, end) is not None


def _add_ages(
    found: dict[tuple[str, bool, str | None], Circumstance], suspects: Sequence[Suspect]
) -> None:
    """Youth and old age also follow from the dates of birth (CL 17, 17-1, 49)."""
    for suspect in suspects:
        age = suspect.age_at_conduct if suspect.age_at_conduct is not None else suspect.stated_age
        span = suspect.info or next(iter(suspect.mentions), None)
        if age is None or span is None:
            continue
        if age >= 75:
            _put(found, "elderly", suspect.name, span)
        if age < 18 and suspect.age_at_conduct is not None:
            _put(found, "minor", suspect.name, span)


def _put(
    found: dict[tuple[str, bool, str | None], Circumstance], key: str, name: str, span: Span
) -> None:
    found.setdefault((key, True, name), Circumstance(id=key, holds=True, span=span, defendant=name))


def owners_of(case: Case, field: FieldName, pos: int, suspects: Sequence[Suspect]) -> Owners | None:
    """Whose the act at one place of the case is; None if it is not a suspect's."""
    return owners(cast(case, field, suspects), pos, Whose.ACT)
