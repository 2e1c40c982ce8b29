import pytest

from nolle.cases.findings import Finding, Ground, Outcome, Quote, Review
from nolle.cases.models import Case
from nolle.cases.vocabulary import Check, Verdict
from nolle.serving.highlight import passages, pieces

FACT = "甲某窃得手机一部，如实供述，取得谅解。"
CASE = Case(fact=FACT)


def quote(start, end, text=None):
    return Quote(text=FACT[start:end] if text is None else text, field="fact", start=start, end=end)


def review_of(evidence=(), waiver=()):
    checks = {
        Check.EVIDENCE.value: Finding(
            check=Check.EVIDENCE,
            defendant="甲某",
            verdict=Verdict.SUFFICIENT,
            summary="",
            quotes=tuple(evidence),
        ),
        Check.WAIVER.value: Finding(
            check=Check.WAIVER,
            defendant="甲某",
            verdict=Verdict.WAIVED,
            summary="",
            grounds=(Ground(id="g", zh="情节", holds=True, reason="", quotes=tuple(waiver)),),
        ),
    }
    outcome = Outcome(name="甲某", checks=checks)
    return Review(id="", model="rules", decision=None, outcomes={"甲某": outcome})


@pytest.mark.parametrize(
    ("evidence", "waiver", "cut"),
    [
        ([], [], [FACT]),
        ([(0, 2)], [], ["甲某", FACT[2:]]),
        ([(0, len(FACT))], [], [FACT]),
        ([(2, 9)], [(4, 13)], [FACT[:2], FACT[2:4], FACT[4:9], FACT[9:13], FACT[13:]]),
        ([(2, 13)], [(4, 9)], [FACT[:2], FACT[2:4], FACT[4:9], FACT[9:13], FACT[13:]]),
        ([(0, 2)], [(2, 4)], [FACT[:2], FACT[2:4], FACT[4:]]),
    ],
    ids=["none", "start", "whole", "overlapping", "nested", "adjacent"],
)
def test_text_is_cut_where_passages_begin_and_end(evidence, waiver, cut):
    review = review_of([quote(*span) for span in evidence], [quote(*span) for span in waiver])
    found = passages(review, CASE)
    made = pieces(FACT, list(found.values()))
    assert [piece.text for piece in made] == cut
    for piece in made:
        end = piece.start + len(piece.text)
        assert FACT[piece.start : end] == piece.text
        spans = {(p.start, p.end) for p in piece.covering}
        assert spans == {s for s in (*evidence, *waiver) if s[0] <= piece.start and end <= s[1]}
        assert piece.begins == any(start == piece.start for start, _ in spans)
    assert sorted(p.number for piece in made for p in piece.ends) == list(range(1, len(found) + 1))


def test_a_passage_that_two_checks_quote_is_one_passage_of_both():
    found = passages(review_of([quote(2, 9)], [quote(2, 9)]), CASE)
    (passage,) = found.values()
    assert passage.checks == ("evidence", "waiver")


@pytest.mark.parametrize(
    "wrong",
    [quote(0, 2, "乙某"), quote(3, 3, ""), quote(15, 40), quote(40, 60, "")],
    ids=["other words", "empty", "past the end", "outside"],
)
def test_words_that_do_not_stand_there_are_not_marked(wrong):
    assert passages(review_of([wrong]), CASE) == {}
