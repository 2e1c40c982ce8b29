"""Precise addresses and the names of private units in running text.

Provinces and cities stay, and so do authorities (公安局, 人民检察院, 派出所, …), whose names the
competence of the case hangs on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .redact_patterns import Hit
from .redact_words import alternatives, words

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_W = words()
_AUTHORITY = rf"(?:{alternatives(_W['authorities'])})"
_N = (
    r"[\d０-９一二三四五六七八九十百A-Za-z甲乙丙丁东西南北]"
    r"[\d０-９一二三四五六七八九十百\-－—之A-Za-z]{0,7}"
)
_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|"
    "贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_STOP = '，。；、：！？.．/\\s（）()“”"某该〔〕'
_PART = rf"[^{_STOP}]"
_REGION = (
    rf"(?:(?:{_PROVINCES})(?:省|市|(?:维吾尔|壮族|回族)?自治区|特别行政区)?)?"
    rf"(?:[{_HAN}]{{2,4}}?(?:市(?![场区内郊])|自治州|地区|盟))?"
)
_DISTRICT = rf"(?:{_PART}{{1,7}}?(?:区(?!域|间)|县|旗|市(?!场)))"
_FINE = (
    rf"(?:{_PART}{{1,7}}?(?:街道|镇|乡|苏木|农场|开发区|工业园区?|科技园|产业园)(?!卫生院|政府|派出所|人民|领导)"
    rf"|{_PART}{{1,9}}?(?:居委会|村委会|社区|新村|自然村|村(?!民|委|支|主任|长|干部)|屯|寨|庄(?!稼))"
    rf"|(?:{_N}|[{_HAN}]{{1,4}})(?:村民小组|小组|组(?![织成建合])|社(?![会区保交团])|队(?!长|员|伍))"
    rf"|{_PART}{{1,9}}?(?:大道|大街|路(?![边过面段人上灯费政况程经])|街(?![道边头上坊])|巷(?!子)|胡同|弄(?!清|虚|到)|里弄)(?:[东南西北中][段路街]?|[一二三四五]段)?"
    rf"|{_PART}{{2,10}}?(?:小区|花园|公寓|家园|新村|花苑|嘉苑|苑(?!小区|.{{1,6}}小区)|名都|华庭|新城|豪庭|山庄|别墅|大厦|广场|宿舍|商城|公馆|府邸|华府|国际|世家|庭院)"
    rf"|附?{_N}(?:号院|号楼|号房|号(?!码|线|牌|车|文|令)|弄|栋|幢|座|单元|室(?!内|外)|楼|层|房|门|铺|排))"
)
_AFTER = rf"(?!{_PART}{{0,6}}?{_AUTHORITY})"
_CUE = rf"(?:{alternatives(_W['cues'])})(?:为|是|[:：])?\s*"
_ANCHORED = re.compile(
    rf"(?:(?<=[{_STOP}])|{_CUE}|^)(?P<region>{_REGION})(?P<chain>{_DISTRICT}?(?:{_FINE}\s?)+){_AFTER}"
)
_NUMBERED = re.compile(
    rf"(?P<chain>(?:{_PART}{{1,10}}?(?:大道|大街|路|街|巷|胡同|弄|村|小区|花园|公寓|家园|苑|大厦|广场)(?:[东南西北中]段)?)"
    rf"(?:附?{_N}(?:号院|号楼|号(?!码|线|牌|车)|弄|栋|幢|座|单元|室|楼|层|组)\s?)+)"
)
_ESTATE = re.compile(
    rf"(?P<chain>{_PART}{{2,10}}?(?:小区|花园|公寓|家园|花苑|嘉苑|名都|华庭|豪庭|别墅|大厦|府邸|华府|公馆)(?:{_N}(?:号楼|号|栋|幢|座|单元|室))*)"
)
_NAMED_PART = re.compile(
    rf"(?:.{{1,9}}?(?:大道|大街|路|街|巷|胡同|弄))(?=\d|[东南西北中]段|$|[^{_HAN}]|附|一|二|三|{_PART}{{1,8}}(?:号|小区|苑|花园))"
    rf"|.{{2,10}}?(?:小区|花园|公寓|家园|花苑|嘉苑|苑|名都|华庭|豪庭|山庄|别墅|大厦|广场|公馆|新村|村|街道|镇|乡)"
)
_LEAD = re.compile(
    rf".*(?:{alternatives(w for w in _W['cues'] if len(w) > 1)}|"
    rf"[在至到从沿往住于将被把向对与和及由的了是系为经])"
)
_GENERIC_PLACE = re.compile(
    r"[某该]|^(?:一|两|本|其|居民|住宅|多|各|附近|对面|同|此|涉案|一处|所在|自家|自己|该|老|旧|新|大|小|市|县|镇|村|学校|员工|职工|单位|公司|沿|租住|居住|所住|农|城中|邻|外|本|隔壁|商业|购物|中心|人民|城市|文化|市民|农贸|集体|学生|工地|厂区|高层|地下|出租|封闭|开放|在|同一|隔离|机动车|非机动车|左|右|前方|前|过|上|公|铁|马|道|高速|主|干|辅|出|半|线|网|思|销|退|套|让|走|开|带|引|问|赶|回|去|来|绿|红)?(?:小区|花园|公寓|家园|广场|大厦|宿舍|别墅|新村|村|路|街|巷|大道|大街|镇|乡|街道|苑|山庄|胡同|弄)$"
)
_HAS_HAN = re.compile(rf"[{_HAN}]")
_NOT_A_PLACE = re.compile(
    r"[的了是没把被将与但也着我他她它其几]|有(?![一二三四五六七八九十\d])|同乡|老乡|家乡|来路|道路|公路|铁路|马路|线路|走路|带路|十字|一处|市区|引起|记录仪|丁字|红绿灯|三岔|交叉|网络|暗示|二人|两人|证明|关于|通过|留在|戴|不|弄死|同伙|证人|目击|辩护|被害|民警|律师|出具|提供|未|因|将|"
    r"住所|高速|国道|省道|县道|辅路|机动车|岗亭|收费|号线|嫌疑|涉嫌|案件|本院|证据|房间|包厢|宾馆|酒店|医院|身份|人民币|驾驶|行驶|停车|上午|下午|凌晨|晚上|年|月\d|日|时许|(?<!单)元"
)
_COARSE = re.compile(r"(?:(?<!小)区|县|旗|市|开发区|新城|国际|队|社|组|层|楼|房|门|排)$")


def find_addresses(text: str) -> list[Hit]:
    """Addresses below the level of the city, whole; and estates that are named alone.

    A district alone (岑巩县) is not precise and stays, as does what belongs to an authority's name.
    """
    found: list[Hit] = []
    covered = bytearray(len(text))
    for pattern in (_ANCHORED, _NUMBERED, _ESTATE):
        for match in pattern.finditer(text):
            start, end = match.span("chain")
            start = _behind_lead(text, start, end)
            while end > start and text[end - 1].isspace():
                end -= 1
            chain = text[start:end]
            if len(chain) < 3 or any(covered[start:end]) or _GENERIC_PLACE.search(chain):
                continue
            if _NOT_A_PLACE.search(chain) or not _HAS_HAN.search(chain):
                continue
            if _is_authority(text, start, end):
                continue
            if _COARSE.search(chain) and not re.search(r"\d|[路街村镇乡巷]", chain):
                continue
            covered[start:end] = b"\x01" * (end - start)
            found.append(Hit(start, end, "地址"))
    return sorted(found)


def place_names(chain: str) -> Iterator[str]:
    """The names of roads, estates and villages within an address, for where they stand alone."""
    rest = re.sub(rf"^{_DISTRICT}(?=.)", "", chain)
    for part in (chain, rest):
        for match in _NAMED_PART.finditer(part):
            name = match[0]
            if (
                3 <= len(name) <= 10
                and not _NOT_A_PLACE.search(name)
                and not _GENERIC_PLACE.search(name)
                and not name[0].isdigit()
            ):
                yield name


def _is_authority(text: str, start: int, end: int) -> bool:
    return bool(_AUTHORITY_NEAR.match(text, end)) or bool(_AUTHORITY_IN.search(text[start:end]))


_AUTHORITY_NEAR = re.compile(rf"[{_HAN}]{{0,4}}?{_AUTHORITY}")
_AUTHORITY_IN = re.compile(r"派出所|公安|检察|法院|看守所|监狱|鉴定|政府|交警")


def _behind_lead(text: str, start: int, end: int) -> int:
    """Where the name within ``[start, end)`` begins, behind words that only lead to it."""
    head = re.search(
        r"路|街|巷|村|小区|花园|公寓|家园|苑|大厦|广场|镇|乡|区|县", text[start + 1 : end]
    )
    limit = start + 1 + head.start() if head else end
    lead = _LEAD.match(text, start, limit)
    return lead.end() if lead and lead.end() < limit else start


_UNIT = re.compile(
    rf"(?:[{_HAN}A-Za-z0-9·&]|[（(][{_HAN}]{{2,8}}[）)]){{2,28}}?(?P<suffix>{alternatives(_W['units'])})"
    r"(?![房地区长商家店主务益系称职费生龄友])"
)
_UNIT_LEAD = re.compile(
    rf".*(?:{alternatives([w for w in _W['cues'] if len(w) > 1])}|"
    rf"担任|任职|就职|入职|受雇|经营|开设|成立|注册|名下|"
    r"承包|进入|骗取|盗窃|窃取|控制|负责|收购|投资|介绍|代表|位于|简称|冲进|代偿|偿还|承诺|以下|一家|名叫|名为|[在于系是到至从由与及向对将被的了任给把])"
)
_GENERIC_UNIT = re.compile(
    rf"(?:{alternatives(_W['generic'])}|(?:{_PROVINCES})[省市]?|[{_HAN}]{{2}}[省市])*"
)
# A kind that is no registered form names a unit only behind a short proper name.
_REGISTERED = re.compile("有限|合作社|事务所")
_NOT_PROPER = re.compile(
    r"[的了是没着此前后进出以下持几付还款贷购欠年月把将被跟给发打至涉本其该各与及]|其余|几人|发生|多年|对方|转让"
)
_PUBLIC = re.compile(
    r"人民|公安|检察|法院|银行|中心医院|鉴定|政府|委员会|税务|移动公司|电信公司|某|[A-Z]公司"
)


def find_units(text: str) -> list[tuple[int, int, str]]:
    """Named private units with the word that says what kind they are (公司, 厂, 小学, …)."""
    found = []
    for match in _UNIT.finditer(text):
        start, end = match.span()
        suffix_at = match.start("suffix")
        lead = _UNIT_LEAD.match(text, start, suffix_at)
        if lead and lead.end() < suffix_at:
            start = lead.end()
        stem = text[start:suffix_at]
        if len(stem) < 2 or _PUBLIC.search(text[start:end]) or _GENERIC_UNIT.fullmatch(stem):
            continue
        proper = len(stem) <= 8 and not _NOT_PROPER.search(stem)
        if not proper and not _REGISTERED.search(match["suffix"]):
            continue
        found.append((start, end, match["suffix"]))
    return found
