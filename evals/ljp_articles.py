"""The articles of the Criminal Law that a judgment on given charges cites, as plain numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..cases.facts import Facts
from ..cases.models import Frozen
from ..errors import InputError
from ..statutes.charges import charge as charge_named
from ..statutes.models import Charge
from ..statutes.numerals import number
from ..tools.sentencing import recommend_sentence
from .term import conduct_day

DATA = Path(__file__).parent / "data"
_NUMBER = re.compile(r"cl:第([^条]+)条")


class Addition(Frozen):
    """Articles cited beside that of the charge, always or where one of the patterns occurs."""

    charges: tuple[str, ...]
    always: tuple[int, ...] = ()
    add: tuple[int, ...] = ()
    cues: tuple[str, ...] = ()


def cited_articles(fact: str, charges: Sequence[str], facts: Facts) -> frozenset[int]:
    """Numbers of the articles for the given charges; paragraphs and 之一 are left out.

    The article of each charge, that of the band which the facts reach, and the additions of
    ``data/articles.yaml``. Names that no charge bears are ignored.
    """
    found = {c.name: c for name in charges if (c := charge_named(name)) is not None}
    numbers: set[int] = set()
    for charge in found.values():
        numbers |= _own(charge, fact, facts)
    for addition in additions():
        if found.keys().isdisjoint(addition.charges):
            continue
        numbers.update(addition.always)
        if any(_compiled(cue).search(fact) for cue in addition.cues):
            numbers.update(addition.add)
    return frozenset(numbers)


def article_number(key: str) -> int | None:
    """The number of a Criminal Law key such as ``cl:第一百三十三条之一``; None for other laws."""
    match = _NUMBER.match(key)
    return number(match.group(1)) if match else None


@cache
def additions() -> tuple[Addition, ...]:
    """The rows of ``data/articles.yaml``."""
    return tuple(Addition.model_validate(row) for row in read_table("articles.yaml"))


@cache
def read_table(name: str) -> Any:
    """A YAML file of ``evals/data``."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=loader)


def _own(charge: Charge, fact: str, facts: Facts) -> set[int]:
    """Where bands stand in articles of their own, the one that the facts reach."""
    own = article_number(charge.article)
    bands = {article_number(band.article) for band in charge.bands} - {None}
    if own in bands:
        if len(bands) == 1:
            return {own} if own is not None else set()
        reached = _reached(charge, fact, facts)
        return {reached if reached is not None else own} if own is not None else set()
    reached = _reached(charge, fact, facts)
    return {n for n in (own, reached) if n is not None}


def _reached(charge: Charge, fact: str, facts: Facts) -> int | None:
    try:
        sentence = recommend_sentence(charge.name, day=conduct_day(facts), facts=facts, text=fact)
    except InputError:
        return None
    keys = [step.citation for step in sentence.steps if step.label.startswith("法定刑幅度")]
    return article_number(keys[0]) if keys else None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
