"""Check the citations of a text: does the article exist on the day, and does it fit its charge?"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from ..cases.models import Frozen
from ..errors import InputError
from . import official_store as db
from . import versions
from .charges import charges_of_article, find_charges, normalise_charge
from .citations import ParsedCitation, article_only, key_of, parse, parse_key, status
from .official_versions import find
from .store import read_mapping

State = Literal["right", "outdated", "wrong", "unknown"]

_KNOWN_LAWS = ("cl", "cpl", "cpr", "cl1979")
_SENTENCE = re.compile(r"[。；;！？\n]")
_SPECIAL_PART = 102
# Sentences that name charges and articles apart: concurrence, exceptions, comparisons.
_APART = re.compile(
    "同时(?:又|还|也)?构成|以外|不符合|不构成|参照|数罪并罚|取消|变更|改变|而非|不属于"
)
_DECISION_WORDS = {False: re.compile("不起诉"), True: re.compile("提起公诉|起诉书")}


class CheckedCitation(Frozen):
    """A citation at ``[start, end)`` of the text and what is to be said of it.

    ``right``: in force on the day. ``outdated``: another version of the law has it;
    ``replaced_by`` then names what the day's law has instead, where known. ``wrong``: no version
    has such an article or paragraph. ``unknown``: another law, not in the store.
    ``mismatch`` is the charge that the text ties to an article that is not that charge's.
    """

    start: int
    end: int
    text: str
    key: str
    state: State
    replaced_by: tuple[str, ...] = ()
    mismatch: str | None = None
    note: str = ""


class Says(Frozen):
    """Whether an article is cited for what it says; ``agrees`` None: the tables do not tell."""

    key: str
    claim: str
    agrees: bool | None
    reason: str


def check_text(text: str, day: date, store: Path | None = None) -> tuple[CheckedCitation, ...]:
    """Check every citation in ``text`` against the law of ``day``.

    ``刑法第X条`` and the like are checked by nolle's tables; articles of other laws and
    interpretations by the store of official texts where it holds them.

    Raises:
        ConfigError: the store cannot be read.
    """
    cited = parse(text)
    mismatched = _mismatches(text, cited)
    others = _other_laws([c for c in cited if c.law not in _KNOWN_LAWS], day, store)
    return tuple(
        _checked(text, citation, day, mismatched.get(at), others)
        for at, citation in enumerate(cited)
    )


def says(key: str, claim: str) -> Says:
    """Whether an article of the Criminal Law is the one of the charge that ``claim`` names.

    An article that punishes as another charge (CL 269: robbery) agrees with both.

    Raises:
        InputError: the key is no citation of one article.
    """
    citation = parse_key(key)
    charge = normalise_charge(claim)
    named = (charge,) if charge else tuple(dict.fromkeys(c for c, _, _ in find_charges(claim)))
    if not named:
        return Says(key=key, claim=claim, agrees=None, reason="no charge named")
    if citation.law != "cl" or citation.article < _SPECIAL_PART:
        return Says(key=key, claim=claim, agrees=None, reason="not an article of the special part")
    own = _charges(key_of(citation))
    if not own:
        return Says(key=key, claim=claim, agrees=None, reason="the article defines no charge")
    agrees = not own.isdisjoint(named)
    reason = "the article of " + "、".join(sorted(own))
    return Says(key=key, claim=claim, agrees=agrees, reason=reason)


def _checked(
    text: str,
    citation: ParsedCitation,
    day: date,
    mismatch: str | None,
    others: dict[ParsedCitation, State],
) -> CheckedCitation:
    key = key_of(citation)
    replaced: tuple[str, ...] = ()
    note = ""
    if citation.law in _KNOWN_LAWS:
        state, note = _known(citation, key, day)
        if state == "right" and (replaced := _other_meaning(text, citation, key, day)):
            state, note = "outdated", "that day's law has something else there"
        elif state == "outdated":
            replaced = _replacement(citation, key, day)
    else:
        state = others[citation]
    if mismatch:
        own = "、".join(sorted(_charges(key)))
        note = f"{article_only(key)} is the article of {own}, not of {mismatch}"
    return CheckedCitation(
        start=citation.start,
        end=citation.end,
        text=text[citation.start : citation.end],
        key=key,
        state=state,
        replaced_by=replaced,
        mismatch=mismatch,
        note=note,
    )


def _known(citation: ParsedCitation, key: str, day: date) -> tuple[State, str]:
    if versions.version_on(citation.law, day) is None and citation.law != "cl1979":
        return "unknown", "no version of the law is known for that day"
    found = status(key, day)
    if found == "in_force":
        return "right", ""
    if found == "outdated":
        return "outdated", "another version of the law has it"
    if citation.paragraph and status(article_only(key), day) == "in_force":
        article = versions.article(citation.law, citation.article, citation.sub, day)
        count = article.paragraphs if article else None
        return "wrong", f"the article has {count} 款" if count else "the article has no such 款"
    return "wrong", "no version of the law has such an article"


def _other_meaning(text: str, citation: ParsedCitation, key: str, day: date) -> tuple[str, ...]:
    """What the day's law has for the decision that the sentence names, if ``key`` is not it.

    CPL 173(2) was the waiver of prosecution until 2018 and has been the hearing of the suspect
    since: beside 不起诉 the former is meant.
    """
    decisions = [s for s in versions.subjects() if s.startswith(("decision.", "rules.decision."))]
    if key in {current for s in decisions for current in versions.cite(s, day)}:
        return ()
    before = max((m.end() for m in _SENTENCE.finditer(text, 0, citation.start)), default=0)
    after = _SENTENCE.search(text, citation.end)
    sentence = text[before : after.start() if after else len(text)]
    named = [s for s in decisions if _DECISION_WORDS[s.endswith(".P")].search(sentence)]
    former = {k for s in named for k in _former(s, day)}
    if key not in former:
        return ()
    return tuple(
        dict.fromkeys(k for s in named if key in _former(s, day) for k in versions.cite(s, day))
    )


def _former(subject: str, day: date) -> set[str]:
    return {e.key for e in versions.cited_under(subject) if not e.in_force(day)}


def _replacement(citation: ParsedCitation, key: str, day: date) -> tuple[str, ...]:
    """What the law of the day has instead: by subject, else by the renumbering of the articles."""
    found = versions.counterparts(key, day) or versions.counterparts(article_only(key), day)
    if found or citation.law != "cpl":
        return found
    for version in versions.versions():
        if version.law == "cpl" and not version.in_force(day):
            new = versions.renumbered(citation.article, version.since, day)
            if new is not None and new != citation.article:
                moved = key_of(replace(citation, article=new))
                return (moved,) if status(moved, day) == "in_force" else ()
    return ()


def _other_laws(
    cited: list[ParsedCitation], day: date, store: Path | None
) -> dict[ParsedCitation, State]:
    """Whether articles of other laws exist in the store's texts in force on the day."""
    found: dict[ParsedCitation, State] = dict.fromkeys(cited, "unknown")
    if not any(c.name for c in cited):
        return found
    with db.reading(store) as connection:
        if connection is None:
            return found
        for citation in cited:
            text = find(connection, citation, day)
            if text is not None:
                has = db.lines_of(connection, text.id, citation.article, citation.sub) is not None
                found[citation] = "right" if has else "wrong"
    return found


def _mismatches(text: str, cited: tuple[ParsedCitation, ...]) -> dict[int, str]:
    """Citations (by position in the list) whose sentence ties them to a charge they do not fit.

    Only where none of the sentence's charges is the article's: a sentence often lists several
    articles and several charges.
    """
    special = [
        (at, c, own)
        for at, c in enumerate(cited)
        if c.law == "cl" and c.article >= _SPECIAL_PART and (own := _charges(key_of(c)))
    ]
    if not special:
        return {}
    ends = [match.end() for match in _SENTENCE.finditer(text)]
    named: dict[int, list[tuple[str, int, int]]] = {}
    for hit in find_charges(text):
        named.setdefault(bisect_right(ends, hit[1]), []).append(hit)
    found: dict[int, str] = {}
    for at, citation, own in special:
        sentence = bisect_right(ends, citation.start)
        hits = named.get(sentence, [])
        begin = ends[sentence - 1] if sentence else 0
        if _APART.search(text, begin, ends[sentence] if sentence < len(ends) else len(text)):
            continue
        if hits and own.isdisjoint(charge for charge, _, _ in hits):
            nearest = min(hits, key=lambda hit: _distance(hit, citation))
            found[at] = nearest[0]
    return found


def _distance(hit: tuple[str, int, int], citation: ParsedCitation) -> int:
    """Characters between a charge and a citation; what follows the citation is what it is for."""
    _, start, end = hit
    return start - citation.end if start >= citation.end else 3 * (citation.start - end)


@lru_cache(maxsize=4096)
def _charges(key: str) -> frozenset[str]:
    """The charges that an article defines, punishes or converts to; a 款 that has none: all."""
    own = {charge.name for charge in charges_of_article(key)}
    whole = article_only(key)
    for place, names in _conversions().items():
        if place == key or article_only(place) == key or (place == whole and place != key):
            own.update(names)
    return frozenset(own)


@cache
def _conversions() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for short, names in read_mapping("conversions.yaml").items():
        canonical = [normalise_charge(name) for name in names]
        if None in canonical:
            raise InputError(f"conversions.yaml: {short} names an unknown charge")
        found[versions.key_from_short(short)] = tuple(name for name in canonical if name)
    return found
