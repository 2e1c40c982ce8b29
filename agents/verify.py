"""Checks what a finding rests on: quotes must stand in the case, articles must be in force.

A quote or citation that fails goes back to the agent once with the reason; if it fails again it
stays, marked unverified, and lowers the confidence.
"""

from __future__ import annotations

from ..cases.findings import Citation, Finding, Ground, Quote
from ..cases.models import FIELDS, Case
from ..statutes.citations import status
from .base import View

PENALTY = 0.15


def verify(view: View, finding: Finding) -> tuple[Finding, tuple[str, ...]]:
    """The finding with every quote and citation marked, and one line per failure."""
    failures: list[str] = []
    quotes = tuple(_quote(view.case, q, failures) for q in finding.quotes)
    citations = tuple(_citation(view, c, failures) for c in finding.citations)
    grounds = tuple(_ground(view, g, failures) for g in finding.grounds)
    confidence = max(0.05, finding.confidence - PENALTY) if failures else finding.confidence
    checked = finding.model_copy(
        update={
            "quotes": quotes,
            "citations": citations,
            "grounds": grounds,
            "confidence": round(confidence, 3),
        }
    )
    return checked, tuple(failures)


def _ground(view: View, ground: Ground, failures: list[str]) -> Ground:
    return ground.model_copy(
        update={
            "quotes": tuple(_quote(view.case, q, failures) for q in ground.quotes),
            "citations": tuple(_citation(view, c, failures) for c in ground.citations),
        }
    )


def _quote(case: Case, quote: Quote, failures: list[str]) -> Quote:
    text = case.text_of(quote.field)
    if quote.text and text[quote.start : quote.end] == quote.text:
        return quote.model_copy(update={"verified": True})
    for field in FIELDS:
        start = case.text_of(field).find(quote.text) if quote.text.strip() else -1
        if start >= 0:
            end = start + len(quote.text)
            return Quote(text=quote.text, field=field, start=start, end=end, verified=True)
    failures.append(f"引文不在案卷中：“{quote.text[:40]}”")
    return quote.model_copy(update={"verified": False})


def _citation(view: View, citation: Citation, failures: list[str]) -> Citation:
    days = (
        (view.conduct_date, view.facts.decision_date)
        if citation.key.startswith("cl:")
        else (view.facts.decision_date,)
    )
    states = [status(citation.key, day) for day in days]
    state = "in_force" if "in_force" in states else states[-1]
    if state != "in_force":
        failures.append(f"条文在适用日期{_STATE_ZH.get(state, state)}：{citation.key}")
    return citation.model_copy(update={"status": state, "verified": state == "in_force"})


_STATE_ZH = {"outdated": "未施行或已失效", "unknown": "查无此条"}
