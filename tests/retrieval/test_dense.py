import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from nolle.config import load_settings
from nolle.errors import ConfigError, InputError
from nolle.retrieval import dense_build, tfidf_svd
from nolle.retrieval.dense import Built, build, open_dense
from nolle.retrieval.embeddings import open_embedder

MISSING = find_spec("chromadb") is None or find_spec("sklearn") is None
needs_chroma = pytest.mark.skipif(
    MISSING and not os.environ.get("CI"), reason="not installed: pip install 'nolle[dense]'"
)
pytestmark = needs_chroma

OBJECTS = ["手机", "电动车", "钱包", "电缆", "香烟", "现金", "首饰", "电脑"]
OBJECTS += ["柴油", "羊", "树木", "衣服"]
ACTS = ["窃取", "骗取", "抢夺", "毁坏", "侵占"]


@dataclass(frozen=True)
class Doc:
    id: str
    text: str
    year: int = 2020


DOCS = [
    Doc(f"{act}-{thing}", f"被告人王某{act}他人{thing}，价值三千元。", 2015 + i)
    for act in ACTS
    for i, thing in enumerate(OBJECTS)
]
TEXTS = [doc.text for doc in DOCS]


@pytest.fixture(scope="module")
def embedder():
    return tfidf_svd.fit(TEXTS)


@pytest.fixture(scope="module")
def whole(embedder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dense") / "v1"
    told: list[int] = []
    built = build(folder, DOCS, embedder, told.append, metadata=lambda d: {"year": d.year})
    assert built == Built(documents=len(DOCS), added=len(DOCS), kept=0, removed=0, blank=0)
    assert told[-1] == len(DOCS)
    return folder


@pytest.fixture
def index(whole):
    with open_dense(whole) as opened:
        yield opened


def ids(hits) -> list[str]:
    return [doc for doc, _ in hits]


def test_the_answer_is_that_of_comparing_with_all(index, embedder) -> None:
    vectors = embedder.embed_documents(TEXTS)
    for i in (0, 17, 59):
        cosines = vectors @ vectors[i]
        expected = sorted(zip(cosines, ids_of_all(), strict=True), key=lambda x: (-x[0], x[1]))
        found = index.search(TEXTS[i], 10)
        assert found[0][0] == DOCS[i].id
        assert [s for _, s in found] == pytest.approx([s for s, _ in expected[:10]], abs=1e-4)
    assert len(index) == len(DOCS)


def ids_of_all() -> list[str]:
    return [doc.id for doc in DOCS]


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


@pytest.mark.parametrize("copy", ["copied", "hard-linked"])
def test_a_new_version_keeps_what_it_can_and_leaves_the_former_alone(
    whole, embedder, tmp_path, copy
) -> None:
    old, new = tmp_path / "000001", tmp_path / "000002"
    shutil.copytree(whole, old)
    shutil.copytree(old, new, copy_function=os.link if copy == "hard-linked" else shutil.copy2)
    before = {p: p.read_bytes() for p in old.rglob("*") if p.is_file()}
    changed = replace(DOCS[3], text="被告人王某窃取他人柴油。")
    docs = [*DOCS[:3], changed, *DOCS[4:50], Doc("new", "被告人骗取他人首饰。"), DOCS[0]]
    built = build(new, docs, embedder, metadata=lambda d: {"year": d.year})
    assert built == Built(documents=51, added=2, kept=49, removed=11, blank=0)
    assert {p: p.read_bytes() for p in old.rglob("*") if p.is_file()} == before
    with open_dense(old) as was, open_dense(new) as now:
        assert (len(was), len(now)) == (60, 51)
        assert "new" in ids(now.search("骗取首饰", 3))
        assert set(ids(now.search(TEXTS[0], 99))) == {doc.id for doc in docs}
        assert set(ids(was.search(TEXTS[0], 99))) == set(ids_of_all())


def test_the_same_again_adds_nothing(whole, embedder, tmp_path) -> None:
    folder = tmp_path / "again"
    shutil.copytree(whole, folder)
    assert build(folder, DOCS, embedder, metadata=lambda d: {"year": d.year}).added == 0
    assert build(folder, DOCS, embedder, metadata=lambda d: {"year": 0}).added == len(DOCS)


def test_another_embedder_is_refused_or_builds_anew(whole, tmp_path) -> None:
    other = tfidf_svd.fit(TEXTS[:30])
    with pytest.raises(ConfigError, match=r"built with offline .*, not offline"):
        open_dense(whole, other)
    folder = tmp_path / "other"
    shutil.copytree(whole, folder)
    assert build(folder, DOCS, other).added == len(DOCS)
    with open_dense(folder) as opened:
        assert opened.embedder.fingerprint == other.fingerprint
        assert len(opened._client.list_collections()) == 1


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


def test_without_chromadb(monkeypatch, embedder, tmp_path) -> None:
    monkeypatch.setitem(sys.modules, "chromadb", None)
    with pytest.raises(ConfigError, match=r"pip install 'nolle\[dense\]'"):
        build(tmp_path, DOCS, embedder)


def test_without_scikit_learn(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.utils.extmath", None)
    with pytest.raises(ConfigError, match=r"pip install 'nolle\[dense\]'"):
        open_embedder("offline", texts=TEXTS)


def test_a_build_that_fails_half_way_is_taken_up_again(embedder, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(dense_build, "BATCH", 10)

    def stream():
        yield from DOCS[:35]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, stream(), embedder)
    with pytest.raises(ConfigError, match="no dense index"):
        open_dense(tmp_path)
    built = build(tmp_path, DOCS, embedder)
    assert (built.kept, built.added) == (30, 30)


KILLED = """
    import sys
    from pathlib import Path
    from types import SimpleNamespace
    from nolle.retrieval import dense_build, tfidf_svd
    from nolle.retrieval.dense import build
    dense_build.BATCH = 5
    texts = [f"被告人窃取{a}{b}" for a in "手机电脑钱包" for b in "甲乙丙丁戊己庚辛壬癸"]
    docs = [SimpleNamespace(id=str(i), text=t) for i, t in enumerate(texts)]
    embedder = tfidf_svd.fit(texts)
    def progress(done):
        print(done, flush=True)
        if sys.argv[2] == str(done):
            sys.stdin.read()
    print(build(Path(sys.argv[1]), docs, embedder, progress).kept, flush=True)
"""


@pytest.mark.parametrize("at", ["5", "30"])
def test_a_killed_build_is_taken_up_again(tmp_path, at) -> None:
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path)]
    process = subprocess.Popen(
        [*command, at], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    while process.stdout.readline().strip() != at:
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "dense.json").exists()
    done = subprocess.run([*command, "never"], capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == at
    with open_dense(tmp_path) as opened:
        assert len(opened.search("被告人窃取手机", 99)) == 60


OFFLINE = """
    import socket, sys
    from pathlib import Path
    from types import SimpleNamespace

    def refuse(self, address, *rest):
        raise SystemExit(f"a connection was opened to {address}")

    def unknown(host, *rest, **more):
        raise SystemExit(f"{host} was looked up")

    socket.socket.connect = socket.socket.connect_ex = refuse
    socket.getaddrinfo = unknown
    from nolle.retrieval.dense import build, open_dense
    from nolle.retrieval.embeddings import open_embedder
    texts = ["被告人窃取他人手机", "被告人骗取他人现金", "被告人殴打他人致轻伤"]
    docs = [SimpleNamespace(id=str(i), text=t) for i, t in enumerate(texts)]
    build(Path(sys.argv[1]), docs, open_embedder(texts=texts))
    with open_dense(Path(sys.argv[1])) as index:
        print(index.search("窃取手机", 1)[0][0])
    held = {m.split(".")[0] for m in sys.modules}
    print(sorted(held & {"posthog", "onnxruntime", "sentence_transformers", "torch"}))
"""


def test_nothing_is_downloaded_or_reported(tmp_path) -> None:
    (tmp_path / ".env").write_text("ANONYMIZED_TELEMETRY=True\n")
    environ = {
        **os.environ,
        "ANONYMIZED_TELEMETRY": "True",
        "CHROMA_OTEL_COLLECTION_ENDPOINT": "http://192.0.2.1:4317",
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(OFFLINE), str(tmp_path / "index")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=environ,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["0", "[]"]
    assert not (tmp_path / ".cache" / "chroma").exists()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A real Chroma server on loopback."""
    folder = tmp_path_factory.mktemp("server")
    command = shutil.which("chroma", path=str(Path(sys.executable).parent)) or "chroma"
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [command, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)],
        stdout=log,
        stderr=log,
        env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(30)


@pytest.mark.chroma
def test_a_server_keeps_the_vectors(server, embedder, tmp_path) -> None:
    settings = load_settings({"NOLLE_CHROMA_URL": server})
    old, new = tmp_path / "000001", tmp_path / "000002"
    assert build(old, DOCS, embedder, settings=settings).added == len(DOCS)
    assert not (old / "chroma").exists()
    shutil.copytree(old, new)
    changed = replace(DOCS[0], text="被告人王某窃取他人柴油。")
    built = build(new, [changed, *DOCS[1:40]], embedder, settings=settings)
    assert (built.added, built.kept, built.documents) == (1, 39, 40)
    with open_dense(old) as was, open_dense(new) as now:
        assert was.search(TEXTS[0], 1)[0] == (DOCS[0].id, pytest.approx(1.0, abs=1e-4))
        assert set(ids(was.search(TEXTS[0], 99))) == set(ids_of_all())
        assert set(ids(now.search(TEXTS[0], 99))) == {doc.id for doc in DOCS[:40]}
        assert now.search("窃取柴油", 1)[0][0] == DOCS[0].id


@pytest.mark.chroma
def test_the_server_answers_as_the_files_do(server, whole, embedder, tmp_path) -> None:
    build(tmp_path, DOCS, embedder, settings=load_settings({"NOLLE_CHROMA_URL": server}))
    with open_dense(tmp_path) as remote, open_dense(whole) as local:
        for text in TEXTS[::20]:
            there, here = remote.search(text, 5), local.search(text, 5)
            assert [s for _, s in there] == pytest.approx([s for _, s in here], abs=1e-5)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1:9", "no Chroma server .*NOLLE_CHROMA_URL"),
        ("http://127.0.0.1:9/api", "has no path"),
    ],
)
def test_no_server_at_the_address(embedder, tmp_path, url, told) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        build(tmp_path, DOCS, embedder, settings=load_settings({"NOLLE_CHROMA_URL": url}))
    assert "\n" not in str(caught.value)


def test_the_manifest_is_written_last(embedder, tmp_path, monkeypatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(dense_build, "replace_whole", lambda path, data: written.append(path.name))
    build(tmp_path, DOCS[:3], embedder)
    assert written[-1] == "dense.json"
    assert json.loads((tmp_path / "index.json").read_text())["index"]
