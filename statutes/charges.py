"""The charges of the special part of the Criminal Law: the table and how to look things up in it.

Names follow the two highest organs' list of charges with its eight supplements; bands follow the
Criminal Law as amended up to Amendment XII (in force 2024-03-01), older bands are dated.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from . import charge_names
from .models import Band, Charge, Cues, Element, FormerName
from .store import day, read_data, read_mapping

# In cues "~" stands for up to twelve characters of the same sentence.
_GAP = "[^。]{0,12}"
_KEY = re.compile(
    r"(?P<article>\w+:(?:《[^》]+》)?第[^条]+条(?:之[一二三四五六七八九十]+)?)(?P<rest>.*)"
)


@cache
def charges() -> tuple[Charge, ...]:
    """Every charge, in the order of the articles.

    The models are built without validation from the shipped data, which the tests validate.

    Raises:
        ConfigError: a data file is broken.
    """
    extras = {**read_mapping("cues.yaml"), **read_mapping("cues/*.yaml")}
    return tuple(_charge({**item, **extras.get(item["name"], {})}) for item in _items())


def charge(name: str) -> Charge | None:
    """The charge that ``name`` spells: current, former, selective or data set name, 罪 or not."""
    canonical = normalise_charge(name)
    return None if canonical is None else _by_name()[canonical]


def charges_of_article(key: str) -> tuple[Charge, ...]:
    """The charges that an article defines or punishes, e.g. of ``cl:第二百三十七条第三款``.

    With a paragraph or item only the charges that have a band there, unless none has.
    """
    match = _KEY.fullmatch(key)
    if match is None:
        return ()
    found = _by_article().get(match["article"], ())
    if not match["rest"]:
        return found
    narrower = tuple(c for c in found if any(b.article.startswith(key) for b in c.bands))
    return narrower or found


@lru_cache(maxsize=4096)
def normalise_charge(name: str) -> str | None:
    """The canonical name of the one charge that ``name`` spells; None if none or several."""
    return charge_names.normalise(name, _index())


@lru_cache(maxsize=256)
def find_charges(text: str) -> tuple[tuple[str, int, int], ...]:
    """The charges named in ``text``: canonical name, start and end, in the order of the text.

    Reads names with 罪, lists (诈骗、敲诈勒索、寻衅滋事罪), selective forms (贩卖毒品罪), former
    names, and names without 罪 after 涉嫌, before 一案, or as in 以故意伤害立案; of overlapping
    readings the longest.
    """
    return charge_names.find(text, _index())


def _items() -> list[dict[str, Any]]:
    return read_data("charges/*.yaml")


@cache
def _by_name() -> Mapping[str, Charge]:
    return {c.name: c for c in charges()}


@cache
def _index() -> charge_names.NameIndex:
    return charge_names.build(charges())


@cache
def _by_article() -> Mapping[str, tuple[Charge, ...]]:
    found: dict[str, dict[str, Charge]] = defaultdict(dict)
    for c in charges():
        for key in (c.article, *(b.article for b in c.bands)):
            match = _KEY.fullmatch(key)
            if match is not None:
                found[match["article"]][c.name] = c
    return {article: tuple(by_name.values()) for article, by_name in found.items()}


def _charge(item: Mapping[str, Any]) -> Charge:
    values: dict[str, Any] = {
        **item,
        "since": day(item.get("since")),
        "until": day(item.get("until")),
        "bands": tuple(_band(band) for band in item["bands"]),
        "forms": tuple(item.get("forms", ())),
        "dataset_names": tuple(item.get("dataset_names", ())),
        "former_names": tuple(_former(former) for former in item.get("former_names", ())),
    }
    if "elements" in item:
        values["elements"] = tuple(Element.model_construct(**e) for e in item["elements"])
    if "cues" in item:
        values["cues"] = _cues(item["cues"])
    return Charge.model_construct(**values)


def _cues(item: Mapping[str, Any]) -> Cues:
    def patterns(kind: str) -> tuple[str, ...]:
        return tuple(str(word).replace("~", _GAP) for word in item.get(kind, ()))

    return Cues.model_construct(
        strong=patterns("strong"), weak=patterns("weak"), against=patterns("against")
    )


def _band(item: Mapping[str, Any]) -> Band:
    return Band.model_construct(
        **{
            **item,
            "penalties": tuple(item["penalties"]),
            "since": day(item.get("since")),
            "until": day(item.get("until")),
        }
    )


def _former(item: Mapping[str, Any]) -> FormerName:
    return FormerName.model_construct(
        name=item["name"], since=day(item.get("since")), until=day(item.get("until"))
    )
