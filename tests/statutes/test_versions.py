from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from nolle.errors import ConfigError
from nolle.statutes import versions
from nolle.statutes.citations import parse_key, status
from nolle.statutes.versions import article, cite, counterparts, key_from_short, renumbered

OFFICIAL = ["cl1997", "cpl2018", "cpr2012", "cpr2019"]


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("subject", "day", "keys"),
    [
        ("decision.P", "2012-12-31", ["cpl:第一百四十一条"]),
        ("decision.P", "2016-01-01", ["cpl:第一百七十二条"]),
        ("decision.P", "2018-10-25", ["cpl:第一百七十二条"]),
        ("decision.P", "2018-10-26", ["cpl:第一百七十六条第一款"]),
        ("decision.P", "2020-01-01", ["cpl:第一百七十六条第一款"]),
        ("decision.SNP", "2012-01-01", ["cpl:第一百四十二条第一款", "cpl:第十五条"]),
        ("decision.SNP", "2013-01-01", ["cpl:第一百七十三条第一款", "cpl:第十五条"]),
        ("decision.SNP", "2020-01-01", ["cpl:第一百七十七条第一款", "cpl:第十六条"]),
        ("decision.IENP", "2012-01-01", ["cpl:第一百四十条第四款"]),
        ("decision.IENP", "2016-01-01", ["cpl:第一百七十一条第四款"]),
        ("decision.IENP", "2020-01-01", ["cpl:第一百七十五条第四款"]),
        ("decision.DNP", "2012-01-01", ["cpl:第一百四十二条第二款"]),
        ("decision.DNP", "2016-01-01", ["cpl:第一百七十三条第二款"]),
        ("decision.DNP", "2020-01-01", ["cpl:第一百七十七条第二款"]),
        ("rules.decision.P", "2012-12-31", []),
        ("rules.decision.P", "2019-12-29", ["cpr:第三百九十条第一款"]),
        ("rules.decision.P", "2019-12-30", ["cpr:第三百五十五条第一款"]),
        ("rules.decision.SNP", "2019-01-01", ["cpr:第四百零一条第一款"]),
        ("rules.decision.IENP", "2019-01-01", ["cpr:第四百零三条", "cpr:第四百零四条"]),
        ("rules.decision.IENP", "2020-01-01", ["cpr:第三百六十七条", "cpr:第三百六十八条"]),
        ("rules.decision.DNP", "2019-01-01", ["cpr:第四百零六条"]),
        ("rules.decision.DNP", "2020-01-01", ["cpr:第三百七十条"]),
        ("plea", "2018-10-25", []),
        ("plea", "2018-10-26", ["cpl:第十五条"]),
        ("not_pursued.limitation", "2016-01-01", ["cpl:第十五条第二项"]),
        ("not_pursued.limitation", "2020-01-01", ["cpl:第十六条第二项"]),
        ("evidence.confession_only", "2016-01-01", ["cpl:第五十三条第一款"]),
        ("evidence.confession_only", "2020-01-01", ["cpl:第五十五条第一款"]),
        ("evidence.exclusion", "2016-01-01", ["cpl:第五十四条"]),
        ("reconciliation", "2016-01-01", ["cpl:第二百七十七条"]),
        ("reconciliation", "2020-01-01", ["cpl:第二百八十八条"]),
        ("conditional", "2016-01-01", ["cpl:第二百七十一条第一款"]),
        ("limitation", "2020-01-01", ["cl:第八十七条", "cl:第八十八条", "cl:第八十九条"]),
    ],
)
def test_what_to_cite(subject: str, day: str, keys: list[str]):
    assert cite(subject, on(day)) == tuple(keys)


def test_unknown_subject_names_the_known_ones():
    with pytest.raises(KeyError, match=r"decision\.DNP"):
        cite("decision.X", on("2020-01-01"))


TURNS = [v.since for v in versions.versions()] + [
    date(*day)
    for day in (
        (2001, 12, 29), (2002, 12, 28), (2005, 2, 28), (2006, 6, 29), (2009, 2, 28), (2011, 5, 1),
        (2015, 11, 1), (2021, 3, 1), (2024, 3, 1),
    )
]  # fmt: skip


@pytest.mark.parametrize("subject", versions.subjects())
def test_subjects_cite_what_is_in_force(subject: str):
    for turn in TURNS:
        for day in (turn - timedelta(days=1), turn, turn + timedelta(days=40)):
            for key in cite(subject, day):
                assert status(key, day) == "in_force", (subject, key, day)


@pytest.mark.parametrize("law", ["cl", "cpl", "cpr"])
def test_versions_follow_each_other_without_gap(law: str):
    rows = [v for v in versions.versions() if v.law == law]
    assert rows[-1].until is None
    assert all(one.until == two.since for one, two in itertools.pairwise(rows))


@pytest.mark.parametrize(
    ("place", "day", "paragraphs"),
    [
        (("cl", 390, 0), "2024-02-29", 2),
        (("cl", 390, 0), "2024-03-01", 3),
        (("cl", 383, 0), "2015-10-31", 2),
        (("cl", 383, 0), "2015-11-01", 4),
        (("cl", 67, 0), "2011-04-30", 2),
        (("cl", 67, 0), "2011-05-01", 3),
        (("cl", 17, 0), "2021-02-28", 4),
        (("cl", 17, 0), "2021-03-01", 5),
        (("cl", 285, 0), "2009-02-27", 1),
        (("cl", 285, 0), "2009-02-28", 3),
        (("cl", 285, 0), "2015-11-01", 4),
        (("cl", 303, 0), "2006-06-28", 1),
        (("cl", 303, 0), "2020-01-01", 2),
        (("cl", 303, 0), "2021-03-01", 3),
        (("cl", 13, 0), "2020-01-01", 1),
        (("cl", 276, 1), "2020-01-01", 3),
        (("cpl", 177, 0), "2020-01-01", 3),
        (("cpl", 173, 0), "2016-01-01", 3),
        (("cpl", 1, 0), "2016-01-01", None),
        (("cpr", 390, 0), "2016-01-01", 3),
        (("cpr", 367, 0), "2020-01-01", 2),
    ],
)
def test_paragraphs_at_the_change(place: tuple[str, int, int], day: str, paragraphs: int | None):
    found = article(*place, on(day))
    assert found is not None
    assert found.paragraphs == paragraphs
    assert found.in_force(on(day))


@pytest.mark.parametrize(
    ("place", "day"),
    [
        (("cl", 133, 1), "2011-04-30"),
        (("cl", 17, 1), "2011-04-30"),
        (("cl", 287, 2), "2015-10-31"),
        (("cl", 199, 0), "2015-11-01"),
        (("cl", 280, 2), "2021-02-28"),
        (("cl", 453, 0), "2020-01-01"),
        (("cl", 264, 1), "2020-01-01"),
        (("cpl", 226, 0), "2012-12-31"),
        (("cpl", 291, 0), "2018-10-25"),
        (("cpl", 309, 0), "2020-01-01"),
        (("cpr", 685, 0), "2019-12-30"),
        (("cpr", 1, 0), "2012-12-31"),
        (("cl", 1, 0), "1997-09-30"),
        (("mystery", 1, 0), "2020-01-01"),
    ],
)
def test_articles_that_do_not_exist_then(place: tuple[str, int, int], day: str):
    assert article(*place, on(day)) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [(1, 1), (14, 14), (15, 16), (33, 34), (35, 37), (48, 50), (53, 55), (54, 56), (79, 81),
     (168, 171), (170, 173), (171, 175), (172, 176), (173, 177), (177, 181), (178, 183),
     (195, 200), (208, 214), (216, 227), (271, 282), (277, 288), (280, 298), (284, 302),
     (290, 308)],
)  # fmt: skip
def test_renumbering_of_2018(old: int, new: int):
    before, after = on("2016-01-01"), on("2020-01-01")
    assert renumbered(old, before, after) == new
    assert renumbered(new, after, before) == old


@pytest.mark.parametrize("new", [15, 36, 170, 174, 182, 201, 222, 226, 291, 297])
def test_articles_new_in_2018(new: int):
    assert renumbered(new, on("2020-01-01"), on("2016-01-01")) is None


def test_renumbering_covers_all_but_the_new_articles():
    new = {renumbered(n, on("2016-01-01"), on("2020-01-01")) for n in range(1, 291)}
    assert len(new) == 290
    assert len(set(range(1, 309)) - new) == 18


@pytest.mark.parametrize(
    ("key", "day", "meant"),
    [
        ("cpl:第一百七十三条第二款", "2020-01-01", "cpl:第一百七十七条第二款"),
        ("cpl:第一百四十二条第二款", "2016-01-01", "cpl:第一百七十三条第二款"),
        ("cpl:第一百七十五条第四款", "2016-01-01", "cpl:第一百七十一条第四款"),
        ("cpr:第四百零六条", "2020-01-01", "cpr:第三百七十条"),
    ],
)
def test_counterparts(key: str, day: str, meant: str):
    assert meant in counterparts(key, on(day))


def test_no_counterpart_for_what_is_cited_rightly():
    assert counterparts("cl:第三十七条", on("2020-01-01")) == ()


@pytest.mark.parametrize(
    ("short", "key"),
    [
        ("cl 133-1(1)(2)", "cl:第一百三十三条之一第一款第二项"),
        ("cpl 16()(2)", "cpl:第十六条第二项"),
        ("cpr 368", "cpr:第三百六十八条"),
    ],
)
def test_short_form(short: str, key: str):
    assert key_from_short(short) == key


@pytest.mark.parametrize("short", ["", "cl", "xx 12", "cl 12x", "cl:第十二条"])
def test_bad_short_form(short: str):
    with pytest.raises(ConfigError):
        key_from_short(short)


@pytest.mark.dev_data
@pytest.mark.parametrize("version_id", OFFICIAL)
def test_tables_agree_with_the_official_texts(version_id: str, official_paragraphs):
    counts = official_paragraphs(version_id)
    version = next(v for v in versions.versions() if v.id == version_id)
    day = on("2024-06-01") if version.until is None else version.since
    for (number, sub), count in counts.items():
        found = article(version.law, number, sub, day)
        if (number, sub) == (199, 0) and version_id == "cl1997":
            assert found is None
            continue
        assert found is not None, (number, sub)
        assert found.paragraphs == count, (number, sub, found.paragraphs, count)
    numbers = {n for n, sub in counts if not sub}
    assert numbers == set(range(1, version.last + 1))


@pytest.mark.dev_data
@pytest.mark.parametrize("version_id", OFFICIAL)
def test_articles_cited_by_subject_stand_in_the_official_text(version_id: str, official_paragraphs):
    counts = official_paragraphs(version_id)
    version = next(v for v in versions.versions() if v.id == version_id)
    checked = 0
    for subject in versions.subjects():
        for entry in versions.cited_under(subject):
            place = parse_key(entry.key)
            if place.law == version.law and entry.since == version.since:
                assert place.paragraph <= counts[place.article, place.sub], (subject, entry.key)
                checked += 1
    assert checked
