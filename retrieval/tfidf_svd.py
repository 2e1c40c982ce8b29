"""The offline embedder: TF-IDF of characters and pairs, turned by truncated SVD.

Fitted on a corpus, downloads nothing, and the same for the same corpus and seed. Grams that the law
itself uses (names of charges, their elements and cues) weigh twice, and the wording of every charge
takes part in the fit, so that a small corpus too learns which words go together. Saved as arrays
and JSON; loading runs no code and refuses pickles.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..cases.models import Frozen
from ..errors import ConfigError, InputError
from .conduct import conduct, conduct_and_charge
from .law_words import charge_texts
from .ngrams import Counts, batches, count

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT: Final = 1
ARRAYS, MANIFEST = "tfidf_svd.npz", "tfidf_svd.json"
_FEW: Final = 100


class Fit(Frozen):
    """How the embedder is fitted; the defaults were chosen by same-charge precision at 5.

    ``min_df``: texts that a gram must occur in; ``max_share``: share of the texts above which it
    says nothing; ``vocabulary``: the most frequent so many grams; ``sample``: texts that the fit
    looks at; ``law_weight``: weight of grams of the law; ``law_share``: length of a charge's
    wording beside a case's in the fit, 0 to leave it out.
    """

    dimensions: int = 128
    min_df: int = 3
    max_share: float = 0.2
    vocabulary: int = 60_000
    sample: int = 20_000
    law_weight: float = 2.0
    law_share: float = 1.5
    seed: int = 0


class TfidfSvd:
    """Vectors of unit length (0 for a text without any known gram)."""

    name: Final = "offline"

    def __init__(
        self, codes: NDArray[Any], weights: NDArray[Any], turn: NDArray[Any], fit: Fit
    ) -> None:
        self._codes, self._weights, self._turn, self._fit = codes, weights, turn, fit
        arrays = b"".join(hashlib.sha256(a.tobytes()).digest() for a in (codes, weights, turn))
        self.fingerprint = f"offline-{FORMAT}-{hashlib.sha256(arrays).hexdigest()[:16]}"

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""
        return int(self._turn.shape[1])

    def embed_documents(self, texts: Sequence[str]) -> NDArray[Any]:
        """One row of float32 for each text."""
        import numpy as np

        out = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start, part in batches(texts):
            matrix = self._matrix(count([conduct_and_charge(text) for text in part]), len(part))
            out[start : start + len(part)] = _unit(np.asarray(matrix @ self._turn))
        return out

    def embed_query(self, text: str) -> NDArray[Any]:
        """The vector of one text, equal to that of the same text as a document."""
        row: NDArray[Any] = self.embed_documents([text])[0]
        return row

    def save(self, folder: Path) -> None:
        """Write the embedder into ``folder``."""
        import numpy as np

        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ARRAYS).open("wb") as stream:
            np.savez(stream, codes=self._codes, weights=self._weights, turn=self._turn)
        manifest = {
            "format": FORMAT,
            "fingerprint": self.fingerprint,
            "fit": self._fit.model_dump(mode="json"),
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")

    def _matrix(self, counts: Counts, rows: int) -> Any:
        return _weighted(counts, rows, self._codes, self._weights)


def fit(texts: Sequence[str], how: Fit | None = None) -> TfidfSvd:
    """Fit the embedder on (a seeded sample of) the texts; InputError if they hold no words."""
    import numpy as np

    how = how or Fit()
    rng = np.random.default_rng(how.seed)
    if len(texts) > how.sample:
        chosen = np.sort(rng.choice(len(texts), how.sample, replace=False))
        texts = [texts[i] for i in chosen]
    cases = _counted([conduct_and_charge(text) for text in texts])
    codes, weights = _vocabulary(cases, len(texts), how)
    if codes.size == 0:
        raise InputError("no words to embed, corpus: give it documents with Chinese facts")
    law = [conduct(text) for text in charge_texts()]
    law_counts = count(law)
    if how.law_weight != 1.0:
        known = np.isin(codes, np.unique(law_counts.codes))
        weights = np.where(known, weights * how.law_weight, weights)
    matrix = _unit_rows(_weighted(cases, len(texts), codes, weights))
    if how.law_share:
        wording = _unit_rows(_weighted(law_counts, len(law), codes, weights)) * how.law_share
        matrix = _sparse().vstack([matrix, wording]).tocsr()
    turn = _directions(matrix, how)
    return TfidfSvd(codes, weights.astype(np.float32), turn, how)


def load(folder: Path) -> TfidfSvd:
    """The embedder that ``save`` wrote; ConfigError if it is missing, damaged or too new."""
    import numpy as np

    mend = "build the index again"
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if manifest["format"] != FORMAT:
            raise ConfigError(
                f"embedder of another format ({manifest['format']}), {folder}: {mend}"
            )
        # Plain arrays only: a pickle in an index of foreign origin would run its code here.
        with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
            codes, weights, turn = (arrays[name] for name in ("codes", "weights", "turn"))
        how = Fit.model_validate(manifest["fit"])
    except FileNotFoundError as error:
        raise ConfigError(f"no embedder, {error.filename}: {mend}") from None
    except ConfigError:
        raise
    except Exception as error:
        reason = type(error).__name__
        raise ConfigError(f"damaged embedder ({reason}), {folder}: {mend}") from None
    shapes_fit = codes.ndim == weights.ndim == 1 and turn.ndim == 2
    if not shapes_fit or not len(codes) == len(weights) == len(turn):
        raise ConfigError(f"damaged embedder (shapes), {folder}: {mend}")
    embedder = TfidfSvd(codes, weights, turn, how)
    if embedder.fingerprint != manifest["fingerprint"]:
        raise ConfigError(f"damaged embedder (altered), {folder}: {mend}")
    return embedder


def _counted(texts: Sequence[str]) -> Counts:
    import numpy as np

    rows, codes, counts = [], [], []
    for start, part in batches(texts):
        found = count(part)
        rows.append(found.rows + start)
        codes.append(found.codes)
        counts.append(found.counts)
    if not rows:
        none = np.zeros(0, dtype=np.int64)
        return Counts(none, none, none)
    return Counts(np.concatenate(rows), np.concatenate(codes), np.concatenate(counts))


def _vocabulary(counts: Counts, texts: int, how: Fit) -> tuple[NDArray[Any], NDArray[Any]]:
    """The grams to keep, sorted, with their smoothed inverse document frequencies."""
    import numpy as np

    codes, df = np.unique(counts.codes, return_counts=True)
    # In a few texts hardly a gram is rare, and a frequent one may yet tell them apart.
    few = texts < _FEW
    least = 1 if few else how.min_df
    keep = (df >= least) & (df <= (texts if few else how.max_share * texts))
    if not keep.any():
        keep = df >= 1
    codes, df = codes[keep], df[keep]
    if codes.size > how.vocabulary:
        chosen = np.sort(np.lexsort((codes, -df))[: how.vocabulary])
        codes, df = codes[chosen], df[chosen]
    return codes, np.log((1 + texts) / (1 + df)) + 1


def _weighted(counts: Counts, rows: int, codes: NDArray[Any], weights: NDArray[Any]) -> Any:
    """Rows of sublinear TF-IDF over the vocabulary ``codes``, as a sparse matrix."""
    import numpy as np

    at = np.minimum(np.searchsorted(codes, counts.codes), codes.size - 1)
    known = codes[at] == counts.codes
    at, values = at[known], (1 + np.log(counts.counts[known])) * weights[at[known]]
    return _sparse().csr_matrix(
        (values.astype(np.float32), (counts.rows[known], at)), shape=(rows, codes.size)
    )


def _directions(matrix: Any, how: Fit) -> NDArray[Any]:
    """The right singular vectors of the greatest singular values, one per column."""
    import numpy as np

    randomized_svd = _extra("sklearn.utils.extmath").randomized_svd
    size = max(1, min(how.dimensions, min(matrix.shape) - 1))
    _, _, turned = randomized_svd(matrix, size, n_iter=4, random_state=how.seed)
    return np.ascontiguousarray(turned.T, dtype=np.float32)


def _unit_rows(matrix: Any) -> Any:
    import numpy as np

    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return _sparse().diags(1 / np.maximum(lengths, 1e-9)) @ matrix


def _unit(rows: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.where(lengths > 1e-9, rows / np.maximum(lengths, 1e-9), 0).astype(np.float32)


def _sparse() -> Any:
    return _extra("scipy.sparse")


def _extra(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        name = module.partition(".")[0]
        raise ConfigError(
            f"{name} is missing, offline embeddings: pip install 'nolle[dense]'"
        ) from None
