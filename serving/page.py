"""One self-contained page for one review or several: no script, nothing loaded from outside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..agents import templates
from ..cases.findings import Finding, Ground, Outcome, Quote, Review, Sentence
from ..cases.models import FIELD_ZH, FIELDS, Case
from ..cases.vocabulary import VERDICT_ZH, Check, Verdict
from . import people_picture, similar, wording
from .highlight import Key, Passage, key_of, passages, pieces

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATES = Path(__file__).parent / "templates"
TONES = {
    Verdict.SUFFICIENT: "prosecute",
    Verdict.CRIME: "prosecute",
    Verdict.NOT_WAIVED: "prosecute",
    Verdict.INSUFFICIENT: "ienp",
    Verdict.NO_CRIME: "snp",
    Verdict.EXCLUDED: "snp",
    Verdict.WAIVED: "dnp",
    Verdict.UNRESOLVED: "open",
}
DECISION_TONES = {"P": "prosecute", "DNP": "dnp", "SNP": "snp", "IENP": "ienp"}


def render_page(review: Review, case: Case) -> str:
    """The page of one review, as HTML. ``case`` is the case that was reviewed."""
    return render_pages([(review, case)])


def render_pages(items: Sequence[tuple[Review, Case]]) -> str:
    """One page for several reviews, with an index at the top where there is more than one."""
    views = [_case(review, case, index) for index, (review, case) in enumerate(items, start=1)]
    title = f"{views[0]['decision']['zh']} · {views[0]['id']}" if len(views) == 1 else "审查意见"
    return _template().render(title=title, cases=views)


@cache
def _template() -> Template:
    return templates.html(TEMPLATES).get_template("review.html.j2")


def _case(review: Review, case: Case, index: int) -> dict[str, Any]:
    """What the template shows of one review; ``index`` keeps the anchors of a page apart."""
    prefix = f"c{index}"
    found = passages(review, case)
    links = _Links(prefix, found)
    deciding = wording.deciding_outcome(review)
    confidence = wording.confidence_of(deciding) if deciding else None
    return {
        "anchor": prefix,
        "id": review.id or f"#{index}",
        "model": review.model,
        "run_id": review.run_id,
        "decision": _decision(review.decision),
        "reasons": deciding.reasons if deciding else (),
        "unresolved": review.unresolved,
        "confidence": _percent(confidence),
        "law_date": wording.law_date(review, case),
        "province": case.meta.province,
        "charges": wording.charges_zh(review),
        "deciding": deciding.name if deciding else "",
        "people": [
            _person(outcome, links, number)
            for number, outcome in enumerate(review.outcomes.values(), start=1)
        ],
        "articles": [wording.article_zh(key) for key in review.articles],
        "advisories": [
            {
                "zh": advisory.zh,
                "code": advisory.code,
                "who": advisory.defendant if len(review.outcomes) > 1 else None,
                "articles": wording.citations_zh(advisory.citations),
            }
            for advisory in review.advisories
        ],
        "similar": similar.cards(review),
        "searched": similar.searched(review),
        "picture": _picture(review, case),
        "beginning": wording.one_line(case.fact, similar.BEGINNING),
        "notes": review.notes,
        "opinion": review.opinion,
        "fields": _fields(case, found),
        "steps": [
            {
                "seq": step.seq,
                "node": step.node,
                "zh": wording.NODE_ZH.get(step.node, ""),
                "defendant": step.defendant,
                "parent": step.parent,
                "model": step.model,
                "ms": f"{step.ms:.1f}",
                "finding": _pretty(step.finding),
                "usage": _pretty(step.usage) if step.usage else "",
            }
            for step in review.trace
        ],
        "total_ms": f"{sum(step.ms for step in review.trace):.0f}",
    }


class _Links:
    """Numbers and targets of the quotes of one case."""

    def __init__(self, prefix: str, found: Mapping[Key, Passage]) -> None:
        self._prefix = prefix
        self._found = found
        self._named: set[int] = set()

    def quote(self, quote: Quote) -> dict[str, Any]:
        """A quote for the template. The first one of a passage carries the anchor back."""
        passage = self._found.get(key_of(quote))
        first = passage is not None and passage.number not in self._named
        if passage is not None:
            self._named.add(passage.number)
        return {
            "text": quote.text,
            "place": wording.place_zh(quote),
            "number": passage.number if passage else None,
            "target": f"{self._prefix}-{quote.field}-{quote.start}" if passage else None,
            "anchor": f"{self._prefix}-q{passage.number}" if passage and first else None,
            "verified": quote.verified and passage is not None,
        }


def _picture(review: Review, case: Case) -> Any:
    """The picture of a joint crime, escaped where it was made; None for a single suspect."""
    from markupsafe import Markup

    drawn = people_picture.picture(review, case) if len(review.outcomes) > 1 else None
    return None if drawn is None else Markup(drawn)


def _decision(decision: Any) -> dict[str, str]:
    zh, code, en = wording.decision_label(decision)
    return {"zh": zh, "code": code, "en": en, "tone": DECISION_TONES.get(code, "open")}


def _person(outcome: Outcome, links: _Links, number: int) -> dict[str, Any]:
    order = [check for check in Check if check.value in outcome.checks]
    confidence = wording.confidence_of(outcome)
    return {
        "number": number,
        "name": outcome.name,
        "role": outcome.role.zh if outcome.role else "",
        "role_en": wording.ROLE_EN[outcome.role] if outcome.role else "",
        "charges": outcome.charges,
        "decision": _decision(outcome.decision),
        "confidence": _percent(confidence),
        "unresolved": outcome.unresolved,
        "reasons": outcome.reasons,
        "articles": [wording.article_zh(key) for key in outcome.articles],
        "checks": [_check(check, outcome.checks[check.value], links) for check in order],
        "sentence": _sentence(outcome.sentence) if outcome.sentence else None,
    }


def _check(check: Check, finding: Finding, links: _Links) -> dict[str, Any]:
    held = [ground for ground in finding.grounds if ground.holds]
    positive, negative = wording.SIDES[check]
    sides = (
        (positive, "plus", [g for g in held if g.weight >= 0]),
        (negative, "minus", [g for g in held if g.weight < 0]),
    )
    return {
        "id": check.value,
        "zh": check.zh,
        "en": wording.CHECK_EN[check],
        "verdict": VERDICT_ZH[finding.verdict],
        "verdict_en": wording.VERDICT_EN[finding.verdict],
        "tone": TONES[finding.verdict],
        "confidence": _percent(finding.confidence),
        "judge": finding.judge,
        "summary": finding.summary,
        "charge": finding.charge,
        "sides": [
            {"zh": zh, "en": en, "sign": sign, "grounds": [_ground(g, links) for g in grounds]}
            for (zh, en), sign, grounds in sides
            if grounds
        ],
        "not_met": [_ground(g, links) for g in finding.grounds if not g.holds],
        "elements": [
            {
                "zh": element.zh,
                "proven_by": element.proven_by,
                "doubts": wording.doubts_of(finding, element.doubts),
            }
            for element in finding.elements
        ],
        "quotes": [links.quote(quote) for quote in finding.quotes],
        "articles": wording.citations_zh(finding.citations),
        "notes": finding.notes,
    }


def _ground(ground: Ground, links: _Links) -> dict[str, Any]:
    return {
        "zh": ground.zh,
        "reason": wording.reason_of(ground),
        "weight": f"{ground.weight:+.2f}" if ground.weight else "",
        "proof_free": ground.proof_free,
        "doubtful": ground.on_doubtful_fact,
        "quotes": [links.quote(quote) for quote in ground.quotes],
        "articles": wording.citations_zh(ground.citations),
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "zh": wording.sentence_zh(sentence),
        "en": wording.sentence_en(sentence),
        "band": wording.band_zh(sentence.band),
        "steps": [
            {
                "label": step.label,
                "months": f"{step.months:g}",
                "note": step.note,
                "article": wording.article_zh(step.citation),
            }
            for step in sentence.steps
        ],
    }


def _fields(case: Case, found: Mapping[Key, Passage]) -> list[dict[str, Any]]:
    """The fields of the case that hold text, cut into pieces."""
    return [
        {
            "name": name,
            "zh": FIELD_ZH[name],
            "pieces": pieces(case.text_of(name), [p for p in found.values() if p.field == name]),
        }
        for name in FIELDS
        if case.text_of(name).strip()
    ]


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def _pretty(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
