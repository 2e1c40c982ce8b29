"""How close a comparison comes to the time that its model calls alone would take.

Prints one JSON object. A scripted server in a process of its own answers every question after
``--delay`` seconds; ``nolle compare`` runs the arms of ``--arms`` over ``--cases`` made cases.
``ideal_s`` is calls x delay / places, ``overhead`` what the run took beyond it as a share, from
the first call to the last answer (``calls_s``) and for the whole command (``wall_s``);
``busy_tenths`` how full the places were in each tenth of that time, ``peak_mb`` the largest
resident memory of the command and of its processes together, ``main_cpu_s`` the CPU time of the
command's own process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from .from_tests import support

ROOT = Path(__file__).resolve().parent.parent
ARMS = "graph,baseline,definitions,one_shot"
PLACES = 64


def serve(delay_s: float) -> None:
    """Answer by script until a line arrives on standard input; then print the figures."""
    from nolle.collector import settle

    answers, replies = support("model_answers"), support("scripted_answers")
    known = answers.answers_for("P", ["盗窃罪"], "")

    def script(request: Any) -> Any:
        if "【问题：" not in request.text:
            return replies.right(support("made_cases").ANSWER, delay_s=delay_s)
        return replies.right(known[answers.agent_of(request)], delay_s=delay_s)

    # The server keeps all requests: its own pauses are not the comparison's.
    settle()
    with support("scripted_server").ScriptedServer(script) as server:
        print(server.url, flush=True)
        sys.stdin.readline()
        figures = {
            "requests": len(server.requests),
            "max_concurrent": server.max_concurrent,
            "busy": round(server.busy_share(PLACES), 4),
            "calls_s": round(server._last - server._first, 2),
            "busy_tenths": tenths([r.at for r in server.requests], delay_s),
        }
        print(json.dumps(figures), flush=True)


def tenths(starts: list[float], delay_s: float) -> list[float]:
    """How full the places were in each tenth of the time, by when calls arrived."""
    first, last = min(starts), max(starts) + delay_s
    width = (last - first) / 10
    busy = [0.0] * 10
    for start in starts:
        for part in range(10):
            low, high = first + part * width, first + (part + 1) * width
            busy[part] += max(0.0, min(high, start + delay_s) - max(low, start))
    return [round(one / (PLACES * width), 3) for one in busy]


class Memory:
    """Samples the resident memory of a process and its children, in megabytes."""

    def __init__(self, pid: int) -> None:
        self.peak = self.cpu_s = 0.0
        self._pid, self._on = pid, True
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._on = False
        self._thread.join()
        return round(self.peak, 1)

    def _watch(self) -> None:
        while self._on:
            self.peak = max(self.peak, _resident(self._pid))
            self.cpu_s = max(self.cpu_s, _cpu(self._pid))
            time.sleep(0.5)


def _resident(pid: int) -> float:
    """Megabytes of a process and all its descendants, by /proc."""
    total = 0.0
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        total += int(status.split("VmRSS:")[1].split()[0]) / 1024
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                total += _resident(int(child))
    except (OSError, IndexError):
        return total
    return total


def _cpu(pid: int) -> float:
    """CPU seconds of a process alone, by /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(cases: int, delay_s: float, arms: str = ARMS) -> dict[str, Any]:
    """One run and its figures."""
    command = [sys.executable, "-m", "benchmarks.compare", "--serve", str(delay_s)]
    with (
        tempfile.TemporaryDirectory() as place,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        ) as server,
    ):
        assert server.stdin
        assert server.stdout
        folder = Path(place)
        support("made_cases").write(folder / "cases.jsonl", cases)
        url = server.stdout.readline().strip()
        environ = {**os.environ, "NOLLE_VLLM_BASE_URL": url, "NOLLE_HOME": str(folder / "home")}
        started = time.perf_counter()
        run = subprocess.Popen(
            [
                *(sys.executable, "-m", "nolle", "compare", str(folder / "cases.jsonl")),
                *("--arms", arms, "--model", "vllm:tiny", "--out", str(folder / "out")),
                *("--concurrency", str(PLACES), "--json"),
            ],
            stdout=subprocess.PIPE,
            env=environ,
        )
        memory = Memory(run.pid)
        said = json.loads(run.communicate()[0])
        wall, peak = time.perf_counter() - started, memory.stop()
        server.stdin.write("\n")
        server.stdin.flush()
        served = json.loads(server.stdout.readline())
        answers = sum(1 for _ in (folder / "out" / "records.jsonl").open())
    ideal = served["requests"] * delay_s / PLACES
    return {
        "cases": cases,
        "arms": arms,
        "delay_s": delay_s,
        "answers": answers,
        "of": sum(arm["of"] for arm in said["arms"]),
        "ideal_s": round(ideal, 2),
        "wall_s": round(wall, 2),
        "overhead": round(served["calls_s"] / ideal - 1, 4),
        "overhead_whole_command": round(wall / ideal - 1, 4),
        "main_cpu_s": round(memory.cpu_s, 2),
        "peak_mb": peak,
        **served,
    }


def main() -> None:
    """Serve, or measure and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--delay", type=float, default=1.0)
    parser.add_argument("--arms", default=ARMS)
    parser.add_argument("--serve", type=float, default=None, metavar="DELAY")
    given = parser.parse_args()
    if given.serve is not None:
        serve(given.serve)
        return
    print(json.dumps(measure(given.cases, given.delay, given.arms), indent=1))


if __name__ == "__main__":
    main()
