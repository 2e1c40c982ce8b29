"""How well the model client keeps a server busy, and what a call costs in CPU time.

Prints one JSON object. The server runs in a process of its own and answers every structured
question after ``--delay`` seconds; ``cpu_ms_per_call`` is the CPU time of this process alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pydantic import BaseModel, Field

from .from_tests import TESTS


class Judgement(BaseModel):
    """An answer of the size that an agent gives."""

    verdict: str = Field(max_length=20)
    grounds: list[str] = Field(max_length=10)
    summary: str = Field(max_length=400)


ANSWER = Judgement(verdict="holds", grounds=["理由" * 20] * 5, summary="摘要" * 100)


def measure(delay_s: float = 1.0, concurrency: int = 64, rounds: int = 16) -> dict[str, Any]:
    """Ask ``rounds`` times as many questions as fit at once, from threads, and take the figures."""
    from nolle.agents.client import Client
    from nolle.agents.registry import parse_spec
    from nolle.agents.structured import ask

    command = [sys.executable, "-m", "support.scripted_server", "--delay", str(delay_s)]
    command += ["--content", ANSWER.model_dump_json(), "--capacity", str(concurrency)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=TESTS
    ) as server:
        assert server.stdin
        assert server.stdout
        os.environ["NOLLE_VLLM_BASE_URL"] = server.stdout.readline().strip()
        spec = parse_spec("vllm:tiny?context=40960")
        client = Client(concurrency=concurrency)
        prompt = "某市公安局移送审查起诉。" * 400

        def one(number: int) -> bool:
            messages = [
                {"role": "system", "content": "你是检察官助理。"},
                {"role": "user", "content": prompt},
                {"role": "user", "content": f"问题{number}"},
            ]
            return ask(client, spec, messages, Judgement)[0] == ANSWER

        client.served_models(spec)
        calls = rounds * concurrency
        # More askers than places: a place that falls free is taken at once.
        with ThreadPoolExecutor(concurrency * 5 // 4) as pool:
            started, cpu = time.perf_counter(), time.process_time()
            right = sum(pool.map(one, range(calls)))
            cpu, wall = time.process_time() - cpu, time.perf_counter() - started
        server.stdin.write("\n")
        server.stdin.flush()
        served = json.loads(server.stdout.readline())
    return {
        "calls": calls,
        "right": right,
        "concurrency": concurrency,
        "delay_s": delay_s,
        "seconds": round(wall, 3),
        "busy_percent": round(100 * served["busy_share"], 1) if delay_s else None,
        "cpu_ms_per_call": round(1000 * cpu / calls, 2),
        "calls_per_second": round(calls / wall, 1),
    }


def main() -> None:
    """Print the figures of a slow and of an immediate server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, default=1.0, help="seconds per answer")
    parser.add_argument("--concurrency", type=int, default=64)
    given = parser.parse_args()
    figures = {
        "slow": measure(given.delay, given.concurrency),
        "immediate": measure(0.0, given.concurrency),
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
