"""Whether models that predict judgments well also decide prosecutions well (Fig. 12 of the paper).

Each run directory gives a model a score at the trial stage (LJP) or of prosecution decisions (PDP);
models that have both are points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ..cases.models import Frozen
from ..errors import ConfigError, InputError
from . import svg
from .headline import headline, trial_headline
from .tables import Table

LEAST = 3
"""Two points always lie on a line."""
_PREFERRED = "baseline"


class Point(Frozen):
    """One model: its trial-stage score and its score of prosecution decisions."""

    model: str
    ljp: float
    pdp: float


class Correlation(Frozen):
    """Pearson's r and Spearman's rho with two-sided p over the points."""

    ljp_name: str
    pdp_name: str
    points: tuple[Point, ...]
    pearson: float
    pearson_p: float
    spearman: float
    spearman_p: float


def correlate(runs: Sequence[Mapping[str, Any]], arm: str | None = None) -> Correlation:
    """Correlate the scores of the models of several runs, each as ``write_metrics`` returns it.

    ``arm`` names the arm to take; without it ``baseline`` where a model has one, else its first.
    A run with decision labels gives PDP scores, and LJP scores only if no other run does.

    Raises InputError for fewer than three models with both scores or for LJP runs with different
    main figures, ConfigError where scipy is missing.
    """
    ljp: dict[str, tuple[str, float]] = {}
    pdp: dict[str, tuple[str, float]] = {}
    for run in sorted(runs, key=_is_decided):
        for model, found in _by_model(run, arm).items():
            if found["decisions"]["strict"]:
                name, mean, _ = headline(found) or ("", 0.0, 0.0)
                pdp.setdefault(model, (name, mean))
            if (trial := trial_headline(found)) is not None:
                ljp.setdefault(model, (trial[0], trial[1]))
    both = [model for model in ljp if model in pdp]
    if len(both) < LEAST:
        raise InputError(
            f"{len(both)} models have a trial-stage and a prosecution score, --correlate, give run "
            f"directories of both kinds for at least {LEAST} models"
        )
    names = {ljp[model][0] for model in both}
    if len(names) > 1:
        raise InputError(
            f"the trial-stage scores are of different kinds ({', '.join(sorted(names))}), "
            "--correlate, give runs on the same task"
        )
    points = tuple(Point(model=m, ljp=ljp[m][1], pdp=pdp[m][1]) for m in both)
    x, y = [p.ljp for p in points], [p.pdp for p in points]
    if len(set(x)) == 1 or len(set(y)) == 1:
        raise InputError("all models score the same, --correlate, there is nothing to correlate")
    try:
        from scipy.stats import pearsonr, spearmanr
    except ImportError:
        raise ConfigError(
            "scipy is not installed, --correlate, run: pip install 'nolle[dense]'"
        ) from None
    r, rho = pearsonr(x, y), spearmanr(x, y)
    return Correlation(
        ljp_name=names.pop(),
        pdp_name=pdp[both[0]][0],
        points=points,
        pearson=float(r.statistic),
        pearson_p=float(r.pvalue),
        spearman=float(rho.statistic),
        spearman_p=float(rho.pvalue),
    )


def correlation_tables(found: Correlation) -> tuple[Table, Table]:
    """The coefficients, and the scores of the models."""
    return (
        Table(
            id="correlation",
            title="Correlation of trial-stage and prosecution scores",
            note="Two-sided p; with few models even a high coefficient may be chance.",
            columns=("coefficient", "value", "p", "models"),
            rows=(
                ("Pearson r", found.pearson, found.pearson_p, len(found.points)),
                ("Spearman ρ", found.spearman, found.spearman_p, len(found.points)),
            ),
        ),
        Table(
            id="models",
            title="Scores of the models",
            columns=("model", f"LJP {found.ljp_name}", f"PDP {found.pdp_name}"),
            rows=tuple((p.model, p.ljp, p.pdp) for p in found.points),
        ),
    )


def scatter(found: Correlation) -> Markup:
    """The models as points, with the line of least squares."""
    left, right, top, bottom = 70, 900, 20, 400
    xs, ys = [p.ljp for p in found.points], [p.pdp for p in found.points]
    low_x, high_x = min(xs) - 0.04, max(xs) + 0.04
    low_y, high_y = min(ys) - 0.04, max(ys) + 0.04
    x = svg.linear(low_x, high_x, left, right)
    y = svg.linear(low_y, high_y, bottom, top)
    parts = []
    for tick in svg.ticks(low_y, high_y):
        parts += [
            svg.line(left, y(tick), right, y(tick), "grid"),
            svg.text(left - 8, y(tick) + 4, f"{tick:g}", "tick", "end"),
        ]
    for tick in svg.ticks(low_x, high_x):
        parts.append(svg.text(x(tick), bottom + 18, f"{tick:g}", "tick", "middle"))
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(xs, ys, strict=True)) / sum(
        (a - mean_x) ** 2 for a in xs
    )
    ends = [(at, mean_y + slope * (at - mean_x)) for at in (min(xs), max(xs))]
    parts.append(svg.line(x(ends[0][0]), y(ends[0][1]), x(ends[1][0]), y(ends[1][1]), "ideal"))
    for place, point in enumerate(found.points):
        title = f"{point.model}: {point.ljp:.4f}, {point.pdp:.4f}"
        late = x(point.ljp) > (left + right) * 0.7
        parts += [
            svg.mark(x(point.ljp), y(point.pdp), place, title),
            svg.text(
                x(point.ljp) + (-11 if late else 11),
                y(point.pdp) + 4,
                svg.shortened(point.model, 36),
                "name",
                "end" if late else "start",
            ),
        ]
    parts += [
        svg.text((left + right) / 2, bottom + 40, f"LJP {found.ljp_name}", "axis-name", "middle"),
        svg.text(left, 12, f"PDP {found.pdp_name}", "axis-name"),
    ]
    return svg.svg(bottom + 48, "Trial-stage against prosecution scores of the models", parts)


def _is_decided(run: Mapping[str, Any]) -> bool:
    return any(arm["decisions"]["strict"] for arm in run["arms"])


def _by_model(run: Mapping[str, Any], arm: str | None) -> dict[str, Mapping[str, Any]]:
    """The arm of each model that is compared."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in run["arms"]:
        if arm is not None and one["arm"] != arm:
            continue
        if one["model"] not in found or one["arm"] == _PREFERRED:
            found[one["model"]] = one
    return found
