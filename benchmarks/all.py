"""Everything that docs/benchmarks.md quotes, in one run: ``make bench``.

Decision quality needs labelled rows: ``NOLLE_DEV_DATA`` names a folder with
``data/reviews_dev.jsonl``; without it the ten example cases are scored, which says little.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from nolle.evals.bench import bench

from . import speed

ROOT = Path(__file__).resolve().parent.parent


def quality() -> dict[str, Any]:
    """Decision quality by rules on the development rows, else on the examples."""
    folder = os.environ.get("NOLLE_DEV_DATA")
    labelled = Path(folder) / "data" / "reviews_dev.jsonl" if folder else None
    if labelled is None or not labelled.exists():
        print("NOLLE_DEV_DATA is not set: scoring the example cases only", file=sys.stderr)
        return {path.stem: _score(path) for path in sorted(ROOT.glob("examples/cases/*.json"))}
    return {
        labelled.name: bench("reviews", labelled),
        "reviews_own.jsonl": bench("reviews", ROOT / "tests" / "agents" / "reviews_own.jsonl"),
    }


def _score(path: Path) -> float:
    return float(bench("reviews", path)["l2_micro_f1"])


def main() -> None:
    """Print one JSON object with every figure."""
    print(
        json.dumps({"quality": quality(), "speed": speed.measure()}, ensure_ascii=False, indent=1)
    )


if __name__ == "__main__":
    main()
