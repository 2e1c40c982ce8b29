"""BM25: two engines that rank alike, against each package's own scores; ranking and filters."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi
from support.decided import documents

from nolle.retrieval import bm25
from nolle.retrieval.bm25 import K1, B, FastEngine, RankEngine
from nolle.retrieval.corpora import read_corpus
from nolle.retrieval.ranking import Hit, best
from nolle.retrieval.terms import TermTable, merged, table_of
from nolle.retrieval.tokenise import bigrams, legal_terms

TERMS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=12), min_size=1, max_size=20)
QUERY = st.lists(st.sampled_from("abcdefghxy"), max_size=12)


def engines(table: TermTable) -> tuple[RankEngine, FastEngine]:
    with tempfile.TemporaryDirectory() as folder:
        bm25.build(table, Path(folder) / "bm25")
        return RankEngine(table), FastEngine(Path(folder) / "bm25")


def same_top(first: Any, second: Any, k: int = 10) -> None:
    """The same scores in the same places, and the same rows where no other row is as good."""
    one, two = best(first, k), best(second, k)
    assert [hit.score for hit in one] == pytest.approx([hit.score for hit in two], rel=1e-4)
    for hit, other in zip(one, two, strict=True):
        close = np.sum(np.abs(first - hit.score) <= 1e-4 * hit.score)
        assert hit.row == other.row or close > 1


@settings(max_examples=200, deadline=None)
@given(TERMS, QUERY)
def test_both_engines_find_the_same(corpus: list[list[str]], query: list[str]) -> None:
    slow, fast = engines(table_of(corpus))
    first, second = slow.scores(Counter(query)), fast.scores(Counter(query))
    assert first == pytest.approx(second, rel=1e-4, abs=1e-5)
    same_top(first, second)


@pytest.mark.parametrize("split", [bigrams, legal_terms])
def test_both_engines_find_the_same_in_told_cases(split: Any) -> None:
    rows = [split(row.text) for row in documents(120)]
    slow, fast = engines(table_of(rows))
    for row in rows[:40]:
        same_top(slow.scores(Counter(row)), fast.scores(Counter(row)))


@pytest.mark.dev_data
@pytest.mark.skipif("NOLLE_DEV_DATA" not in os.environ, reason="NOLLE_DEV_DATA is not set")
def test_both_engines_find_the_same_in_real_cases() -> None:
    file = Path(os.environ["NOLLE_DEV_DATA"]) / "data" / "lecard_queries.jsonl"
    rows = [legal_terms(row.text) for row in read_corpus(file)]
    slow, fast = engines(table_of(rows))
    for row in rows:
        same_top(slow.scores(Counter(row)), fast.scores(Counter(row)))


@settings(max_examples=60, deadline=None)
@given(TERMS.filter(any), QUERY)
def test_the_matrix_is_the_one_that_bm25s_builds(corpus: list[list[str]], query: list[str]) -> None:
    _, fast = engines(table_of(corpus))
    theirs = bm25s.BM25(k1=K1, b=B, method="atire", idf_method="robertson")
    theirs.index(corpus, show_progress=False)
    expected = theirs.get_scores(query) if query else np.zeros(len(corpus))
    assert fast.scores(Counter(query)) == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_where_the_packages_differ() -> None:
    corpus = [["a", "b"], ["a", "c"], ["a", "d"], ["e"]]
    floor = BM25Okapi(corpus, k1=K1, b=B).get_scores(["a"])
    none = BM25Okapi(corpus, k1=K1, b=B, epsilon=0).get_scores(["a"])
    slow, fast = engines(table_of(corpus))
    assert floor[0] > 0
    assert none.tolist() == [0, 0, 0, 0]
    assert slow.scores({"a": 1}).tolist() == fast.scores({"a": 1}).tolist() == [0, 0, 0, 0]


def test_the_shares_of_the_terms_add_up() -> None:
    rows = [legal_terms(row.text) for row in documents(60)]
    _, fast = engines(table_of(rows))
    query = Counter(rows[3])
    scores = fast.scores(query)
    for row in range(60):
        shares = fast.shares(query, row)
        assert sum(shares.values()) == pytest.approx(float(scores[row]), rel=1e-4, abs=1e-5)
        assert set(shares) <= set(rows[row])


@pytest.mark.parametrize("corpus", [[[]], [[], []], [["a"]], [["a"], []]])
def test_corpora_without_terms(corpus: list[list[str]]) -> None:
    for engine in engines(table_of(corpus)):
        assert engine.scores({"a": 2, "z": 1}).tolist() == [0.0] * len(corpus)
        assert engine.scores({}).tolist() == [0.0] * len(corpus)


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=30),
    st.integers(0, 35),
    st.sets(st.integers(0, 29)),
)
def test_the_best_rows(scores: list[int], k: int, allowed: set[int]) -> None:
    array = np.array(scores, dtype=np.float32)
    rows = sorted((row for row in range(len(scores)) if scores[row] > 0), key=lambda r: -scores[r])
    assert [hit.row for hit in best(array, k)] == rows[:k]
    expected = [Hit(row, scores[row]) for row in rows if row in allowed][:k]
    inside = sorted(row for row in allowed if row < len(scores))
    mask = np.isin(np.arange(len(scores)), inside)
    assert best(array, k, mask) == expected
    assert best(array, k, np.array(inside, dtype=np.int64)) == expected
    assert best(array, k, lambda row: row in allowed) == expected


@given(st.lists(st.tuples(TERMS, st.integers(0, 2**20)), min_size=1, max_size=4))
def test_merging_tables_keeps_the_chosen_rows(parts: list[tuple[list[list[str]], int]]) -> None:
    chosen = [
        np.array([row for row in range(len(corpus)) if bits >> row & 1], dtype=np.int64)
        for corpus, bits in parts
    ]
    whole = merged(
        (table_of(corpus), rows) for (corpus, _), rows in zip(parts, chosen, strict=True)
    )
    expected = [
        Counter(corpus[row])
        for (corpus, _), rows in zip(parts, chosen, strict=True)
        for row in rows
    ]
    assert [whole.row(row) for row in range(len(whole))] == expected
    assert set(whole.vocabulary) == {term for row in expected for term in row}
