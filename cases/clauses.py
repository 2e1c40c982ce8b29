"""Sentences, clauses and the people named in them: the ground on which facts are attributed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_BOUNDARY = re.compile(r"[。！？!?；;\n]|，|,(?!\d)|[：:](?!\d)")
_SENTENCE_END = frozenset("。！？!?；;\n")

_MASKED = (
    r"(?![在由与从到以将把对给系是经被及至即用让了的某等为个一甲乙丙丁])[\u4e00-\u9fa5]"
    r"(?:某某|某)(?:[甲乙丙丁戊己庚辛]|\d(?![\d月年日时岁点：:.]))?(?!某|公司|单位|局|厂|店|地|区|市|县|镇|乡|村|省|国|网|银行|"
    r"医院|学校|小区|平台|物流|科技|广场|宾馆|酒店)"
)
_ROLE = (
    r"被害人|受害人|被害单位|死者|伤者|证人|民警|交警|辅警|警察|公安人员|对方|控告人|报案人|举报人|自诉人|邻居|"
    r"群众|同案(?:人|犯)|其(?:妻子?|丈夫|父亲?|母亲?|儿子|女儿|家属|亲属|家人|朋友)|家属|亲属|辩护人|"
    r"法医|医生|监护人"
)
_GROUP = (
    r"(?P<n>[二两三四五六七八九]|[二三]?十[一二三四五六七八九]?|\d{1,3})"
    r"(?:人(?!民|员|次|份)|名(?:犯罪嫌疑人|被告人|嫌疑人|涉案人员))|"
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


@lru_cache(maxsize=64)
def _mention_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    known = [
        re.escape(name)
        + (r"(?![某甲乙丙丁戊己庚]|\d{1,2}(?![\d年月日时岁]))" if name.endswith("某") else "")
        for name in sorted(names, key=len, reverse=True)
    ]
    suspect = "|".join(known) or r"(?!)"
    return re.compile(
        rf"(?:(?P<role>{_ROLE})(?:\[?(?P<of>{_MASKED}))?)"
        rf"|(?:(?:{_GENERIC})\[?)?(?P<suspect>{suspect})|(?P<group>{_GROUP})"
        rf"|(?P<generic>{_GENERIC})|(?P<other>{_MASKED})"
    )


def mentions(text: str, names: Iterable[str]) -> tuple[Mention, ...]:
    """Everyone named in ``text``, in order; ``names`` are the suspects' names and aliases."""
    return _mentions(text, tuple(sorted(set(filter(None, names)))))


@lru_cache(maxsize=64)
def _mentions(text: str, names: tuple[str, ...]) -> tuple[Mention, ...]:
    found = []
    for m in _mention_pattern(names).finditer(text):
        start, end = m.span()
        if m["suspect"]:
            found.append(Mention(start, end, m["suspect"], True))
        elif m["group"]:
            size = _count(m["n"]) if m["n"] else None
            found.append(Mention(start, end, None, True, size or 0))
        elif m["generic"]:
            found.append(Mention(start, end, None, True, 0))
        elif m["role"]:
            name = m["of"]
            if name in names:
                found.append(Mention(start, end, name, True))
            else:
                found.append(Mention(start, end, name, False))
        else:
            found.append(Mention(start, end, m["other"], False))
    return tuple(found)


def _count(text: str) -> int:
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * _HAN_COUNT.get(tens, 1) + _HAN_COUNT.get(ones, 0)
    return _HAN_COUNT.get(text, 0)
