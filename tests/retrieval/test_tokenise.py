"""Tokenizers: what they keep and drop, that they are quiet, and that versions tell them apart."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.decided import documents

from nolle.errors import ConfigError
from nolle.retrieval import words
from nolle.retrieval.facts_text import boilerplate, crime_text
from nolle.retrieval.tokenise import (
    CHARGE_MARK,
    CHARGE_WEIGHTS,
    DEFAULT,
    Tokenizer,
    bigrams,
    checked,
    crime_words,
    fingerprint,
    legal_terms,
    tokenizer,
    whitespace,
)

TEXT = (
    "经审理查明，2014年3月25日9时许，被告人张某甲在大名县某小区撬锁入户，"
    "窃得被害人李某的手机一部，价值3500元。"
)


def test_plain_tokenizers() -> None:
    assert whitespace("甲 乙\n丙") == ["甲", "乙", "丙"]
    assert bigrams("盗 窃罪") == ["盗窃", "窃罪"]


@pytest.mark.parametrize(
    "gone", ["张某", "张某甲", "李某", "2014", "3500", "被告人", "审理", "查明", "大名县", "小区"]
)
def test_names_dates_places_and_proceedings_are_dropped(gone: str) -> None:
    assert gone not in crime_words(TEXT)


def test_words_of_the_crime_stay() -> None:
    assert {"手机", "价值"} <= set(crime_words(TEXT))
    assert any("撬" in word or "入户" in word for word in crime_words(TEXT))


def test_the_charges_that_the_facts_speak_for_become_terms() -> None:
    terms = legal_terms(TEXT)
    assert terms.count(f"{CHARGE_MARK}盗窃罪") == CHARGE_WEIGHTS[0]
    assert [term for term in terms if not term.startswith(CHARGE_MARK)] == crime_words(TEXT)


def test_the_dictionary_knows_charges_and_circumstances() -> None:
    assert {"自首", "认罪认罚", "合同诈骗"} <= set(words.legal_words())
    assert words.cut("构成合同诈骗") == ["构成", "合同诈骗"]


def test_boilerplate_names_nothing_that_an_offence_rests_on() -> None:
    pattern, dropped = boilerplate()
    for word in ("盗窃", "轻伤", "醉酒", "诈骗", "谅解", "自首", "毒品"):
        assert word not in dropped
        assert pattern.search(word) is None


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80))
def test_every_tokenizer_takes_any_text_and_always_says_the_same(text: str) -> None:
    for kind in Tokenizer:
        split = tokenizer(kind)
        terms = split(text)
        assert terms == split(text)
        assert all(isinstance(term, str) and term for term in terms)


@given(st.text(alphabet="盗窃抢劫张某在家中，。", max_size=60))
def test_cutting_loses_no_character(text: str) -> None:
    assert "".join(words.cut(text)) == text


def test_the_cut_is_the_most_probable_path_of_jieba() -> None:
    jieba = words._jieba()
    theirs = jieba.Tokenizer()
    theirs.FREQ, theirs.total = theirs.gen_pfdict(theirs.get_dict_file())
    theirs.initialized = True
    for word in words.legal_words():
        if not theirs.FREQ.get(word):
            theirs.add_word(word)
    for document in documents(200):
        for run in crime_text(document.text):
            assert words.cut(run) == theirs.lcut(run, HMM=False)


def test_names_and_versions() -> None:
    assert checked("jieba") is Tokenizer.JIEBA
    assert DEFAULT is Tokenizer.LEGAL
    assert len({fingerprint(kind) for kind in Tokenizer}) == len(Tokenizer)
    with pytest.raises(ConfigError, match=r"unknown tokenizer 'foo'.*whitespace, bigram"):
        tokenizer("foo")


def test_jieba_is_quiet_keeps_its_own_state_and_writes_its_cache_at_home(tmp_path: Path) -> None:
    code = (
        "from nolle.retrieval.tokenise import tokenizer\n"
        "import tempfile, os\n"
        "before = set(os.listdir(tempfile.gettempdir()))\n"
        "tokenizer('legal')('被告人张某盗窃手机')\n"
        "import sys\n"
        "assert 'jieba' not in sys.modules or not sys.modules['jieba'].dt.initialized\n"
        "assert set(os.listdir(tempfile.gettempdir())) == before\n"
    )
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    for _ in range(2):
        ran = subprocess.run(
            [sys.executable, "-c", code],
            env={
                "NOLLE_HOME": str(tmp_path / "home"),
                "PYTHONPATH": ":".join(sys.path),
                "TMPDIR": str(temporary),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    (cache,) = (tmp_path / "home" / "cache").glob("words-*.bin")
    cache.write_bytes(cache.read_bytes()[:1000])
    words._loaded.cache_clear()
    assert words.cut("合同诈骗") == ["合同诈骗"]
