"""Reviews and their steps in a few lines of text, for chats and for tools."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..cases.findings import Outcome, Review, Sentence
from ..cases.vocabulary import VERDICT_ZH, Check, Decision, Role, Verdict
from . import wording

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~!])")
_CHECKS = {check.value for check in Check}


def safe(text: str) -> str:
    """A text of the case on one line, so that it shows as text where markup is rendered."""
    return _MARKUP.sub(r"\\\1", wording.one_line(text))


def step_line(step: Mapping[str, Any]) -> str | None:
    """One line for a finished step; None for one that says nothing to people."""
    node, finding = step["node"], step["finding"]
    told = _told(node, finding)
    if told is None:
        return None
    who = f"（{safe(step['defendant'])}）" if step.get("defendant") else ""
    return f"{wording.NODE_ZH.get(node, node)} {node}{who}：{told}"


def _told(node: str, finding: Mapping[str, Any]) -> str | None:
    if "error" in finding:
        return safe(str(finding["error"].get("reason", "error")))
    if node in _CHECKS:
        verdict = Verdict(finding["verdict"])
        return f"{VERDICT_ZH[verdict]} {wording.VERDICT_EN[verdict]}"
    match node:
        case "intake":
            charges = "、".join(map(safe, finding.get("alleged_charges", ()))) or "—"
            return f"{'、'.join(map(safe, finding.get('suspects', ()))) or '—'}；{charges}"
        case "charge":
            return "、".join(map(safe, finding.get("charges", ()))) or "—"
        case "roles":
            return Role(finding["role"]).zh if finding.get("role") else "—"
        case "similar":
            return f"{len(finding['cases'])}" if finding.get("cases") else safe(finding["note"])
        case "decide":
            code = finding.get("decision")
            return _decision(Decision(code) if code else None)
        case "sentence":
            sentence = finding.get("sentence")
            return wording.sentence_zh(Sentence.model_validate(sentence)) if sentence else "—"
        case _:
            return None


def _decision(decision: Decision | None) -> str:
    zh, code, en = wording.decision_label(decision)
    return f"{zh} {code} ({en})"


def headline(review: Review) -> str:
    """The recommendation, and per defendant where there are several; Markdown."""
    lines = [f"**建议 recommendation：{_decision(review.decision)}**"]
    if review.unresolved:
        lines.append(f"未决 unresolved：{safe(review.unresolved.reason)}")
    lines += [f"- {person_line(outcome)}" for outcome in review.outcomes.values()]
    return "\n".join(lines)


def person_line(outcome: Outcome) -> str:
    """One defendant on one line: role, charges, decision, sentence."""
    parts = [safe(outcome.name)]
    if outcome.role:
        parts.append(f"{outcome.role.zh} {wording.ROLE_EN[outcome.role]}")
    if outcome.charges:
        parts.append("、".join(map(safe, outcome.charges)))
    parts.append(_decision(outcome.decision))
    if outcome.sentence:
        parts.append(
            f"{wording.sentence_zh(outcome.sentence)} ({wording.sentence_en(outcome.sentence)})"
        )
    return "，".join(parts)


def opinion_text(review: Review) -> str:
    """The opinion, one paragraph a line, safe where markup is rendered."""
    return "\n\n".join(safe(line) for line in review.opinion.splitlines() if line.strip())


def review_text(review: Review) -> str:
    """A whole review for people: recommendation, opinion, hints, id."""
    parts = [headline(review), opinion_text(review)]
    hints = [safe(a.zh) for a in review.advisories]
    if hints:
        parts.append("提示 hints：" + "；".join(hints))
    return "\n\n".join([*parts, id_line(review.run_id)])


def id_line(review_id: str) -> str:
    """The line by which a later message finds the review again."""
    return f"审查编号 review id: `{review_id}`"
