"""A dense index is built, built upon, killed and taken up again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace

import pytest
from support.dense_documents import DOCS, TEXTS, Doc, ids, ids_of_all, needs_chroma

from nolle.errors import ConfigError
from nolle.retrieval import dense_build, tfidf_svd
from nolle.retrieval.dense import Built, build, open_dense
from nolle.retrieval.embeddings import open_embedder

pytestmark = needs_chroma


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


def test_the_manifest_is_written_last(embedder, tmp_path, monkeypatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(dense_build, "replace_whole", lambda path, data: written.append(path.name))
    build(tmp_path, DOCS[:3], embedder)
    assert written[-1] == "dense.json"
    assert json.loads((tmp_path / "index.json").read_text())["index"]
