"""What a review by a model costs beside the model's own time.

Prints one JSON object. A scripted server in a process of its own answers every question after
``--delay`` seconds, so that the critical path of a prosecution is three answers (charge, the three
checks together, sentence). ``ratio`` is the review's time over that path, ``cpu_ms`` the CPU time
of this process for one review, ``shared_share`` the share of prompt characters, from the checks
on, that repeat the beginning of each other; ``busy_percent`` how full the 64 places were.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .from_tests import support

ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "examples" / "cases" / "theft-prosecute-p.json"
PATH = 3
CALLS = 5
PLACES = 64
"""Calls of a review, and how many the client has under way at once."""


def serve(delay_s: float) -> None:
    """Answer by script until a line arrives on standard input; then print the figures."""
    answers, scripted = support("model_answers"), support("scripted_server")
    script = answers.answering(answers.answers_for("P", ["盗窃罪"], ""), delay_s=delay_s)
    with scripted.ScriptedServer(script) as server:
        print(server.url, flush=True)
        sys.stdin.readline()
        requests = [r for r in server.requests if "【问题：罪名】" not in r.text]
        texts = [r.text for r in requests[:4]]
        same = (len(set(column)) == 1 for column in zip(*texts, strict=False))
        shared = next((i for i, equal in enumerate(same) if not equal), 0)
        figures = {
            "requests": len(server.requests),
            "max_concurrent": server.max_concurrent,
            "shared_share": round(shared * len(texts) / sum(map(len, texts)), 3),
        }
        print(json.dumps(figures), flush=True)


def measure(delay_s: float = 0.2, rounds: int = 15, side_by_side: int = 1) -> dict[str, Any]:
    """Review one case ``rounds`` times, ``side_by_side`` at once, and take the figures."""
    from nolle.cases.models import Case
    from nolle.graphs.run import run

    command = [sys.executable, "-m", "benchmarks.model_review", "--serve", str(delay_s)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as server:
        assert server.stdin
        assert server.stdout
        os.environ["NOLLE_VLLM_BASE_URL"] = server.stdout.readline().strip()
        case = Case.load(CASE)
        run(case, "vllm:tiny")

        def one(_: int) -> float:
            started = time.perf_counter()
            run(case, "vllm:tiny")
            return time.perf_counter() - started

        started, cpu = time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(side_by_side) as pool:
            times = sorted(pool.map(one, range(rounds)))
        wall, cpu = time.perf_counter() - started, time.process_time() - cpu
        server.stdin.write("\n")
        server.stdin.flush()
        served = json.loads(server.stdout.readline())
    return {
        "delay_s": delay_s,
        "side_by_side": side_by_side,
        "reviews": rounds,
        "ratio": round(statistics.median(times) / (PATH * delay_s), 3),
        "median_ms": round(statistics.median(times) * 1000, 1),
        "cpu_ms": round(cpu / rounds * 1000, 1),
        "reviews_per_s": round(rounds / wall, 2),
        "busy_percent": round(100 * rounds * CALLS * delay_s / (wall * PLACES), 1),
        **served,
    }


def main() -> None:
    """Serve, or measure and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.2)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--side-by-side", type=int, default=1)
    parser.add_argument("--serve", type=float, default=None, metavar="DELAY")
    given = parser.parse_args()
    if given.serve is not None:
        serve(given.serve)
        return
    print(json.dumps(measure(given.delay, given.rounds, given.side_by_side), indent=1))


if __name__ == "__main__":
    main()
