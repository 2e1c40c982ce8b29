"""An index: what a build reports and keeps, what changes replace, filters, and clear errors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.decided import documents

from nolle.errors import ConfigError, InputError
from nolle.retrieval import index as index_module
from nolle.retrieval import store
from nolle.retrieval.bm25 import EngineKind
from nolle.retrieval.build import build_index
from nolle.retrieval.columns import UNKNOWN_MONTHS
from nolle.retrieval.documents import Document
from nolle.retrieval.index import open_index
from nolle.retrieval.near import PERMUTATIONS, signature
from nolle.retrieval.tokenise import Tokenizer

CORPUS = documents(40)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("index") / "built"
    build_index(CORPUS, root, processes=1)
    return root


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "copied")


def version_of(root: Path) -> Path:
    found = store.current_version(root)
    assert found is not None
    return found


def test_documents_columns_and_signatures_come_back(built: Path) -> None:
    with open_index(built) as index:
        assert len(index) == len(index.columns) == len(CORPUS)
        for row, document in enumerate(CORPUS):
            assert index.document(row) == document
            assert index.row_of(document.id) == row
            assert index.columns.charges(row) == document.charges
            assert index.columns.date(row) == document.date
            assert index.columns.term(row) == document.months
            assert index.columns.value("outcome", row) == document.outcome
            assert index.columns.value("province", row) == document.province
            assert np.array_equal(index.signatures[row], signature(document.text))
        assert index.signatures[np.array([0, 1])].shape == (2, PERMUTATIONS)
        assert index.row_of("none") is None
        assert index.columns.months.min() == UNKNOWN_MONTHS
        with pytest.raises(InputError, match="no row 40"):
            index.document(40)


@pytest.mark.parametrize("engine", list(EngineKind))
def test_the_case_itself_is_found_first_and_filters_hold(built: Path, engine: EngineKind) -> None:
    with open_index(built, engine) as index:
        for row in (0, 17, 39):
            hits = index.search(CORPUS[row].text, 5)
            assert hits[0].row == row
            assert [hit.score for hit in hits] == sorted((h.score for h in hits), reverse=True)
            others = index.search(CORPUS[row].text, 5, allow=lambda found, me=row: found != me)
            assert row not in {hit.row for hit in others}
            theft = index.columns.charged_with(["盗窃罪"])
            found = index.search(CORPUS[row].text, 40, allow=theft)
            assert found
            assert all("盗窃罪" in CORPUS[hit.row].charges for hit in found)
            shares = index.explain(CORPUS[row].text, row)
            assert sum(share.score for share in shares) == pytest.approx(hits[0].score, rel=1e-4)
        prosecuted = index.columns.having("outcome", ["P"])
        assert prosecuted.tolist() == [document.outcome == "P" for document in CORPUS]
        assert index.search("ＸＹＺ", 5) == []
        assert index.search(CORPUS[0].text, 0) == []


def test_like_acts_come_before_others(built: Path) -> None:
    with open_index(built) as index:
        hits = index.search("夜里翻窗入户，偷走手机和现金", 5)
        assert all("盗窃罪" in CORPUS[hit.row].charges for hit in hits)


def test_the_same_document_twice_adds_nothing(copied: Path) -> None:
    before = version_of(copied)
    report = build_index([*CORPUS, CORPUS[3]], copied, processes=1)
    assert (report.added, report.replaced, report.unchanged) == (0, 0, len(CORPUS) + 1)
    assert version_of(copied) == before


def test_new_and_changed_documents(copied: Path) -> None:
    changed = CORPUS[5].model_copy(update={"text": "驾驶摩托车飞车抢夺路人的金项链。"})
    new = documents(3, seed=9, prefix="new")
    report = build_index([changed, *new, *CORPUS[:2]], copied, processes=1)
    assert (report.added, report.replaced, report.unchanged) == (3, 1, 2)
    assert report.documents == len(CORPUS) + 3
    with open_index(copied) as index:
        row = index.row_of(changed.id)
        assert row is not None
        assert index.document(row) == changed
        assert len(set(index.ids)) == len(index) == report.documents
        assert {index.document(row).id for row in range(len(index))} == set(index.ids)
        texts = {index.document(row).text for row in range(len(index))}
        assert CORPUS[5].text not in texts
        assert index.search(changed.text, 1)[0].row == row
        assert np.array_equal(index.signatures[row], signature(changed.text))
    fresh = copied.parent / "fresh"
    rest = [document for document in CORPUS if document.id != changed.id]
    build_index([*rest, changed, *new], fresh, processes=1)
    with open_index(copied) as grown, open_index(fresh) as whole:
        for document in (changed, new[0], CORPUS[0]):
            one = {grown.ids[h.row]: h.score for h in grown.search(document.text, 50)}
            two = {whole.ids[h.row]: h.score for h in whole.search(document.text, 50)}
            assert one == pytest.approx(two, rel=1e-5)


def test_a_document_that_changes_within_one_run_stands_as_last_told(tmp_path: Path) -> None:
    first = Document(id="a", text="盗窃手机一部")
    last = Document(id="a", text="酒后驾驶汽车")
    report = build_index([first, CORPUS[0], last], tmp_path / "x", processes=1)
    assert (report.documents, report.replaced) == (2, 1)
    with open_index(tmp_path / "x") as index:
        assert {index.document(row).text for row in range(2)} == {last.text, CORPUS[0].text}


def test_two_versions_stay_and_open_ones_keep_working(copied: Path) -> None:
    old = open_index(copied)
    for number in range(3):
        build_index(documents(2, seed=number, prefix=f"more{number}"), copied, processes=1)
    assert sorted(path.name for path in (copied / "versions").iterdir()) == ["000003", "000004"]
    assert old.document(4) == CORPUS[4]
    assert old.search(CORPUS[4].text, 1)[0].row == 4
    assert not any((copied / "shards").iterdir())


def test_workers_build_what_one_process_builds(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("nolle.retrieval.intake.SHARD_DOCUMENTS", 8)
    done: list[int] = []
    report = build_index(CORPUS, tmp_path / "two", processes=2, progress=done.append)
    assert report.documents == done[-1] == len(CORPUS)
    assert done == sorted(done)
    monkeypatch.undo()
    build_index(CORPUS, tmp_path / "one", processes=1)
    with open_index(tmp_path / "one") as one, open_index(tmp_path / "two") as two:
        assert one.ids == two.ids
        assert one.terms.row(7) == two.terms.row(7)
        query = CORPUS[7].text
        assert one.search(query, 10) == two.search(query, 10)


def test_another_tokenizer_splits_again_what_is_there(copied: Path) -> None:
    report = build_index(CORPUS[:1], copied, tokenizer=Tokenizer.BIGRAM, processes=1)
    assert (report.tokenizer, report.documents, report.added) == ("bigram", len(CORPUS), 0)
    with open_index(copied) as index:
        assert index.search(CORPUS[9].text, 1)[0].row == 9
        assert "趁无" in index.terms.vocabulary
    assert build_index(CORPUS[:1], copied, processes=1).tokenizer == "bigram"


def test_an_index_of_another_tokenizer_version(copied: Path, monkeypatch: Any) -> None:
    real = index_module.fingerprint
    monkeypatch.setattr(index_module, "fingerprint", lambda name: real(name) + "-newer")
    with pytest.raises(InputError, match=r"split by tokenizer legal/.*run nolle index"):
        open_index(copied)


def test_extra_files_can_stand_beside(copied: Path) -> None:
    seen: list[Path | None] = []

    def also(folder: Path, former: Path | None) -> None:
        seen.append(former)
        (folder / store.UNCHECKED).mkdir()
        (folder / store.UNCHECKED / "vectors").write_bytes(b"1")

    build_index(documents(1, prefix="x"), copied, processes=1, also=also)
    assert seen[0] is not None
    (version_of(copied) / store.UNCHECKED / "vectors").write_bytes(b"changed by its own program")
    open_index(copied)


def one_line(error: pytest.ExceptionInfo[Exception]) -> None:
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 500


def test_missing_foreign_and_unfinished_folders(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no index, .*nowhere"):
        open_index(tmp_path / "nowhere")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    for attempt in (open_index, lambda root: build_index(CORPUS, root)):
        with pytest.raises(InputError, match="no index of nolle") as caught:
            attempt(tmp_path / "photos")
        one_line(caught)
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.jpg"]
    with pytest.raises(InputError, match="no documents"):
        build_index([], tmp_path / "empty")
    with pytest.raises(InputError, match="no finished index"):
        open_index(tmp_path / "empty")
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        build_index(CORPUS, file)


FILES = (
    "documents.jsonl",
    "offsets.npy",
    "ids.json",
    "digests.npy",
    "signatures.npy",
    "columns/arrays.npz",
    "columns/names.json",
    "terms/ids.npy",
    "bm25/data.csc.index.npy",
    "bm25/indices.csc.index.npy",
    "bm25/indptr.csc.index.npy",
    "bm25/vocab.index.json",
)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["cut", "alter", "remove"])
def test_damaged_files(copied: Path, name: str, damage: str) -> None:
    file = version_of(copied) / name
    data = bytearray(file.read_bytes())
    if damage == "cut":
        file.write_bytes(data[:-1])
    elif damage == "alter":
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    else:
        file.unlink()
    with pytest.raises(InputError, match=r"a damaged index .*--fresh") as caught:
        open_index(copied)
    assert file.name in str(caught.value)
    one_line(caught)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 1}', b"\xff\xfe"])
def test_a_bad_manifest_marker_or_pointer(built: Path, tmp_path: Path, content: bytes) -> None:
    for number, name in enumerate(["manifest.json", "current", "index.json"]):
        root = shutil.copytree(built, tmp_path / str(number))
        folder = version_of(root) if name == "manifest.json" else root
        (folder / name).write_bytes(content)
        with pytest.raises(InputError, match="a damaged index") as caught:
            open_index(root)
        one_line(caught)
        build_index(CORPUS, root, processes=1, fresh=True)
        assert len(open_index(root)) == len(CORPUS)


def test_another_format(copied: Path) -> None:
    manifest = version_of(copied) / "manifest.json"
    data = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps({**data, "format": 99}))
    with pytest.raises(InputError, match="an index of format 99"):
        open_index(copied)
    (copied / "index.json").write_text('{"nolle_index": 99}')
    for attempt in (open_index, lambda root: build_index(CORPUS, root)):
        with pytest.raises(InputError, match="an index of format 99"):
            attempt(copied)
    build_index(CORPUS, copied, processes=1, fresh=True)
    assert len(open_index(copied)) == len(CORPUS)


def test_a_pointer_to_a_version_that_is_gone(copied: Path) -> None:
    shutil.rmtree(version_of(copied))
    with pytest.raises(InputError, match="its version is missing"):
        open_index(copied)


def test_only_one_writes(copied: Path) -> None:
    with store.writer_lock(copied), pytest.raises(ConfigError, match="another nolle index"):
        build_index(documents(1, prefix="y"), copied)
    build_index(documents(1, prefix="y"), copied, processes=1)
