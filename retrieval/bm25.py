"""BM25 (Robertson and Zaragoza, 2009) by two engines that rank alike: rank-bm25 and bm25s.

Both compute, for each term of the query as often as it occurs there,

    idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average length))
    idf = max(0, ln((N - df + 0.5) / (df + 0.5)))

which is rank-bm25's ``BM25Okapi`` with ``epsilon=0`` and bm25s with ``method="atire"`` and
``idf_method="robertson"``. They differ in rounding only (64 against 32 bits), so documents whose
scores agree to about six digits may change places. Other settings do not agree: ``BM25Okapi``
gives terms of more than half of the documents ``epsilon`` (0.25) times the mean idf, bm25s gives
them 0; ``BM25L`` multiplies by tf once more than bm25s' ``bm25l``; ``BM25Plus`` agrees with
``bm25+`` at equal ``delta`` (default 1 against 0.5); ``lucene`` has no counterpart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from .terms import TermTable

if TYPE_CHECKING:
    import numpy.typing as npt

K1: Final = 1.5
B: Final = 0.75
METHOD: Final = "atire"
IDF_METHOD: Final = "robertson"

SMALL_CORPUS: Final = 1000
"""Up to so many documents rank-bm25 answers: there a query costs it a few milliseconds, as the
tokenizer does. Its time grows with documents times query terms in Python, so bm25s takes over."""


class EngineKind(StrEnum):
    """Which package scores."""

    AUTO = "auto"
    RANK_BM25 = "rank-bm25"
    BM25S = "bm25s"


class Engine(Protocol):
    """Scores every document for a query; not negative, 0 where nothing is shared."""

    def scores(self, query: Mapping[str, int]) -> npt.NDArray[Any]:
        """One number per document; ``query`` says how often each term is asked for."""
        ...


class RankEngine:
    """rank-bm25 over terms in memory: the reference."""

    def __init__(self, terms: TermTable, k1: float = K1, b: float = B) -> None:
        from rank_bm25 import BM25Okapi

        rows = (terms.row(number) for number in range(len(terms)))
        corpus = [list(Counter(row).elements()) for row in rows]
        self._size = len(corpus)
        self._engine = BM25Okapi(corpus, k1=k1, b=b, epsilon=0) if any(corpus) else None

    def scores(self, query: Mapping[str, int]) -> npt.NDArray[Any]:
        """See :class:`Engine`."""
        import numpy as np

        if self._engine is None:
            return np.zeros(self._size)
        found: npt.NDArray[Any] = self._engine.get_scores(list(Counter(query).elements()))
        return found


class FastEngine:
    """bm25s over a saved, memory-mapped matrix of scores, one column per term."""

    def __init__(self, folder: Path) -> None:
        import bm25s

        self._engine = bm25s.BM25.load(folder, mmap=True, show_progress=False)

    def scores(self, query: Mapping[str, int]) -> npt.NDArray[Any]:
        """See :class:`Engine`. Terms asked for equally often are scored in one call."""
        import numpy as np

        total = np.zeros(self._engine.scores["num_docs"], dtype=np.float32)
        by_count: dict[int, list[int]] = {}
        for term, count in query.items():
            number = self._engine.vocab_dict.get(term)
            if number is not None:
                by_count.setdefault(count, []).append(number)
        for count, numbers in by_count.items():
            total += count * self._engine.get_scores_from_ids(numbers)
        return total

    def vocabulary(self) -> tuple[str, ...]:
        """Every term, in the order of the columns."""
        numbers = self._engine.vocab_dict
        return tuple(sorted(numbers, key=numbers.__getitem__))

    def shares(self, query: Mapping[str, int], row: int) -> dict[str, float]:
        """What each term adds to the score of one document; terms that add nothing are absent."""
        import numpy as np

        matrix = self._engine.scores
        found = {}
        for term, count in query.items():
            number = self._engine.vocab_dict.get(term)
            if number is None:
                continue
            start, end = (int(matrix["indptr"][number + offset]) for offset in (0, 1))
            at = start + int(np.searchsorted(matrix["indices"][start:end], row))
            if at < end and int(matrix["indices"][at]) == row:
                found[term] = count * float(matrix["data"][at])
        return found


def build(terms: TermTable, folder: Path, k1: float = K1, b: float = B) -> None:
    """Write the matrix of ``terms`` as bm25s saves it.

    The matrix is computed here, all documents at once, because bm25s walks Python lists of
    numbers, which takes ten times the memory; the tests compare it with the one that bm25s
    builds. Terms that score nothing anywhere (idf 0: in half of the documents or more) keep no
    entries.
    """
    import bm25s
    import numpy as np

    size = len(terms)
    frequency = np.bincount(terms.ids, minlength=len(terms.vocabulary))
    idf = np.log(np.maximum((size - frequency + 0.5) / (frequency + 0.5), 1.0))
    rows = np.repeat(np.arange(size, dtype=np.int32), np.diff(terms.starts))
    lengths = np.bincount(rows, weights=terms.counts, minlength=size)
    kept = idf[terms.ids] > 0
    rows, ids, counts = rows[kept], terms.ids[kept], terms.counts[kept].astype(np.float64)
    average = float(lengths.mean()) or 1.0
    length = 1 - b + b * lengths[rows] / average
    data = idf[ids] * counts * (k1 + 1) / (counts + k1 * length)
    order = np.argsort(ids, kind="stable")
    starts = np.zeros(len(terms.vocabulary) + 1, dtype=np.int64)
    np.cumsum(np.bincount(ids, minlength=len(terms.vocabulary)), out=starts[1:])
    engine = bm25s.BM25(k1=k1, b=b, method=METHOD, idf_method=IDF_METHOD)
    engine.scores = {
        "data": data[order].astype(np.float32),
        "indices": rows[order],
        "indptr": starts,
        "num_docs": size,
    }
    engine.vocab_dict = {term: number for number, term in enumerate(terms.vocabulary)}
    engine.nonoccurrence_array = None
    engine.save(folder, show_progress=False)
