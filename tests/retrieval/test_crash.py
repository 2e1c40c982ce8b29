"""Builds that are killed, and readers beside a writer: the last good version stays in use."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.decided import documents

from nolle.retrieval.build import build_index
from nolle.retrieval.index import open_index

TESTS = Path(__file__).parents[1]

# Kills itself where the test says, as a crash would: no clean-up runs.
KILLED = """
import os, signal, sys
from pathlib import Path
from nolle.retrieval import assemble, build, intake, shards, store
from support.decided import documents

root, point, processes = sys.argv[1], sys.argv[2], int(sys.argv[3])
intake.SHARD_DOCUMENTS = 10

def die(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def after(count, real):
    def called(*args, **kwargs):
        global left
        left -= 1
        result = real(*args, **kwargs)
        if left == 0:
            die()
        return result
    global left
    left = count
    return called

match point:
    case "shards":
        intake.Intake._advance = after(3, intake.Intake._advance)
    case "assemble":
        assemble.save_table = die
    case "matrix":
        assemble.bm25.build = die
    case "manifest":
        store.flush = die
    case "rename":
        Path.rename = die
    case "pointer":
        real = store.replace_whole
        store.replace_whole = lambda *args: die() if args[0].name == "current" else real(*args)
build.build_index(documents(60, prefix="second"), root, processes=processes)
"""

RESUMED = """
import sys
from nolle.retrieval import build, intake
from support.decided import documents

intake.SHARD_DOCUMENTS = 10
print(build.build_index(documents(60, prefix="second"), sys.argv[1], processes=1).model_dump_json())
"""

READER = """
import sys, time
from nolle.retrieval.index import open_index
from support.decided import documents

text = documents(3)[0].text
sizes = []
while not sizes or (sizes[-1] < int(sys.argv[2]) and len(sizes) < 5000):
    with open_index(sys.argv[1]) as index:
        (hit,) = index.search(text, 1)
        assert index.document(hit.row).text == text
        sizes.append(len(index))
        for row in range(0, len(index), 7):
            assert index.document(row).id == index.ids[row]
assert sizes == sorted(sizes)
print(sizes[-1])
"""


def started(code: str, *arguments: str) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *filter(None, sys.path)])}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    build_index(documents(12), tmp_path / "index", processes=1)
    return tmp_path / "index"


@pytest.mark.parametrize(
    ("point", "processes", "finished"),
    [
        ("shards", 1, 3),
        ("shards", 2, 3),
        ("assemble", 1, 6),
        ("matrix", 1, 6),
        ("manifest", 1, 6),
        ("rename", 1, 6),
        ("pointer", 1, 6),
    ],
)
def test_a_killed_build_leaves_the_last_version_and_its_shards(
    root: Path, point: str, processes: int, finished: int
) -> None:
    killed = started(KILLED, str(root), point, str(processes))
    _, errors = killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL, errors
    with open_index(root) as index:
        assert len(index) == 12
        assert index.search(documents(12)[4].text, 1)[0].row == 4
    resumed = started(RESUMED, str(root))
    output, errors = resumed.communicate(timeout=120)
    assert resumed.returncode == 0, errors
    report = json.loads(output)
    assert report["shards_reused"] >= finished
    assert (report["added"], report["documents"]) == (60, 72)
    with open_index(root) as index:
        assert len(index) == 72
    assert not list((root / "versions").glob("*.tmp"))


def test_workers_end_with_the_build_that_started_them(root: Path) -> None:
    killed = started(KILLED, str(root), "shards", "2")
    killed.communicate(timeout=120)
    deadline = time.monotonic() + 20
    while alive := _workers():
        assert time.monotonic() < deadline, alive
        time.sleep(0.1)
    build_index(documents(1, prefix="third"), root, processes=1)


def test_two_readers_beside_a_writer(root: Path) -> None:
    readers = [started(READER, str(root), "37") for _ in range(2)]
    for number in range(5):
        build_index(documents(5, seed=number, prefix=f"more{number}"), root, processes=1)
    for reader in readers:
        output, errors = reader.communicate(timeout=120)
        assert (reader.returncode, output.strip()) == (0, "37"), errors


def _workers() -> list[str]:
    """The worker processes that this test started, by the environment they inherited."""
    mark = f"PYTEST_CURRENT_TEST={os.environ['PYTEST_CURRENT_TEST']}"
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_text()
            environment = (folder / "environ").read_text()
        except OSError:
            continue
        if "shard_worker" in command and mark in environment:
            found.append(command)
    return found
