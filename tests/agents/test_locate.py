"""Quotes are found in the words of the case, or stay unverified."""

from __future__ import annotations

import pytest
from support.typed_answers import CASE

from nolle.agents.locate import locate, quoted


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("窃得手机一部", "窃得手机一部"),
        ("“窃得手机一部”", "窃得手机一部"),
        ("甲某在超市(A店)内窃得手机一部", "甲某在超市（A店）内窃得手机一部"),
        ("价值３２００元，到案后 甲某如实供述", "价值3200元；到案后，甲某如实供述"),
        ("甲某在超市……价值3200元", "甲某在超市（A店）内窃得手机一部，价值3200元"),
        ("1990年生", "1990年生"),
    ],
)
def test_quotes_are_found_in_the_cases_own_spelling(words, found):
    quote = locate(CASE, words)
    assert quote.verified
    assert quote.text == found
    assert CASE.text_of(quote.field)[quote.start : quote.end] == found


@pytest.mark.parametrize("words", ["甲某拒不供述", "窃得手机两部", "，。", "价值……超市", "3；2"])
def test_what_is_not_in_the_case_stays_unverified(words):
    quote = locate(CASE, words)
    assert not quote.verified
    assert (quote.start, quote.end) == (0, 0)


@pytest.mark.parametrize("words", ["", "  ", "“”"])
def test_an_empty_quote_is_none(words):
    assert locate(CASE, words) is None


def test_the_cases_words_are_put_in_quotation_marks():
    text = quoted(CASE, "认为甲某在超市（A店）内窃得手机的事实清楚")
    assert text == "认为“甲某在超市（A店）内窃得手机”的事实清楚"
    assert quoted(CASE, "本案事实清楚，证据确实、充分") == "本案事实清楚，证据确实、充分"
    assert quoted(CASE, "称“甲某在超市（A店）内窃得”") == "称“甲某在超市（A店）内窃得”"
