"""Weights and the counts that thresholds ask for."""

from __future__ import annotations

import re

from .clauses import layout
from .facts import Count, Weight
from .models import Case, FieldName, Span
from .numerals import NUMBER, parse_number

_FIELDS: tuple[FieldName, ...] = ("fact",)

_GRAMS = {
    "克": 1.0,
    "g": 1.0,
    "毫克": 0.001,
    "mg": 0.001,
    "千克": 1000.0,
    "公斤": 1000.0,
    "kg": 1000.0,
    "斤": 500.0,
    "两": 50.0,
    "吨": 1_000_000.0,
}
_WEIGHT = re.compile(
    rf"(?<![/／每\d.])(?P<n>{NUMBER})\s*(?P<more>[余多])?\s*"
    r"(?P<unit>毫克|千克|公斤|kg|KG|Kg|mg|克|g|吨|斤)(?![/／每拉莫罗当顶]|ml|%|级|位)"
)
_SUBSTANCES = (
    "甲基苯丙胺",
    "苯丙胺",
    "冰毒",
    "海洛因",
    "氯胺酮",
    "K粉",
    "大麻",
    "可卡因",
    "吗啡",
    "鸦片",
    "罂粟",
    "摇头丸",
    "MDMA",
    "麻古",
    "麻果",
    "三唑仑",
    "咪达唑仑",
    "阿普唑仑",
    "γ-羟丁酸",
    "依托咪酯",
    "美托咪酯",
    "甲卡西酮",
    "二甲基色胺",
    "尼美西泮",
    "合成大麻素",
    "氟胺酮",
    "杜冷丁",
    "美沙酮",
    "咖啡因",
    "麻黄碱",
    "象牙",
    "犀牛角",
    "穿山甲",
    "黄金",
    "金条",
    "白银",
    "烟丝",
    "烟叶",
    "汽油",
    "柴油",
    "油脂",
    "饲料",
    "矿石",
    "煤",
    "河砂",
    "海砂",
    "砂石",
    "稀土",
    "钢材",
    "废物",
    "危险废物",
    "污泥",
    "盐",
    "肉",
    "鱼",
    "电缆",
    "铜",
    "毒品",
)
_SUBSTANCE = re.compile("|".join(sorted(map(re.escape, _SUBSTANCES), key=len, reverse=True)))


def find_weights(case: Case) -> tuple[Weight, ...]:
    """The weights in the facts of ``case`` in grams, with the substance named beside them."""
    text = case.fact
    where = layout(text)
    found = []
    for m in _WEIGHT.finditer(text):
        value = parse_number(m["n"])
        if value is None:
            continue
        unit = m["unit"].lower()
        start, end = where.clause(m.start())
        sentence_start, sentence_end = where.sentence(m.start())
        found.append(
            Weight(
                grams=round(value * _GRAMS[unit], 6),
                span=Span(field="fact", start=m.start(), end=m.end()),
                substance=_substance(text, start, end, sentence_start, sentence_end, m),
            )
        )
    return tuple(found)


def _substance(
    text: str, start: int, end: int, sentence_start: int, sentence_end: int, m: re.Match[str]
) -> str | None:
    right = _SUBSTANCE.match(text, m.end(), min(end, m.end() + 12))
    if right:
        return right[0]
    for begin in (start, max(sentence_start, m.start() - 60)):
        left = [s[0] for s in _SUBSTANCE.finditer(text, begin, m.start())]
        if left:
            return left[-1]
    ahead = _SUBSTANCE.search(text, m.end(), min(sentence_end, m.end() + 30))
    return ahead[0] if ahead else None


_UNITS: tuple[tuple[str, str], ...] = (
    ("clicks", r"次(?=的?(?:点击|浏览|阅读|转发))|人次"),
    ("times", r"(?:次|起|回|笔)(?!性|要|日|月|数|级)"),
    ("households", r"户(?!籍|外|口|名)"),
    ("cubic_metres", r"立方米|m3|m³"),
    ("mu", r"亩"),
    ("square_metres", r"平方米|㎡"),
    ("articles", r"篇|条微博"),
    ("messages", r"条"),
    ("persons", r"(?:名|个)?(?:人(?!民|次|均|份|格|身|才|大|字|口|工)|名(?=[^，。；0-9]{0,12}))"),
    ("animals", r"(?:只|头|匹|尾)(?!有|是|能|要|需|见|面|部|发|羊毛|像)"),
    ("plants", r"株|棵"),
    ("copies", r"册|份(?!额|子)"),
    ("cards", r"张(?=[^，。；]{0,8}(?:银行卡|电话卡|手机卡|信用卡|借记卡|卡))"),
    ("sheets", r"张(?!某|扬|贴)|枚"),
    ("guns", r"(?:支|把)(?=[^，。；]{0,6}枪)"),
    ("rounds", r"发(?=[^，。；]{0,4}(?:子弹|弹))"),
    ("accounts", r"个(?=[^，。；]{0,6}(?:账户|账号|微信群|公众号))"),
    ("vehicles", r"(?:辆|台)(?=[^，。；]{0,10}车)"),
    (
        "items",
        r"件(?!事)|部(?!分|门|队|位|长|下|级|署|由|管|件|的|对|经|里|员|主)|台|套|辆|只|箱|袋|包|瓶",
    ),
)
_COUNT = re.compile(
    rf"(?P<n>{NUMBER})\s*(?P<more>[余多])?\s*(?:"
    + "|".join(f"(?P<{unit}>{words})" for unit, words in _UNITS)
    + ")"
)
_ORDINAL = re.compile(r"第$|(?:[a-zA-Z“]|[.．])$")
_PROCEDURAL = re.compile(
    r"(?:退回|退查|退补|报警|报案|调解|开庭|延长|协商|听证|起诉|补充|上诉|申诉|举报)[^，。；]{0,8}$"
)
_PROCEDURAL_AFTER = re.compile(
    r"^(?:退回|退查|报警|报案|调解|开庭|延长|上诉|申诉|补充|补侦|停航|听证)"
)
_BYSTANDERS = re.compile(
    r"^[^，。；]{0,10}(?:民警|警力|员工|干部|村民|乘客|委员|人大代表|专家|律师|证人|近亲属|同学|朋友)"
)
_SINGLE = re.compile(r"^一(?:次(?!性|次)|笔|起(?:案|事故|盗|抢|诈|交通|犯罪|刑事))")
_VIEWED = re.compile(r"(?:点击|浏览|阅读|转发|播放|观看|访问|下载)[^，。；]{0,6}$")
_DATA = re.compile(r"信息|短信|数据|记录|微博")
_ANIMALS = re.compile(r"动物|[鸟蛇龟鹰羊牛猪狗鸡鸭麝獾鼠猴鹿狸熊虎豹鹤雀鱼鹦鹉蛙蟒象]|猎|捕")
_DEAD = re.compile(r"^[^，。；0-9对]{0,3}(?:死亡|溺亡|身亡|遇难)")
_HURT = re.compile(r"^[^，。；0-9]{0,4}(?:重伤)")
_SLIGHT = re.compile(r"^[^，。；0-9]{0,4}(?:轻伤)")
_INJURED = re.compile(r"^[^，。；0-9]{0,5}(?:受伤|轻微伤|中毒|烧伤)")


def find_counts(case: Case) -> tuple[Count, ...]:
    """The counts in the facts of ``case``.

    Units: ``times``, ``persons``, ``deaths``, ``serious_injuries``, ``slight_injuries``,
    ``injured``, ``households``, ``items``, ``sheets``, ``cards``, ``copies``, ``articles``,
    ``messages``, ``clicks``, ``accounts``, ``animals``, ``plants``, ``mu``, ``square_metres``,
    ``cubic_metres``, ``vehicles``, ``guns``, ``rounds``. Ordinals and steps of the proceedings
    are no counts; fractions (4.5立方米) are rounded down.
    """
    text = case.fact
    where = layout(text)
    found = []
    for m in _COUNT.finditer(text):
        value = parse_number(m["n"])
        start, _ = where.clause(m.start())
        before, after = text[max(start, m.start() - 12) : m.start()], text[m.end() : m.end() + 16]
        if value is None or value < 1 or _ORDINAL.search(before):
            continue
        unit = str(m.lastgroup)
        if unit == "times" and (_PROCEDURAL.search(before) or _PROCEDURAL_AFTER.match(after)):
            continue
        if unit == "times":
            if after.startswith("以上") or (m["n"] == "一" and not _SINGLE.search(m[0] + after)):
                continue
            if _VIEWED.search(before):
                unit = "clicks"
        if unit == "messages" and not _DATA.search(text, max(start, m.start() - 24), m.end() + 12):
            continue
        if unit == "animals" and not _ANIMALS.search(text, *where.sentence(m.start())):
            unit = "items"
        if unit == "persons":
            if _BYSTANDERS.match(after):
                continue
            unit = _people(after)
        found.append(
            Count(
                unit=unit, value=int(value), span=Span(field="fact", start=m.start(), end=m.end())
            )
        )
    return tuple(found)


def _people(after: str) -> str:
    if _DEAD.match(after):
        return "deaths"
    if _HURT.match(after):
        return "serious_injuries"
    if _SLIGHT.match(after):
        return "slight_injuries"
    if _INJURED.match(after):
        return "injured"
    return "persons"
