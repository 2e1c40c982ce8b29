"""Tables of how the answers came about: significance, cost, failures, calibration, steps."""

from __future__ import annotations

from collections.abc import Sequence

from .metrics import LEVEL2
from .quality_tables import Json, ends
from .records import Failure
from .tables import Cell, Table


def significance(pairs: Sequence[Json]) -> Table:
    """One row a pair of arms."""
    return Table(
        id="significance",
        title="Arms against each other",
        note="Δ is first minus second with its 95 % paired bootstrap interval over cases. McNemar: "
        "cases that only one of the two has right (in most of its runs), two-sided mid-p. "
        "Corrected by Holm over all pairs; no difference is claimed at 0.05 or more.",
        columns=(
            "first",
            "second",
            "cases",
            "Δ",
            "95 % CI",
            "bootstrap p",
            "corrected",
            "only first",
            "only second",
            "McNemar p",
            "corrected p",
        ),
        rows=tuple(
            (
                pair["first"],
                pair["second"],
                pair["n"],
                pair["bootstrap"]["difference"],
                ends((pair["bootstrap"]["low"], pair["bootstrap"]["high"])),
                pair["bootstrap"]["p"],
                pair["bootstrap"]["p_holm"],
                pair["mcnemar"]["only_first"],
                pair["mcnemar"]["only_second"],
                pair["mcnemar"]["p"],
                pair["mcnemar"]["p_holm"],
            )
            for pair in pairs
        ),
        heads=2,
    )


def spend(arms: Sequence[Json]) -> Table:
    """What each arm spent."""
    rows: list[tuple[Cell, ...]] = []
    for arm in arms:
        spend, each = arm["spend"], arm["spend"]["per_answer"]
        cost = each["cost_usd"]
        rows.append(
            (
                arm["label"],
                arm["records"],
                f"{each['calls']:.2f}",
                *(
                    f"{each[key]:,.0f}"
                    for key in ("prompt_tokens", "completion_tokens", "reasoning_tokens")
                ),
                *(f"{spend['seconds'][key]:.2f}" for key in ("p50", "p95")),
                None if cost is None else f"{cost:.6f}",
                f"{spend['cost_usd']:.4f}",
                spend["unknown_cost"],
            )
        )
    return Table(
        id="spend",
        title="Cost",
        note="Per answer: calls, tokens (reasoning is part of the completion), seconds, US dollars "
        "where the price is known; then the sum.",
        columns=(
            "arm",
            "answers",
            "calls",
            "prompt tokens",
            "completion tokens",
            "reasoning tokens",
            "p50 s",
            "p95 s",
            "USD each",
            "USD in all",
            "unknown cost",
        ),
        rows=tuple(rows),
    )


def failures(arms: Sequence[Json]) -> Table:
    """Why answers have no decision."""
    return Table(
        id="failures",
        title="Answers without a decision, by reason",
        columns=("arm", "answers", *(failure.value for failure in Failure), "missing records"),
        rows=tuple(
            (arm["label"], arm["records"], *arm["failures"].values(), arm["missing"])
            for arm in arms
        ),
    )


def calibration(arms: Sequence[Json]) -> Table:
    """Whether confidence can be trusted."""
    return Table(
        id="calibration",
        title="Calibration of confidence",
        note="ECE over ten bins of equal width; Brier score; both 0 at best.",
        columns=("arm", "answers", "ECE", "Brier"),
        rows=tuple(
            (arm["label"], found["n"], found["ece"], found["brier"])
            for arm in arms
            if (found := arm["calibration"])
        ),
    )


def process(arms: Sequence[Json]) -> Table:
    """What the steps are worth beside the result."""
    rows: list[tuple[Cell, ...]] = []
    for arm in arms:
        found = arm["process"]
        if not found:
            continue
        agree = found["agreement_by_label"]
        deciding = found["deciding"]
        rows.append(
            (
                arm["label"],
                found["n"],
                found["quotes_verified"],
                found["citations_verified"],
                found["agreement"],
                *(agree[label]["share"] for label in LEVEL2),
                *(
                    deciding.get(check, 0) / found["n"]
                    for check in ("evidence", "subsumption", "waiver")
                ),
            )
        )
    return Table(
        id="process",
        title="The steps of a review",
        note="Shares: quotes and citations verified; checks that say what the gold label means "
        "(IENP: evidence insufficient; SNP: no crime or excluded; DNP: waived; P: none of these); "
        "reviews that each check decided.",
        columns=(
            "arm",
            "reviews",
            "quotes verified",
            "citations verified",
            "checks agree",
            *(f"agree {label}" for label in LEVEL2),
            "by evidence",
            "by subsumption",
            "by waiver",
        ),
        rows=tuple(rows),
    )
