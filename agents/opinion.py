"""The opinion: the review as text, in the three sections that PDP-Bench answers have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..cases.findings import Advisory, Finding, Outcome, Sentence, Unresolved
from ..cases.vocabulary import VERDICT_ZH, Check, Decision, SentenceKind
from .templates import template

LAW_ZH = {"cl": "刑法", "cpl": "刑事诉讼法", "cpr": "刑事诉讼规则"}
_NEUTRAL = str.maketrans({"【": "〔", "】": "〕", "“": "‘", "”": "’", "\n": " ", "\r": " "})


def write(
    outcomes: Mapping[str, Outcome],
    advisories: Sequence[Advisory],
    decision: Decision | None,
    unresolved: Unresolved | None,
) -> str:
    """The opinion text. Words of the case appear between quotation marks only, so that a file that
    imitates the sections cannot pass for the conclusion."""
    many = len(outcomes) > 1
    return template("opinion").render(
        laws=law_lines(articles(outcomes)),
        people=[_person(outcome) for outcome in outcomes.values()],
        advisories=[f"{a.defendant}：{a.zh}" if many and a.defendant else a.zh for a in advisories],
        final=_final(decision, unresolved),
    )


def articles(outcomes: Mapping[str, Outcome]) -> tuple[str, ...]:
    """All article keys of the outcomes, by law, each once."""
    keys = dict.fromkeys(key for outcome in outcomes.values() for key in outcome.articles)
    return tuple(sorted(keys, key=lambda k: list(LAW_ZH).index(k.partition(":")[0])))


def law_lines(keys: Sequence[str]) -> list[str]:
    """One line per law: ``刑法：第…条、第…条``."""
    lines = []
    for law, zh in LAW_ZH.items():
        named = [key.partition(":")[2] for key in keys if key.startswith(f"{law}:")]
        if named:
            lines.append(f"{zh}：{'、'.join(named)}")
    return lines


def sentence_zh(sentence: Sentence) -> str:
    """A sentence in words, e.g. ``有期徒刑十个月，缓刑一年，并处罚金2000元``."""
    parts = [sentence.kind.zh]
    if sentence.months is not None and sentence.kind not in (
        SentenceKind.FINE,
        SentenceKind.EXEMPT,
    ):
        parts[0] += months_zh(sentence.months)
    if sentence.probation_months:
        parts.append(f"缓刑{months_zh(sentence.probation_months)}")
    if sentence.fine_yuan:
        parts.append(f"并处罚金{sentence.fine_yuan}元")
    return "，".join(parts)


def months_zh(months: float) -> str:
    """Months as years and months."""
    years, rest = divmod(months, 12)
    text = f"{int(years)}年" if years else ""
    if rest:
        text += f"{rest:g}个月"
    return text or "0个月"


def _person(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.name.translate(_NEUTRAL),
        "role": outcome.role.zh if outcome.role else "",
        "charges": "、".join(outcome.charges),
        "checks": [
            _check(Check(name), finding)
            for name, finding in sorted(outcome.checks.items(), key=_check_order)
        ],
        "sentence": sentence_zh(outcome.sentence) if outcome.sentence else "",
        "conclusion": _conclusion(outcome),
    }


def _check_order(item: tuple[str, Finding]) -> int:
    return list(Check).index(Check(item[0]))


def _check(check: Check, finding: Finding) -> dict[str, Any]:
    holding = [g for g in finding.grounds if g.holds]
    quotes = [q.text for g in holding for q in g.quotes if q.verified]
    keys = dict.fromkeys(c.key for g in holding for c in g.citations if c.verified)
    return {
        "title": check.zh,
        "verdict": VERDICT_ZH[finding.verdict],
        "summary": finding.summary.translate(_NEUTRAL).rstrip("。"),
        "quotes": [text.translate(_NEUTRAL) for text in dict.fromkeys(quotes)][:4],
        "articles": "；".join(law_lines(list(keys))),
    }


def _conclusion(outcome: Outcome) -> str:
    if outcome.decision is not None:
        return f"建议{outcome.decision.zh}。"
    reason = outcome.unresolved.reason.translate(_NEUTRAL) if outcome.unresolved else ""
    return f"未能形成结论（{reason}）。"


def _final(decision: Decision | None, unresolved: Unresolved | None) -> str:
    if decision is not None:
        return f"决定：{decision.zh}"
    reason = unresolved.reason.translate(_NEUTRAL) if unresolved else "没有结论"
    return f"未决：{reason}"
