"""An embedder fitted to the short documents, and a dense index of them."""

from __future__ import annotations

import pytest
from support.dense_documents import DOCS, TEXTS

from nolle.retrieval import tfidf_svd
from nolle.retrieval.dense import Built, build


@pytest.fixture(scope="session")
def embedder():
    return tfidf_svd.fit(TEXTS)


@pytest.fixture(scope="session")
def whole(embedder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dense") / "v1"
    told: list[int] = []
    built = build(folder, DOCS, embedder, told.append, metadata=lambda d: {"year": d.year})
    assert built == Built(documents=len(DOCS), added=len(DOCS), kept=0, removed=0, blank=0)
    assert told[-1] == len(DOCS)
    return folder
