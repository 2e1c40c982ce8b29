"""What the steps of a review are worth: verified quotes and citations, which check decided, and
whether the checks agree with the logic of the gold label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..cases.vocabulary import Check, Decision, Verdict
from .records import Record

NEGATIVE: dict[str, frozenset[str]] = {
    Check.EVIDENCE.value: frozenset({Verdict.INSUFFICIENT.value}),
    Check.SUBSUMPTION.value: frozenset({Verdict.NO_CRIME.value, Verdict.EXCLUDED.value}),
    Check.WAIVER.value: frozenset({Verdict.WAIVED.value}),
}
"""What each check says where it speaks against prosecution."""
EXPECTED: dict[Decision, str | None] = {
    Decision.IENP: Check.EVIDENCE.value,
    Decision.SNP: Check.SUBSUMPTION.value,
    Decision.DNP: Check.WAIVER.value,
    Decision.P: None,
}
"""The check that must speak against prosecution for each label; none for prosecution."""


def agrees(checks: Mapping[str, str], gold: Decision) -> bool:
    """Whether the checks say what the gold label means.

    Insufficient evidence for IENP, no crime or excluded for SNP, waived for DNP; for P no check
    may speak against prosecution.
    """
    expected = EXPECTED[gold]
    if expected is None:
        return not any(checks.get(check) in bad for check, bad in NEGATIVE.items())
    return checks.get(expected) in NEGATIVE[expected]


def process_figures(
    records: Sequence[Record], gold: Iterable[Decision | None]
) -> dict[str, Any] | None:
    """Process scores of an arm; None where no record has checks, quotes or citations.

    ``gold`` is the label of each record, None where unknown.
    """
    pairs = [
        (r, g)
        for r, g in zip(records, gold, strict=True)
        if r.process.checks or r.process.quotes or r.process.citations
    ]
    if not pairs:
        return None
    kept = [r.process for r, _ in pairs]
    quotes, citations = sum(p.quotes for p in kept), sum(p.citations for p in kept)
    known = [(r.process.checks, g) for r, g in pairs if g is not None and r.process.checks]
    by_label: dict[Decision, list[bool]] = {d: [] for d in Decision}
    for checks, label in known:
        by_label[label].append(agrees(checks, label))
    deciding = Counter(p.deciding or "none" for p in kept)
    return {
        "n": len(pairs),
        "quotes": quotes,
        "quotes_verified": _share(sum(p.quotes_verified for p in kept), quotes),
        "citations": citations,
        "citations_verified": _share(sum(p.citations_verified for p in kept), citations),
        "deciding": dict(sorted(deciding.items(), key=lambda item: (-item[1], item[0]))),
        "verdicts": {
            check.value: dict(Counter(p.checks[check.value] for p in kept if check in p.checks))
            for check in Check
        },
        "agreement": _share(sum(sum(v) for v in by_label.values()), len(known)),
        "agreement_by_label": {
            label.value: {"n": len(v), "share": _share(sum(v), len(v))}
            for label, v in by_label.items()
        },
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
