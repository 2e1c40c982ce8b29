"""Sentences, clauses and the people named in them: the ground on which facts are attributed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_BOUNDARY = re.compile(r"[。！？!?；;\n]|，|,(?!\d)|[：:](?!\d)")
_SENTENCE_END = frozenset("。！？!?；;\n")

_COMPOUND = (
    "欧阳|诸葛|司马|上官|司徒|夏侯|皇甫|令狐|尉迟|公孙|慕容|东方|端木|长孙|宇文|独孤|南宫|西门|呼延"
)
_MASKED = (
    rf"(?:{_COMPOUND}|(?<!某)丁|(?![在由与从到以将把对给系是经被及至即用让了的某等为个一甲乙丙丁])[\u4e00-\u9fa5])"
    r"(?:某某|某|[甲乙丙丁戊己庚辛]某)(?:[甲乙丙丁戊己庚辛]|\d(?![\d月年日时岁点：:.]))?(?!某|公司|单位|局|厂|店|地|区|市|县|镇|乡|村|省|国|网|银行|"
    r"医院|学校|小区|平台|物流|科技|广场|宾馆|酒店)"
)
_ROLE = (
    r"被害人|受害人|被害单位|死者|伤者|证人|民警|交警|辅警|警察|公安人员|对方|控告人|报案人|举报人|自诉人|邻居|"
    r"群众|同案(?:人|犯)|其(?:妻子?|丈夫|父亲?|母亲?|儿子|女儿|家属|亲属|家人|朋友)|家属|亲属|辩护人|"
    r"法医|医生|监护人|歹徒|劫匪|小偷|窃贼|醉汉|来人|"
    r"(?:[一二两三四五六七八九十数几多]名|该)[^，。；：、（某]{0,8}(?:男子|女子|青年|客人|顾客|乘客)|"
    r"(?:其中|另外?)[一两二三几](?:人|名)(?!犯罪)"
)
_GROUP = (
    r"(?P<n>[二两三四五六七八九]|[二三]?十[一二三四五六七八九]?|\d{1,3})"
    r"(?:人(?!民|员|次|份)|名?(?:犯罪嫌疑人|被告人|嫌疑人|涉案人员))|"
    r"各(?:人|犯罪嫌疑人|被告人)|全部(?:人员|犯罪嫌疑人)|上述(?:人员|犯罪嫌疑人|被告人)"
)
_GENERIC = r"(?:犯罪)?嫌疑人|被告人"
_HAN_COUNT = {c: i for i, c in enumerate("一二三四五六七八九", start=1)} | {"两": 2}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the clauses and sentences of a text start and end (offsets, half-open).

    ``sentence_of`` numbers the sentence of each clause; ``sentences`` gives the bounds of the
    sentence that each clause belongs to.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    sentence_of: tuple[int, ...]
    sentences: tuple[tuple[int, int], ...]

    def index(self, pos: int) -> int:
        """The number of the clause that holds ``pos``."""
        return max(0, bisect_right(self.starts, pos) - 1)

    def clause(self, pos: int) -> tuple[int, int]:
        """Start and end of the clause that holds ``pos``."""
        i = self.index(pos)
        return self.starts[i], self.ends[i]

    def sentence(self, pos: int) -> tuple[int, int]:
        """Start and end of the sentence (up to 。！？；) that holds ``pos``."""
        return self.sentences[self.index(pos)]


@lru_cache(maxsize=64)
def layout(text: str) -> Layout:
    """Split ``text`` into clauses (，：) and sentences (。！？； and line ends)."""
    starts, ends, sentences = [0], [], []
    number = 0
    for match in _BOUNDARY.finditer(text):
        ends.append(match.start())
        sentences.append(number)
        starts.append(match.end())
        if match[0] in _SENTENCE_END:
            number += 1
    ends.append(len(text))
    sentences.append(number)
    bounds: dict[int, tuple[int, int]] = {}
    for start, end, mine in zip(starts, ends, sentences, strict=True):
        bounds[mine] = (bounds.get(mine, (start, end))[0], end)
    return Layout(
        text, tuple(starts), tuple(ends), tuple(sentences), tuple(bounds[n] for n in sentences)
    )


@dataclass(frozen=True, slots=True)
class Mention:
    """A person (``name``), several (``size``), or someone by role only, at ``[start, end)``.

    ``suspect`` is true for suspects by name and for the words 犯罪嫌疑人 and 二人 alone.
    """

    start: int
    end: int
    name: str | None
    suspect: bool
    size: int | None = None


_OTHERS = re.compile(
    rf"(?:(?P<role>{_ROLE})(?:[\[（]?(?P<of>{_MASKED}))?)|(?P<group>{_GROUP})"
    rf"|(?P<generic>{_GENERIC})|(?P<other>{_MASKED})"
)


@lru_cache(maxsize=256)
def _name_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    known = [
        re.escape(name)
        + (r"(?![某甲乙丙丁戊己庚]|\d{1,2}(?![\d年月日时岁]))" if name.endswith("某") else "")
        for name in sorted(names, key=len, reverse=True)
    ]
    return re.compile(rf"(?:(?:{_GENERIC})\[?)?(?P<suspect>{'|'.join(known) or '(?!)'})")


def mentions(text: str, names: Iterable[str]) -> tuple[Mention, ...]:
    """Everyone named in ``text``, in order; ``names`` are the suspects' names and aliases."""
    return _mentions(text, tuple(sorted(set(filter(None, names)))))


@lru_cache(maxsize=64)
def _mentions(text: str, names: tuple[str, ...]) -> tuple[Mention, ...]:
    """Left to right; at one place a role goes first, then a suspect's name, then the rest.

    Names are searched apart from the words that never change: compiling those for every case
    would cost more than all the searching.
    """
    by_name = _name_pattern(names)
    found = []
    named, other = by_name.search(text), _OTHERS.search(text)
    while named or other:
        first = _first(named, other)
        found.append(_mention(first, names))
        end = first.end()
        if named and named.start() < end:
            named = by_name.search(text, end)
        if other and other.start() < end:
            other = _OTHERS.search(text, end)
    return tuple(found)


def _first(named: re.Match[str] | None, other: re.Match[str] | None) -> re.Match[str]:
    if named is None or other is None:
        match = named or other
        assert match is not None
        return match
    if named.start() == other.start():
        return other if other["role"] else named
    return min(named, other, key=lambda m: m.start())


def _mention(m: re.Match[str], names: tuple[str, ...]) -> Mention:
    start, end = m.span()
    if m.re is not _OTHERS:
        return Mention(start, end, m["suspect"], True)
    if m["group"]:
        return Mention(start, end, None, True, (_count(m["n"]) if m["n"] else None) or 0)
    if m["generic"]:
        return Mention(start, end, None, True, 0)
    if m["role"]:
        return Mention(start, end, m["of"], m["of"] in names)
    return Mention(start, end, m["other"], False)


def _count(text: str) -> int:
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * _HAN_COUNT.get(tens, 1) + _HAN_COUNT.get(ones, 0)
    return _HAN_COUNT.get(text, 0)
