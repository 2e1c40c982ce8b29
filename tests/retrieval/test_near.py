"""Copies of a case are known whatever names, sums and punctuation they bear."""

import itertools
import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nolle.retrieval.near as near

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "cases").glob("*.json"))
FACTS = {path.stem: json.loads(path.read_text())["fact"] for path in EXAMPLES}
TOLD = (
    "被告人王建国伙同刘洋窜至城东市场，趁被害人陈丽不备，由刘洋望风，王建国用镊子窃得陈丽手机一部，"
    "价值人民币3250元。后王建国、刘洋将手机卖给收购旧货的赵强，得款1200元，两人均分。"
    "次日，民警在网吧内将王建国抓获，刘洋在家属陪同下到派出所投案，如实供述了上述事实。"
)
NAMES = ("王建国", "刘洋", "陈丽", "赵强")
OTHERS = ("李卫东", "周敏", "孙志刚", "吴晓燕", "郑凯", "欧阳雪", "杨帆", "黄磊", "马骏", "何静")
MARKS = str.maketrans("，。；：、（）", ",.;:,()")


def renamed(text: str, chance: random.Random) -> str:
    for old, new in zip(NAMES, chance.sample(OTHERS, len(NAMES)), strict=True):
        text = text.replace(old, new)
    return text


def other_sums(text: str, chance: random.Random) -> str:
    return re.sub(r"\d+", lambda m: str(chance.randrange(1, 10 ** len(m[0]))), text)


def other_marks(text: str, chance: random.Random) -> str:
    return "".join(c + (" " if chance.random() < 0.05 else "") for c in text.translate(MARKS))


def same(one: str, other: str) -> bool:
    return near.is_near(near.shingles(one), near.shingles(other))


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_copy_with_other_names_sums_and_marks_is_near(chance):
    copy = other_marks(other_sums(renamed(TOLD, chance), chance), chance)
    assert copy != TOLD
    assert same(TOLD, copy)
    assert near.estimates(near.signature(TOLD), near.signatures([copy]))[0] >= near.SUSPECT


@pytest.mark.parametrize("name", FACTS)
def test_masked_names_of_a_real_case_do_not_matter(name):
    chance = random.Random(name)
    copy = re.sub(
        r"[\u4e00-\u9fff]某[甲乙丙某]?", lambda m: chance.choice("钱冯褚卫") + "某某", FACTS[name]
    )
    assert same(FACTS[name], other_marks(other_sums(copy, chance), chance))


def test_different_cases_are_not_near():
    texts = [*FACTS.values(), TOLD]
    assert not [pair for pair in itertools.combinations(texts, 2) if same(*pair)]


def test_a_text_within_a_longer_one_is_near():
    longer = TOLD + "".join(FACTS.values())
    assert same(TOLD, longer)
    assert not same(FACTS[EXAMPLES[0].stem], TOLD)


@pytest.mark.parametrize("text", ["", "，。；", "12345"])
def test_texts_without_words_are_near_to_nothing(text):
    assert not same(text, TOLD)
    assert not same(text, text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_any_text_has_a_signature_and_is_near_itself(text):
    made = near.signature(text)
    assert made.shape == (near.PERMUTATIONS,)
    assert (made == near.signature(text)).all()
    assert same(text, text) == bool(near.bare(text))


def test_the_estimate_is_close_to_the_jaccard_index():
    words = [chr(0x4E00 + n) for n in range(3000)]
    chance = random.Random(7)
    for share in (0.2, 0.5, 0.8):
        common = "".join(chance.choices(words, k=int(600 * share)))
        one, other = (common + "".join(chance.choices(words, k=600 - len(common))) for _ in "ab")
        first, second = set(near.shingles(one).tolist()), set(near.shingles(other).tolist())
        true = len(first & second) / len(first | second)
        guess = near.estimates(near.signature(one), near.signatures([other]))[0]
        assert guess == pytest.approx(true, abs=0.2)
