"""Load on ``nolle serve`` by rules: start, 200 at once, slow listeners, memory over many reviews.

``python -m benchmarks.serve_load`` prints one JSON object; ``--reviews`` sets how many the memory
part makes. Answers are checked: a review that is lost or wrong is counted as such.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from .from_tests import support

Server = subprocess.Popen[bytes]
CASES = sorted((Path(__file__).parents[1] / "examples" / "cases").glob("*.json"))


def records() -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in CASES]


@contextmanager
def server(workers: int) -> Iterator[tuple[str, Server, tuple[float, float]]]:
    """A server of its own; its address, its process, seconds to the first answer: wall and CPU."""
    http = support("http_server")
    port = http.free_port()
    with tempfile.TemporaryDirectory() as home:
        options = ("--port", str(port), "--rate", "0", "--workers", str(workers))
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "nolle", "serve", "--model", "rules", *options],
            env={**os.environ, "NOLLE_HOME": home},
            stderr=subprocess.DEVNULL,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            http.wait_for(f"{address}/healthz", process, every=0.02)
            first = (time.perf_counter() - began, cpu_seconds(process))
            http.wait_for(f"{address}/readyz", process, every=0.02)
            yield address, process, first
        finally:
            process.terminate()
            process.wait(30)


def client(address: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(base_url=address, timeout=120, limits=limits)


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3)


async def burst(
    address: str, process: Server, cases: list[dict[str, Any]], count: int
) -> dict[str, Any]:
    """``count`` reviews asked for at the same moment."""
    used = cpu_seconds(process, workers=True)
    wanted = [case["decision"] for case in cases]
    seconds: list[float] = []
    lost = wrong = 0

    async def one(http: httpx.AsyncClient, number: int) -> None:
        nonlocal lost, wrong
        began = time.perf_counter()
        try:
            answer = await http.post("/v1/reviews", json={"case": cases[number % len(cases)]})
            made = answer.json()["decision_zh"] if answer.status_code == 200 else None
        except httpx.HTTPError:
            made = None
        seconds.append(time.perf_counter() - began)
        lost += made is None
        wrong += made is not None and made != wanted[number % len(wanted)]

    async with client(address) as http:
        await asyncio.gather(*(one(http, number) for number in range(count)))
    return {
        "reviews": count,
        "lost": lost,
        "wrong": wrong,
        "p50_s": quantile(seconds, 0.5),
        "p95_s": quantile(seconds, 0.95),
        "all_s": round(max(seconds), 2),
        "server_cpu_s": round(cpu_seconds(process, workers=True) - used, 2),
    }


async def listeners(address: str, cases: list[dict[str, Any]], count: int) -> dict[str, Any]:
    """Chat streams whose readers take one byte a second; how long others wait meanwhile."""
    said = {"role": "user", "content": json.dumps(cases[0])}
    body = json.dumps({"model": "nolle-rules", "messages": [said], "stream": True})
    host, port = address.removeprefix("http://").split(":")
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )

    async def slow() -> None:
        reader, writer = await asyncio.open_connection(host, int(port), limit=1)
        writer.write((head + body).encode())
        try:
            while await reader.read(1):
                await asyncio.sleep(1)
        finally:
            writer.close()

    readers = [asyncio.create_task(slow()) for _ in range(count)]
    await asyncio.sleep(3)
    seconds, health = [], []
    async with client(address) as http:
        for number in range(40):
            began = time.perf_counter()
            (await http.post("/v1/reviews", json={"case": cases[number % len(cases)]})).json()
            seconds.append(time.perf_counter() - began)
            began = time.perf_counter()
            await http.get("/healthz")
            health.append(time.perf_counter() - began)
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    return {
        "slow_listeners": count,
        "review_p50_s": quantile(seconds, 0.5),
        "review_p95_s": quantile(seconds, 0.95),
        "healthz_p95_s": quantile(health, 0.95),
    }


def cpu_seconds(process: Server, workers: bool = False) -> float:
    """CPU time of the server so far, with its workers if asked."""
    import psutil

    parent = psutil.Process(process.pid)
    family = [parent, *(parent.children(recursive=True) if workers else [])]
    return float(sum(sum(p.cpu_times()[:2]) for p in family))


def megabytes(process: Server) -> float:
    """Memory that the server and its workers hold for themselves (USS)."""
    import psutil

    parent = psutil.Process(process.pid)
    family = [parent, *parent.children(recursive=True)]
    return float(sum(p.memory_full_info().uss for p in family)) / 2**20


async def memory(
    address: str, process: Server, cases: list[dict[str, Any]], count: int
) -> dict[str, Any]:
    """``count`` reviews, eight at a time; memory after a tenth of them and at the end."""
    async with client(address) as http:

        async def some(numbers: Iterator[int]) -> None:
            for number in numbers:
                answer = await http.post("/v1/reviews", json={"case": cases[number % len(cases)]})
                assert answer.status_code == 200, answer.text

        async def make(total: int) -> float:
            began, numbers = time.perf_counter(), iter(range(total))
            await asyncio.gather(*(some(numbers) for _ in range(8)))
            return time.perf_counter() - began

        await make(count // 10)
        before = megabytes(process)
        seconds = await make(count - count // 10)
        after = megabytes(process)
    return {
        "reviews": count,
        "per_second": round((count - count // 10) / seconds, 1),
        "mb_after_a_tenth": round(before, 1),
        "mb_at_the_end": round(after, 1),
        "growth": round(after / before - 1, 3),
    }


def measure(reviews: int, repeat: int) -> dict[str, Any]:
    cases, workers = records(), os.cpu_count() or 1
    starts = []
    for _ in range(repeat):
        with server(workers) as (_, _, first):
            starts.append(first)
    with server(workers) as (address, process, first):
        bursts = [asyncio.run(burst(address, process, cases, 200)) for _ in range(repeat)]
        slow = asyncio.run(listeners(address, cases, 50))
        kept = asyncio.run(memory(address, process, cases, reviews))
    return {
        "python": platform.python_version(),
        "cores": workers,
        "load_average": round(os.getloadavg()[0], 1),
        "first_byte_s": round(statistics.median(wall for wall, _ in [*starts, first]), 2),
        "first_byte_cpu_s": round(statistics.median(cpu for _, cpu in [*starts, first]), 2),
        "burst": sorted(bursts, key=lambda b: b["p95_s"])[len(bursts) // 2],
        "bursts_p95_s": [b["p95_s"] for b in bursts],
        "slow": slow,
        "memory": kept,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviews", type=int, default=5000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    print(json.dumps(measure(options.reviews, options.repeat), ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
