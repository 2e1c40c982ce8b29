"""The words in which people see a review: labels in Chinese and English, articles, confidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..agents.opinion import LAW_ZH, months_zh, sentence_zh
from ..cases.findings import Citation, Finding, Ground, Outcome, Quote, Review, Sentence
from ..cases.models import FIELD_ZH, Case
from ..cases.sanitise import plain
from ..cases.vocabulary import VERDICT_ZH, Check, Decision, Role, SentenceKind, Verdict

DECISION_EN = {
    Decision.P: "Prosecute",
    Decision.DNP: "Discretionary non-prosecution",
    Decision.SNP: "Statutory non-prosecution",
    Decision.IENP: "Non-prosecution for insufficient evidence",
}
CHECK_EN = {
    Check.EVIDENCE: "Facts and evidence",
    Check.SUBSUMPTION: "Elements and liability",
    Check.WAIVER: "Need to prosecute",
}
VERDICT_EN = {
    Verdict.SUFFICIENT: "proven",
    Verdict.INSUFFICIENT: "insufficient evidence",
    Verdict.CRIME: "a crime",
    Verdict.NO_CRIME: "no crime",
    Verdict.EXCLUDED: "liability excluded",
    Verdict.WAIVED: "punishment may be waived",
    Verdict.NOT_WAIVED: "prosecution needed",
    Verdict.UNRESOLVED: "unresolved",
}
ROLE_EN = {
    Role.PRINCIPAL: "principal",
    Role.ACCOMPLICE: "accomplice",
    Role.COERCED: "coerced",
    Role.NOT_DISTINGUISHED: "not distinguished",
}
SENTENCE_EN = {
    SentenceKind.CONTROL: "control",
    SentenceKind.DETENTION: "detention",
    SentenceKind.FIXED_TERM: "fixed term",
    SentenceKind.LIFE: "life",
    SentenceKind.DEATH: "death",
    SentenceKind.FINE: "fine only",
    SentenceKind.EXEMPT: "exempt from punishment",
}
NODE_ZH = {
    "intake": "案卷提取",
    "charge": "罪名识别",
    "roles": "共犯作用",
    "similar": "类案检索",
    "brief": "任务分派",
    "decide": "作出决定",
    "sentence": "量刑计算",
    "verify": "引文核对",
    "approval": "人工审核",
    "opinion": "撰写意见",
    **{check.value: check.zh for check in Check},
}
WHAT_ZH = {
    "decision": "决定",
    "unresolved": "未决",
    "articles": "法条",
    "advisories": "提示",
    "role": "作用",
    "charges": "罪名",
    "sentence": "量刑",
    **{check.value: check.zh for check in Check},
}
STATUS_ZH = {
    "outdated": "非当时有效 not in force then",
    "unknown": "未能核实 unknown",
}
# For each check: what its grounds speak for with a positive weight, and with a negative one.
SIDES = {
    Check.EVIDENCE: (("疑点", "doubts"), ("佐证", "corroboration")),
    Check.SUBSUMPTION: (("出罪、免责事由", "against liability"), ("入罪理由", "for liability")),
    Check.WAIVER: (("从宽情节", "for waiver"), ("从严情节", "against waiver")),
}
NOT_MET = ("不成立", "considered, not met")
UNRESOLVED = ("未能形成结论", "Unresolved")

_DECIDING: dict[Decision, tuple[Check, ...]] = {
    Decision.IENP: (Check.EVIDENCE,),
    Decision.SNP: (Check.SUBSUMPTION,),
}


def one_line(text: str, limit: int | None = None) -> str:
    """The text on one line without control characters, cut with … after ``limit`` characters."""
    line = " ".join(plain(text.replace("\r", "\n")).split())
    return line if limit is None or len(line) <= limit else line[: limit - 1] + "…"


def decision_label(decision: Decision | None) -> tuple[str, str, str]:
    """Chinese label, code and English label of a decision, or of none."""
    if decision is None:
        return UNRESOLVED[0], "—", UNRESOLVED[1]
    return decision.zh, decision.value, DECISION_EN[decision]


def article_zh(key: str) -> str:
    """An article key as it is cited, e.g. ``刑法第一百三十三条之一``; the key if it is none."""
    law, _, place = key.partition(":")
    return LAW_ZH[law] + place if law in LAW_ZH and place else key


def citations_zh(citations: Iterable[Citation]) -> list[str]:
    """The articles as cited, each once, with a remark on those not in force."""
    texts = []
    for citation in citations:
        remark = STATUS_ZH.get(citation.status, "")
        texts.append(article_zh(citation.key) + (f"（{remark}）" if remark else ""))
    return list(dict.fromkeys(texts))


def place_zh(quote: Quote) -> str:
    """Where a quote stands: field and characters."""
    return f"{FIELD_ZH[quote.field]} {quote.start}–{quote.end}"


def band_zh(band: tuple[int, int | None]) -> str:
    """A sentencing band in months, open at the top for life and death."""
    low, high = band
    if high is None:
        return f"{low} months – life or death" if low else "up to life or death"
    return f"{low}–{high} months"


def sentence_en(sentence: Sentence) -> str:
    """A sentence in a few English words; months and yuan."""
    parts = [SENTENCE_EN[sentence.kind]]
    if sentence.months is not None and sentence.kind is not SentenceKind.EXEMPT:
        parts[0] += f" {sentence.months:g} months"
    if sentence.probation_months:
        parts.append(f"probation {sentence.probation_months} months")
    if sentence.fine_yuan:
        parts.append(f"fine {sentence.fine_yuan:,} yuan")
    return ", ".join(parts)


def reason_of(ground: Ground) -> str:
    """The reason of a ground, or nothing where it only repeats the quotes."""
    rest = ground.reason
    for text in sorted({q.text for q in ground.quotes}, key=len, reverse=True):
        rest = rest.replace(text, "")
    return ground.reason if rest.strip("；;，,。、 \n") else ""


def doubts_of(finding: Finding, ids: Iterable[str]) -> list[str]:
    """The doubts of an element by the names of their grounds."""
    names = {ground.id: ground.zh for ground in finding.grounds}
    return [names.get(doubt, doubt) for doubt in ids]


def confidence_of(outcome: Outcome) -> float | None:
    """The least confidence among the checks that the decision rests on; None without a decision.

    Insufficient evidence and statutory grounds rest on their own check, the rest on all three.
    """
    if outcome.decision is None:
        return None
    needed = _DECIDING.get(outcome.decision, tuple(Check))
    found = [outcome.checks[c.value].confidence for c in needed if c.value in outcome.checks]
    return min(found, default=None)


def deciding_outcome(review: Review) -> Outcome | None:
    """The outcome that the decision of the case follows: the first with that decision."""
    same = (o for o in review.outcomes.values() if o.decision is review.decision)
    return next(same, None)


def law_date(review: Review, case: Case | None = None) -> str:
    """The day whose law the review applied (from its trace), else the date of the case."""
    for step in review.trace:
        day = step.finding.get("decision_date")
        if isinstance(day, str):
            return day
    return case.meta.date if case else ""


def difference_zh(what: str, before: Any, after: Any) -> tuple[str, str]:
    """Both sides of a difference between two reviews in words; of lists what only one side has."""
    if isinstance(before, list) and isinstance(after, list):
        gone = [item for item in before if item not in after]
        new = [item for item in after if item not in before]
        if gone or new:
            before, after = gone, new
    return _value_zh(what, before), _value_zh(what, after)


def _value_zh(what: str, value: Any) -> str:
    """A compared value (decision, articles, verdict, sentence, …) in words."""
    if value is None or value == []:
        return "—"
    if what == "decision":
        return f"{Decision(value).zh} {value}"
    if what == "role":
        return Role(value).zh
    if what == "sentence":
        return sentence_zh(Sentence.model_validate(value))
    if what in {check.value for check in Check}:
        return f"{VERDICT_ZH[Verdict(value)]} {VERDICT_EN[Verdict(value)]}"
    if isinstance(value, list):
        return "、".join(article_zh(str(item)) for item in value)
    return str(value)


def charges_zh(review: Review) -> str:
    """All charges of the review, each once."""
    names = dict.fromkeys(c for o in review.outcomes.values() for c in o.charges)
    return "、".join(names)


__all__ = [
    "CHECK_EN",
    "DECISION_EN",
    "FIELD_ZH",
    "NODE_ZH",
    "NOT_MET",
    "ROLE_EN",
    "SIDES",
    "VERDICT_EN",
    "VERDICT_ZH",
    "WHAT_ZH",
    "article_zh",
    "band_zh",
    "charges_zh",
    "citations_zh",
    "confidence_of",
    "deciding_outcome",
    "decision_label",
    "difference_zh",
    "doubts_of",
    "law_date",
    "months_zh",
    "one_line",
    "place_zh",
    "plain",
    "reason_of",
    "sentence_en",
    "sentence_zh",
]
