"""How retrieval scales: 100,000 generated documents indexed, opened and searched.

Prints one JSON object. The documents recombine sentences of real cases (``NOLLE_DEV_DATA``; without
it those of the examples), seeded. Memory is the sum over all processes of the build, sampled ten
times a second, and counts pages that processes share once for each.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SENTENCE = re.compile(r"[^。；\n]+[。；]")
LENGTH = 400
QUERIES = 200
REFERENCE_QUERIES = 5


def sentences() -> list[tuple[str, tuple[str, ...]]]:
    """Sentences of cases, each with the charges of its case."""
    folder = os.environ.get("NOLLE_DEV_DATA")
    rows: list[tuple[str, tuple[str, ...]]] = []
    if folder:
        for name in ("lawbench_ljp.jsonl", "lecard_queries.jsonl"):
            for line in (Path(folder) / "data" / name).read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                rows.append((row["fact"], tuple(row["charges"])))
    else:
        for file in sorted((ROOT / "examples" / "cases").glob("*.json")):
            rows.append((json.loads(file.read_text(encoding="utf-8"))["fact"], ("盗窃罪",)))
    return [(part, charges) for fact, charges in rows for part in SENTENCE.findall(fact)]


def generated(count: int, length: int = LENGTH, seed: int = 42) -> Iterator[dict[str, Any]]:
    """Documents of ``length`` characters; the same for the same seed and source."""
    draw, pool = random.Random(seed), sentences()
    for number in range(count):
        text, charges = draw.choice(pool)
        while len(text) < length:
            text += draw.choice(pool)[0]
        date = f"{draw.randint(2012, 2022)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        yield {
            "id": f"generated-{number}",
            "fact": text[:length],
            "charges": list(charges),
            "decision": draw.choice(["起诉", "相对不起诉", "法定不起诉", "存疑不起诉"]),
            "meta": {"date": date, "province": "浙江省"},
        }


def measure(count: int = 100_000, reference: bool = True) -> dict[str, Any]:
    """Every figure, each step in a process of its own."""
    load = round(os.getloadavg()[0], 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus, queries = folder / "corpus.jsonl", folder / "queries.json"
        with corpus.open("w", encoding="utf-8") as stream:
            for row in generated(count):
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        texts = [row["fact"] for row in generated(QUERIES, seed=7)]
        queries.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
        index = folder / "index"
        command = [sys.executable, "-m", "nolle", "index", str(corpus), "--out", str(index)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        report, peak = run_watched([*command, "--json"])
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        figures: dict[str, Any] = {
            "documents": count,
            "index_seconds": report["seconds"],
            "index_cpu_seconds": round(
                after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1
            ),
            "index_peak_mb": round(peak / 2**20),
            "index_disk_mb": round(report["bytes"] / 2**20),
            "cores": os.cpu_count(),
            "load_before": load,
        }
        figures |= _part("serve", index, queries)
        if reference:
            figures |= _part("reference", index, queries)
            figures["times_faster_than_rank_bm25"] = round(
                figures["rank_bm25_query_p50_ms"] / figures["query_p50_ms"]
            )
        return figures


def run_watched(command: list[str]) -> tuple[dict[str, Any], int]:
    """Run a command that prints JSON; also the most resident bytes of it and its children."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(_resident, _family(process.pid))))
        time.sleep(0.1)
    assert process.stdout is not None
    output = process.stdout.read()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    report: dict[str, Any] = json.loads(output)
    return report, peak


def serve(index: Path, queries: Path) -> dict[str, Any]:
    """Open the index and search it, as a server would."""
    from nolle.retrieval.index import open_index

    began = time.perf_counter()
    opened = open_index(index)
    figures: dict[str, Any] = {"open_seconds": round(time.perf_counter() - began, 3)}
    texts = json.loads(queries.read_text(encoding="utf-8"))
    began = time.perf_counter()
    opened.search(texts[0], 10)
    figures["first_query_ms"] = round((time.perf_counter() - began) * 1e3, 1)
    times = []
    for text in texts:
        began = time.perf_counter()
        hits = opened.search(text, 10)
        times.append((time.perf_counter() - began) * 1e3)
        assert len(hits) == 10
    for row in (hit.row for hit in hits):
        opened.document(row)
    ranked = sorted(times)
    return figures | {
        "query_p50_ms": round(statistics.median(times), 2),
        "query_p95_ms": round(ranked[int(0.95 * len(ranked))], 2),
        "serve_rss_mb": round(_resident(os.getpid()) / 2**20),
    }


def reference(index: Path, queries: Path) -> dict[str, Any]:
    """The same queries by rank-bm25, and whether it finds the same."""
    from nolle.retrieval.bm25 import EngineKind
    from nolle.retrieval.index import open_index

    texts = json.loads(queries.read_text(encoding="utf-8"))[:REFERENCE_QUERIES]
    slow, fast = open_index(index, EngineKind.RANK_BM25), open_index(index, EngineKind.BM25S)
    slow.search(texts[0], 10)
    times, same = [], 0
    for text in texts:
        began = time.perf_counter()
        found = slow.search(text, 10)
        times.append((time.perf_counter() - began) * 1e3)
        same += {hit.row for hit in found} == {hit.row for hit in fast.search(text, 10)}
    return {
        "rank_bm25_query_p50_ms": round(statistics.median(times), 1),
        "rank_bm25_same_top_ten": f"{same} of {len(texts)}",
    }


def _part(name: str, index: Path, queries: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.retrieval_scale", "--part", name]
    return run_watched([*command, str(index), str(queries)])[0]


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        for thread in threads:
            if thread.name != str(pid):
                children += (thread / "children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--no-reference", action="store_true", help="leave rank-bm25 out")
    parser.add_argument("--part", nargs=3, metavar=("NAME", "INDEX", "QUERIES"))
    options = parser.parse_args()
    if options.part:
        name, index, queries = options.part
        part = {"serve": serve, "reference": reference}[name]
        print(json.dumps(part(Path(index), Path(queries))))
        return
    figures = measure(options.documents, not options.no_reference)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
