"""Drawing charts as SVG text: scales, marks and axes; every text is escaped."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from markupsafe import Markup, escape

from ..cases.sanitise import plain

Scale = Callable[[float], float]
WIDTH = 960
MARKS = 8
"""How many series have a colour and shape of their own; further ones begin again."""


def svg(height: float, label: str, parts: Sequence[str], width: float = WIDTH) -> Markup:
    """A whole chart with an accessible name."""
    body = "\n".join(parts)
    return Markup(
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{_escaped(label)}" '
        f'style="max-width:{width:g}px">\n{body}\n</svg>'
    )


def linear(low: float, high: float, start: float, end: float) -> Scale:
    """Map ``low`` … ``high`` to ``start`` … ``end``."""
    span = high - low or 1.0
    return lambda value: start + (value - low) / span * (end - start)


def logarithmic(low: float, high: float, start: float, end: float) -> Scale:
    """As :func:`linear` for the logarithms of positive numbers."""
    inner = linear(math.log(low), math.log(high), start, end)
    return lambda value: inner(math.log(value))


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from ``low`` to ``high``, at most about ``most``."""
    span = high - low
    if span <= 0:
        return [low]
    rough = span / most
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * k for k in (1, 2, 2.5, 5, 10) if unit * k >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [
        round(first * step + k * step, 12)
        for k in range(int((high - first * step) / step + 1e-6) + 1)
    ]


def text(x: float, y: float, words: str, classes: str = "", anchor: str = "start") -> str:
    """Words at a place; ``anchor`` is start, middle or end."""
    kind = f' class="{classes}"' if classes else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{_escaped(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, classes: str = "axis") -> str:
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{classes}"/>'


def bar(x: float, y: float, width: float, height: float, classes: str, title: str = "") -> str:
    """A rectangle; ``title`` shows when the pointer rests on it."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.1f}" '
        f'height="{max(0.0, height):.1f}" class="{classes}">{_title(title)}</rect>'
    )


def mark(x: float, y: float, series: int, title: str = "", hollow: bool = False) -> str:
    """The mark of a series; shapes tell series apart where colours do not."""
    r = 5.5
    shapes = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}"',
        f'<path d="M{x - r:.1f} {y - r:.1f}h{2 * r}v{2 * r}h-{2 * r}z"',
        f'<path d="M{x:.1f} {y - 6.5:.1f}l6.5 11.5h-13z"',
        f'<path d="M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7 -7z"',
    )
    kind = f"m s{series % MARKS}" + (" hollow" if hollow else "")
    shape = shapes[series % len(shapes)]
    end = shape.split(" ", 1)[0][1:]
    return f'{shape} class="{kind}">{_title(title)}</{end}>'


def whisker(low: tuple[float, float], high: tuple[float, float], classes: str = "error") -> str:
    """An error bar between two points, with short ends across."""
    (x1, y1), (x2, y2) = low, high
    across = (0.0, 4.0) if abs(y1 - y2) < abs(x1 - x2) else (4.0, 0.0)
    dx, dy = across
    ends = "".join(f"M{x - dx:.1f} {y - dy:.1f}l{2 * dx:g} {2 * dy:g}" for x, y in (low, high))
    path = f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}{ends}"
    return f'<path d="{path}" class="{classes}"/>'


def shortened(words: str, most: int) -> str:
    """A name cut in the middle, where long ones differ least."""
    if len(words) <= most:
        return words
    head = (most - 1) // 2
    return f"{words[:head]}…{words[head + 1 - most :]}"


def _title(words: str) -> str:
    return f"<title>{_escaped(words)}</title>" if words else ""


def _escaped(words: str) -> str:
    return str(escape(plain(words)))
