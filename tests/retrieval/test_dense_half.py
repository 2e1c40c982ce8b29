"""The dense half is built beside BM25, grows with the index and is found again when it opens."""

import pytest
from support.decided_cases import documents

from nolle.errors import ConfigError
from nolle.retrieval import dense_half, library
from nolle.retrieval.build import build_index
from nolle.retrieval.guards import Subject
from nolle.retrieval.search import Engine, find

pytest.importorskip("chromadb", reason="the extra dense is not installed")
pytest.importorskip("sklearn", reason="the extra dense is not installed")

THEFT = "犯罪嫌疑人撬门进入民宅，盗走卧室抽屉中的现金和金项链，销赃后挥霍。"


def build(folder, rounds=3, spec=dense_half.AUTO, **more):
    build_index(documents(rounds), folder, processes=1, also=dense_half.builder(spec), **more)
    return library.opened(folder)


def fingerprint(opened):
    return opened.dense.manifest.fingerprint


def test_a_small_corpus_gets_a_dense_half_unasked_and_the_search_uses_it(tmp_path):
    opened = build(tmp_path / "index")
    assert opened.about()["engines"] == ["bm25", "dense"]
    for engine, ranks in (
        (Engine.HYBRID, {"bm25", "dense"}),
        (Engine.DENSE, {"dense"}),
        (Engine.BM25, {"bm25"}),
    ):
        found = find(opened.index, Subject(THEFT), 3, dense=opened.dense, engine=engine)
        assert {hit.document.charges for hit in found.hits} == {("盗窃罪",)}
        assert set().union(*(hit.ranks for hit in found.hits)) == ranks


def test_none_builds_none_and_a_later_build_keeps_it_so(tmp_path):
    assert build(tmp_path / "index", spec=dense_half.NONE).dense is None
    assert build(tmp_path / "index", rounds=4).dense is None


def test_a_grown_index_keeps_its_embedder_until_it_has_doubled(tmp_path):
    first = build(tmp_path / "index", rounds=3)
    grown = build(tmp_path / "index", rounds=4)
    assert fingerprint(grown) == fingerprint(first)
    assert len(grown.dense) == len(grown.index) > len(first.index)
    doubled = build(tmp_path / "index", rounds=9)
    assert fingerprint(doubled) != fingerprint(first)
    assert len(doubled.dense) == len(doubled.index)


def test_a_large_corpus_gets_none_unasked(tmp_path, monkeypatch):
    monkeypatch.setattr(dense_half, "AUTO_DOCUMENTS", 10)
    assert build(tmp_path / "index").dense is None
    assert build(tmp_path / "asked", spec="offline").dense is not None


def test_an_unknown_embedder_is_refused_before_anything_is_read():
    with pytest.raises(ConfigError, match="offline"):
        dense_half.builder("word2vec")
