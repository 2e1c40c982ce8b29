"""Reading the decision and the articles out of a single-prompt answer, strictly and leniently.

``read_strict`` equals the reading behind PDP-Bench's published figures, oddities included: it
decides what a baseline is scored with. ``read_lenient`` understands what a person would and is
reported beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..cases.models import Frozen
from ..cases.vocabulary import Decision
from ..statutes import citations
from .quoted import own_words

ARTICLES: Final = "【适用法条】"
ANALYSIS: Final = "【审查分析】"
CONCLUSION: Final = "【最终结论】"
TAGS: Final = (ARTICLES, ANALYSIS, CONCLUSION)
"""The sections of an answer, in order."""


class Reading(Frozen):
    """What an answer says. ``raw`` is the text that the decision was read from, "" if none.

    ``articles`` keep the order of the answer; strict ones are raw strings with a prefix
    (``cl:``, ``cpl:``, ``cpr:``), lenient ones canonical keys.
    """

    decision: Decision | None = None
    raw: str = ""
    articles: tuple[str, ...] = ()


_LABELS = {decision.zh: decision for decision in Decision}
_DECISION_LINE = re.compile(r"决定[：:]\s*([^\n]*)")
_ARTICLE_END = re.compile(f"{ANALYSIS}|{CONCLUSION}")
_LAW_LINES = tuple(
    (prefix, re.compile(rf"{law}[：:]([^\n]*)"))
    for prefix, law in (("cl", "刑法"), ("cpl", "刑事诉讼法"), ("cpr", "刑事诉讼规则"))
)
_ITEM_END = re.compile("[、，,;；]")
_ANY_TAG = re.compile("【[^【】]*】")


def read_strict(answer: str) -> Reading:
    """The reading of PDP-Bench: exact labels, raw article strings, one line per law."""
    text = _after_thinking(answer)
    raw = _raw_decision(text)
    return Reading(decision=strict_label(raw), raw=raw, articles=_raw_articles(text))


def strict_label(raw: str) -> Decision | None:
    """The decision that a raw string names after PDP-Bench's normalisation, else None."""
    text = raw.strip().replace("**", "")
    if text.endswith("。"):
        text = text[:-1].strip()
    return _LABELS.get(text)


def format_ok(answer: str) -> bool:
    """Whether an answer keeps the format that the training reward asks for.

    The three tags once each and in order, no other 【】 tags, an analysis, a readable decision.
    """
    text = _after_thinking(answer)
    if _ANY_TAG.findall(text) != list(TAGS):
        return False
    analysis = text.partition(ANALYSIS)[2].partition(CONCLUSION)[0]
    return bool(analysis.strip()) and strict_label(_raw_decision(text)) is not None


def _after_thinking(answer: str) -> str:
    """What follows the first ``</think>``; all of it if there is none."""
    head, mark, tail = answer.partition("</think>")
    return (tail if mark else head).strip()


def _raw_decision(text: str) -> str:
    found = _DECISION_LINE.search(text.partition(CONCLUSION)[2])
    return found[1].strip() if found else ""


def _raw_articles(text: str) -> tuple[str, ...]:
    section = _ARTICLE_END.split(text.partition(ARTICLES)[2], maxsplit=1)[0]
    return tuple(
        f"{prefix}:{item.strip()}"
        for prefix, line in _LAW_LINES
        if (found := line.search(section))
        for item in _ITEM_END.split(found[1])
        if item.strip()
    )


_THINKING = re.compile(r"<(think(?:ing)?)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_THINKING_END = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>|\*+|`+|__|\\(?:boxed|text(?:bf)?)\b|[{}$|\u200b-\u200f\ufeff]"
    r"|^[ \t]*(?:#+|>+)[ \t]*",
    re.MULTILINE | re.IGNORECASE,
)
_NAMES = {
    "articles": "适用的?(?:法条|法律条文|法律)|法律依据|引用法条",
    "analysis": "(?:审查|案件|法律)分析|审查意见|分析意见|分析",
    "conclusion": "最终(?:结论|决定|意见)|(?:审查|处理)结论|结论(?:意见)?",
}
_NAMED = "|".join(f"(?P<{kind}{{n}}>{names})" for kind, names in _NAMES.items())
_HEADING = re.compile(
    rf"[【\[]\s*(?:{_NAMED.replace('{n}', '_')})\s*[】\]]\s*[：:]?"
    r"|^[ \t]*+(?:[（(]?[一二三四五\d]{1,2}[)）]?[、.．)）]?[ \t]*+)?[-•·]?[ \t]*+"
    rf"[\"“「『《]?(?:{_NAMED.replace('{n}', '')})[\"”」』》]?[ \t]*+(?:[：:]|$)",
    re.MULTILINE,
)
_DECISION_KEY = re.compile(
    r"(?:决定|decision)[\s\"'”’」]*[：:]\s*(\"[^\"\n]*\"|[^\n]+)", re.IGNORECASE
)
_OPENING = ("“", "‘", "「", "『")
_LABEL = re.compile(
    r"(?P<DNP>(?:相对|酌定|微罪)不(?:起诉|诉))"
    r"|(?P<SNP>(?:法定|绝对)不(?:起诉|诉))"
    r"|(?P<IENP>(?:存疑|证据不足)的?不(?:起诉|诉))"
    r"|(?P<none>(?:不(?:予|宜|应当?|再|需|必)?|免予)(?:提起公诉|起诉)|不诉)"
    r"|(?P<P>提起公诉|(?<!审查)(?<!移送)起诉(?!书|意见|部门|期限|条件|阶段|人|的必要|必要))"
)
_NEGATED = re.compile(
    r"(?:不宜|不应当?|不能|不得|不(?:再)?适用|不(?:符合|属于|满足|具备)|不作出?|并?非|不是|排除|无法)"
    r"[^，。；、,;（(]{0,8}$"
)
_REACH = 16
_GAP = re.compile(r"(?<=[\u4e00-\u9fff])[ \t\u3000]+(?=[\u4e00-\u9fff])")
_SHORT = 20
_KNOWN_LAWS = ("cl", "cpl", "cpr")


def read_lenient(answer: str, source: str = "") -> Reading:
    """The reading of a person: any layout, synonyms of the labels, articles as canonical keys.

    The last conclusion counts. Several different labels in it, the menu of the prompt, a
    non-prosecution of no named kind and a label that stands only in words copied from
    ``source`` (the case as the model saw it) are no decision.
    """
    text = _cleaned(own_words(_own_part(answer), source) if source else _own_part(answer))
    headings = [found for found in _HEADING.finditer(text) if not _is_quoted(text, found.start())]
    sections = list(_sections(text, headings))
    decision, raw = _lenient_decision(text, sections)
    named = next((body for kind, body in sections if kind == "articles"), text)
    keys = (citations.key_of(c) for c in citations.parse(named) if c.law in _KNOWN_LAWS)
    return Reading(decision=decision, raw=raw, articles=tuple(dict.fromkeys(keys)))


def _own_part(answer: str) -> str:
    """The answer without its thinking; a block that never ends is read as it stands."""
    end = max((found.end() for found in _THINKING_END.finditer(answer)), default=0)
    text = _THINKING.sub("\n", answer[:end]) + answer[end:]
    rest = _THINKING_END.split(text)[-1]
    return rest if rest.strip() else text


def _cleaned(text: str) -> str:
    return _MARKUP.sub("", text.replace("\r\n", "\n"))


def _is_quoted(text: str, start: int) -> bool:
    """Whether what starts here is named between quotation marks and not said."""
    return text[:start].rstrip(" \t").endswith(_OPENING)


def _sections(text: str, headings: list[re.Match[str]]) -> Iterator[tuple[str, str]]:
    ends = [*(found.start() for found in headings[1:]), len(text)]
    for found, end in zip(headings, ends, strict=False):
        kind = next(k for k in _NAMES if found[k] or found[f"{k}_"])
        yield kind, text[found.end() : end]


def _lenient_decision(text: str, sections: list[tuple[str, str]]) -> tuple[Decision | None, str]:
    for kind, body in reversed(sections):
        if kind == "conclusion" and (found := _first_label(body)) is not None:
            return found
    lines = [m for m in _DECISION_KEY.finditer(text) if not _is_quoted(text, m.start())]
    for line in reversed(lines):
        if labels := _labels(line[1]):
            return _only(labels), line[1].strip()
    if len(text.strip()) <= _SHORT and (labels := _labels(text)):
        return _only(labels), text.strip()
    return None, ""


def _first_label(body: str) -> tuple[Decision | None, str] | None:
    """What the line behind 决定： says, else the first line that names a decision."""
    lines = [m[1] for m in _DECISION_KEY.finditer(body) if not _is_quoted(body, m.start())]
    for line in (*lines, *body.splitlines()):
        if labels := _labels(line):
            return _only(labels), line.strip()
    return None


def _labels(line: str) -> set[str]:
    """The decisions that a line names: codes, and ``none`` for a bare non-prosecution."""
    line = _GAP.sub("", line)
    found = {
        str(m.lastgroup)
        for m in _LABEL.finditer(line)
        if not _NEGATED.search(line, max(0, m.start() - _REACH), m.start())
    }
    return found - {"none"} if found & {"DNP", "SNP", "IENP"} else found


def _only(labels: set[str]) -> Decision | None:
    return Decision(next(iter(labels))) if len(labels) == 1 and "none" not in labels else None
