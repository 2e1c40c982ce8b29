"""The single checks of the encoding: one function for each table of the data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from . import verification_figures as figures
from . import versions
from .charges import charges
from .citations import key_of, keys_in, parse, parse_key
from .grounds import grounds
from .guidelines import FILE as GUIDELINES
from .models import Band, Charge, Dated
from .store import day as as_day
from .store import read_data, read_mapping
from .thresholds import ThresholdRule, thresholds
from .verification_guidelines import fines, guideline_figures
from .verification_sources import Check, Passages, Sources, cl_keys

_DRUG_CHARGES = ("走私、贩卖、运输、制造毒品罪", "非法持有毒品罪")
# Penalties that a chapter's common article adds to those of its single articles.
_COMMON = {1: "cl:第一百一十三条"}
_MULTIPLES = (0.5, 0.8, 2, 3, 5, 10)
_DRUG_ARTICLES = ("cl:第三百四十七条", "cl:第三百四十八条")
_INJURY = ("injury",)
_TABLE_TWO = "立案追诉标准"
_DAY = timedelta(days=1)


def all_checks(sources: Sources) -> Iterator[Check]:
    """Every check of every table."""
    yield from articles(sources)
    yield from paragraph_counts(sources)
    yield from bands(sources)
    yield from threshold_figures(sources)
    yield from guideline_figures(sources)
    yield from fines(sources)


def articles(sources: Sources) -> Iterator[Check]:
    """Every article that a table cites exists in the text of its day, with its 款 and 项."""
    cited = {(where, key, p.since, p.until) for where, key, p in _cited()}
    for where, key, since, until in sorted(cited, key=repr):
        period = Dated(since=since, until=until)
        yield Check("article", where, key, _exists(sources, key, period))


def paragraph_counts(sources: Sources) -> Iterator[Check]:
    """The numbers of 款 in versions.yaml are those of the official text."""
    for version in versions.versions():
        last = version.until - _DAY if version.until else max(sources.today, version.since)
        if version.law not in ("cl", "cpl", "cpr") or not sources.has_law(version.law, last):
            continue
        for number, sub in sorted(sources.places(version.law, last)):
            yield _count(sources, version.law, number, sub, last)
    for number, sub, changed in sources.amended():
        yield _count(sources, "cl", number, sub, changed - _DAY)


def bands(sources: Sources) -> Iterator[Check]:
    """The terms and penalties of every band stand in its paragraph or where that refers to."""
    for charge in charges():
        for band in charge.bands:
            where = f"{charge.name}/{band.key}" + (f" until {band.until}" if band.until else "")
            text, reference, common = _band_texts(sources, charge, band)
            term = f"{band.article} {band.lo}-{band.hi if band.hi is not None else 'life'}"
            penalties = figures.penalty_patterns(band)
            yield Check("band", where, term, _stands(figures.band_patterns(band), text, reference))
            if penalties:
                what = f"{band.article} {'、'.join(penalties)}"
                holds = _stands(penalties, text, f"{reference}\n{common}")
                yield Check("penalty", where, what, holds)


def _stands(patterns: tuple[str, ...], text: str | None, reference: str) -> bool | None:
    if text is None:
        return None
    return figures.found_all(patterns, text) or figures.found_all(patterns, f"{text}\n{reference}")


def threshold_figures(sources: Sources) -> Iterator[Check]:
    """Every level of a threshold stands in the article of its source."""
    for rule in _all_thresholds():
        if rule.measure in _INJURY or rule.province:
            continue
        day = sources.days(rule)[0]
        text = sources.instrument_texts(rule.source, rule.source_article, day)
        if rule.substances:
            text = _with_drug_articles(sources, text, day)
        for level in rule.levels:
            if level.at_least <= 0:
                continue
            name = f"/{rule.substances[0]}" if rule.substances else ""
            where = f"{rule.charge}/{rule.measure}{name} {rule.source}{rule.source_article}"
            what = f"{level.level} {level.at_least:.12g}"
            yield Check("threshold", where, what, _level(rule, level.at_least, text))


def _cited() -> Iterator[tuple[str, str, Dated]]:
    for charge in charges():
        yield f"charge {charge.name}", charge.article, charge
        for band in charge.bands:
            yield f"band {charge.name}/{band.key}", band.article, band
    for rule in grounds():
        for cited in rule.citations:
            yield f"ground {rule.id}", cited.key, cited
    for subject in versions.subjects():
        for cited in versions.cited_under(subject):
            yield f"subject {subject}", cited.key, cited
    for row in read_mapping(GUIDELINES)["circumstances"]:
        if row.get("article"):
            yield f"circumstance {row['id']}", row["article"], Dated()
    for short in read_mapping("conversions.yaml"):
        yield "conversion", versions.key_from_short(short), Dated()
    for on, places in read_mapping("versions.yaml")["inserted"].items():
        for place in places:
            yield "inserted", versions.key_from_short(f"cl {place}"), Dated(since=as_day(str(on)))
    for threshold in _all_thresholds():
        for key in cl_keys(threshold.source, threshold.source_article):
            yield (
                f"threshold {threshold.charge}",
                key,
                Dated(since=threshold.since, until=threshold.until),
            )
        yield from _instrument_articles(
            f"threshold {threshold.charge}", threshold.source, threshold.source_article
        )
    for row in read_data("threshold_alternatives.yaml"):
        head, mark, article = row["source"].partition("号")
        yield from _instrument_articles(f"alternative {row['charge']}", head + mark, article)
        for key in keys_in(row["source"]):
            if key.startswith("cl:"):
                yield f"alternative {row['charge']}", key, Dated()


@cache
def _all_thresholds() -> tuple[ThresholdRule, ...]:
    """Every national rule: those of each charge on a day of each group of the tables."""
    found: dict[ThresholdRule, None] = {}
    for group in read_data("thresholds/*.yaml"):
        since, until = as_day(group.get("since")), as_day(group.get("until"))
        day = since or (until - _DAY if until else date.max)
        for charge in group.get("charges", _DRUG_CHARGES):
            found.update(dict.fromkeys(thresholds(charge, day)))
    return tuple(found)


def _instrument_articles(
    where: str, source: str, articles: str
) -> Iterator[tuple[str, str, Dated]]:
    if ("号" not in source and _TABLE_TWO not in source) or re.search("[、,]", source):
        return
    name = "立案追诉标准（二）2022" if _TABLE_TWO in source else source
    for cited in parse(articles):
        if cited.law == "other" and not cited.name:
            key = key_of(cited).removeprefix("other:")
            yield where, f"other:《{name}》{key}", Dated()


def _exists(sources: Sources, key: str, period: Dated) -> bool | None:
    cited = parse_key(key)
    if cited.law == "other":
        days: tuple[date, ...] = (sources.today,)
    else:
        days = tuple(day for day in sources.days(period) if sources.has_law(cited.law, day))
    for day in days:
        found = sources.paragraphs(key, day)
        if found is None:
            if cited.law == "other":
                known = bool(sources.instruments(cited.name))
                return False if known else None
            known_article = (cited.article, cited.sub) in sources.places(cited.law, day)
            if known_article or (cited.law == "cl" and period.until):
                continue
            return False
        if cited.paragraph > len(found):
            return False
        if not cited.item:
            return True
        holders = found[cited.paragraph - 1 : cited.paragraph] if cited.paragraph else found
        if any(p is not None and any(i.number == cited.item for i in p.items) for p in holders):
            return True
        return None if None in holders else False
    return None


def _count(sources: Sources, law: str, number: int, sub: int, day: date) -> Check:
    key = versions.key_from_short(f"{law} {number}" + (f"-{sub}" if sub else ""))
    article = versions.article(law, number, sub, day)
    found = sources.paragraphs(key, day)
    ours = article.paragraphs if article else None
    what = f"{key} {ours} 款"
    if article is None and found:
        return Check("paragraphs", f"{law} {day}", f"{key} missing", False)
    if found is None or ours is None:
        return Check("paragraphs", f"{law} {day}", what, None)
    reason = "" if len(found) == ours else f"the text has {len(found)}"
    return Check("paragraphs", f"{law} {day}", what, len(found) == ours, reason)


def _band_texts(sources: Sources, charge: Charge, band: Band) -> tuple[str | None, str, str]:
    """The band's passage on a day of its period, what that refers to for the penalty, and the
    common article of its chapter; None if the passage is not known."""
    period = Dated(since=band.since or charge.since, until=band.until or charge.until)
    for day in sources.days(period):
        text = sources.passage(band.article, day)
        if text is not None:
            common = _COMMON.get(charge.chapter)
            shared = sources.passage(common, day) or "" if common else ""
            return text, sources.referred(band.article, text, day), shared
    return None, "", ""


def _with_drug_articles(sources: Sources, text: Passages, day: date) -> Passages:
    """CL 347 and 348 fix the quantities of opium, heroin and methamphetamine themselves."""
    fixed = [sources.passage(key, day) or "" for key in _DRUG_ARTICLES]
    return Passages("\n".join((text.named, *fixed)), text.body, text.complete)


def _level(rule: ThresholdRule, value: float, text: Passages) -> bool | None:
    """Whether a level stands in the named articles, or as a multiple of a figure of the source."""
    named = text.named
    if rule.substances:
        lines = named.splitlines()
        named = "\n".join(x for x in lines if any(name in x for name in rule.substances))
    if figures.found(figures.amount_patterns(value, rule.measure), named):
        return True
    for multiple in _MULTIPLES:
        if figures.found(figures.multiple_patterns(multiple), text.named) and figures.found(
            figures.amount_patterns(value / multiple, rule.measure), text.body
        ):
            return True
    return False if text.complete else None
