"""Same-charge precision at 5 of dense, BM25 and hybrid retrieval.

Run it by ``python -m benchmarks.retrieval_dense``.

Leave-one-out over ``lawbench_ljp.jsonl`` and ``lecard_queries.jsonl`` of the development data as
one corpus: the share of the five most alike other cases that have a charge in common with the
query. Means over the queries that have such a case, with 95 % bootstrap intervals; one random half
of the queries was used to choose parameters, the other only to report. BM25 is a plain one of this
script (rank-bm25 Okapi). The embedder is fitted on the texts of all cases, never on a charge.
"By charge" puts cases first that were decided on a charge which the query's facts speak for, so
its figure tells mostly how well charges are told from facts, and the cues that do so were written
with these rows in sight: expect less on others.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from nolle.retrieval.charge_match import likely_charges, prefer_charges
from nolle.retrieval.conduct import conduct
from nolle.retrieval.dense import build, open_dense
from nolle.retrieval.embeddings import open_embedder
from nolle.retrieval.fusion import fuse
from nolle.retrieval.law_words import charge_texts
from nolle.statutes.charges import normalise_charge

FILES = ("lawbench_ljp.jsonl", "lecard_queries.jsonl")
AT, POOL, SEED, DRAWS = 5, 100, 7, 10_000
BOOST = 4
WEIGHTS = (1.0, 0.5)
"""Of dense and BM25 in the hybrid: the better engine has the greater say."""
BM25, DENSE, HYBRID = "bm25 jieba, law words", "dense offline", "hybrid"
Ranking = list[tuple[int, float]]
Engine = Callable[[int], Ranking]


def read(folder: Path) -> tuple[list[str], list[set[str]]]:
    """The facts and the canonical charges of every row."""
    rows = [json.loads(line) for name in FILES for line in (folder / name).open(encoding="utf-8")]
    return [row["fact"] for row in rows], [
        {normalise_charge(name) or name for name in row["charges"]} for row in rows
    ]


def dense_engine(texts: Sequence[str], folder: Path) -> Engine:
    """The offline embedder in Chroma."""
    documents = [SimpleNamespace(id=str(i), text=text) for i, text in enumerate(texts)]
    build(folder, documents, open_embedder(texts=texts))
    index = open_dense(folder)

    @cache
    def search(query: int) -> Ranking:
        found = index.search(texts[query], POOL + 1)
        return [(int(doc), score) for doc, score in found if int(doc) != query]

    return search


def bm25_engine(
    texts: Sequence[str], tokenise: Callable[[str], list[str]], of_law: Sequence[str] = ()
) -> Engine:
    """Okapi BM25 by rank-bm25 with its own parameters.

    With ``of_law`` each word of a query counts once, and those of these texts BOOST times.
    """
    from rank_bm25 import BM25Okapi

    tokens = [tokenise(text) for text in texts]
    index = BM25Okapi(tokens)
    law = {word for text in of_law for word in tokenise(text)}

    @cache
    def search(query: int) -> Ranking:
        asked = tokens[query]
        if law:
            asked = [w for w in sorted(set(asked)) for _ in range(BOOST if w in law else 1)]
        scores = index.get_scores(asked)
        order = np.argsort(-scores, kind="stable")[: POOL + 1]
        return [(int(i), float(scores[i])) for i in order if i != query]

    return search


def hybrid_engine(engines: Sequence[Engine], weights: Sequence[float] | None = None) -> Engine:
    """Reciprocal rank fusion of the engines."""

    def search(query: int) -> Ranking:
        lists = [[doc for doc, _ in engine(query)] for engine in engines]
        return fuse(lists, weights=weights)

    return search


def by_charge(engine: Engine, texts: Sequence[str], charges: Sequence[set[str]]) -> Engine:
    """The engine's answer with cases on likely charges first; the query's own are not looked at."""

    def search(query: int) -> Ranking:
        return prefer_charges(engine(query), likely_charges(texts[query]), charges.__getitem__)

    return search


def engines(texts: Sequence[str], charges: Sequence[set[str]], folder: Path) -> dict[str, Engine]:
    import jieba

    jieba.setLogLevel(60)
    words = jieba.Tokenizer()
    dense = dense_engine(texts, folder)

    def cut(text: str) -> list[str]:
        return [word for word in words.lcut(conduct(text)) if len(word) > 1]

    plain = bm25_engine(texts, lambda t: [t[i : i + 2] for i in range(len(t) - 1)])
    bm25, legal = bm25_engine(texts, cut), bm25_engine(texts, cut, charge_texts())
    hybrid = hybrid_engine([dense, legal], WEIGHTS)
    return {
        "bm25 bigram": plain,
        "bm25 jieba": bm25,
        BM25: legal,
        DENSE: dense,
        "hybrid, plain bm25 jieba, equal weights": hybrid_engine([dense, bm25]),
        "hybrid, equal weights": hybrid_engine([dense, legal]),
        HYBRID: hybrid,
        f"{BM25}, by charge": by_charge(legal, texts, charges),
        f"{DENSE}, by charge": by_charge(dense, texts, charges),
        f"{HYBRID}, by charge": by_charge(hybrid, texts, charges),
    }


def precision(engine: Engine, charges: Sequence[set[str]]) -> Any:
    """Per query: the share of the first five that have a charge in common with it."""
    return np.array(
        [
            sum(bool(charges[doc] & own) for doc, _ in engine(query)[:AT]) / AT
            for query, own in enumerate(charges)
        ]
    )


def interval(values: Any) -> list[float]:
    """The 95 % percentile interval of the mean by bootstrap over the queries."""
    rng = np.random.default_rng(SEED)
    means = values[rng.integers(len(values), size=(DRAWS, len(values)))].mean(axis=1)
    return [round(float(x), 4) for x in np.percentile(means, [2.5, 97.5])]


def measure() -> dict[str, Any]:
    """All figures; empty without the development data."""
    folder = os.environ.get("NOLLE_DEV_DATA")
    if not folder:
        print("NOLLE_DEV_DATA is not set: nothing to measure", file=sys.stderr)
        return {}
    texts, charges = read(Path(folder) / "data")
    shared = np.array([[bool(a & b) for b in charges] for a in charges])
    relatives = shared.sum(axis=1) - 1
    some = relatives > 0
    chosen_on = np.zeros(len(texts), dtype=bool)
    chosen_on[np.random.default_rng(SEED).permutation(len(texts))[: len(texts) // 2]] = True
    figures: dict[str, Any] = {
        "documents": len(texts),
        "queries": int(some.sum()),
        "ceiling": round(float(np.minimum(relatives[some], AT).mean() / AT), 4),
    }
    found = {}
    with tempfile.TemporaryDirectory() as place:
        for name, engine in engines(texts, charges, Path(place) / "dense").items():
            values = found[name] = precision(engine, charges)
            figures[name] = {
                "p5": round(float(values[some].mean()), 4),
                "ci95": interval(values[some]),
                "p5_chosen_on": round(float(values[some & chosen_on].mean()), 4),
                "p5_other_half": round(float(values[some & ~chosen_on].mean()), 4),
                "p5_all_queries": round(float(values.mean()), 4),
            }
    for better, worse in (
        (HYBRID, BM25),
        (HYBRID, DENSE),
        (f"{HYBRID}, by charge", HYBRID),
        (f"{HYBRID}, by charge", f"{DENSE}, by charge"),
        (f"{HYBRID}, by charge", f"{BM25}, by charge"),
    ):
        gain = (found[better] - found[worse])[some]
        figures[f"{better} minus {worse}"] = {
            "p5": round(float(gain.mean()), 4),
            "ci95": interval(gain),
        }
    return figures


if __name__ == "__main__":
    print(json.dumps(measure(), ensure_ascii=False, indent=1))
