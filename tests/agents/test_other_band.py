"""A term in another band than the calculated one must be one that the law has."""

from __future__ import annotations

from datetime import date

import pytest

from nolle.agents import answer_findings as made
from nolle.agents import answers as a
from nolle.agents.other_band import other_band
from nolle.cases.findings import Sentence
from nolle.cases.vocabulary import SentenceKind

DAY = date(2022, 1, 3)
FIXED, LIFE = SentenceKind.FIXED_TERM, SentenceKind.LIFE


@pytest.mark.parametrize(
    ("charges", "kind", "months", "limits"),
    [
        (["故意伤害罪"], FIXED, 24, (0, 36)),
        (["故意伤害罪"], FIXED, 60, (36, 120)),
        (["故意伤害罪"], FIXED, 168, (120, None)),
        (["故意伤害罪"], LIFE, None, (120, None)),
        (["故意伤害罪"], FIXED, 200, None),
        (["危险驾驶罪"], FIXED, 12, None),
        (["危险驾驶罪"], SentenceKind.DETENTION, 3, (1, 6)),
        (["盗窃罪", "危险驾驶罪"], FIXED, 186, None),
        (["盗窃罪", "危险驾驶罪"], FIXED, 180, (1, 180)),
        (["盗窃罪", "诈骗罪"], FIXED, 240, (0, 240)),
        (["盗窃罪", "诈骗罪"], FIXED, 260, None),
        (["盗窃罪", "诈骗罪", "抢劫罪"], FIXED, 300, (36, 300)),
        (["盗窃罪", "抢劫罪"], FIXED, 24, None),
        (["不存在的罪"], FIXED, 24, None),
        (["盗窃罪"], SentenceKind.FINE, None, None),
        (["盗窃罪"], LIFE, 120, None),
    ],
)
def test_only_bands_of_the_charges_count(charges, kind, months, limits):
    found = other_band(charges, DAY, kind, months)
    assert found == limits


COMPUTED = Sentence(kind=FIXED, months=8, band=(0, 36), fine_yuan=2000)


@pytest.mark.parametrize(
    ("changes", "months", "band"),
    [
        ({"months": 168, "other_band": "致人死亡，适用十年以上"}, 168, (120, None)),
        ({"months": 168}, 8, (0, 36)),
        ({"months": 200, "other_band": "致人死亡"}, 8, (0, 36)),
        ({"months": 60, "probation_months": 36, "other_band": "重伤"}, 8, (0, 36)),
        ({"kind": "life", "months": None, "other_band": "手段特别残忍"}, None, (120, None)),
        ({"months": 10, "other_band": "多余的话"}, 10, (0, 36)),
    ],
)
def test_another_band_needs_its_reason_and_the_law(changes, months, band):
    base = {"analysis": "", "kind": "fixed_term", "probation_months": None, "fine_yuan": None}
    answer = a.SentenceAnswer.model_validate({**base, "adjustments": [], **changes})
    sentence = made.sentence_of(COMPUTED, answer, ["故意伤害罪"], DAY)
    assert (sentence.months, sentence.band) == (months, band)
    labels = [step.label for step in sentence.steps]
    expected = (
        ["模型改用其他法定幅度"] if band != (0, 36) else ["模型建议未采纳"] if months == 8 else []
    )
    assert labels == expected
