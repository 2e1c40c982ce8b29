"""The single checks of the encoding: one function for each table of the data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
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
from .verification_sources import Passages, Sources, cl_keys

_DRUG_CHARGES = ("走私、贩卖、运输、制造毒品罪", "非法持有毒品罪")
# Penalties that a chapter's common article adds to those of its single articles.
_COMMON = {1: "cl:第一百一十三条"}
_MULTIPLES = (0.5, 0.8, 2, 3, 5, 10)
_INJURY = ("injury",)
_OPEN_SHARE = "share not fixed"
_SECTION = re.compile(r"([一二三四五六七八九十])?(?:（([一二三四五六七八九十]+)）)?")
_TABLE_TWO = "立案追诉标准"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the data say: ``holds`` is None where the official text is not in the store."""

    kind: str
    where: str
    what: str
    holds: bool | None
    reason: str = ""


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
            text, reference = _band_texts(sources, charge, band)
            term = f"{band.article} {band.lo}-{band.hi if band.hi is not None else 'life'}"
            for kind, patterns in (
                ("band", figures.band_patterns(band)),
                ("penalty", figures.penalty_patterns(band)),
            ):
                holds = None
                if text is not None:
                    holds = figures.found_all(patterns, text) or (
                        figures.found_all(patterns, f"{text}\n{reference}") if reference else False
                    )
                what = term if kind == "band" else f"{band.article} {'、'.join(patterns)}"
                if patterns:
                    yield Check(kind, where, what, holds)


def threshold_figures(sources: Sources) -> Iterator[Check]:
    """Every level of a threshold stands in the article of its source."""
    for rule in _all_thresholds():
        if rule.measure in _INJURY or rule.province:
            continue
        day = sources.days(rule)[0]
        text = sources.instrument_texts(rule.source, rule.source_article, day)
        for level in rule.levels:
            if level.at_least <= 0:
                continue
            name = f"/{rule.substances[0]}" if rule.substances else ""
            where = f"{rule.charge}/{rule.measure}{name} {rule.source}{rule.source_article}"
            what = f"{level.level} {level.at_least:.12g}"
            yield Check("threshold", where, what, _level(rule, level.at_least, text))


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
    for rule in _all_thresholds():
        for key in cl_keys(rule.source, rule.source_article):
            yield f"threshold {rule.charge}", key, Dated(since=rule.since, until=rule.until)
        yield from _instrument_articles(
            f"threshold {rule.charge}", rule.source, rule.source_article
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
        days = (sources.today,)
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


def _band_texts(sources: Sources, charge: Charge, band: Band) -> tuple[str | None, str]:
    """The band's passage on a day of its period, and what that refers to; None if not known."""
    period = Dated(since=band.since or charge.since, until=band.until or charge.until)
    for day in sources.days(period):
        text = sources.passage(band.article, day)
        if text is not None:
            common = _COMMON.get(charge.chapter)
            shared = sources.passage(common, day) or "" if common else ""
            return text, f"{sources.referred(band.article, text, day)}\n{shared}"
    return None, ""


def _level(rule: ThresholdRule, value: float, text: Passages) -> bool | None:
    """Whether a level stands in the named articles, or as a multiple of a figure of the source."""
    if figures.found(figures.amount_patterns(value, rule.measure), text.named):
        return True
    for multiple in _MULTIPLES:
        if figures.found(figures.multiple_patterns(multiple), text.named) and figures.found(
            figures.amount_patterns(value / multiple, rule.measure), text.body
        ):
            return True
    return False if text.complete else None


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
