from datetime import date

import pytest

from nolle.statutes.charges import charge
from nolle.statutes.guidelines import (
    circumstances,
    fine_rule,
    guideline,
    guidelines,
    repentance_cap,
    starting_point,
)


def test_all_twenty_three_offences_are_there() -> None:
    assert len(guidelines()) == 23
    assert all(charge(name) is not None for name in guidelines())
    assert all(g.since == date(2021, 7, 1) for g in guidelines().values())


def test_starting_points_lie_within_a_band() -> None:
    for name, found in guidelines().items():
        known = charge(name)
        assert known is not None
        bands = known.bands_on(date(2022, 1, 1))
        for start in found.starts:
            assert start.lo <= start.hi
            assert any(
                band.lo <= start.lo and (band.hi is None or start.hi <= band.hi) for band in bands
            ), (name, start)


@pytest.mark.parametrize(
    ("name", "level", "lo", "hi"),
    [
        ("盗窃罪", "serious", 36, 48),
        ("盗窃罪", "especially_serious", 120, 144),
        ("抢夺罪", "serious", 36, 60),
        ("集资诈骗罪", "basic", 36, 48),
        ("信用卡诈骗罪", "serious", 60, 72),
        ("故意伤害罪", "especially_serious", 120, 156),
        ("走私、贩卖、运输、制造毒品罪", "gravest", 180, 180),
        ("非法持有毒品罪", "especially_serious", 84, 108),
        ("寻衅滋事罪", "serious", 60, 84),
        ("职务侵占罪", "especially_serious", 120, 132),
    ],
)
def test_starting_points(name: str, level: str, lo: int, hi: int) -> None:
    found = starting_point(name, level)
    assert found is not None
    assert (found.lo, found.hi) == (lo, hi)


def test_typical_shares_lie_within_their_range() -> None:
    for item in circumstances().values():
        assert item.lo <= item.typical <= item.hi, item.id


@pytest.mark.parametrize(
    ("key", "layer", "lo", "hi"),
    [
        ("minor_under_16", 1, -0.6, -0.3),
        ("minor", 1, -0.5, -0.1),
        ("accomplice", 1, -0.5, -0.2),
        ("surrender", 2, -0.4, 0),
        ("confession", 2, -0.2, 0),
        ("plea", 2, -0.3, 0),
        ("recidivist", 2, 0.1, 0.4),
        ("prior_record", 2, 0, 0.1),
        ("reconciliation", 2, -0.5, 0),
    ],
)
def test_layers_and_ranges(key: str, layer: int, lo: float, hi: float) -> None:
    item = circumstances()[key]
    assert (item.layer, item.lo, item.hi) == (layer, lo, hi)


def test_caps_and_fines() -> None:
    assert repentance_cap().with_others == 0.6
    assert guideline("重婚罪") is None
    rule = fine_rule("贪污罪")
    assert rule is not None
    assert rule.least == 100000
