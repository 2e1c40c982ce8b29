"""How large and how fast the law data are: counts, loading, look-ups, the citation parser.

Prints one JSON object. ``python -m benchmarks.law``; with ``NOLLE_DEV_DATA`` (a folder with
``statutes/`` of official texts) also the share of the data found in them. Limits: charges load in
150 ms from the cache, a look-up takes 20 microseconds, 50,000 characters parse in 50 ms; the exit
status is 1 where one is passed.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2024, 6, 1)
LIMITS = {"load_warm_ms": 150.0, "lookup_us": 20.0, "parse_50k_ms": 50.0}
_LOAD = (
    "import time; from nolle.statutes.charges import charges; t = time.perf_counter(); "
    "n = len(charges()); print((time.perf_counter() - t) * 1000, n)"
)
# Opinions cite much; the facts of a case cite nothing.
CITING = (
    "经审查认为，被不起诉人实施了盗窃行为，依照《中华人民共和国刑法》第二百六十四条、第六十七条第一款、"
    "第三款的规定，犯罪情节轻微，根据《中华人民共和国刑事诉讼法》第一百七十七条第二款，决定不起诉。"
)
FACT = "2021年3月12日，犯罪嫌疑人在超市内窃得手机一部，经鉴定价值一千二百元，到案后如实供述。"


def loading(repeats: int = 7) -> dict[str, float]:
    """Milliseconds of ``charges()`` in fresh processes: from the cache, and from the YAML files.

    Importing the modules before is not counted.
    """

    def load(home: str) -> float:
        run = subprocess.run(
            [sys.executable, "-c", _LOAD],
            capture_output=True,
            check=True,
            text=True,
            env={**os.environ, "NOLLE_HOME": home},
        )
        return float(run.stdout.split()[0])

    cold = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as home:
            cold.append(load(home))
    with tempfile.TemporaryDirectory() as home:
        load(home)
        warm = [load(home) for _ in range(repeats)]
    return {
        "load_warm_ms": round(statistics.median(warm), 1),
        "load_cold_ms": round(statistics.median(cold), 1),
    }


def lookups() -> dict[str, float]:
    """Microseconds of one look-up: a charge by its name, an article of a law on a day."""
    from nolle.statutes import versions
    from nolle.statutes.charges import charge, charges

    names = [c.name for c in charges()]
    places = [("cl", n, 0) for n in range(102, 452)] + [("cpl", n, 0) for n in range(1, 309)]

    def every_charge() -> None:
        for name in names:
            charge(name)

    def every_article() -> None:
        for law, number, sub in places:
            versions.article(law, number, sub, DAY)

    return {
        "charge_us": round(_each(every_charge, len(names)), 2),
        "article_us": round(_each(every_article, len(places)), 2),
    }


def parsing(length: int = 50_000) -> dict[str, float]:
    """Milliseconds that the citation parser takes for ``length`` characters, best of five."""
    from nolle.statutes.citations import parse

    def best(text: str) -> float:
        return round(min(timeit.repeat(lambda: parse(text), number=1, repeat=5)) * 1000, 1)

    return {
        "parse_50k_ms": best((CITING * (length // len(CITING) + 1))[:length]),
        "parse_50k_facts_ms": best((FACT * (length // len(FACT) + 1))[:length]),
    }


def counts() -> dict[str, int]:
    """How many rows the law data and their tests hold."""
    from nolle.statutes.charges import charges
    from nolle.statutes.grounds import grounds
    from nolle.statutes.guidelines import circumstances, guidelines
    from nolle.statutes.store import read_data

    found = charges()
    groups = read_data("thresholds/*.yaml")
    return {
        "charges": len(found),
        "bands": sum(len(c.bands) for c in found),
        "elements": sum(len(c.elements) for c in found),
        "grounds": len(grounds()),
        "thresholds": sum(len(g.get("rules", ())) + len(g.get("substances", ())) for g in groups),
        "threshold_sources": len({g["source"] for g in groups}),
        "guidelines": len(guidelines()),
        "guideline_circumstances": len(circumstances()),
        "yaml_law_tests": sum(_rows(p) for p in sorted(ROOT.glob("tests/**/cases/*.yaml"))),
        "pairs": sum(_rows(p) for p in sorted(ROOT.glob("tests/law/pairs/*.yaml"))),
    }


def verified() -> dict[str, Any] | None:
    """The share of the data found in the official texts; None without ``NOLLE_DEV_DATA``."""
    folder = os.environ.get("NOLLE_DEV_DATA")
    if not folder or not (Path(folder) / "statutes").is_dir():
        print("NOLLE_DEV_DATA is not set: the official texts are not compared", file=sys.stderr)
        return None
    from nolle.statutes.official import import_path
    from nolle.statutes.official_store import FILE
    from nolle.statutes.verification import verify

    with tempfile.TemporaryDirectory() as place:
        store = Path(place) / FILE
        import_path(Path(folder) / "statutes", store)
        report = verify(store)
    return {
        "share_automatic": round(report.share_automatic, 4),
        "checks": len(report.results),
        **report.counts,
    }


def measure() -> dict[str, Any]:
    """Everything that this benchmark prints."""
    times = {**loading(), **lookups(), **parsing()}
    return {
        "python": platform.python_version(),
        "times": times,
        "limits": LIMITS,
        "within_limits": within(times),
        "counts": counts(),
        "verification": verified(),
    }


def within(times: dict[str, float]) -> bool:
    """Whether every limit holds."""
    return (
        times["load_warm_ms"] < LIMITS["load_warm_ms"]
        and max(times["charge_us"], times["article_us"]) < LIMITS["lookup_us"]
        and max(times["parse_50k_ms"], times["parse_50k_facts_ms"]) < LIMITS["parse_50k_ms"]
    )


def _each(work: Callable[[], None], count: int) -> float:
    """Microseconds of one of the ``count`` steps of ``work``, warm."""
    work()
    return min(timeit.repeat(work, number=1, repeat=7)) / count * 1e6


def _rows(path: Path) -> int:
    """The rows of a file: items of a list, or of the groups of a mapping."""
    content = yaml.safe_load(path.read_text("utf-8"))
    if isinstance(content, list):
        return len(content)
    return sum(len(g) if isinstance(g, list | dict) else 1 for g in content.values())


def main() -> int:
    """Print the JSON object."""
    start = time.perf_counter()
    found = measure()
    found["took_s"] = round(time.perf_counter() - start, 1)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0 if found["within_limits"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
