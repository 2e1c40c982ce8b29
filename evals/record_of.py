"""From what an arm gives back, a review or a single answer, to the record that is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..cases.findings import Citation, Finding, Outcome, Quote, Review, Sentence, Step
from ..cases.vocabulary import Check, Decision, SentenceKind
from ..graphs.baselines import BaselineResult
from .dataset_kinds import DEATH, LIFE
from .jobs import Job
from .records import Failure, Person, Process, Record, Spent

DECIDING: dict[Decision, Check] = {
    Decision.IENP: Check.EVIDENCE,
    Decision.SNP: Check.SUBSUMPTION,
    Decision.DNP: Check.WAIVER,
}
"""Which check settles a decision; prosecution is what none of them stands against."""
_FAILURES = {failure.value: failure for failure in Failure}
_TEXT = 400
_REASONING = 6000
_UNCOUNTED = {SentenceKind.LIFE: LIFE, SentenceKind.DEATH: DEATH}


def of_review(job: Job, review: Review, seconds: float | None = None) -> Record:
    """The record of a review; ``seconds`` for one by rules, where no call tells the time."""
    outcomes = tuple(review.outcomes.values())
    sentences = [outcome.sentence for outcome in outcomes if outcome.sentence]
    failure, reason = _failed(review)
    label = review.decision.zh if review.decision else ""
    return job.record(
        raw_decision=label,
        raw_articles=review.articles,
        decision=review.decision,
        articles=review.articles,
        lenient=review.decision,
        lenient_articles=review.articles,
        charges=tuple(dict.fromkeys(name for one in outcomes for name in one.charges)),
        months=_months(sentences[0]) if len(sentences) == 1 else None,
        persons=tuple(map(_person, outcomes)),
        failure=failure,
        reason=reason,
        confidence=_confidence(review),
        process=_process(review),
        spent=_spent(review.trace, seconds),
        answer=review.opinion,
        steps=tuple(map(_step, review.trace)),
    )


def of_baseline(job: Job, result: BaselineResult) -> Record:
    """The record of a single-prompt answer, read strictly and leniently."""
    why = result.unresolved
    thoughts = {"node": "reasoning", "summary": result.reasoning[:_REASONING]}
    return job.record(
        raw_decision=result.strict.raw,
        raw_articles=result.strict.articles,
        decision=result.strict.decision,
        articles=result.strict.articles,
        lenient=result.lenient.decision,
        lenient_articles=result.lenient.articles,
        failure=failure_of(why.code) if why else None,
        reason=why.reason if why else "",
        spent=spent_of([result.usage] if result.usage else []),
        answer=result.answer,
        steps=(thoughts,) if result.reasoning else (),
    )


def failure_of(code: str) -> Failure:
    """The failure that an unresolved question's code stands for."""
    return _FAILURES.get(code, Failure.OTHER)


def spent_of(usages: Sequence[dict[str, Any]], seconds: float | None = None) -> Spent:
    """What calls cost together; ``seconds`` by default the sum of their latencies."""
    costs = [usage.get("cost_usd") for usage in usages if usage.get("calls")]
    known = [cost for cost in costs if cost is not None]
    if seconds is None:
        seconds = sum(usage.get("latency_ms") or 0.0 for usage in usages) / 1000
    return Spent(
        calls=sum(usage.get("calls") or 0 for usage in usages),
        prompt_tokens=sum(usage.get("prompt_tokens") or 0 for usage in usages),
        completion_tokens=sum(usage.get("completion_tokens") or 0 for usage in usages),
        reasoning_tokens=sum(usage.get("reasoning_tokens") or 0 for usage in usages),
        cost_usd=round(sum(known), 9) if len(known) == len(costs) else None,
        seconds=round(seconds, 4),
    )


def _spent(trace: Sequence[Step], seconds: float | None) -> Spent:
    """What a review cost. Its seconds are those of the calls one after the other: of calls that
    went out together only the slowest counts, and waiting for a free place does not."""
    if seconds is None:
        slowest: dict[str | None, float] = {}
        for step in trace:
            ms = step.usage.get("latency_ms") or 0.0
            slowest[step.parent] = max(slowest.get(step.parent, 0.0), ms)
        seconds = sum(slowest.values()) / 1000
    return spent_of([step.usage for step in trace if step.usage], seconds)


def _failed(review: Review) -> tuple[Failure | None, str]:
    """Why the review is not whole: a call that failed anywhere, else what left it unresolved.

    A step that fell to a limit or a model out of reach spoils the review even where another
    defendant carries the decision, so that it is asked again.
    """
    for step in review.trace:
        error = step.finding.get("error")
        found = error if isinstance(error, dict) else {}
        if found.get("code") in {Failure.LIMIT.value, Failure.MODEL_ERROR.value}:
            return failure_of(found["code"]), str(found.get("reason", ""))
    if review.unresolved is not None:
        return failure_of(review.unresolved.code), review.unresolved.reason
    return None, ""


def _person(outcome: Outcome) -> Person:
    months = outcome.sentence.months if outcome.sentence else None
    return Person(
        name=outcome.name,
        decision=outcome.decision,
        role=outcome.role.value if outcome.role else None,
        charges=outcome.charges,
        months=months,
    )


def _months(sentence: Sentence) -> float | None:
    return _UNCOUNTED.get(sentence.kind, sentence.months)


def _confidence(review: Review) -> float | None:
    """That of the check which settles the decision; for a prosecution the least of all three."""
    if review.decision is None or not review.checks:
        return None
    check = DECIDING.get(review.decision)
    if check is not None and check.value in review.checks:
        return review.checks[check.value].confidence
    return min(finding.confidence for finding in review.checks.values())


def _process(review: Review) -> Process:
    findings = [f for outcome in review.outcomes.values() for f in outcome.checks.values()]
    quotes = [quote for finding in findings for quote in _quotes(finding)]
    citations = [citation for finding in findings for citation in _citations(finding)]
    check = DECIDING.get(review.decision) if review.decision else None
    return Process(
        quotes=len(quotes),
        quotes_verified=sum(quote.verified for quote in quotes),
        citations=len(citations),
        citations_verified=sum(citation.verified for citation in citations),
        checks={name: finding.verdict.value for name, finding in review.checks.items()},
        deciding=check.value if check else None,
    )


def _quotes(finding: Finding) -> Iterable[Quote]:
    yield from finding.quotes
    for ground in finding.grounds:
        yield from ground.quotes


def _citations(finding: Finding) -> Iterable[Citation]:
    yield from finding.citations
    for ground in finding.grounds:
        yield from ground.citations


_KEPT = ("verdict", "summary", "confidence", "charges", "role", "decision", "unresolved", "reasons")


def _step(step: Step) -> dict[str, Any]:
    """What a page shows of a step: who found what, on which words and articles."""
    found = step.finding
    kept = {name: found[name] for name in _KEPT if found.get(name)}
    if "summary" in kept:
        kept["summary"] = str(kept["summary"])[:_TEXT]
    if quotes := found.get("quotes"):
        kept["quotes"] = [{"text": q["text"], "verified": q["verified"]} for q in quotes]
    if citations := found.get("citations"):
        kept["citations"] = [{"key": c["key"], "verified": c["verified"]} for c in citations]
    if grounds := found.get("grounds"):
        kept["grounds"] = [
            {"zh": g["zh"], "holds": g["holds"], "reason": str(g["reason"])[:_TEXT]}
            for g in grounds
        ]
    if sentence := found.get("sentence"):
        kept["sentence"] = {name: sentence[name] for name in ("kind", "months", "probation_months")}
    if error := found.get("error"):
        kept["error"] = error
    head = {"node": step.node, "defendant": step.defendant, "model": step.model, "ms": step.ms}
    return {**{name: value for name, value in head.items() if value is not None}, **kept}
