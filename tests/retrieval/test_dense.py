"""What a dense index finds, and what it says where it is damaged."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from support.dense_documents import DOCS, OBJECTS, TEXTS, Doc, ids, ids_of_all, needs_chroma

from nolle.errors import ConfigError, InputError
from nolle.retrieval.dense import build, open_dense

pytestmark = needs_chroma


@pytest.fixture
def index(whole):
    with open_dense(whole) as opened:
        yield opened


def test_the_answer_is_that_of_comparing_with_all(index, embedder) -> None:
    vectors = embedder.embed_documents(TEXTS)
    for i in (0, 17, 59):
        cosines = vectors @ vectors[i]
        expected = sorted(zip(cosines, ids_of_all(), strict=True), key=lambda x: (-x[0], x[1]))
        found = index.search(TEXTS[i], 10)
        assert found[0][0] == DOCS[i].id
        assert [s for _, s in found] == pytest.approx([s for s, _ in expected[:10]], abs=1e-4)
    assert len(index) == len(DOCS)


def test_more_than_there_are_gives_all_and_nothing_is_like_nothing(index) -> None:
    assert sorted(ids(index.search(TEXTS[0], 1000))) == sorted(ids_of_all())
    assert index.search("", 5) == []
    assert index.search("1234", 5) == []
    with pytest.raises(InputError, match="cannot return 0 documents"):
        index.search(TEXTS[0], 0)


@pytest.mark.parametrize(
    "allow",
    [
        {"抢夺-羊", "毁坏-羊", "no such id"},
        ["抢夺-羊", "毁坏-羊"],
        lambda doc: doc in {"抢夺-羊", "毁坏-羊"},
    ],
)
def test_only_what_is_allowed_is_returned(index, allow) -> None:
    assert set(ids(index.search(TEXTS[0], 5, allow=allow))) == {"抢夺-羊", "毁坏-羊"}
    assert len(index.search(TEXTS[0], 1, allow=allow)) == 1


def test_many_allowed_ids_are_picked_out_of_the_answer(index, monkeypatch) -> None:
    monkeypatch.setattr("nolle.retrieval.dense._ASKED_BY_ID", 1)
    allowed = {"抢夺-羊", "毁坏-衣服"}
    assert set(ids(index.search(TEXTS[0], 5, allow=allowed))) == allowed
    assert index.search(TEXTS[0], 5, allow=set()) == []


def test_metadata_filter(index) -> None:
    found = index.search(TEXTS[0], 100, where={"year": {"$lt": 2017}})
    assert set(ids(found)) == {doc.id for doc in DOCS if doc.year < 2017}
    with pytest.raises(ConfigError, match="check the filter") as caught:
        index.search(TEXTS[0], 5, where={"$no": 1})
    assert "\n" not in str(caught.value)


def test_neither_texts_nor_ids_are_handed_to_chroma(whole) -> None:
    stored = b"".join(p.read_bytes() for p in (whole / "chroma").rglob("*") if p.is_file())
    assert not any(doc.id.encode() in stored for doc in DOCS)
    assert not any(thing.encode() in stored for thing in OBJECTS)


def test_a_remote_embedder_must_be_named(tmp_path) -> None:
    class Remote:
        name, fingerprint, dimensions = "vllm:m", "vllm-1", 2

        def embed_documents(self, texts):
            return np.array([[1.0, i] for i, _ in enumerate(texts)], dtype=np.float32)

        def embed_query(self, text):
            return np.array([1.0, 0.0], dtype=np.float32)

    build(tmp_path, DOCS[:4], Remote())
    with pytest.raises(ConfigError, match=r"built with vllm:m, .*name the same embedder"):
        open_dense(tmp_path)
    with open_dense(tmp_path, Remote()) as opened:
        assert ids(opened.search("x", 2)) == [DOCS[0].id, DOCS[1].id]


def test_documents_without_words_are_counted_and_never_found(embedder, tmp_path) -> None:
    built = build(tmp_path, [*DOCS[:2], Doc("blank", " 12 ")], embedder)
    assert (built.documents, built.blank) == (2, 1)
    with open_dense(tmp_path) as opened:
        assert set(ids(opened.search(TEXTS[0], 9))) == {DOCS[0].id, DOCS[1].id}


def test_an_empty_corpus_finds_nothing(embedder, tmp_path) -> None:
    assert build(tmp_path, [], embedder).documents == 0
    with open_dense(tmp_path) as opened:
        assert opened.search(TEXTS[0], 3) == []


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda f: (f / "dense.json").unlink(), "no dense index"),
        (lambda f: (f / "members.json").unlink(), "no dense index"),
        (lambda f: (f / "dense.json").write_text("{"), "damaged dense index"),
        (lambda f: (f / "dense.json").write_text("[]"), "damaged dense index"),
        (lambda f: (f / "dense.json").write_text('{"format": 99}'), "another format"),
        (lambda f: (f / "members.json").write_text('{"a": "b"}'), "damaged dense index"),
        (lambda f: (f / "tfidf_svd.npz").write_bytes(b"x"), "damaged embedder"),
        (lambda f: shutil.rmtree(f / "chroma"), "no dense index nolle-"),
        (lambda f: (f / "chroma" / "chroma.sqlite3").write_bytes(b"x" * 999), "Chroma"),
    ],
)
def test_a_damaged_index_is_told_in_one_line(whole, tmp_path, harm, told) -> None:
    folder = tmp_path / "harmed"
    shutil.copytree(whole, folder)
    harm(folder)
    with pytest.raises(ConfigError, match=told) as caught:
        open_dense(folder)
    assert "\n" not in str(caught.value)
