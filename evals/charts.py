"""The charts of the report, drawn from ``metrics.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from . import svg
from .headline import shared_headline
from .metrics import LEVEL2, UNRESOLVED
from .quality_tables import label_zh

Json = Mapping[str, Any]
_LEFT, _RIGHT = 190, 940
_NAME = 24
_NAME_WIDE, _NAME_HIGH = 170, 15
_LAST_NAME = _RIGHT - _NAME_WIDE
"""From here on a name stands to the left of its mark."""
_TONES = {"P": "t-p", "DNP": "t-dnp", "SNP": "t-snp", "IENP": "t-ienp", UNRESOLVED: "t-open"}


def overview(arms: Sequence[Json]) -> Markup | None:
    """L2 macro-F1 of every arm with its bootstrap interval; hollow: the lenient reading."""
    rows = [arm for arm in arms if arm["decisions"]["strict"]]
    if not rows:
        return None
    values = [v for arm in rows for v in (*(arm["interval"] or ()), *_macros(arm))]
    low, high = max(0.0, min(values) - 0.05), min(1.0, max(values) + 0.05)
    x = svg.linear(low, high, _LEFT, _RIGHT - 40)
    bottom = 20 + 34 * len(rows)
    parts = []
    for tick in svg.ticks(low, high):
        parts += [
            svg.line(x(tick), 10, x(tick), bottom, "grid"),
            svg.text(x(tick), bottom + 18, f"{tick:g}", "tick", "middle"),
        ]
    for place, arm in enumerate(rows):
        y = 28 + 34 * place
        strict, lenient = _macros(arm)
        name = svg.shortened(arm["label"], _NAME)
        parts.append(svg.text(_LEFT - 12, y + 4, name, "name", "end"))
        start, end = arm["interval"] or (strict, strict)
        parts.append(svg.whisker((x(start), y), (x(end), y), f"error s{place % svg.MARKS}"))
        parts += [
            svg.mark(x(lenient), y, place, f"{arm['label']} lenient {lenient:.4f}", hollow=True),
            svg.mark(x(strict), y, place, f"{arm['label']} strict {strict:.4f}"),
            svg.text(
                x(max(strict, (arm["interval"] or (0, 0))[1])) + 12, y + 4, f"{strict:.3f}", "value"
            ),
        ]
    parts.append(svg.text((_LEFT + _RIGHT) / 2, bottom + 38, "L2 macro-F1", "axis-name", "middle"))
    return svg.svg(bottom + 46, "L2 macro-F1 of each arm with 95 % intervals", parts)


def classes(arms: Sequence[Json]) -> Markup | None:
    """F1 of every class and arm, with standard errors over runs."""
    rows = [arm for arm in arms if arm["decisions"]["strict"]]
    if not rows:
        return None
    top, bottom, left = 20, 240, 44
    y = svg.linear(0, 1, bottom, top)
    parts = []
    for tick in svg.ticks(0, 1, 5):
        parts += [
            svg.line(left, y(tick), _RIGHT, y(tick), "grid"),
            svg.text(left - 8, y(tick) + 4, f"{tick:g}", "tick", "end"),
        ]
    group = (_RIGHT - left) / len(LEVEL2)
    each = min(44.0, group * 0.84 / len(rows))
    for column, name in enumerate(LEVEL2):
        middle = left + group * (column + 0.5)
        start = middle - each * len(rows) / 2
        for place, arm in enumerate(rows):
            f1 = arm["decisions"]["strict"]["l2"]["per_class"][name]["f1"]
            x = start + each * place
            title = f"{arm['label']} {name} F1 {f1['mean']:.4f} ± {f1['se']:.4f}"
            height = y(0) - y(f1["mean"])
            parts.append(
                svg.bar(x + 1, y(f1["mean"]), each - 2, height, f"b s{place % svg.MARKS}", title)
            )
            if f1["se"]:
                centre = x + each / 2
                ends = (y(max(0.0, f1["mean"] - f1["se"])), y(min(1.0, f1["mean"] + f1["se"])))
                parts.append(svg.whisker((centre, ends[0]), (centre, ends[1])))
            if each >= 26:
                above = y(min(1.0, f1["mean"] + f1["se"])) - 5
                number = f"{f1['mean']:.2f}".removeprefix("0")
                parts.append(svg.text(x + each / 2, above, number, "value small", "middle"))
        parts.append(svg.text(middle, bottom + 20, label_zh(name), "name", "middle"))
    parts.append(svg.line(left, bottom, _RIGHT, bottom))
    return svg.svg(bottom + 30, "F1 of each class by arm", parts)


def shift(metrics: Json) -> Markup | None:
    """How each arm spreads its decisions, beside gold."""
    rows = [
        (arm["label"], arm["distribution"]["strict"])
        for arm in metrics["arms"]
        if arm["distribution"]
    ]
    if not rows:
        return None
    if metrics["gold_distribution"]:
        rows.insert(0, ("gold", metrics["gold_distribution"]))
    x = svg.linear(0, 1, _LEFT, _RIGHT)
    parts = []
    for place, (name, shares) in enumerate(rows):
        y, start = 10 + 34 * place, 0.0
        parts.append(svg.text(_LEFT - 12, y + 17, svg.shortened(name, _NAME), "name", "end"))
        for label in (*LEVEL2, UNRESOLVED):
            share = shares[label]
            width = x(share) - x(0)
            if not share:
                continue
            title = f"{name}: {label} {share:.1%}"
            parts.append(svg.bar(x(start), y, width, 25, f"b {_TONES[label]}", title))
            if width > 34:
                words = f"{share:.0%}" if width < 78 else f"{label} {share:.0%}"
                parts.append(svg.text(x(start) + width / 2, y + 17, words, "inside", "middle"))
            start += share
    return svg.svg(16 + 34 * len(rows), "Share of each decision by arm", parts)


def cost(arms: Sequence[Json]) -> Markup | None:
    """What an answer costs against how good the answers are; None for fewer than two arms."""
    rows = zip(range(len(arms)), arms, shared_headline(arms), strict=True)
    known = [(n, arm, q) for n, arm, q in rows if q is not None]
    if len(known) < 2:
        return None
    name, costs = _expense([arm for _, arm, _ in known])
    left, top, bottom = 60, 20, 270
    values = [value for _, _, (_, value, se) in known for value in (value - se, value + se)]
    low, high = max(0.0, min(values) - 0.06), min(1.0, max(values) + 0.06)
    y = svg.linear(low, high, bottom, top)
    wide = min(costs) > 0 and max(costs) / min(costs) > 20
    most = max(costs) or 1.0
    x = (
        svg.logarithmic(min(costs) / 2, most * 2, left, _RIGHT)
        if wide
        else svg.linear(0, most * 1.1, left, _RIGHT)
    )
    marks = (
        sorted({10.0**k for k in range(-7, 8) if min(costs) / 2 <= 10.0**k <= most * 2})
        if wide
        else svg.ticks(0, most * 1.1, 5)
    )
    parts = []
    for tick in svg.ticks(low, high, 5):
        parts += [
            svg.line(left, y(tick), _RIGHT, y(tick), "grid"),
            svg.text(left - 8, y(tick) + 4, f"{tick:g}", "tick", "end"),
        ]
    for tick in marks:
        parts.append(svg.text(x(tick), bottom + 18, f"{tick:g}", "tick", "middle"))
    parts.append(svg.line(left, bottom, _RIGHT, bottom))
    named: list[tuple[float, float]] = []
    for (n, arm, (_, value, se)), spent in zip(known, costs, strict=True):
        if se:
            parts.append(
                svg.whisker(
                    (x(spent), y(value - se)), (x(spent), y(value + se)), f"error s{n % svg.MARKS}"
                )
            )
        title = f"{arm['label']}: {value:.4f} at {spent:g}"
        parts.append(svg.mark(x(spent), y(value), n, title))
        at, anchor = (x(spent) + 11, "start") if x(spent) < _LAST_NAME else (x(spent) - 11, "end")
        level = y(value) + 4
        while any(abs(at - a) < _NAME_WIDE and abs(level - b) < _NAME_HIGH for a, b in named):
            level += _NAME_HIGH
        named.append((at, level))
        parts.append(svg.text(at, level, svg.shortened(arm["label"], _NAME), "name", anchor))
    parts += [
        svg.text((left + _RIGHT) / 2, bottom + 38, name, "axis-name", "middle"),
        svg.text(left - 40, 12, known[0][2][0], "axis-name"),
    ]
    return svg.svg(bottom + 46, "Cost of an answer against quality", parts)


def reliability(arm: Json, series: int) -> Markup | None:
    """How often answers are right, by how sure the arm said it was; bars show how many."""
    found = arm["calibration"]
    if not found:
        return None
    left, right, top, bottom = 36, 250, 14, 228
    x, y = svg.linear(0, 1, left, right), svg.linear(0, 1, bottom, top)
    most = max(b["n"] for b in found["bins"]) or 1
    parts = [svg.line(x(0), y(0), x(1), y(1), "ideal")]
    for tick in (0, 0.5, 1):
        parts += [
            svg.line(left, y(tick), right, y(tick), "grid"),
            svg.text(left - 6, y(tick) + 4, f"{tick:g}", "tick", "end"),
            svg.text(x(tick), bottom + 16, f"{tick:g}", "tick", "middle"),
        ]
    for b in found["bins"]:
        if not b["n"]:
            continue
        height = (bottom - top) * 0.25 * b["n"] / most
        width = x(b["high"]) - x(b["low"])
        title = f"{b['n']} answers, confidence {b['confidence']:.2f}, right {b['accuracy']:.2f}"
        parts.append(svg.bar(x(b["low"]) + 1, bottom - height, width - 2, height, "count", title))
    for b in found["bins"]:
        if b["n"]:
            title = f"{b['n']} answers, confidence {b['confidence']:.2f}, right {b['accuracy']:.2f}"
            parts.append(svg.mark(x(b["confidence"]), y(b["accuracy"]), series, title))
    parts.append(svg.text((left + right) / 2, bottom + 32, "confidence", "axis-name", "middle"))
    return svg.svg(bottom + 40, f"Reliability of {arm['label']}", parts, width=260)


def _macros(arm: Json) -> tuple[float, float]:
    strict, lenient = (
        arm["decisions"][kind]["l2"]["macro_f1"]["mean"] for kind in ("strict", "lenient")
    )
    return strict, lenient


def _expense(arms: Sequence[Json]) -> tuple[str, list[float]]:
    """US dollars per answer where all are known and some cost, else tokens, else seconds."""
    each = [arm["spend"]["per_answer"] for arm in arms]
    dollars = [e["cost_usd"] for e in each]
    if all(d is not None for d in dollars) and any(dollars):
        return "US dollars per answer", [float(d) for d in dollars]
    if any(e["tokens"] for e in each):
        return "tokens per answer", [float(e["tokens"]) for e in each]
    return "seconds per answer", [float(arm["spend"]["seconds"]["mean"]) for arm in arms]
