"""A dense index whose vectors a Chroma server keeps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from support.dense_documents import DOCS, TEXTS, ids, ids_of_all, needs_chroma

from nolle.config import load_settings
from nolle.errors import ConfigError
from nolle.retrieval.dense import build, open_dense

pytestmark = needs_chroma


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
