"""Tables of how good the answers are: decisions, classes, charges, terms, roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..cases.vocabulary import Decision
from .metrics import LEVEL2, UNRESOLVED
from .repeats import Stat
from .tables import Cell, Table

Json = Mapping[str, Any]
STRICT, LENIENT = "strict", "lenient"
_LEVEL1_ZH = {"P": "起诉", "NP": "不起诉"}
SUBJECTS = {
    "charges": "Charges",
    "article_numbers": "Criminal Law articles (LawBench 3-1)",
    "terms": "Prison terms of cases",
    "choice": "Multiple choice",
    "persons": "Charges per defendant",
    "roles": "Roles (principal as positive)",
    "person_terms": "Prison terms per defendant",
}
_NAMES = {
    "n": "n",
    "set_f1": "set F1",
    "set_f1_strings": "as strings",
    "accuracy": "accuracy",
    "micro_precision": "micro-P",
    "micro_recall": "micro-R",
    "micro_f1": "micro-F1",
    "macro_f1": "macro-F1",
    "cail_f1": "CAIL2018",
    "cail_labels": "labels",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "answered": "answered",
    "imp_score": "ImpScore",
    "imp_acc": "ImpAcc",
    "imp_err": "ImpErr",
    "log_d": "LogD",
    "lawbench": "LawBench",
    "cail": "CAIL2018",
    "pair_accuracy": "pairs right",
    "pairs": "pairs",
}
_WHOLE = {"n", "cail_labels", "pairs"}
_NOTES = {
    "terms": "Answers without a number count 0 for ImpScore and ImpAcc, ln 216 for LawBench, and "
    "are left out of ImpErr and LogD.",
    "person_terms": "Answers without a number count 0 for ImpScore and ImpAcc, ln 216 for "
    "LawBench, and are left out of ImpErr and LogD.",
    "charges": "Set F1 is LawBench 3-3's on canonical names, beside it on the strings. CAIL2018 is "
    "(micro-F1 + macro-F1) / 2 over the labels; macro-F1 covers the charges that occur in gold.",
}


def label_zh(label: str) -> str:
    """A label with its Chinese name: ``DNP 相对不起诉``; ``unresolved`` stays."""
    if label == UNRESOLVED:
        return label
    name = _LEVEL1_ZH.get(label) or Decision(label).zh
    return f"{label} {name}"


def stat_of(value: Json | None) -> Stat | None:
    """A ``{"mean", "se"}`` object of the file as a value."""
    return None if value is None else Stat(**value)


def ends(low_high: Sequence[float] | None) -> str | None:
    """An interval as people read it."""
    return None if low_high is None else f"[{low_high[0]:.3f}, {low_high[1]:.3f}]"


def main(arms: Sequence[Json]) -> Table:
    """Both levels, strict reading, one row an arm."""
    rows: list[tuple[Cell, ...]] = []
    for arm in arms:
        found = arm["decisions"][STRICT]
        if found is None:
            continue
        articles = found["articles"] or {}
        rows.append(
            (
                arm["label"],
                arm["runs"],
                found["n"],
                stat_of(found["l2"]["macro_f1"]),
                ends(arm["interval"]),
                stat_of(found["l1"]["macro_f1"]),
                stat_of(found["l2"]["micro_f1"]),
                stat_of(found["l1"]["micro_f1"]),
                articles.get("f1"),
                found["unresolved"],
            )
        )
    return Table(
        id="decisions",
        title="Prosecution decisions",
        note="F1 is the mean over runs ± standard error over runs (sampling noise only); the "
        "interval is a 95 % bootstrap over cases. Strict reading; an answer without a readable "
        "decision is a miss for its class.",
        columns=(
            "arm",
            "runs",
            "answers",
            "L2 macro-F1",
            "95 % CI",
            "L1 macro-F1",
            "L2 micro-F1",
            "L1 micro-F1",
            "article F1",
            "unreadable",
        ),
        rows=tuple(rows),
    )


def readings(arms: Sequence[Json]) -> Table:
    """Both readings of the answers side by side, and the article scores, one row an arm each."""
    rows: list[tuple[Cell, ...]] = []
    for arm in arms:
        for kind in (STRICT, LENIENT):
            found = arm["decisions"][kind]
            if found is None:
                continue
            articles = found["articles"] or {}
            rows.append(
                (
                    arm["label"],
                    kind,
                    stat_of(found["l2"]["macro_f1"]),
                    stat_of(found["l1"]["macro_f1"]),
                    *(articles.get(key) for key in ("precision", "recall", "f1")),
                    found["unresolved"],
                )
            )
    return Table(
        id="readings",
        title="Strict and lenient reading",
        note="Strict is the reading behind published figures (exact labels, raw article strings); "
        "lenient is that of a person (any layout, articles as canonical keys). Article scores are "
        "means over all answers.",
        columns=(
            "arm",
            "reading",
            "L2 macro-F1",
            "L1 macro-F1",
            "article P",
            "article R",
            "article F1",
            "unreadable",
        ),
        rows=tuple(rows),
        heads=2,
    )


def classes(arms: Sequence[Json], level: str, classes: Sequence[str]) -> Table:
    """One row an arm and class, at level ``l1`` or ``l2``."""
    rows: list[tuple[Cell, ...]] = []
    for arm in arms:
        found = arm["decisions"][STRICT]
        if found is None:
            continue
        for name in classes:
            scores = found[level]["per_class"][name]
            rows.append(
                (
                    arm["label"],
                    label_zh(name),
                    scores["precision"],
                    scores["recall"],
                    stat_of(scores["f1"]),
                    *(scores[key] for key in ("tp", "fp", "fn", "support")),
                )
            )
    return Table(
        id=f"classes_{level}",
        title=f"By class, level {level[1]}",
        note="F1 is the mean over runs ± standard error; precision, recall and counts are pooled.",
        columns=("arm", "class", "precision", "recall", "F1", "TP", "FP", "FN", "support"),
        rows=tuple(rows),
        heads=2,
    )


def confusion(arms: Sequence[Json]) -> Table:
    """Level 2, one row an arm and gold class."""
    rows: list[tuple[Cell, ...]] = []
    for arm in arms:
        found = arm["decisions"][STRICT]
        if found is not None:
            table = found["l2"]["confusion"]
            rows += [
                (arm["label"], label_zh(gold), *(table[gold][p] for p in (*LEVEL2, UNRESOLVED)))
                for gold in LEVEL2
            ]
    return Table(
        id="confusion",
        title="Confusion, level 2",
        note="Rows are gold, columns predicted, counts over all runs, strict reading.",
        columns=("arm", "gold", *LEVEL2, "unreadable"),
        rows=tuple(rows),
        heads=2,
    )


def distribution(metrics: Json) -> Table:
    """The share of each label, and how far it is from gold's."""
    rows: list[tuple[Cell, ...]] = []
    gold = metrics["gold_distribution"]
    names = (*LEVEL2, UNRESOLVED)
    if gold:
        rows.append(("gold", *(gold[name] for name in names), None))
    for arm in metrics["arms"]:
        if arm["distribution"]:
            share = arm["distribution"][STRICT]
            shift = sum(abs(share[n] - gold[n]) for n in names) / 2 if gold else None
            rows.append((arm["label"], *(share[name] for name in names), shift))
    return Table(
        id="distribution",
        title="Share of each decision",
        note="Shift is the total variation distance from gold: the share of answers that would "
        "have to change."
        if gold
        else "",
        columns=("arm", *LEVEL2, "unreadable", "shift"),
        rows=tuple(rows),
    )


def judgment(arms: Sequence[Json], subject: str) -> Table:
    """One subject of trial-stage prediction, one row an arm."""
    found = [(arm, arm["judgments"][subject]) for arm in arms if subject in arm["judgments"]]
    if subject == "article_numbers" and any(arm["decisions"]["strict"] for arm in arms):
        # Decisions come with their own article scores, on whole citations.
        found = []
    keys = [key for key in _NAMES if any(key in figures for _, figures in found)]
    return Table(
        id=subject,
        title=SUBJECTS[subject],
        note=_NOTES.get(subject, ""),
        columns=("arm", *(_NAMES[key] for key in keys)),
        rows=tuple((a["label"], *(_figure(key, f.get(key)) for key in keys)) for a, f in found),
    )


def scenarios(arms: Sequence[Json]) -> Table:
    """MPMCP's scenarios, one row an arm and scenario."""
    keys = ("n", "accuracy", "precision", "recall", "f1", "log_d")
    return Table(
        id="scenarios",
        title="Charges per defendant, by scenario",
        note="S1 one defendant, one charge; S2 one, several; S3 several, one; S4 several, several.",
        columns=("arm", "scenario", *(_NAMES[key] for key in keys)),
        rows=tuple(
            (arm["label"], name, *(_figure(key, figures.get(key)) for key in keys))
            for arm in arms
            for name, figures in arm["judgments"].get("scenarios", {}).items()
        ),
        heads=2,
    )


def _figure(key: str, value: Json | None) -> Cell:
    found = stat_of(value)
    return int(found.mean) if found and key in _WHOLE and found.mean.is_integer() else found
