"""Answers to questions about a review, from its trace and from assumed changes: no model asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..cases.findings import Finding, Ground, Outcome, Review
from ..cases.vocabulary import VERDICT_ZH, Check, Decision, Verdict
from ..graphs import overrides
from ..graphs.whatif import Difference
from . import wording
from .chat_questions import Intent, Question
from .step_words import headline, opinion_text, person_line, safe, step_line

_NEEDED: dict[Decision, tuple[tuple[Check, Verdict], ...]] = {
    Decision.P: (
        (Check.EVIDENCE, Verdict.SUFFICIENT),
        (Check.SUBSUMPTION, Verdict.CRIME),
        (Check.WAIVER, Verdict.NOT_WAIVED),
    ),
    Decision.DNP: (
        (Check.EVIDENCE, Verdict.SUFFICIENT),
        (Check.SUBSUMPTION, Verdict.CRIME),
        (Check.WAIVER, Verdict.WAIVED),
    ),
    Decision.IENP: ((Check.EVIDENCE, Verdict.INSUFFICIENT),),
    Decision.SNP: ((Check.SUBSUMPTION, Verdict.EXCLUDED),),
}
"""What each decision rests on (CPL 175, 176, 177); for SNP no crime does as well."""
_SAME = {Verdict.NO_CRIME: Verdict.EXCLUDED}
EXAMPLES = {
    True: "可以追问，例如：“为什么不是相对不起诉？”“如果被害人谅解呢？”“量刑怎么算的？”",
    False: "You may ask on: “why not 相对不起诉?”, “what if the victim forgives?”, "
    "“how was the sentence reckoned?”",
}


def help_text(chinese: bool) -> str:
    """What is needed, where a message is neither a case nor a question about one."""
    if chinese:
        return (
            "我审查刑事案件应当起诉还是不起诉。"
            "请粘贴或上传案卷（起诉意见书、案情叙述，或者 JSON）。\n\n"
            "需要的内容：\n"
            "- **案件事实**：谁、何时、何地、做了什么、后果和证据；这是必需的\n"
            "- 犯罪嫌疑人信息：姓名、出生日期、前科\n"
            "- 诉讼程序：移送罪名、立案时间、退回补充侦查情况\n"
            "- 日期和省份：决定适用的法律和数额标准\n\n"
            "例：犯罪嫌疑人张某，1990年3月1日出生。2021年5月3日晚，张某酒后驾驶小型汽车，被查获时"
            "血液酒精含量为95mg/100ml，到案后如实供述，自愿认罪认罚。"
        )
    return (
        "I review Chinese criminal case files before trial: prosecute, or which kind of "
        "non-prosecution. Paste or attach a case file in Chinese (police opinion, narrative, or "
        "JSON).\n\nWhat it should hold:\n"
        "- **the facts** (needed): who, when, where, what, the result, the evidence\n"
        "- the suspects: names, dates of birth, earlier convictions\n"
        "- the procedure: charge alleged, day of filing, returns for investigation\n"
        "- date and province, which decide the law and the thresholds\n\n"
        "Example: 犯罪嫌疑人张某，1990年3月1日出生。2021年5月3日晚，张某酒后驾驶小型汽车，"
        "被查获时血液酒精含量为95mg/100ml，到案后如实供述，自愿认罪认罚。"
    )


def answer(question: Question, review: Review) -> str:
    """The answer to a question that assumes nothing (:func:`answer_if` for those that do)."""
    zh, asked = question.chinese, question
    people = [o for o in review.outcomes.values() if question.defendant in (None, o.name)]
    match question.intent:
        case Intent.WHAT_IF:
            return unknown_change(zh)
        case Intent.WHY_NOT if asked.decision and asked.decision is not review.decision:
            return _joined(_why_not(o, asked.decision, zh) for o in people)
        case Intent.WHY | Intent.WHY_NOT:
            return _joined(_why(o, question.check, zh) for o in people)
        case Intent.SENTENCE:
            return _joined(_sentence(o, zh) for o in people)
        case Intent.ARTICLES:
            return _articles(review, people)
        case Intent.ROLES | Intent.CHARGES:
            return _from_steps(review, people, question.intent)
        case Intent.SIMILAR:
            return _similar(review, zh)
        case Intent.OPINION:
            return opinion_text(review)
        case Intent.STEPS:
            lines = (step_line(step.model_dump(mode="json")) for step in review.trace)
            return "\n".join(f"- {line}" for line in lines if line)
        case Intent.SUMMARY:
            return headline(review)
        case _:
            lead = "没有读懂这个问题。目前的建议：" if zh else "I did not understand that. So far:"
            return f"{lead}\n\n{headline(review)}\n\n{EXAMPLES[zh]}"


def unknown_change(zh: bool) -> str:
    """The answer to an assumption that is none of those that can be reckoned with."""
    known = list(overrides.circumstances().values())[:24]
    values = "、".join(overrides.VALUES_ZH_OF.values())
    if zh:
        return (
            f"没有读出可以假设的情节。可以假设的情节如：{'、'.join(known)}等；"
            f"也可以假设数值：{values}。例：“如果被害人谅解呢？”“如果酒精含量是200呢？”"
        )
    return (
        "I found nothing in that to assume. Circumstances such as forgiveness, compensation, "
        "surrender, plea, no criminal record, accomplice, hit-and-run; values: "
        f"{', '.join(overrides.VALUES)}. E.g. “what if the victim forgives?”, "
        "“what if the alcohol was 200?”"
    )


def answer_if(
    changes: dict[str, str], differences: Iterable[Difference], after: Review, chinese: bool
) -> str:
    """What the assumed changes would change, and what the review would then say."""
    names = overrides.circumstances() | overrides.VALUES_ZH_OF
    told = []
    for full, value in changes.items():
        name, _, key = full.rpartition(":")
        shown = {"yes": "有" if chinese else "yes", "no": "无" if chinese else "no"}.get(
            value, value
        )
        told.append(f"{safe(name)}{'：' if name else ''}{names.get(key, key)}＝{safe(shown)}")
    lead = "假设" if chinese else "Assuming"
    lines = [f"{lead} {'，'.join(told)}："]
    found = list(differences)
    if not found:
        same = "结论没有变化。" if chinese else "Nothing changes."
        return f"{lines[0]}{same}\n\n{headline(after)}"
    many = len(after.outcomes) > 1
    for item in found:
        before, new = wording.difference_zh(item.what, item.before, item.after)
        who = f"{safe(item.defendant)}：" if item.defendant and many else ""
        if item.defendant is not None and not many and item.what in ("decision", "articles"):
            continue  # the same as for the whole case
        lines.append(f"- {who}{wording.WHAT_ZH.get(item.what, item.what)}：{before} → {new}")
    return "\n".join(lines) + f"\n\n{headline(after)}"


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) or "—"


def _why(outcome: Outcome, check: Check | None, zh: bool) -> str:
    """The reasons of a decision: of one check, or of all that were made."""
    lines = [f"**{person_line(outcome)}**"]
    if outcome.unresolved:
        lines.append(safe(outcome.unresolved.reason))
    if check is None:
        lines += [safe(reason) for reason in outcome.reasons]
    wanted = [c for c in Check if check in (None, c) and c.value in outcome.checks]
    if check is not None and not wanted:
        lines.append("没有作过这项审查。" if zh else "This check was not needed.")
    for each in wanted:
        lines += _finding(each, outcome.checks[each.value])
    return "\n".join(lines)


def _finding(check: Check, finding: Finding) -> list[str]:
    verdict = f"{VERDICT_ZH[finding.verdict]} {wording.VERDICT_EN[finding.verdict]}"
    lines = [f"- **{check.zh}**：{verdict}。{safe(finding.summary)}"]
    lines += [f"  - {_ground(g)}" for g in finding.grounds if g.holds]
    lines += [
        f"  - {safe(e.zh)}：{safe('、'.join(wording.doubts_of(finding, e.doubts)))}"
        for e in finding.elements
        if e.doubts
    ]
    cited = wording.citations_zh(finding.citations)
    return [*lines, *([f"  - {safe('、'.join(cited))}"] if cited else [])]


def _ground(ground: Ground) -> str:
    sign = "+" if ground.weight > 0 else "-" if ground.weight < 0 else "·"
    quotes = "".join(f"“{safe(q.text)}”" for q in ground.quotes[:2])
    cited = safe("、".join(wording.citations_zh(ground.citations)))
    reason = safe(wording.reason_of(ground))
    return f"({sign}) {safe(ground.zh)} " + " ".join(filter(None, (reason, quotes, cited)))


def _why_not(outcome: Outcome, wanted: Decision, zh: bool) -> str:
    """What another decision would have needed, and which of it is missing."""
    label = wording.decision_label(wanted)
    lead = (
        f"**{safe(outcome.name)}** 为什么不是{label[0]}（{label[1]}）："
        if zh
        else f"**{safe(outcome.name)}**: why not {label[2]} ({label[0]}):"
    )
    lines = [lead]
    if outcome.decision is wanted:
        return f"{lead}\n{'正是这个建议。' if zh else 'That is the recommendation.'}"
    for check, verdict in _NEEDED[wanted]:
        finding = outcome.checks.get(check.value)
        needs = f"{VERDICT_ZH[verdict]} {wording.VERDICT_EN[verdict]}"
        if finding is None:
            lines.append(f"- {check.zh}：{'需要' if zh else 'needs'} {needs}；—")
            continue
        met = _SAME.get(finding.verdict, finding.verdict) is verdict
        lines.append(f"- {'✓' if met else '✗'} {check.zh}：{'需要' if zh else 'needs'} {needs}")
        if not met:
            lines += [f"  {line}" for line in _finding(check, finding)]
    if outcome.decision in (Decision.SNP, Decision.IENP) and wanted in (Decision.P, Decision.DNP):
        lines.append(
            "- 起诉与相对不起诉都以构成犯罪、证据充分为前提。"
            if zh
            else "- Prosecution and discretionary non-prosecution both need a proven crime."
        )
    reasons = "；".join(map(safe, outcome.reasons))
    return (
        "\n".join(lines)
        + f"\n\n{'现建议' if zh else 'Recommended'}：{person_line(outcome)}。{reasons}"
    )


def _sentence(outcome: Outcome, zh: bool) -> str:
    lines = [f"**{person_line(outcome)}**"]
    if outcome.sentence is None:
        none = "不起诉，没有量刑建议。" if zh else "No sentence is recommended without prosecution."
        return "\n".join([*lines, none])
    for step in outcome.sentence.steps:
        parts = (safe(step.note), safe(wording.article_zh(step.citation)))
        more = "；".join(filter(None, parts))
        months = f" → {step.months:g} 个月 months" if step.months else ""
        lines.append(f"- {safe(step.label)}{months}" + (f"（{more}）" if more else ""))
    return "\n".join(lines)


def _articles(review: Review, people: list[Outcome]) -> str:
    one = len(people) == 1 and len(review.outcomes) > 1
    keys = people[0].articles if one else review.articles
    return "\n".join(f"- {safe(wording.article_zh(key))}" for key in keys) or "—"


def _from_steps(review: Review, people: list[Outcome], intent: Intent) -> str:
    """What the steps on roles or charges found, with their reasons."""
    node = "roles" if intent is Intent.ROLES else "charge"
    names = {o.name for o in people}
    lines: list[str] = []
    for step in review.trace:
        if step.node != node or step.defendant not in names:
            continue
        data: dict[str, Any] = step.model_dump(mode="json")
        lines.append(f"- {step_line(data)}")
        lines += [f"  - {safe(str(reason))}" for reason in step.finding.get("reasons", ())]
    return "\n".join(lines) or "\n".join(f"- {person_line(o)}" for o in people)


def _similar(review: Review, zh: bool) -> str:
    if not review.similar:
        return "没有检索到类案。" if zh else "No similar cases were found."
    return "\n".join(
        f"- {safe(s.id)} {safe(s.charge)} {safe(s.outcome)} {s.score:.2f} {safe(s.snippet)}"
        for s in review.similar
    )
