"""What the data and the imported texts say of an article or a charge, as plain data."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..agents.opinion import LAW_ZH
from ..errors import InputError
from ..statutes import charges as catalogue
from ..statutes import citations, grounds, official, thresholds, versions
from ..statutes.models import Charge
from . import wording


def show(text: str, day: date) -> dict[str, Any]:
    """Everything known on a day about what a text names: an article or a charge.

    Raises InputError if it names neither.
    """
    charge = catalogue.charge(text)
    return describe(charge.article if charge else key_of(text), day, charge)


def describe(key: str, day: date, charge: Charge | None = None) -> dict[str, Any]:
    """Everything known about an article on a day, as plain data."""
    found = official.article_text(key, day)
    named = (charge,) if charge else catalogue.charges_of_article(key)
    return {
        "key": key,
        "date": day.isoformat(),
        "status": citations.status(key, day),
        "text": found.text if found else None,
        "charges": [_charge(c, day) for c in named],
        "grounds": [
            {"id": g.id, "zh": g.zh, "decision": g.decision}
            for g in grounds.grounds()
            if any(k == key or k.startswith(key) for k in g.cite(day))
        ],
    }


def _charge(charge: Charge, day: date) -> dict[str, Any]:
    return {
        "name": charge.name,
        "article": charge.article,
        "former_names": [former.name for former in charge.former_names],
        "bands": [
            {
                "key": band.key,
                "months": wording.band_zh((band.lo, band.hi)),
                "penalties": list(band.penalties),
                "condition": band.condition,
                "article": wording.article_zh(band.article),
            }
            for band in charge.bands_on(day)
        ],
        "thresholds": [
            f"{rule.measure} "
            + "，".join(f"{level.level}≥{level.at_least:g}" for level in rule.levels)
            + f"  {rule.condition}  {rule.source}{rule.source_article}"
            + ("" if rule.verified else "（未核实）")
            for rule in thresholds.thresholds(charge.name, day)
        ],
    }


def key_of(text: str) -> str:
    """The key that a citation spells; InputError if it is none."""
    law, _, place = text.partition(":")
    if law in LAW_ZH:
        short = place[:1].isdigit()
        key = versions.key_from_short(f"{law} {place}") if short else text
        return citations.key_of(citations.parse_key(key))
    keys = citations.keys_in(text, default="cl")
    if len(keys) != 1:
        raise InputError(
            f"{text!r} is neither one article nor a charge: write e.g. cl:第三十七条, "
            "刑法第三十七条 or 盗窃罪"
        )
    return keys[0]
