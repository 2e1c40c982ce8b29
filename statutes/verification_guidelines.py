"""The figures of guidelines.yaml against the sentencing guidelines and the sources of fines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import verification_figures as figures
from .guidelines import FILE as GUIDELINES
from .store import read_mapping
from .verification_sources import Check, Sources

_OPEN_SHARE = "指导意见未定比例"
_SECTION = re.compile(r"([一二三四五六七八九十])?(?:（([一二三四五六七八九十]+)）)?")


def guideline_figures(sources: Sources) -> Iterator[Check]:
    """Starting points and shares of guidelines.yaml stand in their sections of the guidelines."""
    data = read_mapping(GUIDELINES)
    for row in data["offences"]:
        text = _guideline_section(sources, data["source"], f"四{row['section']}")
        for start in row["starts"]:
            holds = None
            if text is not None:
                holds = figures.found(figures.start_patterns(start["lo"], start["hi"]), text)
            yield Check(
                "guideline", row["charge"], f"{start['level']} {start['lo']}-{start['hi']}", holds
            )
    for row in data["circumstances"]:
        if row.get("note", "").startswith(_OPEN_SHARE):
            continue
        text = _guideline_section(sources, data["source"], row["section"])
        for side in ("lo", "hi"):
            if row[side]:
                yield _share(row["id"], f"{side} {row[side]:g}", row[side], text)
    plea = _guideline_section(sources, data["source"], "三（十四）")
    for name, share in data["repentance_cap"].items():
        yield _share("repentance_cap", f"{name} {share:g}", share, plea)


def fines(sources: Sources) -> Iterator[Check]:
    """The least fines stand in the source that fixes them."""
    for row in read_mapping(GUIDELINES)["fines"]:
        head, _, article = row["source"].partition("号")
        text = sources.instrument_texts(f"{head}号", article, sources.today)
        for value in (row["least"], *row.get("levels", {}).values()):
            holds = figures.found(figures.amount_patterns(float(value), "fine_yuan"), text.named)
            where = f"{row['charge']} {row['source']}"
            yield Check("fine", where, f"{value}", holds or (False if text.complete else None))


def _share(where: str, what: str, share: float, text: str | None) -> Check:
    holds = None if text is None else figures.found(figures.share_patterns(share), text)
    return Check("guideline", where, what, holds)


def _guideline_section(sources: Sources, source: str, section: str) -> str | None:
    """A section such as 三（六） or 四（十一）; None without the guidelines in the store."""
    match = _SECTION.match(section)
    if match is None or not match[1]:
        return None
    passages = sources.instrument_texts(source, f"第{match[1]}条", sources.today)
    if not passages.complete:
        return None
    text = passages.named
    if not match[2]:
        return text
    inside: list[str] = []
    for line in text.splitlines():
        if line.startswith("（") and not inside and not line.startswith(f"（{match[2]}）"):
            continue
        if re.match(r"（[一二三四五六七八九十]+）", line) and inside:
            break
        if inside or line.startswith(f"（{match[2]}）"):
            inside.append(line)
    return "\n".join(inside)
