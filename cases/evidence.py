"""Pieces of evidence named in a case, by the eight kinds of CPL 50 (2012: article 48)."""

from __future__ import annotations

import re

from .clauses import Layout, Mention, layout, mentions
from .facts import EvidenceItem
from .models import FIELDS, Case, FieldName, Span
from .vocabulary import EvidenceKind

_WORDS: tuple[tuple[EvidenceKind, str], ...] = (
    (
        EvidenceKind.EXPERT,
        r"(?:重新|补充|司法|法医|伤情|物证|尸体|价格|笔迹|DNA|成伤机制|病理|精神病|审计|毒物|痕迹)*"
        r"(?:鉴定(?!标准|费|人(?!意见)|机构)(?:意见书?|结论|报告|书)?|检验(?:报告|意见)|检测报告|"
        r"价格认定(?:结论|书)?|认定书|尸检|专项审计报告|司法审计|会计鉴证|抽血检验|专家(?:意见|论证|认为|称))",
    ),
    (
        EvidenceKind.RECORD,
        r"(?:现场)?(?:勘验|勘查|检查|搜查|提取|辨认|指认|侦查实验|复勘|尸检|扣押|称量|取样)笔录|"
        r"现场勘验|现场勘查|勘验|侦查实验|指认现场|辨认(?!能力|意见)|现场检查|远程勘验|检查笔录",
    ),
    (
        EvidenceKind.ELECTRONIC,
        r"(?:现场|道路|执法记录仪|公共|治安)?(?:监控(?:视频|录像|画面|盲区)?|录像|录音|视听资料|音视频|视频资料)|"
        r"执法记录仪|行车记录仪|聊天记录|微信记录|短信|通话记录|电子数据|邮件|手机数据|上网记录|检索记录|"
        r"浏览记录|登录(?:数据|日志)|行车轨迹|IP地址|MAC地址|光盘|截图|恢复[^，。；]{0,8}数据|支付宝记录",
    ),
    (
        EvidenceKind.DOCUMENT,
        r"书证|(?:银行)?(?:交易|账户)?(?:流水|明细)|转账记录|户籍(?:证明|信息)|到案经过|抓获经过|发破案经过|"
        r"受案登记表|立案决定书|合同书?(?=[、，。；等])|协议书|借条|收据|发票|账(?:目|册|本)|病历|诊断证明|"
        r"就诊书证|诊疗记录|情况说明|营业执照|(?:扣押|发还)(?:物品)?清单|扣押决定书|劳动合同|权限和日志|"
        r"前科材料|刑事判决书|行政处罚决定书|谅解书|和解协议|欠条|报表|登记表|驾驶证查询|林权证|档案|"
        r"购药、?支付|购药记录|购买记录|发货单|审批材料|会议记录|保证书|收条|医疗(?:证明|材料)|证明材料",
    ),
    (
        EvidenceKind.PHYSICAL,
        r"物证(?!照片|鉴定|检验)|作案工具|凶器|涉案(?:刀具|物品|车辆|赃物|工具|手机)|赃物|毒品(?=\d|[一二三四五六七八九]|[，、])|"
        r"(?:扣押|查获|查扣|缴获|收缴|起获|提取)(?:了|到|在案)?(?!笔录|清单|决定|物品清单)[^，。；、]{1,14}",
    ),
    (
        EvidenceKind.WITNESS,
        r"证人证言|证言|证人(?:某|[^，。；、的]{2,4})的?(?:证言|证实|证明|证称|陈述)",
    ),
    (
        EvidenceKind.VICTIM,
        r"被害人(?:[^，。；、]{0,10}的?)?陈述|控告人[^，。；]{0,6}陈述|被害单位[^，。；]{0,8}陈述",
    ),
    (
        EvidenceKind.SUSPECT,
        r"(?:犯罪嫌疑人|被告人|同案犯|同案人)(?:[^，。；、]{0,10}的?)?(?:供述|辩解)(?:和辩解|与辩解|及辩解)?|"
        r"供述(?:和|与|及)辩解|有罪供述|口供|讯问笔录",
    ),
)
_NAMED = re.compile("|".join(f"(?P<k{i}>{words})" for i, (_, words) in enumerate(_WORDS)))

_SAYING = re.compile(
    r"(?:多次|稳定|一致|均|都|也|始终|后|则|还|先后|当时|曾|最终|最初|起初|又|坚|有)*"
    r"(?P<verb>证实|证称|证明|作证|指认|指证|陈述|反映|回忆|"
    r"供称|供认|供述|辩称|辩解|承认|否认|交代|交待|如实供述|不认罪|不承认|称(?![为号职呼霸重作])|"
    r"说明|表示(?!愿意|谅解|同意|接受|不服)|主张|提出(?!申请|异议|诉讼|离婚|要求|共同))"
)
_SUSPECT_VERBS = frozenset(
    {"供称", "供认", "供述", "辩称", "辩解", "交代", "交待", "如实供述", "不认罪", "不承认"}
)
_WITNESS_VERBS = frozenset({"证实", "证称", "证明", "作证", "指认", "指证", "反映", "回忆"})
_BARE_SUSPECT = re.compile(
    r"(?:到案|归案)后?[^，。；]{0,6}(?:如实供述|供认|交代|供述)|如实(?:供述|交代|供认)|零口供|供认不讳|认罪认罚|"
    r"自愿认罪|不认罪|拒不供述|辩称|辩解"
)
_TESTIFYING = re.compile(r"(?P<who>[^，。；：、]{1,16}?)(?:证实|证称|作证|指证)")
_THINGS = re.compile(r"鉴定|监控|录像|视频|数据|记录|检验|书证|材料|证据|证言|没有|无人|未")
_VICTIM_WORDS = ("被害人", "受害人", "控告人", "报案人", "伤者", "自诉人")
_DENIED = re.compile(
    r"(?:没有|无|缺乏|缺少|未(?:能)?(?:提取|收集|调取|扣押|查获|做|作|进行|收缴)?(?:到)?|没有(?:做|作|进行)|除)"
    r"[^，。；]{0,6}$"
)


def find_evidence(case: Case) -> tuple[EvidenceItem, ...]:
    """The pieces of evidence that ``case`` names, in the order of the text, each place once.

    Reads catalogues (书证：…; 证人张某的证言) and running text (某某证实, 经鉴定, 监控显示).
    Evidence that the text says is missing (没有物证) is not listed.
    """
    suspects = _names_in_info(case)
    found: list[EvidenceItem] = []
    for field in FIELDS:
        text = case.text_of(field)
        if text:
            found += _in_field(text, field, suspects)
    return tuple(found)


def _names_in_info(case: Case) -> tuple[str, ...]:
    info = case.person_info
    return tuple(
        sorted(
            {
                m.name
                for m in mentions(info, ())
                if m.name and not info[max(0, m.start - 3) : m.end].startswith("被害人")
            }
        )
    )


def _in_field(text: str, field: FieldName, suspects: tuple[str, ...]) -> list[EvidenceItem]:
    where = layout(text)
    hits: list[tuple[int, int, EvidenceKind]] = []
    for m in _NAMED.finditer(text):
        start, _ = where.clause(m.start())
        if _DENIED.search(text[start : m.start()]):
            continue
        hits.append((m.start(), m.end(), _WORDS[int(str(m.lastgroup)[1:])][0]))
    people = mentions(text, suspects)
    victims = _victims(text, people)
    for person in people:
        if person.suspect and person.size == 0:
            continue
        said = _SAYING.match(text, person.end)
        if said:
            kind = _speaker(person, said["verb"], text, victims)
            _, end = where.clause(person.start)
            hits.append((person.start, max(end, said.end()), kind))
    hits += [
        (m.start(), m.end(), EvidenceKind.WITNESS)
        for m in _TESTIFYING.finditer(text)
        if not _THINGS.search(m["who"])
    ]
    if field != "procedure":
        hits += [(m.start(), m.end(), EvidenceKind.SUSPECT) for m in _BARE_SUSPECT.finditer(text)]
    return _distinct(hits, where, field)


def _victims(text: str, people: tuple[Mention, ...]) -> frozenset[str]:
    """Names that the text introduces as victims or complainants."""
    return frozenset(
        m.name
        for m in people
        if m.name and not m.suspect and text[m.start : m.end].startswith(_VICTIM_WORDS)
    )


def _speaker(m: Mention, verb: str, text: str, victims: frozenset[str]) -> EvidenceKind:
    if m.suspect:
        return EvidenceKind.WITNESS if verb in {"证实", "证称", "作证"} else EvidenceKind.SUSPECT
    if verb in _SUSPECT_VERBS:
        return EvidenceKind.SUSPECT
    words = text[m.start : m.end]
    if m.name in victims or words.startswith(_VICTIM_WORDS):
        return EvidenceKind.VICTIM
    if verb in _WITNESS_VERBS or m.name is None:
        return EvidenceKind.WITNESS
    return EvidenceKind.VICTIM if verb == "陈述" else EvidenceKind.WITNESS


def _distinct(
    hits: list[tuple[int, int, EvidenceKind]], where: Layout, field: FieldName
) -> list[EvidenceItem]:
    """One item per kind and clause: the catalogue and the running text often say it twice."""
    items = []
    seen: set[tuple[int, EvidenceKind]] = set()
    for start, end, kind in sorted(hits):
        key = (where.index(start), kind)
        if key in seen:
            continue
        seen.add(key)
        items.append(EvidenceItem(kind=kind, span=Span(field=field, start=start, end=end)))
    return items
