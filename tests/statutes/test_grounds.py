from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from nolle.statutes.citations import key_of, parse_key, status
from nolle.statutes.grounds import ground, grounds, grounds_in, grounds_of

TABLE = yaml.safe_load(
    (Path(__file__).parent / "cases" / "grounds.yaml").read_text(encoding="utf-8")
)
ROWS = [(name, day, keys) for name, days in TABLE.items() for day, keys in days.items()]
CHANGES = [
    date(*day)
    for day in (
        (1997, 10, 1), (2001, 12, 29), (2006, 6, 29), (2009, 2, 28), (2011, 5, 1), (2013, 1, 1),
        (2015, 11, 1), (2018, 10, 26), (2019, 12, 30), (2021, 3, 1), (2024, 3, 1), (2026, 1, 1),
    )
]  # fmt: skip
OFFICIAL = {
    date(2015, 6, 1): ("cpr2012",),
    date(2024, 6, 1): ("cl1997", "cpl2018", "cpr2019"),
}


def days_of(rule) -> list[date]:
    """Every day of change, and the day before, on which the ground exists."""
    ends = [day for day in (rule.since, rule.until) if day]
    days = {d for day in [*CHANGES, *ends] for d in (day, day - timedelta(days=1))}
    first = max(rule.since or CHANGES[0], CHANGES[0])
    return sorted(d for d in days if first <= d and (rule.until is None or d < rule.until))


@pytest.mark.parametrize(("name", "day", "keys"), ROWS)
def test_what_a_ground_cites(name: str, day: date, keys: list[str]):
    assert ground(name).cite(day) == tuple(keys)


@pytest.mark.parametrize("rule", grounds(), ids=lambda rule: rule.id)
def test_cites_what_is_in_force_whenever_it_applies(rule):
    days = days_of(rule)
    assert days
    for day in days:
        cited = rule.cite(day)
        assert cited, (rule.id, day)
        for key in cited:
            assert status(key, day) == "in_force", (rule.id, key, day)


@pytest.mark.parametrize("rule", grounds(), ids=lambda rule: rule.id)
def test_cites_nothing_when_it_does_not_exist(rule):
    if rule.since:
        assert rule.cite(rule.since - timedelta(days=1)) == ()
    if rule.until:
        assert rule.cite(rule.until) == ()


@pytest.mark.parametrize("rule", grounds(), ids=lambda rule: rule.id)
def test_keys_are_canonical(rule):
    for entry in rule.citations:
        assert key_of(parse_key(entry.key)) == entry.key


def test_ids_and_names_are_unique_and_well_formed():
    ids = Counter(rule.id for rule in grounds())
    assert max(ids.values()) == 1
    assert all(name.replace("_", "").isalnum() and name == name.lower() for name in ids)
    names = Counter(rule.zh for rule in grounds())
    assert max(names.values()) == 1
    assert all(rule.zh for rule in grounds())


def test_a_ground_cites_no_article_twice():
    for rule in grounds():
        for day in days_of(rule):
            cited = rule.cite(day)
            assert len(set(cited)) == len(cited), (rule.id, day)


def test_the_six_grounds_of_article_16():
    rules = grounds_in("not_pursued")
    assert [rule.cite(date(2020, 1, 1))[-1] for rule in rules] == [
        f"cpl:第十六条第{item}项" for item in "一二三四五六"
    ]
    assert {rule.id for rule in rules if rule.proof_free} == {
        "limitation_expired", "amnesty", "complaint_only", "suspect_dead",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("decision", "some"),
    [
        ("SNP", {"self_defence", "necessity", "plainly_minor", "wrong_actor", "under_age"}),
        ("IENP", {"one_against_one", "knowledge_not_proven", "illogical", "result_doubtful"}),
        ("DNP", {"minor_crime", "surrender", "accomplice", "plea", "forgiveness", "elderly"}),
        ("P", {"recidivist", "weapon", "no_licence", "motorway"}),
        ("advisory", {"conditional_non_prosecution", "return_for_investigation"}),
    ],
)
def test_grounds_of_a_decision(decision: str, some: set[str]):
    found = grounds_of(decision)
    assert some <= {rule.id for rule in found}
    assert all(rule.decision == decision for rule in found)


def test_unknown_ground_names_similar_ones():
    with pytest.raises(KeyError, match="self_defence"):
        ground("self_defense")
    with pytest.raises(KeyError, match="no ground"):
        ground("nothing_like_it")


def test_unknown_decision():
    with pytest.raises(KeyError, match="IENP"):
        grounds_of("X")


def test_conditions_are_own_words_not_the_statutes():
    for rule in grounds():
        for text in (*rule.conditions, *rule.exceptions):
            assert text.isascii(), (rule.id, text)
            assert len(text) >= 6, (rule.id, text)


@pytest.mark.dev_data
@pytest.mark.parametrize("day", list(OFFICIAL), ids=str)
def test_cited_places_stand_in_the_official_texts(day: date, official_paragraphs):
    counts = {name.rstrip("0123456789"): official_paragraphs(name) for name in OFFICIAL[day]}
    for rule in grounds():
        for key in rule.cite(day):
            place = parse_key(key)
            if place.law in counts:
                assert place.paragraph <= counts[place.law][place.article, place.sub], key
