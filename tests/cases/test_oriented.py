"""Oriented masking: names that contain each other, markers in the text, sentences, contrasts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nolle.cases.names import STEMS
from nolle.cases.oriented import (
    OTHER,
    TARGET,
    Strategy,
    contrasts,
    masking,
    oriented,
    places,
    split,
)

SURNAMES = ["姜", "段", "王", "李", "欧阳", "阳", "司马", "马", "孙", "公孙"]
TAILS = [
    "某",
    "某某",
    *(f"某{stem}" for stem in STEMS[:4]),
    "某1",
    "某2",
    "某10",
    "某１",
    "X",
    "XX",
]
FILLERS = [
    "伙同",
    "，",
    "、",
    "将",
    "打伤。",
    "持刀追赶",
    "和",
    "〔目标被告人〕",
    "〔",
    "〕",
    "；经查，",
    "与",
    "\n",
]
PROPERTY = settings(
    max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@st.composite
def tellings(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Names that contain each other, and the parts of a text that mentions them apart."""
    surnames = draw(st.lists(st.sampled_from(SURNAMES), min_size=1, max_size=3, unique=True))
    every = [surname + tail for surname in surnames for tail in TAILS]
    names = draw(st.lists(st.sampled_from(every), min_size=2, max_size=8, unique=True))
    parts: list[str] = []
    for _ in range(draw(st.integers(1, 12))):
        parts += [draw(st.sampled_from(FILLERS)), draw(st.sampled_from(every))]
    return names, [*parts, draw(st.sampled_from(FILLERS))]


@PROPERTY
@given(tellings())
def test_masking_one_never_touches_another_and_leads_back(telling):
    names, parts = telling
    text = "".join(parts)
    for name in names:
        way = masking((text,), name, names)
        expected = "".join(way.markers[name] if part == name else part for part in parts)
        assert way.mask(text) == expected
        assert way.unmask(way.mask(text)) == text


@PROPERTY
@given(tellings())
def test_everybody_can_be_masked_at_once_and_leads_back(telling):
    names, parts = telling
    text = "".join(parts)
    view = oriented(text, names[0], names)
    assert view.text == "".join(view.masking.markers.get(part, part) for part in parts)
    assert view.original() == text
    assert len(set(view.masking.markers.values())) == len(names)


@PROPERTY
@given(
    st.text(alphabet="姜某甲欧阳1〔〕目标被告人同案[]。，X ", max_size=60),
    st.lists(st.text(alphabet="姜某甲欧阳1X", min_size=1, max_size=4), min_size=1, max_size=6),
)
def test_any_text_leads_back(text, names):
    view = oriented(text, names[0], names)
    assert view.original() == text
    for one in contrasts(text, names[0], names):
        assert one.original() == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("姜某", "姜某某、姜某甲、姜某1、姜某丙离开。"),
        ("段某1", "段某10和段某12、段某１离开。"),
        ("阳某", "欧阳某离开。"),
        ("王X", "王XX离开。"),
    ],
)
def test_a_name_is_not_found_in_a_longer_one_that_nobody_listed(name, text):
    assert masking((text,), name).mask(text) == text


def test_only_sentences_that_name_the_defendant_are_split_off():
    text = "姜某某提议盗窃。姜某望风！“快走。”姜某说。\n赃款由姜某某分得。"
    assert split(text, "姜某", ["姜某某"]) == "姜某望风！姜某说。\n"
    assert split(text, "姜某某", ["姜某"]) == "姜某某提议盗窃。赃款由姜某某分得。"
    assert split(text, "李某") == ""
    view = oriented(text, "姜某", ["姜某某"], Strategy.SPLIT)
    assert (view.subject, view.original()) == ("姜某", view.text)


def test_the_original_view_is_the_text():
    view = oriented("姜某望风。", "姜某", (), Strategy.ORIGINAL)
    assert (view.text, view.subject) == ("姜某望风。", "姜某")


def test_a_contrast_sets_the_defendant_against_one_other_at_a_time():
    text = "姜某某叫上姜某和段某1去超市。"
    first, second = contrasts(text, "姜某", ["姜某某", "姜某", "段某1"])
    assert first.text == f"〔{OTHER}〕叫上〔{TARGET}〕和段某1去超市。"
    assert second.text == f"姜某某叫上〔{TARGET}〕和〔{OTHER}〕去超市。"
    assert first.original() == second.original() == text


def test_a_marker_of_the_text_gives_way_to_deeper_brackets():
    text = "〔目标被告人〕〔〔目标被告人〕〕姜某"
    view = oriented(text, "姜某")
    assert view.subject == "〔〔〔目标被告人〕〕〕"
    assert view.original() == text


def test_places_are_in_order_and_apart():
    text = "姜某某、姜某、姜某甲"
    found = places(text, ["姜某", "姜某甲", "姜某某", ""])
    assert found == [(0, 3, "姜某某"), (4, 6, "姜某"), (7, 10, "姜某甲")]
