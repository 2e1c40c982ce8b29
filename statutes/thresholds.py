"""Thresholds of offences: amounts, counts, injuries, weights, by charge, date and province.

Data: ``thresholds/*.yaml`` (one group per source) and ``threshold_alternatives.yaml``. Units are
in the name of the measure: yuan, mg per 100 ml, grams, mu, cubic metres, tons, kilograms; the
rest are counts; ``injury`` is :attr:`InjuryGrade.rank`.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache
from typing import Any

from .models import Dated, Threshold, ThresholdLevel
from .store import read_data

_DEALING = ("走私", "贩卖", "运输", "制造")
_DEALING_NAME = "走私、贩卖、运输、制造毒品罪"
_HOLDING_NAME = "非法持有毒品罪"


class ThresholdRule(Threshold):
    """A threshold with what decides when it applies.

    ``cues``: patterns of the case text, one of which must occur; ``replaces``: it then displaces
    the rules of the same measure without cues. ``open_ended``: the offence also starts without
    this measure, so falling short of it never means "no crime". ``uniform``: no provincial
    standard displaces it. ``range``: provinces may set the level higher. ``substances``: names of
    the drug.
    """

    cues: tuple[str, ...] = ()
    replaces: bool = False
    open_ended: bool = False
    uniform: bool = False
    range: bool = False
    unless_below: bool = False
    substances: tuple[str, ...] = ()

    def applies_to(self, text: str) -> bool:
        """Whether the rule's cues occur in the text; a rule without cues applies to every text."""
        return not self.cues or _told(self.cues, text)


class Alternatives(Dated):
    """Other ways to an offence than its amounts, and what halves its lowest level.

    ``circumstances`` and ``halves`` are circumstance ids, ``cues`` and ``halves_cues`` patterns of
    the case text. ``level`` is what an alternative reaches by itself, None if it only stops the
    conclusion that the act is below the threshold.
    """

    charge: str
    source: str
    circumstances: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    level: str | None = None
    halves: tuple[str, ...] = ()
    halves_cues: tuple[str, ...] = ()

    def met_by(self, circumstances: frozenset[str], text: str) -> bool:
        """Whether a circumstance or the text names an alternative."""
        return not circumstances.isdisjoint(self.circumstances) or _told(self.cues, text)

    def halved_by(self, circumstances: frozenset[str], text: str) -> bool:
        """Whether a circumstance or the text halves the lowest level."""
        return not circumstances.isdisjoint(self.halves) or _told(self.halves_cues, text)


def thresholds(charge: str, day: date, province: str | None = None) -> tuple[ThresholdRule, ...]:
    """The thresholds of a charge in force on a day, the lightest level of each measure first.

    Args:
        charge: the charge with 罪; one act of a selective name (``贩卖毒品罪``) finds the whole.
        day: the day whose law applies.
        province: name of the province, with or without 省 or 市; its standard displaces the
            national range of the same measure. None: the national lower end.

    Conduct older than the first standard falls under that first standard (高检发释字〔2001〕5号
    art. 2: without an interpretation at the time, the later one applies).
    """
    rules = _in_force(_rules().get(threshold_name(charge), ()), day)
    local = [r for r in rules if r.province and province and province.startswith(r.province)]
    displaced = {rule.measure for rule in local}
    national = [
        rule
        for rule in rules
        if rule.province is None and (rule.measure not in displaced or rule.uniform or rule.cues)
    ]
    return (*local, *national)


def _in_force(rules: tuple[ThresholdRule, ...], day: date) -> list[ThresholdRule]:
    found = [rule for rule in rules if rule.in_force(day)]
    if found or not rules or any(rule.since is None for rule in rules):
        return found
    first = min(rule.since for rule in rules if rule.since is not None)
    return [rule for rule in rules if rule.since == first] if day < first else []


def alternatives(charge: str, day: date) -> Alternatives | None:
    """The alternatives of a charge in force on a day, if the data hold any."""
    found = _alternatives().get(threshold_name(charge))
    return found if found is not None and found.in_force(day) else None


@cache
def threshold_name(charge: str) -> str:
    """The name under which the data hold a charge: whole selective names, with 罪."""
    name = charge.strip().removesuffix("罪") + "罪"
    known = _rules()
    if name in known:
        return name
    if name.endswith("毒品罪") and any(name.startswith(act) for act in _DEALING):
        return _DEALING_NAME
    core = name.removesuffix("罪")
    for whole in known:
        parts = set(whole.removesuffix("罪").split("、"))
        if len(parts) > 1 and _within(core, whole, parts):
            return whole
    return name


def _within(core: str, whole: str, parts: set[str]) -> bool:
    """Whether every act and object of ``core`` occurs in the selective name ``whole``."""
    if all(piece in parts for piece in core.split("、")):
        return True
    stem = whole.removesuffix("罪")
    tails = {part[-2:] for part in parts}
    return len(core) > 3 and set(core) <= set(stem) and core[-2:] in tails and core[:2] in stem


@cache
def _rules() -> dict[str, tuple[ThresholdRule, ...]]:
    found: dict[str, list[ThresholdRule]] = {}
    for group in read_data("thresholds/*.yaml"):
        rules = _drug_rules(group) if "substances" in group else _group_rules(group)
        for rule in rules:
            found.setdefault(rule.charge, []).append(rule)
    return {charge: tuple(rules) for charge, rules in found.items()}


def _group_rules(group: dict[str, Any]) -> list[ThresholdRule]:
    return [
        ThresholdRule(
            charge=charge,
            measure=row["measure"],
            levels=_levels(row["levels"]),
            province=row.get("province"),
            condition=row.get("condition", ""),
            source=group["source"],
            source_article=row.get("article", ""),
            verified=group.get("verified", True),
            note=row.get("note", ""),
            since=group.get("since"),
            until=group.get("until"),
            cues=tuple(row.get("cues", ())),
            replaces=row.get("replaces", False),
            open_ended=group.get("open_ended", False),
            uniform=row.get("uniform", False),
            range=row.get("range", False),
            unless_below=row.get("unless_below", False),
        )
        for charge in group["charges"]
        for row in group["rules"]
    ]


def _drug_rules(group: dict[str, Any]) -> list[ThresholdRule]:
    """Dealing is an offence from the first gram, holding only from the fairly large quantity."""
    rules = []
    for fairly_large, large, names in group["substances"].values():
        shared = {
            "measure": "grams",
            "source": group["source"],
            "source_article": group["article"],
            "verified": group.get("verified", True),
            "since": group.get("since"),
            "until": group.get("until"),
            "substances": tuple(names),
        }
        dealing = {"basic": 0, "especially_serious": fairly_large, "gravest": large}
        holding = {"basic": fairly_large, "especially_serious": large}
        rules += [
            ThresholdRule(charge=_DEALING_NAME, levels=_levels(dealing), open_ended=True, **shared),
            ThresholdRule(charge=_HOLDING_NAME, levels=_levels(holding), **shared),
        ]
    return rules


def _levels(levels: dict[str, float]) -> tuple[ThresholdLevel, ...]:
    ordered = sorted(levels.items(), key=lambda item: item[1])
    return tuple(ThresholdLevel(level=level, at_least=least) for level, least in ordered)


@cache
def _alternatives() -> dict[str, Alternatives]:
    rows = read_data("threshold_alternatives.yaml")
    return {row["charge"]: Alternatives.model_validate(row) for row in rows}


@lru_cache(maxsize=512)
def _told(cues: tuple[str, ...], text: str) -> bool:
    """Whether a cue occurs; each of many defendants asks about the same text."""
    return any(_compiled(cue).search(text) for cue in cues)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
