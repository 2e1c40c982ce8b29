"""Degrees of injury, deaths, and alcohol in blood or breath."""

from __future__ import annotations

import re

from .clauses import Layout, Mention, layout, mentions
from .facts import BloodAlcohol, Injury
from .models import Case, FieldName, Span
from .numerals import NUMBER, parse_number
from .vocabulary import InjuryGrade

_LEVEL = r"(?:[（(]?\s*(?P<level>[一二12ⅠⅡ])\s*级\s*[）)]?)?"
_DEGREE = re.compile(
    r"(?P<before>[一二12ⅠⅡ]级)?(?P<degree>轻微伤|轻伤|重伤)(?:害)?(?P<bias>（偏[轻重]）)?" + _LEVEL
)
_DEATH = re.compile(
    r"死亡|身亡|溺亡|病亡|毙命|殒命|致死|遇难|猝死|断气|死于(?!非命)|被(?:打|捅|砍|勒|撞)死|(?<=抢救)无效"
)
_NOT = re.compile(
    r"(?:未|不|没有|没|够不上|构不成|未能|尚未|不能|难以|并未|达不到|不足以)"
    r"(?:构成|达到?|达到|够上?|属于|认定为?|评定为?|造成|致人?|能?构成)?(?:人身|人员|了|任何)?$"
    r"|(?:够不上|构不成|达不到|不构成|未构成|未达到?)$"
)
_NOT_DEAD = re.compile(
    r"(?:未|没有|无|并未|没|尚未|以为|担心|怕|扬言|威胁|要|想|险些|差点)[^，。；]{0,6}$|(?:过失|故意)?致人?$"
)
_DEATH_TERM = re.compile(
    r"^(?:罪|赔偿金|补偿|案|证明|通知|的?可能|的?危险|原因(?:不明)|的?威胁|的?话)|^[^，。；]{0,3}罪"
)
_ABSTRACT = re.compile(
    r"^(?:以上|以下|及以上|标准|的?后果(?:的)?(?:处|标准)|罪|(?:害)?罪|鉴定标准)"
)
_RULED_OUT = re.compile(r"^[^，。；]{0,14}(?:不宜|不予认定|不能认定|依据不足|不成立)")
_HARMING = re.compile(
    r"致|造成|将|把|打|砍|刺|捅|伤害|殴|撞|压|踢|踹|勒|捆|使|令|导致|击|推|扎|咬|碾|戳|救|导"
)
_JOINED = frozenset("、和与及") | {"以及"}
_ANYONE = re.compile(r"(?:致|造成|使|伤害)(?:[一二两三\d]?[名个]?(?:他人|人|被害人))(?:身体)?$")
_KIN = re.compile(
    r"^(?:之|的)?(?:妻子?|丈夫|父亲?|母亲?|儿子?|子|女儿?|女|兄|弟|姐|妹|家属|家人|儿媳|女婿|同伴|朋友|等人?)"
)
_ACCUSED = re.compile(r"(?:犯罪嫌疑人|被告人)([^，。；：（(的与对将把向因在于持]{2,20})")
_ELSEWHERE = re.compile(r"另案|同案|另行处理")
_PRONOUN = re.compile(r"(?:致|造成|使|将|把)其?(?:他)?人?[^，。；]{0,6}$")

_REDONE = re.compile(r"(?:重新|再次|复核|补充|第二次|二次)(?:鉴定|评定)")

_GRADES: dict[tuple[str, str], InjuryGrade] = {
    ("轻微伤", ""): InjuryGrade.MINOR,
    ("轻伤", ""): InjuryGrade.SLIGHT,
    ("轻伤", "1"): InjuryGrade.SLIGHT_1,
    ("轻伤", "2"): InjuryGrade.SLIGHT_2,
    ("重伤", ""): InjuryGrade.SERIOUS,
    ("重伤", "1"): InjuryGrade.SERIOUS_1,
    ("重伤", "2"): InjuryGrade.SERIOUS_2,
}
_BELOW = {
    "轻微伤": InjuryGrade.NONE,
    "轻伤": InjuryGrade.MINOR,
    "重伤": InjuryGrade.SLIGHT,
}
_LEVELS = str.maketrans({"一": "1", "二": "2", "Ⅰ": "1", "Ⅱ": "2"})


def find_injuries(case: Case) -> tuple[Injury, ...]:
    """The degrees of injury and deaths in the facts of ``case``, and whose they are if named.

    A denied degree (未构成轻微伤, 不构成轻伤, 未达重伤) is read as the highest degree below it.
    Of several people named together each gets an injury of his own. A suspect is the victim only
    where the words leave no doubt that the injury is his.
    """
    text = case.fact
    where = layout(text)
    known = _suspect_names(case)
    found: list[Injury] = []
    if any(word in text for word in ("伤", "亡", "死", "毙", "遇难", "无效", "断气")):
        people = mentions(text, known)
        for start, end, grade in _degrees(text):
            span = Span(field="fact", start=start, end=end)
            for victim in _victims(where, people, known, start) or [None]:
                found.append(Injury(grade=grade, span=span, victim=victim))
    return tuple(found if _REDONE.search(text) is None else _latest(where, found))


def _latest(where: Layout, found: list[Injury]) -> list[Injury]:
    """The degrees without those that a later appraisal of the same injury replaced."""
    kept: list[Injury] = []
    for injury in found:
        start, _ = where.sentence(injury.span.start)
        redone = _REDONE.search(where.text, start, injury.span.start)
        if redone and injury.grade is not InjuryGrade.DEATH:
            kept = [k for k in kept if not _replaced(k, injury)]
        kept.append(injury)
    return kept


def _replaced(earlier: Injury, later: Injury) -> bool:
    same = earlier.victim == later.victim or None in (earlier.victim, later.victim)
    return same and earlier.grade is not InjuryGrade.DEATH and earlier.span != later.span


def _degrees(text: str) -> list[tuple[int, int, InjuryGrade]]:
    hits = []
    for m in _DEGREE.finditer(text):
        rest = text[m.end() : m.end() + 20]
        if _ABSTRACT.match(rest) or _RULED_OUT.match(rest):
            continue
        start = m.start()
        if _NOT.search(text[max(0, start - 8) : start]):
            hits.append((start, m.end(), _BELOW[m["degree"]]))
            continue
        level = (m["level"] or (m["before"] or "")[:1]).translate(_LEVELS)
        grade = _GRADES.get((m["degree"], level)) or _GRADES[(m["degree"], "")]
        hits.append((start, m.end(), grade))
    for m in _DEATH.finditer(text):
        before, rest = text[max(0, m.start() - 8) : m.start()], text[m.end() : m.end() + 8]
        if _DEATH_TERM.match(rest) or (_NOT_DEAD.search(before) and not before.endswith("致")):
            continue
        sentence_end = text.find("。", m.start())
        if before.endswith(("（", "（已")) or _ELSEWHERE.search(
            text,
            text.rfind("。", 0, m.start()) + 1,
            sentence_end if sentence_end > 0 else len(text),
        ):
            continue
        if before.endswith(("过失致人", "过失致", "故意伤害致人")) and "罪" in rest:
            continue
        hits.append((m.start(), m.end(), InjuryGrade.DEATH))
    return sorted(hits)


def _suspect_names(case: Case) -> tuple[str, ...]:
    """Masked names that person_info gives: good enough to tell suspects from victims."""
    names = {
        m.name
        for m in mentions(case.person_info, ())
        if m.name and not m.suspect and "被害" not in case.person_info[max(0, m.start - 4) : m.end]
    }
    for m in _ACCUSED.finditer(case.fact):
        names |= {p.name for p in mentions(m[1], ()) if p.name}
    return tuple(sorted(names))


def _victims(
    where: Layout, people: tuple[Mention, ...], suspects: tuple[str, ...], pos: int
) -> list[str | None]:
    start, _ = where.sentence(pos)
    near = [m for m in people if start <= m.start and m.end <= pos]
    while near:
        last = near.pop()
        if last.name is None:
            if last.suspect and last.size:
                return []
            if not last.suspect:
                return []
            continue
        gap = where.text[last.end : pos]
        if _ANYONE.search(gap) or _KIN.match(gap):
            return []
        passive = _passive_victim(where.text, near, last)
        if passive is not None and (_HARMING.search(gap) or passive.name is not None):
            return [passive.name]
        if last.name in suspects and (_HARMING.search(gap) or len(gap) > 24):
            others = [m.name for m in near if m.name and m.name not in suspects]
            if others and _HARMING.search(gap) and not _PRONOUN.search(gap):
                return [others[-1]]
            return []
        names: list[str | None] = [last.name]
        here = last
        for other in reversed(near):
            if other.name is None or where.text[other.end : here.start] not in _JOINED:
                break
            names.insert(0, other.name)
            here = other
        return names
    return []


def _passive_victim(text: str, before: list[Mention], agent: Mention) -> Mention | None:
    """In 甲被乙打伤 the victim is the one named before 被."""
    if before and text[max(0, agent.start - 1) : agent.start] in {"被", "遭"}:
        return before[-1]
    return None


_PER_100 = r"(?:mg|MG|Mg|毫克|㎎)\s*[/／∕每]\s*(?:100|１００|一百|百)?\s*(?:ml|mL|ML|㎖|毫升|m1)"
_ALCOHOL = re.compile(rf"(?P<n>\d+(?:[.．]\d+)?)\s*(?:{_PER_100})")
_ALCOHOL_HAN = re.compile(rf"每(?:100|一百|百)毫升[^，。；]{{0,16}}?(?P<n>{NUMBER})\s*(?:mg|毫克)")
_BREATH = re.compile(r"呼气|吹气|呼出气|酒精测试仪|酒精检测仪|吹测")
_BLOOD = re.compile(r"血|抽")
_LIMIT = re.compile(
    r"(?:标准|大于|≥|＞|>|以上|超过|低于|不足|未达|达到?)(?:为|是|等于|或等于)?[^，。；\d]{0,3}$"
)
_LIMIT_AFTER = re.compile(r"^[^，。；]{0,3}(?:以上|以下|的?标准|即?为醉酒|的?醉酒标准)")


def find_alcohol(case: Case) -> tuple[BloodAlcohol, ...]:
    """All measured alcohol contents of ``case`` in mg per 100 ml, blood and breath.

    Legal limits (80 毫克以上) and the values of people who are plainly no suspects are left out.
    """
    found = []
    fields: tuple[FieldName, ...] = ("fact", "procedure", "person_info")
    known = _suspect_names(case)
    for field in fields:
        text = case.text_of(field)
        if "mg" not in text.lower() and "毫克" not in text and "㎎" not in text:
            continue
        where = layout(text)
        people = mentions(text, known)
        for m in sorted(
            (*_ALCOHOL.finditer(text), *_ALCOHOL_HAN.finditer(text)), key=lambda m: m.start()
        ):
            value = parse_number(m["n"])
            clause_start, _ = where.clause(m.start())
            sentence_start, _ = where.sentence(m.start())
            before = text[clause_start : m.start()]
            if value is None or (_LIMIT.search(before) and not _BLOOD.search(before)):
                continue
            if _LIMIT_AFTER.match(text[m.end() : m.end() + 10]):
                continue
            if known and _someone_else(people, sentence_start, m.start()):
                continue
            unit = m[0][m.end("n") - m.start() :]
            if re.search(r"[/／∕每]\s*(?:ml|毫升)", unit, re.IGNORECASE):
                value *= 100
            said = text[max(sentence_start, m.start() - 60) : m.start()]
            breath = max((b.end() for b in _BREATH.finditer(said)), default=-1)
            blood = max((b.end() for b in _BLOOD.finditer(said)), default=-1)
            found.append(
                BloodAlcohol(
                    mg_per_100ml=round(value, 4),
                    span=Span(field=field, start=m.start("n"), end=m.end()),
                    breath=breath > blood,
                )
            )
    return tuple(found)


def _someone_else(people: tuple[Mention, ...], start: int, pos: int) -> bool:
    """Whether the nearest person named before a measurement is somebody other than a suspect."""
    near = [m for m in people if start <= m.start and m.end <= pos and (m.name or not m.suspect)]
    return bool(near) and not near[-1].suspect and near[-1].name is not None
