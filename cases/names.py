"""How persons and units are named in case files, and where a known name occurs.

Names are mostly masked (姜某, 姜某某, 姜某甲, 王某1, 王1某, 王X, 李××); ordinary names, minority
names with an interpunct, Latin names, bracketed names and the names of units occur as well.
"""

from __future__ import annotations

import re
from functools import lru_cache

STEMS = "甲乙丙丁戊己庚辛壬癸"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_COMPOUND = (
    "欧阳|上官|司马|诸葛|司徒|夏侯|皇甫|尉迟|公孙|慕容|长孙|宇文|令狐|"
    "东方|端木|钟离|闻人|申屠|呼延|独孤|南宫|轩辕"
)
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓"
    "郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇"
    "栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲台从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩"
    "桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东殴殳沃利蔚越"
    "夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙养鞠须丰巢关蒯相查荆红游竺权逯盖益桓公肖付闫代仝佘兰涂覃盘岳帅缑亢况郈琴商牟"
    "佴伯赏墨哈谯笪年阳佟隋母谌楚刀银赛赫苟苑宛尧奉揭冼冯逯禤磨蓝麦区植闭玉农阿买热木努吐艾依买刁么亓扎才旦次仁格桑达瓦初鹿"
    "战由鄢辜晋撒喜斯候邸兀仵郇郄"
)
_FULLWIDTH_DIGITS = "0-9０-９"
_MASK = "XxＸｘ×✕*＊"

# A digit or stem belongs to the name unless it starts a date, a sum or another word.
_INDEX = (
    rf"(?:[{_FULLWIDTH_DIGITS}]{{1,2}}(?![{_FULLWIDTH_DIGITS}.年月日时点万千百余多次个名人号元])"
    rf"|[{STEMS}](?!方|[公分]司|村|单位|乙))"
)
# Given names may keep their last character (李某华); only characters that start no usual word.
_GIVEN = (
    "华兴敏英军伟强明平阳超勇锁亮丽芳娟燕霞玲梅兰红艳秀珍萍菊莲琴凤云峰刚杰涛鹏辉斌波宁龙虎飞凯浩宇轩俊豪良贵富荣福祥顺"
    "林森柱栋梁松柏青春生根宝财禄寿康健涵欣怡婷雪琳洁倩莉娜静淑惠慧颖琪瑶文武斌国民忠义仁德才源泉洋江河海川山岩磊鑫"
)
# 向丁某甲 is a preposition and a name, 向2某 a name.
_MOU = (
    rf"(?![向和与对于找给随同][{''.join(sorted(SURNAMES))}]某)"
    rf"(?:(?:{_COMPOUND})|[{_HAN}A-Z])"
    rf"(?:[{_HAN}]?[{_FULLWIDTH_DIGITS}]|[一二三四五六七八九{STEMS}])?某(?:某(?!某))?(?:{_INDEX}|[{_GIVEN}](?=[、，,。；;：:（(）)\]\s]|$))?"
)
_MASKED = rf"(?:(?:{_COMPOUND})|[{_HAN}])[{_MASK}]{{1,2}}(?:{_INDEX}|[{_GIVEN}])?(?![{_MASK}])"
_DOTTED = (
    rf"[{_HAN}]{{1,8}}(?:[·•・‧][{_HAN}某]{{1,8}}?){{1,3}}"
    r"(?=[、，,。；;：:（(）)\]\s在于因与和及系为将被等]|$)"
)
_LATIN = (
    r"[A-Z][A-Za-z]*(?:[ ·.\-][A-Z][A-Za-z]*){0,4}(?![A-Za-z])"
    r"(?!公司|厂|店|集团|市|省|县|区|村|栋|座|号)"
)
UNIT_SUFFIX = (
    "(?:公司(?!集团)|集团(?!.{0,10}公司)|合作社|事务所|研究院|研究所|经营部|工作室|商行|门市部|医院|学校|幼儿园|"
    "协会|基金会|合伙企业|工厂|企业(?!.{0,8}公司)|[^公]厂|加工场|养殖场|商店|酒店|超市|中心(?!.{0,6}公司))"
)
MOU = re.compile(_MOU)
_AT_TITLE = re.compile(f"{_DOTTED}|{_MOU}|{_MASKED}|{_LATIN}")
_UNIT = re.compile(rf"[{_HAN}A-Za-z0-9*×＊·“”（）()]{{0,40}}?{UNIT_SUFFIX}")
_BRACKET = re.compile(r"[\[【]\s*(?:被告人|被害人|犯罪嫌疑人|证人)?([^\[\]【】]{1,15})[\]】]")
_QUOTED = re.compile(r"[“\"]([^“”\"，。；]{1,8})[”\"]")
_WORDS = re.compile(
    r"依法|宣[告布]|能[坦主如自]|申请|通过|班主|向[法公检人]|和解|代表|从[轻重事中此]|许诺|方[面赔支]|明[知确显]|时任|步行|曾[经多因]|连[续同夜]|利用|安排|商[量议定]|计划|强[行迫]|"
    r"居住|关[于押]|喜欢|权利|平时|常年|党员|国家|文化|应当|能够|冷静|经[常过营济]|相[互识约]|车辆|金额|家属|解释|索要|支[付持]|"
    r"游说|干预|管理|成[为立年]|安全|充当|首先|终于|终止|惠[及]|习惯|向[其他]|查[获处明]|农[民历]|东西|牛[肉]|水[果]|"
    r"依[法照据]|广[泛]|红色|宣[称读布]|包括|包[庇装]|焦急|单[独位]|常[常]|牵|温[和]|陈述|谈[到话]|计[算]|毛[重]|左[手侧]|全[部额]"
)
_PREPOSED = re.compile(r"[向和与对于][\u4e00-\u9fff]某")
_NOT_A_NAME = re.compile(
    r"[在于因与和及系为将被等经由从向对到把的是有无未不已均，男女]|其他|他人|等人|自称|涉嫌|二人|本人"
)
_NO_FIRST = frozenset(
    "某人的在和与及由该其是为等将被到者名说省市县镇乡村街局一二两三四五六七八九十几各每另有第"
)
_AFTER_NAME = re.compile(
    r"[、，,。；;：:（(）)\[\]【】“”\s\d]|[在于因与和及系为将被等经由从向对到把的是有无未不已均又再还曾亦也却便即则并且或"
    r"称说供持用携驾骑乘酒饮醉喝窜趁以伙纠邀约雇受犯作实盗窃骗抢诈敲打殴砍捅刺贩卖购买收抓自投主明多先分共同涉拒潜逃获得借"
    r"擅利通非违虚谎冒假拿取带进入出来去回要让叫找给见发遂后至遇担任开帮接看知想认其之所该及私采伪强故组领召参]|$"
)
_PLACES = frozenset(
    re.findall(
        "..",
        "江苏浙江安徽河南云南湖南海南广西江西陕西山西上海重庆福建广东广州山东河北湖北北京"
        "天津四川贵州甘肃青海辽宁吉林宁夏新疆西藏深圳黑江龙江珠海长沙南宁南京成都西安武汉"
        "杭州济南",
    )
)


def name_at(text: str, pos: int) -> tuple[str, int, int, int] | None:
    """The person's name at ``pos``: (name, start, end, next position); None if there is none.

    ``start`` and ``end`` bound the name itself, ``next position`` lies behind a closing bracket.
    Right behind a title such as 犯罪嫌疑人, where any masked or ordinary name may stand.
    """
    bracket = _BRACKET.match(text, pos)
    if bracket:
        return _bracketed(bracket)
    quoted = _QUOTED.match(text, pos)
    if quoted:
        return quoted[1], quoted.start(1), quoted.end(1), quoted.end()
    match = _AT_TITLE.match(text, pos)
    if match and match[0][0] not in _NO_FIRST:
        stop = _with_given(text, match.end())
        return text[match.start() : stop], match.start(), stop, stop
    end = None if _PREPOSED.match(text, pos) else _ordinary_end(text, pos)
    return (text[pos:end], pos, end, end) if end else None


def unit_at(text: str, pos: int) -> tuple[str, int, int, int] | None:
    """The unit's name at ``pos``, up to its suffix (公司, 厂, 合作社, …); as :func:`name_at`."""
    match = _UNIT.match(text, pos)
    if match is None:
        return None
    return match[0], match.start(), match.end(), match.end()


def free_names(text: str) -> list[tuple[str, int, int]]:
    """All masked and bracketed person names in running text: (name, start, end), in order."""
    found = []
    if "[" in text or "【" in text:
        for match in _BRACKET.finditer(text):
            inner = _bracketed(match)
            if inner:
                found.append(inner[:3])
    taken = {start for _, start, _ in found}
    for match in MOU.finditer(text):
        start, end = match.span()
        if start in taken or not _plausible(text, match):
            continue
        end = _with_given(text, end)
        found.append((text[start:end], start, end))
    return sorted(found, key=lambda item: item[1])


def occurrences(text: str, name: str, covered: bytearray) -> list[tuple[int, int]]:
    """Where ``name`` stands in ``text`` on its own, outside ``covered``, which is then marked.

    Call with longer names first. 姜某 never hits 姜某某, 姜某甲 or 姜某1, whether or not those
    are known.
    """
    found = []
    size = len(name)
    start = text.find(name)
    while start >= 0:
        end = start + size
        if not covered[start] and not covered[end - 1] and _alone(text, name, start, end):
            found.append((start, end))
            covered[start:end] = b"\x01" * size
            start = text.find(name, end)
        else:
            start = text.find(name, start + 1)
    return found


@lru_cache(maxsize=64)
def _recurring(text: str) -> frozenset[str]:
    """Names such as 李某敏 that recur before different words: their last character is a name's."""
    followers: dict[str, set[str]] = {}
    for match in _WITH_GIVEN.finditer(text):
        followers.setdefault(match[0], set()).add(text[match.end() : match.end() + 1])
    return frozenset(name for name, after in followers.items() if len(after) > 1)


def _with_given(text: str, end: int) -> int:
    """The end of the name that ends with 某 at ``end``, with a kept last character if it recurs."""
    if text[end - 1] == "某" and text[end - 2 : end + 1] in _recurring(text):
        return end + 1
    return end


_WITH_GIVEN = re.compile(rf"[{_HAN}]某[{_GIVEN}]")
_LONGER_MOU = re.compile(rf"某|{_INDEX}")
_LONGER_MASK = re.compile(rf"[{_MASK}]|{_INDEX}")
_DIGIT = re.compile(rf"[{_FULLWIDTH_DIGITS}](?![^、，。]{{0,2}}[年月日时])")
_LATIN_CHAR = re.compile(r"[A-Za-z]")


def _alone(text: str, name: str, start: int, end: int) -> bool:
    last, first = name[-1], name[0]
    if last == "某":
        if _LONGER_MOU.match(text, end):
            return False
    elif last in "Xx×*＊Ｘ":
        if _LONGER_MASK.match(text, end):
            return False
    elif (last.isdigit() and _DIGIT.match(text, end)) or (
        last.isascii() and last.isalpha() and _LATIN_CHAR.match(text, end)
    ):
        return False
    if start and text[start - 1 : start + 1] in _compounds():
        return False
    return not (first.isascii() and start and _LATIN_CHAR.match(text, start - 1))


@lru_cache(maxsize=1)
def _compounds() -> frozenset[str]:
    return frozenset(_COMPOUND.split("|"))


def _bracketed(match: re.Match[str]) -> tuple[str, int, int, int] | None:
    raw = match[1]
    name = raw.strip(" “”\"'")
    # Masking tools leave remnants such as [“某], [他某] or [同某]; they name nobody.
    if not name or name in {"某", "他某", "同某", "其某"} or re.search(r"[，。；]", name):
        return None
    start = match.start(1) + raw.index(name)
    return name, start, start + len(name), match.end()


def _plausible(text: str, match: re.Match[str]) -> bool:
    """Whether 某 stands for a given name, not for an unnamed place or thing (上海某公司)."""
    name, start, end = match[0], match.start(), match.end()
    first = name[0]
    if first in _NO_FIRST or (first not in SURNAMES and not first.isascii() and start):
        return False
    if start and (
        text[start - 1] + first in _PLACES or text[start - 1 : start + 1] in _PREPOSITIONS
    ):
        return False
    if start and first in _ALSO_WORD_ENDS and not _LEFT_EDGE.match(text, start - 1):
        return False
    return not _UNNAMED.match(text, end)


_ALSO_WORD_ENDS = frozenset("区党国明连左东阳时路关井农文公曲古海南乐方元部城里市场")
_LEFT_EDGE = re.compile(r"[^\u4e00-\u9fff]|[和与及将被由对向找到从给让叫经同是系名为人伙]")
_PREPOSITIONS = frozenset(
    re.findall(
        "..",
        "由于关于对于位于属于处于基于在于至于方向同时时时不时那时",
    )
)
_UNNAMED = re.compile(
    r"(?:[\u4e00-\u9fff]{0,10}?(?:有限)?公司|银行|小区|酒店|饭店|学校|医院|商场|超市|村|镇|县|市|区|路|街|网|店|厂|局|站|平台|集团"
    r"|项目|工程|品牌|地|处|种|日|时|天|年|月)(?!的?(?:法定|家|女|儿|妻))"
)


def _ordinary_end(text: str, pos: int) -> int | None:
    """The end of an ordinary name (surname and one or two characters) at ``pos``."""
    compound = text[pos : pos + 2] in _compounds()
    if not compound and (pos >= len(text) or text[pos] not in SURNAMES):
        return None
    base = pos + (2 if compound else 1)
    short, long = base + 1, base + 2
    if not _is_han(text, base, short):
        return None
    if text[base] in "某公" or _NOT_A_NAME.match(text, base) or _WORDS.match(text, pos):
        return None
    if not _is_han(text, short, long) or _BOUNDARY.match(text, short):
        return short
    if _BOUNDARY.match(text, long):
        return (
            None if _NOT_A_NAME.search(text[short:long]) and not _repeats(text, pos, long) else long
        )
    many_short, many_long = text.count(text[pos:short]), text.count(text[pos:long])
    if many_short > 1 and many_long <= many_short * 0.5:
        return short
    if many_long > 1 and many_long > many_short * 0.7:
        return long
    after_short = _AFTER_NAME.match(text, short)
    after_long = _AFTER_NAME.match(text, long)
    if after_short and not after_long:
        return short
    if after_short and text[short] in _FUNCTION_WORDS:
        return short
    return long


_BOUNDARY = re.compile(r"[、，,。；;：:（(）)\[\]\s]|$")
_FUNCTION_WORDS = frozenset("在于因与和及系为将被等经由从向对到把的是有无未不已均")


def _repeats(text: str, start: int, end: int) -> bool:
    return text.count(text[start:end]) > 1


def _is_han(text: str, start: int, end: int) -> bool:
    return end <= len(text) and all("\u3400" <= c <= "\u9fff" for c in text[start:end])
