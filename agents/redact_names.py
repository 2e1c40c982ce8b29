"""The names of every person in a case, with or without a title before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..cases.facts import Facts
from ..cases.names import SURNAMES, free_names, name_at
from .redact_words import alternatives, words

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_W = words()
_SURNAMES = "".join(_W["surnames"])
_COMPOUND = (
    "欧阳|上官|司马|诸葛|司徒|夏侯|皇甫|尉迟|公孙|慕容|长孙|宇文|"
    "令狐|端木|申屠|呼延|独孤|南宫|轩辕|钟离|闻人"
)
_WORD_START = frozenset(_W["words"])
_VERBS = re.compile(alternatives(_W["verbs"]))
_FIRST = rf"(?:{_COMPOUND}|[{_SURNAMES}])"
_TITLE = re.compile(
    rf"(?:{alternatives(_W['titles'])})(?:为|是|叫|[:：])?\s*(?=[{_HAN}A-Z“\"\[【])"
)
_SEPARATOR = re.compile(r"\s*(?:[（(][^（）()]{0,40}[）)])?\s*(?:、|，?(?:以及|和|与|及))\s*")
_FREE = re.compile(
    rf"(?:^|(?<=[^{_HAN}A-Za-z])|(?<=[{''.join(_W['left_edges'])}])|(?<=[人员某师友子妻弟兄姐妹长]))"
    rf"(?={_FIRST}[{_HAN}])"
)
# 张三的证言 and the like: what stands before is a name, whatever it follows.
_OWNED = re.compile(
    rf"(?=(?P<name>{_FIRST}[{_HAN}]{{1,2}}?)(?:的(?:证言|证词|陈述|供述|辩解|笔录|谅解|身份证|户籍|银行|手机|账户|微信|支付宝|妻|丈夫|父|母|儿|女)|证言|"
    r"[（(][^（）()]{0,12}(?:男|女|另案|在逃|已判|系|岁|化名|绰号|身份证|殁年|死亡|同案|时年)|(?:出具|签署)的|，(?:男|女)[，。、]|之[妻夫父母子女兄弟姐妹]))"
)
_DOTTED = re.compile(rf"[{_HAN}]{{1,9}}(?:[·•・‧][{_HAN}某]{{1,9}}){{1,3}}")
_DOT = re.compile("[·•・‧]")
_DOT_LEFT = re.compile(
    rf".*(?:{alternatives(_W['titles'])}|[与和及被将对由向在系把给让叫同是为人名从找致使])(?=.)"
)
_DOT_RIGHT = re.compile(
    r"(?<=.)(?:当场|相撞|死亡|窜至|饮酒|受伤|名下|本人|血液|支付|赔偿|骗取|化名|虚构|发生|用|并|之[父母妻子女夫]|的|在|于|与|和|及|系|为|将|被|等|证言|证实|陈述|供述|驾驶|驾车|持|说|称|到|对|向|从|因|是|有|把|未|均|也|又|表示|报警|报案|离开|签|收|打|殴|给|经|以|先|后|自|不|如实|主动|出具|提供|某某公司).*"
)
_LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Z][a-z]+(?:[ ·.\-][A-Z][a-z]+){1,3}(?![A-Za-z0-9])")
_LATIN_ALONE = re.compile(r"(?<![A-Za-z0-9])[A-Z][a-z]{2,}(?![A-Za-z0-9])")
_MASKED = re.compile(
    rf"(?<![{_HAN}])?(?:{_COMPOUND}|[{_SURNAMES}])[×✕*＊XxＸ]{{1,2}}(?![×✕*＊XxＸA-Za-z0-9])"
)
_MOU = re.compile(
    rf"(?:{_COMPOUND}|[{_SURNAMES}])(?:[0-9一二三四甲乙丙丁戊己庚辛壬癸]?某某?)(?:[甲乙丙丁戊己庚辛](?!方|公司|村)|[0-9]{{1,2}}(?![0-9年月日时.万元名人次个]))?"
)
_NICK = re.compile(
    r"(?:绰号|外号|昵称|网名|微信名称?|微信昵称|QQ名称?|人称|诨名|代号|花名|艺名|笔名|小名|乳名|名叫|自称|叫做|网友|主播|上线|上家|下家|下线|用户名?|群主|备注(?:为|名)?|老板|客户|男子|女子)"
    r"(?:为|是|叫|[:：])?\s*[“\"‘「](?P<name>[^”\"’」“，。；、]{1,16})[”\"’」]"
)
_BARE_NICK = re.compile(
    r"(?:绰号|外号|昵称|网名|微信名|人称|诨名|代号|花名|艺名|小名)(?:为|是|叫|[:：])?\s*(?P<name>[^“\"‘「”，。；、（）()\s]{2,8})(?=[，。；、（）()\s]|$)"
)
_QUOTED = re.compile(
    r"[“\"](?P<name>[阿小老大](?!额|型|量|于|部分|概)[^”\"，。；、]{1,3}|[^”\"，。；、]{1,4}(?:哥|姐|爷|叔|嫂|妹|仔|总|老板|老师|婶|姨|娃|子哥))[”\"]"
)
_ADDRESS = re.compile(
    rf"(?:(?<![{_HAN}])|(?<=[与和及被将由对向给让找叫是]))(?P<name>(?:{_COMPOUND}|[{_SURNAMES}])(?:{alternatives(_W['honorifics'])}))(?![{_HAN}]{{0,1}}[公部办室额])"
    rf"(?=[^{_HAN}]|{alternatives(v for v in _W['verbs'])}|$)"
)
_FAMILIAR = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=[与和被将由对向给让找叫]))(?P<name>[老小阿][王李张刘陈杨赵黄周吴徐孙胡朱林何郭梁宋郑谢韩唐冯董萧曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛潘杜戴钟姜范姚谭廖邹熊陆郝孔崔邱秦孟])"
    r"(?=[、，。；（）]|的|说|称|让|叫|给|和|与|打|将|把|在|被|证实|帮|介绍|联系|指使|安排)"
)
_NO_NAME = re.compile(
    r"[的了在是被把将和与及或]|^(?:其他|他人|本人|等人|二人|嫌疑|不详|无|没有|身份|男子|女子|对方|自己|某某|某|未|已|均|陈述|及其|以及|如实|先后|分别|共同|上述|该|此|何某人)$"
)
_LATIN_STOP = frozenset(
    [
        "Apple Watch",
        "Louis Vuitton",
        "Air Jordan",
        "Windows",
        "Android",
        "Google Play",
        "Facebook",
        "Telegram",
        "Skype",
        "Bitcoin",
        "Tether",
        "Land Rover",
        "Apple",
        "Huawei",
        "Gucci",
        "Rolex",
    ]
)
# Surnames by which an ordinary word is far more likely to begin, even behind a title.
_FUNCTION_SURNAMES = frozenset(
    "依从都相应能充空全单向连通终次家首包查牵商强红步于时和经到又先均已未因为对将"
)
_VERB_PAIRS = frozenset(verb for verb in _W["verbs"] if len(verb) == 2)
_EDGE = re.compile(rf"[^{_HAN}]|的|与|和|及|在|将|被|等|证实|证言|陈述|供述|$")
_ORDINARY = re.compile(rf"(?:{_COMPOUND}|[{_HAN}])[{_HAN}]{{1,3}}")


def find_names(text: str, facts: Facts) -> list[str]:
    """Every name of a person that occurs in ``text``, in the order found: those of the facts first.

    Forms of address (王律师, 老张) and nicknames count as names. Each spelling is one entry.
    """
    found: dict[str, None] = {}
    for suspect in facts.suspects:
        if not suspect.is_unit:
            found.update(dict.fromkeys((suspect.name, *suspect.aliases)))
    for person in facts.others:
        found.update(dict.fromkeys((person.name, *person.aliases)))
    for name in _candidates(text):
        found.setdefault(name)
    names = [name for name in found if _is_name(name)]
    dotted = [name for name in names if _DOT.search(name)]
    return [name for name in names if not any(_is_piece(text, name, other) for other in dotted)]


def _is_piece(text: str, name: str, other: str) -> bool:
    """Whether ``name`` is a cut of the dotted name ``other``, or runs past its end."""
    if name == other:
        return False
    if name in other:
        return text.count(name) <= text.count(other)
    return name.startswith(other) and text.count(name) < text.count(other)


def _is_name(name: str) -> bool:
    if not 1 < len(name) <= 40 or name == "犯罪嫌疑人" or name in _LATIN_STOP:
        return False
    if _NO_NAME.search(name) or not any(c.isalpha() for c in name):
        return False
    return name not in _WORD_START or name in _NAME_LIKE


def _is_free_name(text: str, pos: int, name: str) -> bool:
    """Whether a name that no title announces is more than a piece of other words."""
    return (
        (name[:2] not in _WORD_START or _repeated(text, pos, name))
        and text[pos - 1 : pos + 1] not in _WORD_START
        and not (name[1:3] in _WORD_START and name[1:3] not in _NAME_LIKE)
        and not _END_OF_OTHER.search(name)
        and not (len(name) == 2 and name[1] in "家户妻母父夫")
    )


def _repeated(text: str, pos: int, name: str) -> bool:
    """Whether a whole name that begins like a word stands before a mark and occurs again."""
    mark = text[pos + len(name) : pos + len(name) + 1]
    return len(name) == 3 and mark in "，。；、（" and text.count(name) > 1


# Words that are given to people as names.
_NAME_LIKE = frozenset(
    [
        "平安",
        "文明",
        "成功",
        "和平",
        "明确",
        "康复",
        "安康",
        "海南",
        "江河",
        "武汉",
        "国有",
        "平均",
        "金华",
        "陆军",
        "安阳",
        "安庆",
        "安顺",
        "常德",
        "温州",
        "贺州",
        "宁波",
        "梅州",
        "龙岩",
        "郑重",
        "夏天",
        "江苏",
        "黄河",
        "林业",
        "石头",
    ]
)
_END_OF_OTHER = re.compile(
    r"[省市县区镇乡路街局院所厂店某的了们罪证车费款额率物器械机具刀枪棍]$|[是不有无没就被把将和与及或并但且这那哪怎什么吗吧呢着过口法令件]"
)


def _candidates(text: str) -> Iterator[str]:
    for name, _, _ in free_names(text):
        yield name
    for match in _MOU.finditer(text):
        if text[match.end() : match.end() + 1] not in {
            "公",
            "局",
            "市",
            "县",
            "区",
            "镇",
            "村",
            "路",
        }:
            yield match[0]
    for title in _TITLE.finditer(text):
        yield from _listed(text, title.end())
    for pattern in (_NICK, _BARE_NICK, _QUOTED, _ADDRESS, _FAMILIAR):
        for match in pattern.finditer(text):
            yield match["name"]
    if "·" in text or "•" in text or "・" in text or "‧" in text:
        for match in _DOTTED.finditer(text):
            yield _dotted(match[0])
    for pattern in (_LATIN, _MASKED):
        for match in pattern.finditer(text):
            yield match[0]
    for match in _OWNED.finditer(text):
        name = match["name"]
        free = _is_free_name(text, match.start(), name) and "某" not in name
        if free and not _VERBS.fullmatch(name[-1]):
            yield name
    yield from _untitled(text)


def _listed(text: str, pos: int) -> Iterator[str]:
    """The names of a list behind a title: 证人张三、李四和王五."""
    while True:
        item = name_at(text, pos)
        if item is None or not _is_name(item[0]):
            return
        name, start, end, pos = item
        if (
            _ORDINARY.fullmatch(name)
            and (
                name[0] in _FUNCTION_SURNAMES
                or (name[0] not in SURNAMES and name[:2] not in _COMPOUND)
            )
            and text[start - 1] not in '“"[【'
        ):
            return
        named = len(name) == 3 or name in _NAME_LIKE
        if name[:2] in _WORD_START and not (named and _EDGE.match(text, end)):
            return
        if (
            name[0].isascii()
            and not _LATIN_ALONE.fullmatch(name)
            and " " not in name
            and "某" not in name
        ):
            return
        yield name[:2] if len(name) == 3 and text[end - 1 : end + 1] in _VERB_PAIRS else name
        between = _SEPARATOR.match(text, pos)
        if between is None:
            return
        pos = between.end()
        again = _TITLE.match(text, pos)
        pos = again.end() if again else pos


def _untitled(text: str) -> Iterator[str]:
    """Ordinary names that a sign of a subject or possessor follows: 赵国强驾车，孙小寨证实."""
    for place in _FREE.finditer(text):
        pos = place.start()
        item = name_at(text, pos)
        if item is None or "某" in item[0] or not _ORDINARY.fullmatch(item[0]):
            continue
        name, _, end, _ = item
        if not _is_free_name(text, pos, name):
            continue
        listed = text[end : end + 1] in {"、", "（"} or text[pos - 1 : pos] == "、"
        if _VERBS.match(text, end) or listed or text.count(name) > 1:
            yield name


def _dotted(raw: str) -> str:
    head, dot, tail = raw.partition(next(c for c in raw if c in "·•・‧"))
    lead = _DOT_LEFT.match(head)
    return (head[lead.end() :] if lead else head) + dot + _DOT_RIGHT.sub("", tail)
