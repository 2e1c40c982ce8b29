"""Numbers and signs by which a person or thing can be found: identity, telephone, account, plate.

Sums, measures, dates and times are never among them. Digits may be full-width or masked by ``*``.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Hit(NamedTuple):
    """A place to be masked, and the readable label that stands for what was there."""

    start: int
    end: int
    label: str


# A digit or a masked one.
_D = r"[\d*＊×]"
_SEP = r"[ \u3000\-－—]?"
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_UNIT = (
    r"(?:余|多|亿|万|千|百|元|块|角|美元|港币|人民币|毫克|毫升|"
    r"mg|ml|MG|克|g|千克|公斤|斤|吨|公里|米|株|只|条|张|份|件|"
    r"枚|个|次|人|名|户|部|台|颗|粒|支|瓶|箱|包|袋|平方|立方|亩|"
    r"年|月|日|时|分|秒|[.．]\d|[,，]\d{3}|%|％|USDT|比特|分钟|"
    r"小时|天|辆|股|套|起|笔|家|头|双|组|积分|港元|欧元|日元|卢布|"
    r"韩元)"
)
_NOT_A_SUM = rf"(?!\s*{_UNIT})"
_START = r"(?<![\dA-Za-z.．,])"
_END = r"(?![\dA-Za-z])"
_KEY = (
    r"\s*(?:号码|号|码|账号|帐号|账户|ID|id|Id|名)?\s*(?:分别为|"
    r"分别是|均为|为|是|系|叫|[:：])?\s*[“\"（(【\[]?\s*"
)

_SOURCES: tuple[tuple[str, str], ...] = (
    ("邮箱", r"[A-Za-z0-9._%+*\-]+[@＠][A-Za-z0-9*\-]+(?:\.[A-Za-z0-9*\-]+)+"),
    (
        "网址",
        r"(?:https?|ftp|HTTPS?)[:：]//[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%\-]+|www\.[A-Za-z0-9._/?=&%\-]+",
    ),
    ("设备地址", r"(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f*]{2}[:\-]){5}[0-9A-Fa-f*]{2}(?![0-9A-Fa-f])"),
    (
        "网络地址",
        r"(?<![\d.])(?:\d{1,3}\.){3}(?:\d{1,3}|\*)(?::\d{2,5})?(?![\d.])"
        r"|(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![0-9A-Fa-f:])",
    ),
    (
        "文号",
        r"[\u4e00-\u9fff()（）]{0,14}[〔\[（(【]\s*(?:19|20)\d\d\s*[〕\]）)】][\u4e00-\u9fff\d*×()（）]{0,12}?第?\s*[\d*×]{1,7}(?:[-－]\d{1,4})?\s*号",
    ),
    (
        "车牌",
        rf"[{_PROVINCE}]\s?[A-HJ-Z](?![A-Z]{{5}})[·•.\-－\s]?[A-HJ-NP-Z0-9*＊×]{{4,6}}(?:[挂学警港澳使领试超])?(?![0-9A-Za-z]|\s*元)"
        rf"|[{_PROVINCE}][Ａ-Ｚ][·•]?[Ａ-Ｚ０-９]{{4,6}}|(?:无牌|临牌|临时号牌)[:：]?[A-Z0-9]{{5,8}}",
    ),
    (
        "证件号",
        rf"{_START}(?:{_D}{{6}}{_SEP}(?:18|19|20|\*\*|××){_D}{{2}}{_SEP}{_D}{{4}}{_SEP}{_D}{{3}}[\dXx*＊×]|[1-9]{_D}{{13}}\d){_END}{_NOT_A_SUM}"
        rf"|(?:(?<=身份证)|(?<=证件))(?:号码|号)?(?:为|是|系|[:：])?\s*"
        rf"[1-9][\d*＊×Xx \-]{{9,22}}[\d*＊×Xx]"
        rf"|{_START}(?:[EGDSPK][A-Z]?|[CHM]|1[45])\d{{7,8}}{_END}{_NOT_A_SUM}",
    ),
    (
        "电话",
        rf"(?<!\d)(?<!\d[.．])(?:[（(]?[+＋]?(?:86|８６)[）)]?{_SEP})?[1１][3-9３-９]{_D}{_SEP}{_D}{{4}}{_SEP}{_D}{{4}}(?!\d){_NOT_A_SUM}"
        rf"|(?<!\d)[（(]?[0０]\d{{2,3}}[）)]?{_SEP}\d{{3,4}}{_SEP}\d{{4}}(?:(?:转|-)\d{{1,5}})?(?!\d){_NOT_A_SUM}"
        rf"|(?<!\d)[48]00{_SEP}\d{{3,4}}{_SEP}\d{{3,4}}(?!\d){_NOT_A_SUM}"
        rf"|(?<!\d)[+＋]\d{{1,3}}[ \-]?\d{{2,4}}(?:[ \-]?\d{{2,4}}){{2,3}}(?!\d)",
    ),
    (
        "账号",
        rf"(?<!\d)(?<!\d[.．])\d{{4}}(?:[ \u3000\-]{_D}{{4}}){{2,4}}"
        rf"(?:[ \u3000\-]{_D}{{1,4}})?(?!\d){_NOT_A_SUM}"
        rf"|(?<!\d)[\d]{{3,8}}[*＊×xX]{{2,14}}\d{{2,5}}(?!\d){_NOT_A_SUM}",
    ),
    (
        "网络账号",
        rf"(?<![A-Za-z])wxid_\w+"
        rf"|(?:(?<=微信)|(?<=QQ)|(?<=qq)|(?<=Ｑ)|(?<=WeChat)|(?<=抖音)|(?<=快手)|(?<=支付宝)|(?<=陌陌)|(?<=Telegram)|(?<=飞机)|(?<=Skype)|(?<=微博)|(?<=账号)|(?<=帐号)|(?<=用户名)|(?<=探探)|(?<=闲鱼)|(?<=蝙蝠)){_KEY}(?=[A-Za-z0-9_\-]{{0,24}}[\d_])[A-Za-z0-9_\-]{{5,30}}{_NOT_A_SUM}"
        rf"|(?:(?<=微信号)|(?<=微信ID)|(?<=WeChatID)|(?<=账号)|(?<=用户名)|(?<=快手号)|(?<=抖音号))(?:为|是|叫|[:：])?\s*[“\"]?[A-Za-z][A-Za-z0-9_\-]{{4,24}}",
    ),
    (
        "号码",
        rf"(?:(?<=号码)|(?<=编号)|(?<=账号)|(?<=卡号)|(?<=帐号)|(?<=尾号)|(?<=工号)|(?<=学号)|(?<=单号)|(?<=账户)|(?<=证号)|(?<=警号)|(?<=车架号)|(?<=发动机号)|(?<=串号)|(?<=档案号)|(?<=执业证号)|(?<=护照号)|(?<=护照)|(?<=IMEI)|(?<=IMSI)|(?<=MAC)|(?<=保单号)|(?<=驾驶证号)|(?<=通行证)|(?<=病历号)|(?<=房号)|(?<=车位号))(?:码|号)?\s*(?:分别为|为|是|系|[:：])?\s*[A-Za-z0-9０-９*＊×][A-Za-z0-9０-９_\-*＊×]{{2,34}}{_NOT_A_SUM}"
        rf"|{_START}(?=[A-Za-z]*\d)(?=[0-9]*[A-Za-z])(?=(?:[A-Za-z]*\d){{5}})[A-Za-z0-9]{{8,70}}{_END}(?!\s*(?:mg|ml))"
        rf"|(?<![\d.．,，A-Za-z*＊])(?!(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))\d{{7,40}}(?![\d*]){_NOT_A_SUM}",
    ),
)
_PATTERNS = tuple((label, re.compile(source)) for label, source in _SOURCES)
# Characters of which each pattern needs one; most cases hold few of them.
_NEEDS = {"邮箱": "@＠", "网址": "/w", "设备地址": ":-", "网络地址": ".:", "文号": "号"}
_KEYED = re.compile(
    r"^\s*(?:号码|号|码|账号|帐号|账户|ID|id|Id|名)?\s*(?:分别为|分别是|均为|为|是|系|叫|[:：])?\s*[“\"（(【\[]?\s*"
)
_RUN = re.compile(r"(?<![\d.．])\d{9,}(?![\d.．])(?!\s*(?:元|万|余))")
_DIGITS = re.compile(r"\d{4}|[*＊×]{2}")


def find_numbers(text: str) -> list[Hit]:
    """The identifying numbers of ``text``, none overlapping another; earlier kinds win."""
    hits: list[Hit] = []
    covered = bytearray(len(text))
    quick = bool(_DIGITS.search(text))
    for label, pattern in _PATTERNS:
        needed = _NEEDS.get(label)
        if needed is not None and not any(c in text for c in needed):
            continue
        if needed is None and not quick and label not in {"网络账号", "车牌", "号码"}:
            continue
        for match in pattern.finditer(text):
            start, end = match.span()
            if label in {"网络账号", "号码", "证件号"}:
                lead = _KEYED.match(match[0])
                start += lead.end() if lead else 0
            if label == "文号":
                start = _document_start(text, start, end)
            while end > start and text[end - 1] in " -－—\u3000":
                end -= 1
            if end - start < 3 or any(covered[start:end]):
                continue
            covered[start:end] = b"\x01" * (end - start)
            hits.append(Hit(start, end, label))
    return hits


_LEAD_WORDS = re.compile(
    r".*(?:作出|出具|下达|制作|根据|依据|经|以|的|为|号|第|书|及|和|与|了|案|由|按|在|被)"
)


def _document_start(text: str, start: int, end: int) -> int:
    """Where the number of a document begins, behind the words that lead to it."""
    bracket = re.search(r"[〔\[（(【]\s*(?:19|20)", text[start:end])
    head = text[start : start + bracket.start()] if bracket else ""
    lead = _LEAD_WORDS.match(head)
    return start + (lead.end() if lead else 0)


def find_fragments(text: str) -> list[tuple[int, int]]:
    """Long runs of digits that no pattern knew: pieces of numbers cut off by a quotation."""
    return [match.span() for match in _RUN.finditer(text)]
