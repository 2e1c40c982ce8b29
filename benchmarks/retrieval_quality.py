"""How good retrieval is: same-charge precision at 5, leave-one-out, with 95 % intervals.

The corpus is LawBench's and LeCaRD's rows together (``NOLLE_DEV_DATA``). Each document is asked for
in turn; a hit counts if its set of charges and that of the query meet. The figure is the mean over
the queries whose charges occur in at least one other document; ``p_at_5_all`` counts the others
too, as 0. Intervals are percentiles of a bootstrap over queries; differences are paired.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nolle.retrieval.bm25 import K1, B, EngineKind
from nolle.retrieval.build import build_index
from nolle.retrieval.corpora import read_corpus
from nolle.retrieval.dense_half import builder
from nolle.retrieval.documents import Document
from nolle.retrieval.embeddings import OFFLINE
from nolle.retrieval.guards import Subject
from nolle.retrieval.index import open_index
from nolle.retrieval.library import opened
from nolle.retrieval.search import Engine, find
from nolle.retrieval.tokenise import DEFAULT, Tokenizer, tokenizer

FILES = ("lawbench_ljp.jsonl", "lecard_queries.jsonl")
TOP = 5
RESAMPLES = 2000
SEED = 42

Ranker = Callable[[int, int], Sequence[int]]
"""From a document's number and k to the k best other documents' numbers."""

Maker = Callable[[Sequence[Document]], Ranker]
"""Builds a ranker for a corpus."""


def corpus() -> list[Document]:
    """The development rows; empty where they are absent."""
    folder = os.environ.get("NOLLE_DEV_DATA")
    if not folder:
        print("NOLLE_DEV_DATA is not set: retrieval quality is left out", file=sys.stderr)
        return []
    return [row for name in FILES for row in read_corpus(Path(folder) / "data" / name)]


def indexed(kind: Tokenizer, engine: EngineKind) -> Maker:
    """BM25 by nolle's own index."""

    def make(documents: Sequence[Document]) -> Ranker:
        with tempfile.TemporaryDirectory() as folder:
            build_index(documents, folder, tokenizer=kind, processes=1)
            index = open_index(folder, engine)
            index.search(documents[0].text)

        def rank(number: int, k: int) -> list[int]:
            hits = index.search(documents[number].text, k, allow=lambda row: row != number)
            return [hit.row for hit in hits]

        return rank

    return make


def okapi(kind: Tokenizer) -> Maker:
    """rank-bm25's BM25Okapi as it comes, with its floor for frequent terms."""

    def make(documents: Sequence[Document]) -> Ranker:
        from rank_bm25 import BM25Okapi

        terms = [tokenizer(kind)(document.text) or [""] for document in documents]
        engine = BM25Okapi(terms, k1=K1, b=B)

        def rank(number: int, k: int) -> list[int]:
            ranked = np.argsort(-engine.get_scores(terms[number]), kind="stable")
            return [int(row) for row in ranked if row != number][:k]

        return rank

    return make


def searched(engine: Engine, by_law: bool) -> Maker:
    """The whole search, as a review runs it, with nothing withheld but the query itself."""

    def make(documents: Sequence[Document]) -> Ranker:
        folder = Path(tempfile.mkdtemp())
        build_index(documents, folder, processes=1, also=builder(OFFLINE))
        library = opened(folder)

        def rank(number: int, k: int) -> list[int]:
            subject = Subject(documents[number].text)
            found = find(
                library.index,
                subject,
                k + 1,
                dense=library.dense,
                engine=engine,
                guard=False,
                by_law=by_law,
            )
            rows = [hit.row for hit in found.hits if hit.document.id != documents[number].id]
            return rows[:k]

        return rank

    return make


def makers() -> dict[str, Maker]:
    """Every tokenizer with every engine, and the whole search."""
    found: dict[str, Maker] = {}
    for kind in Tokenizer:
        found[f"{kind} bm25s"] = indexed(kind, EngineKind.BM25S)
        found[f"{kind} rank-bm25"] = indexed(kind, EngineKind.RANK_BM25)
        found[f"{kind} BM25Okapi epsilon 0.25"] = okapi(kind)
    for engine in Engine:
        found[f"search, {engine}, by text"] = searched(engine, by_law=False)
        found[f"search, {engine}, by law"] = searched(engine, by_law=True)
    return found


def measure(engines: Mapping[str, Maker] | None = None) -> dict[str, Any]:
    """The figures of each engine, and how far the default is above each of the others."""
    documents = corpus()
    if not documents:
        return {}
    sets = [set(document.charges) for document in documents]
    same: npt.NDArray[Any] = np.array([[bool(a & b) for b in sets] for a in sets])
    np.fill_diagonal(same, False)
    answerable: npt.NDArray[Any] = np.asarray(same.any(axis=1))
    chosen = dict(engines or makers())
    values = {name: _precision(make(documents), same) for name, make in chosen.items()}
    ours = f"{DEFAULT} bm25s"
    rows = {name: _row(found, answerable) for name, found in values.items()}
    for name, found in values.items():
        if ours in values and name != ours:
            gain = (values[ours] - found)[answerable]
            rows[name]["default_above_it_by"] = [round(float(gain.mean()), 4), *_interval(gain)]
    return {
        "documents": len(documents),
        "queries": int(answerable.sum()),
        "ceiling": round(float((np.minimum(same.sum(axis=1), TOP) / TOP)[answerable].mean()), 4),
        "default": ours,
        "engines": rows,
    }


def _precision(rank: Ranker, same: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.array(
        [
            sum(bool(same[number, row]) for row in rank(number, TOP)) / TOP
            for number in range(len(same))
        ]
    )


def _row(found: npt.NDArray[Any], answerable: npt.NDArray[Any]) -> dict[str, Any]:
    return {
        "p_at_5": round(float(found[answerable].mean()), 4),
        "interval": _interval(found[answerable]),
        "p_at_5_all": round(float(found.mean()), 4),
    }


def _interval(values: npt.NDArray[Any]) -> list[float]:
    draw = np.random.default_rng(SEED)
    picks = draw.integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[picks].mean(axis=1), [2.5, 97.5])
    return [round(float(low), 4), round(float(high), 4)]


def main() -> None:
    """Print the figures as JSON."""
    print(json.dumps(measure(), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
