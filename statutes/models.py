"""The shapes of the law data: charges, bands, thresholds, grounds, guidelines, versions.

Data live as YAML under ``statutes/data``; every item names its article and, where it changed,
the dates between which it applies. Months for terms, yuan for sums, grams for weights.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from ..cases.models import Frozen


class Dated(Frozen):
    """Something in force from ``since`` until the day before ``until`` (None: open)."""

    since: date | None = None
    until: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether it applies on ``day``."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )


Penalty = Literal[
    "control", "detention", "fixed_term", "life", "death", "fine", "confiscation", "deprivation"
]


class Band(Dated):
    """A statutory sentencing band.

    ``lo`` and ``hi`` are the months of fixed-term imprisonment (0 when the band starts with
    detention or control; ``hi`` None when it reaches life or death). ``key`` names the level:
    ``basic``, ``serious``, ``especially_serious``, or another short word; ``condition`` says in
    own words when it applies. ``article`` is the full citation with paragraph or item.
    """

    key: str
    lo: int
    hi: int | None
    penalties: tuple[Penalty, ...]
    condition: str
    article: str
    fine: Literal["none", "may", "shall", "alternative"] = "none"


class Element(Frozen):
    """An element of the offence that evidence must prove."""

    id: str
    zh: str
    kind: Literal["actor", "intent", "act", "object", "result", "causation", "circumstance"]


class Cues(Frozen):
    """Words that suggest the charge. Regular expressions; each ``strong`` hit weighs 3,
    ``weak`` 1; a hit of ``against`` takes 3 away."""

    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


class FormerName(Dated):
    """A name the charge bore before (or that data sets use)."""

    name: str


class Charge(Dated):
    """A charge of the special part of the Criminal Law.

    ``forms`` are the patterns of a selective charge (选择性罪名): of each bracket at least one
    member is named, e.g. ``[走私|贩卖|运输|制造]毒品罪`` reads 贩卖、运输毒品罪.
    """

    name: str
    article: str
    chapter: int
    section: int | None = None
    actor: Literal["person", "unit_too", "special", "unit_only"] = "person"
    actor_note: str = ""
    mens_rea: Literal["intent", "negligence", "either"] = "intent"
    bands: tuple[Band, ...] = ()
    elements: tuple[Element, ...] = ()
    cues: Cues = Cues()
    forms: tuple[str, ...] = ()
    former_names: tuple[FormerName, ...] = ()
    dataset_names: tuple[str, ...] = ()
    complaint_only: bool = False
    neighbours: dict[str, str] = Field(default_factory=dict)
    frequent: int | None = None

    def bands_on(self, day: date) -> tuple[Band, ...]:
        """The bands in force on ``day``, lightest first."""
        return tuple(band for band in self.bands if band.in_force(day))


class ThresholdLevel(Frozen):
    """From ``at_least`` (inclusive) on, ``level`` is reached: ``filing``/``basic``/``serious``/…"""

    level: str
    at_least: float
    band: str | None = None


class Threshold(Dated):
    """A measure with the levels at which an offence starts or gets graver.

    ``measure`` is e.g. ``value_yuan``, ``loss_yuan``, ``gain_yuan``, ``sales_yuan``, ``tax_yuan``,
    ``alcohol_mg``, ``grams``, ``times``, ``persons``, ``deaths``, ``injury``.
    ``province`` None is the national rule (for ranges: its lower end).
    """

    charge: str
    measure: str
    levels: tuple[ThresholdLevel, ...]
    province: str | None = None
    condition: str = ""
    source: str
    source_article: str = ""
    verified: bool = True
    note: str = ""


class ArticleOn(Dated):
    """The article to cite while it is in force, e.g. ``cpl:第一百七十七条第二款``."""

    key: str


class GroundRule(Frozen):
    """A legal ground for or against a decision, with the articles to cite by date.

    ``decision`` is what the ground leads to; ``proof_free`` grounds come before the evidence check.
    """

    id: str
    zh: str
    decision: Literal["SNP", "IENP", "DNP", "P", "advisory"]
    group: str
    citations: tuple[ArticleOn, ...]
    conditions: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    proof_free: bool = False
    since: date | None = None
    until: date | None = None

    def cite(self, day: date) -> tuple[str, ...]:
        """The articles to cite on ``day``."""
        return tuple(c.key for c in self.citations if c.in_force(day))


class Adjustment(Frozen):
    """A circumstance of the sentencing guidelines: percentages of the baseline, negative lightens.

    ``layer`` 1 is applied one after the other (multiplied), 2 by adding and subtracting.
    """

    id: str
    zh: str
    layer: Literal[1, 2]
    lo: float
    hi: float
    article: str = ""
    note: str = ""


class StartingPoint(Frozen):
    """Range of starting points in months for one level of one offence."""

    level: str
    lo: float
    hi: float
    condition: str = ""


class Guideline(Dated):
    """Starting points and additions of one common offence."""

    charge: str
    starts: tuple[StartingPoint, ...]
    additions: tuple[str, ...] = ()
    source: str


class ArticleVersion(Dated):
    """One article of one law during one period; ``paragraphs`` its number of 款 if known."""

    law: Literal["cl", "cpl", "cpr"]
    number: int
    sub: int = 0
    paragraphs: int | None = None
    subject: str = ""
