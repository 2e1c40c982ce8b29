"""The fixed phrases of Chinese prosecutorial and court documents, as patterns.

Patterns that end in no ``search`` are matched at the start of a sentence from which all blanks
were taken out.
"""

from __future__ import annotations

import re
from enum import Enum


class Part(Enum):
    """Where a sentence goes; only PERSON, PROCEDURE and FACT are kept as text."""

    HEAD = "head"
    PERSON = "person"
    PROCEDURE = "procedure"
    FACT = "fact"
    REASONING = "reasoning"
    DATE = "date"
    PROVINCE = "province"


OWN_STORY_CHARS = 60
CLAUSE_CHARS = 6
SHORT_CHARS = 15

MARKDOWN_HEADING = re.compile("^[ \t]*#{1,6}[ \t]+", re.MULTILINE)
BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000\t]")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
SENTENCE = re.compile("[^。！？]*[。！？]+[”’」』）)]*|[^。！？]+")
INNER_BREAK = re.compile(
    "(?<=[，；：、])(?=经(?:本院|我院)?依法?审查查明|本院认为，|认定上述(?:犯罪)?事实的证据如下)"
)
AFTER_TITLE = re.compile(
    r"[〔\[（(【]\s*\d{4}\s*[〕\]）)】][^\n，。]{0,14}?号|不\s*起\s*诉\s*决\s*定\s*书(?=被)"
    r"|(?<=院)\s*起\s*诉\s*书(?=被)"
)
PAGE_NUMBER = re.compile(r"(?:第?\d{1,3}页?(?:[共/]\d{1,3}页?)?|[-—–]+\d{1,3}[-—–]+)$")

_PARTY = "(?:同案)?(?:被告人|被告单位|被不起诉人|被不起诉单位|犯罪嫌疑人|犯罪嫌疑单位|嫌疑人)"
_NUMBER = r"(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]+)?"
_US = "(?:本院|我院|本检察院|我局|本局|我委|本委)"

FIRST_PARTY = re.compile("被告人|被告单位|被不起诉|犯罪嫌疑")
PERSON = re.compile(f"{_NUMBER}(?:{_PARTY}|附带民事诉讼|(?:指定|委托)?辩护人|诉讼代表人)")
PERSON_IN_FULL = re.compile(
    f"{_NUMBER}(?:{_PARTY})?[：:]?[^，。,；]{{1,20}}[，,（(][^。]{{0,30}}?(?:男|女)(?:性)?[，,；（(）)。]"
    "(?=[^。]*(?:生|岁|文化|学历|户籍|住|族|职业|无业|务工|农民|号码|前科|经营|公司))"
    f"|{_NUMBER}{_PARTY}[^，。,；]{{1,20}}[，,](?:男|女)[，,。；]"
)
PERSON_GOES_ON = re.compile(
    f"{PERSON_IN_FULL.pattern}|(?:其|该)?"
    "(?:曾因|曾于|曾受|现羁押|现住|户籍|辩护人|法定代理人|无前科|有前科|无违法|无犯罪记录"
    "|(?:此前|以前|之前)?(?:未|没有|从未)(?:曾)?(?:受过?|被)(?:刑事|行政|治安|任何)?(?:处罚|处理|追究))"
    r"|[^。]{0,60}(?:拘留|逮捕|取保候审|监视居住|抓获|投案|自首|强制措施)[^。]{0,30}。?$"
    "|[^。]{0,30}(?:前科|初犯|偶犯|未载明)[^。]{0,20}。?$"
)

PROCEDURE = re.compile(
    "^本案(?:由|经|系)|(?:侦查|调查)终结|(?:本院|我院)(?:于[^，。]{0,14})?受理后"
    "|提起公诉|起诉书指控|一案[，,]?(?:由|经|我局|系)|(?:向|至|送)(?:本院|我院)(?:移送)?(?:审查)?起诉"
)
PROCEDURAL = re.compile(
    "终结|移送|移交|受理|告知|讯问了?|听取|退回|补充侦查|延长|审查起诉|报送|指定|管辖|逮捕|取保"
    "|起诉期限|具结|值班律师|中止审查|立案|阅卷|辩护人|审阅|全部案件材料|羁押|拘留|简易程序|速裁程序"
)
# Sentences that only report how the case came up, though they name an accusation.
PROCEDURE_ONLY = re.compile(
    "提起公诉|指控[^，。]{2,30}(?:犯|涉嫌)[^，。]{2,30}罪[^，。]{0,6}[，,](?:一案)?(?:于|向)"
)

_FOUND = (
    f"(?:现已|现|业已|已)?经?(?:{_US}|检察机关|监察机关|检察院)?(?:现|已)?(?:依法)?(?:开庭|公开)?"
    "(?:审查|审理|侦查|调查)(?:后)?(?:查证|查明|审明|明|认定)"
)
_ALLEGED = (
    "(?:[^，。：:；]{2,40}?移送(?:本院|我院)?(?:审查)?起诉(?:时|书)?(?:指控|认定)"
    "|[^，。：:；]{0,30}?(?:起诉意见书|移送机关|(?:公安|侦查|监察|调查)机关)(?:指控|认定|移送认定)"
    "|[^，。：:；]{2,30}?(?:公安局|分局|监察委员会|监委)(?:认定|指控)(?=[：:，,的])"
    "|(?![^，。：:；]{0,30}对)[^，。：:；]{0,30}?(?:公诉机关|检察院|起诉书)指控称?"
    "|移送(?:审查)?起诉(?:的)?(?:认定|事实))"
)
FACT_LEAD = re.compile(f"{_NUMBER}(?:{_FOUND}|(?:现|现已|经)查明(?=[：:，,])|{_ALLEGED})")
# In a narrative: the sentence that opens the paragraph on how the case came to the procuratorate.
CAME_UP = re.compile(
    "[^。]{0,80}(?:立案侦查|刑事立案|以[^。]{0,30}罪[^。]{0,20}立案|移送[^。]{0,40}检察|移送审查|移送起诉)"
)
BY_POLICE = re.compile("[^，。：:；]{0,40}?(?:公安|侦查|监察|调查|分局|移送|意见书)")
OWN_FINDING = re.compile(
    f"{_NUMBER}(?:现已|现|业已|已)?经?(?:{_US})?(?:现|已)?(?:依法)?(?:开庭|公开)?"
    "(?:审查|审理)(?:后)?(?:查明|审明|明|认定)"
)
LEAD_TAIL = re.compile(
    "(?:的)?(?:犯罪|案件|基本)?(?:事实)?(?:(?:如下|是|为)?\\s*[：:，,]|如下)?"
    "(?:[^，。：:；]{0,40}(?:有|涉嫌|实施)?(?:如下|下列|以下)[^，。：:；]{0,8}事实(?:如下)?[：:])?"
    "(?:[^，。：:；]{0,30}事实(?:如下|是|为)?[：:])?"
)

_DECIDES = (
    f"(?:综上(?:所述)?[，,])?{_US}(?:经[^，。]{{0,14}})?(?:仍|仍然|依法|综合)?认为"
    "|(?:现|特)?(?:依照|根据|依据|按照)(?:《|[^，。]{0,20}(?:之规定|的规定))[^。]*"
    "(?:不起诉|提起公诉|移送|判决|裁定|判处|追究)"
    f"|经{_US}?审查(?:后|[，,])?认为|经{_US}审查并[^，。]{{0,12}}退回"
    "|公诉机关(?:据此)?(?:认为|提请|建议)"
    "|判决如下|裁定如下|决定如下|决定(?:对|将)[^。]{1,30}不起诉"
)
DECIDES = re.compile(f"{_NUMBER}(?:{_DECIDES})")
# In a formal document the authority's own conclusion may also begin like this; in a narrative the
# same words may report what somebody argued.
REASONING = re.compile(
    f"{_NUMBER}(?:{_DECIDES}|(?:特将|现将)[^，。]{{0,12}}(?:移送|提请)"
    "|(?:综上|据此|因此|鉴于|现有证据|全案证据|经审查[，,])[^。]*"
    "(?:刑法|不?构成犯罪|构成[^，。]{2,20}罪|起诉条件|刑事责任|(?:证据|事实)(?:尚)?(?:不足|不清)"
    "|不足以(?:认定|证实|证明)|不起诉))"
)
FOOT = re.compile(
    r"此致|附(?:件|项|注)?[：:\d]|附件$|附相关法律"
    r"|(?:代理)?检察(?:员|长|官)(?:助理)?[：:\u4e00-\u9fff]{0,8}$"
    "|审判(?:长|员)[：:]?[\u4e00-\u9fff]{0,4}$|人民陪审员|书记员[：:]?[\u4e00-\u9fff]{0,4}$"
    "|(?:被不起诉人|被害人|如)[^，。]{0,20}不服本"
    r"|[〇○Ｏ一二三四五六七八九零\d]{4}年[一二三四五六七八九十\d]{1,2}月"
    r"[一二三四五六七八九十\d]{1,3}[日曰](?:[（(]院印[)）])?$"
)

# Statements on the weight of the evidence as a whole: conclusions, not facts.
EVALUATION = re.compile(
    "(?![^。]*(?:异议|认罪|赔偿|谅解|退赃|退赔|证言|陈述|供述|鉴定|笔录|书证|物证|监控|照片))"
    "(?:上述|以上|本案)[^。]{0,40}(?:事实清楚|足以(?:认定|证实)|确实[、，]?充分|收集程序合法"
    "|予以(?:认定|确认)|来源合法)"
    "|[^。，]{0,16}事实[^。，]{0,8}与[^。，]{0,16}(?:指控|起诉书)[^。，]{0,12}(?:一致|相同)"
)
OUTCOME = re.compile(
    "(?:^|[，；])(?:足以(?:认定|证实)|予以(?:认定|确认)|(?:犯罪)?事实清楚|证据确实[、，]?充分)[^，；]{0,6}$|"
    "(?:决定|作出|予以|作)[^。，；]{0,24}(?:不起诉|不予起诉)"
    "|(?:相对|法定|存疑|酌定|绝对|证据不足|微罪)不起诉"
    "|不起诉(?:处理|决定|的决定)|提起公诉|不符合起诉条件|起诉书指控|判决如下|审理终结|合议庭"
    "|犯罪情节(?:显著)?轻微|检察(?:院|机关)[^，。]{0,12}认为[^，。]{0,12}情节(?:显著)?轻微"
    "|不需要判处刑罚|开庭(?:进行了)?审理|应当以[^，。]{2,30}罪(?:依法)?追究"
    "|(?:依法|一审|二审)(?:宣告)?判(?:决|处)|法院[^，。]{0,12}判(?:决|处)"
)
OWN_DECISION = re.compile("(?:本院|我院)[^，。]{0,12}决定[^，。]{0,12}不起诉")
EARLIER_CASE = re.compile(
    r"曾|前科|另案|此前|劣迹|累犯|释放|因犯|\d{4}年[^，。]{0,12}因[^，。]{2,20}被"
    r"|因[^，。]{2,20}[，,]?于?\d{4}年[^，。]{0,12}被"
)
RETURNED = re.compile("((?:[一二两三]次)?退回[^，。；]{0,20}?补充(?:侦查|调查)(?:[一二两三]次)?)")

APPELLATIONS = (
    (re.compile("(?<!民事诉讼)被告人|被不起诉人"), "犯罪嫌疑人"),
    (re.compile("被告单位|被不起诉单位"), "犯罪嫌疑单位"),
    (re.compile("(?<=对)(?:公诉机关|起诉书)?指控的?(?=(?:犯罪)?事实|罪名)"), "认定的"),
)

_LABELS: tuple[tuple[Part, str], ...] = (
    (
        Part.PERSON,
        "(?:犯罪)?(?:嫌疑人|当事人|人员|被告人|被不起诉人)的?(?:基本)?(?:信息|情况)|人员信息|基本信息"
        "|person_info|suspect_info",
    ),
    (
        Part.PROCEDURE,
        "(?:诉讼|案件|办案)?程序(?:信息|情况)?|诉讼(?:经过|过程)|案件来源|办案经过|案由(?:和|及)案件来源"
        "|procedure",
    ),
    (
        Part.FACT,
        "(?:案件|犯罪|指控|基本|审查认定的?)?事实(?:信息|情况|经过|和证据|及证据|与证据)?(?:如下)?"
        "|(?:基本|简要)?案情(?:简介|概要)?|facts?",
    ),
    (Part.DATE, "(?:决定|审查)(?:日期|时间)|日期|date"),
    (Part.PROVINCE, "省份|地区|province"),
    (
        Part.REASONING,
        "(?:最终)?结论|决定(?:事项|结果|书)?|处理(?:结果|意见|决定)|审查(?:分析|意见|结论)|适用法条|相关法条"
        "|法律依据|理由(?:和|及)(?:结论|决定)|量刑建议|起诉的?(?:理由|根据|依据)[^：:\\n]{0,8}|裁判(?:理由|结果)"
        "|判决结果|要旨|指导意义|典型意义|raw_reasoning_and_decision|decision|relevant_articles|defendants"
        "|charges|gist|label_note|source_url",
    ),
)
_GROUPS = "|".join(f"(?P<{part.name}>{names})" for part, names in _LABELS)
LABEL = re.compile(
    r"^[ \t#*>]*(?:[一二三四五六七八九十\d]{1,2}[、.．][ \t]*)?(?P<open>[【\[（(])?[ \t]*"
    rf"(?:{_GROUPS})[ \t]*(?(open)[】\]）)])[ \t*]*(?:[：:][ \t*]*|(?(open)|(?=\n|\Z)))",
    re.MULTILINE | re.IGNORECASE,
)
_HEADING = re.compile(rf"{_NUMBER}(?:{_GROUPS})[：:]?$")


def label_part(found: re.Match[str]) -> Part:
    """The part that a match of LABEL names."""
    return Part[next(name for name, _ in _named() if found.group(name) is not None)]


def heading(compact: str) -> Part | None:
    """The part that a line opens when it is nothing but a heading; None if it is none."""
    if len(compact) > 20:
        return None
    found = _HEADING.match(compact)
    part = label_part(found) if found else None
    return None if part in {Part.DATE, Part.PROVINCE} else part


def _named() -> list[tuple[str, str]]:
    return [(part.name, names) for part, names in _LABELS]
