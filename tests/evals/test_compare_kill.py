"""A comparison that is killed again and again loses nothing and pays for nothing twice."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import made_cases
from support.model_answers import agent_of, answers_for
from support.scripted_answers import Answer, Request, right
from support.scripted_server import ScriptedServer

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"卷宗编号(\d+)。")
CASES, KILLS = 200, 10


def answer(request: Request) -> Answer:
    if "【问题：" not in request.text:
        return right(made_cases.ANSWER, delay_s=0.005)
    return right(answers_for("P", ["盗窃罪"], "")[agent_of(request)], delay_s=0.005)


def asked_for(request: Request) -> tuple[str, str]:
    """The case and the arm that a request belongs to."""
    found = NUMBER.search(request.text)
    assert found is not None
    arm = "graph" if "【问题：" in request.text else "baseline"
    return f"made-{found[1]}", arm


def finished(out: Path) -> list[tuple[str, str]]:
    """Case and arm of every whole line in the records, in order."""
    path = out / "records.jsonl"
    rows = []
    for line in path.read_bytes().splitlines() if path.exists() else []:
        try:
            row = json.loads(line)
        except ValueError:
            continue
        rows.append((row["case_id"], row["arm"]))
    return rows


@pytest.mark.slow
def test_killed_ten_times_every_record_once_and_none_paid_twice(tmp_path: Path) -> None:
    data, out = made_cases.write(tmp_path / "cases.jsonl", CASES), tmp_path / "out"
    command = [sys.executable, "-m", "nolle", "compare", str(data), "--out", str(out)]
    command += ["--arms", "graph,baseline", "--model", "vllm:tiny", "--concurrency", "16", "--json"]
    draw = random.Random(11)
    with ScriptedServer(answer) as server:
        environ = {**os.environ, "NOLLE_VLLM_BASE_URL": server.url, "NOLLE_HOME": str(tmp_path)}
        environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / ".cache" / "src"), *sys.path])
        done_before: set[tuple[str, str]] = set()
        for _ in range(KILLS):
            seen = len(server.requests)
            with subprocess.Popen(
                command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as run:
                moment = seen + draw.randint(1, 140)
                while len(server.requests) < moment and run.poll() is None:
                    time.sleep(0.002)
                run.send_signal(signal.SIGKILL)
            done = finished(out)
            assert len(set(done)) == len(done)
            assert set(done) >= done_before
            again = {asked_for(request) for request in server.requests[seen:]}
            assert not again & done_before
            done_before = set(done)
        assert 0 < len(done_before) < 2 * CASES
        seen = len(server.requests)
        last = subprocess.run(command, env=environ, capture_output=True, check=False)
        assert last.returncode == 0, last.stderr.decode()
        assert not {asked_for(request) for request in server.requests[seen:]} & done_before
    done = finished(out)
    assert len(done) == len(set(done)) == 2 * CASES
    keys = [json.loads(line)["key"] for line in (out / "records.jsonl").read_bytes().splitlines()]
    assert len(set(keys)) == 2 * CASES
    assert not (out / "records-aside.jsonl").exists()
