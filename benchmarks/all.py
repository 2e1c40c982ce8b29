"""Everything that docs/benchmarks.md quotes, in one run: ``make bench``.

Decisions and the other tasks need labelled rows: ``NOLLE_DEV_DATA`` names a folder with ``data/``;
without it only the cases of this repository are scored.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from nolle.evals.bench import bench

from . import (
    joint,
    law,
    llm,
    model_review,
    report_scale,
    retrieval_quality,
    retrieval_scale,
    speed,
)

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "tests" / "agents" / "reviews_own.jsonl"
DEVELOPMENT = (
    ("reviews", "reviews_dev.jsonl"),
    ("lawbench", "lawbench_ljp.jsonl"),
    ("lexeval", "lexeval_charge_mcq.jsonl"),
    ("lexeval", "lexeval_article_mcq.jsonl"),
    ("lexeval", "lexeval_term_mcq.jsonl"),
    ("imljp", "imljp_sample.jsonl"),
)


def quality() -> dict[str, Any]:
    """What the rules get right, on the rows of this repository and on the development rows."""
    figures = {OWN.name: bench("reviews", OWN), "second half of it": _second_half()}
    folder = os.environ.get("NOLLE_DEV_DATA")
    if not folder:
        print("NOLLE_DEV_DATA is not set: the development rows are left out", file=sys.stderr)
        return figures
    for kind, name in DEVELOPMENT:
        figures[name] = bench(kind, Path(folder) / "data" / name)
    return figures


def _second_half() -> dict[str, Any]:
    """The even rows of the own cases, which were never looked at while the rules were written."""
    rows = OWN.read_text(encoding="utf-8").splitlines()[1::2]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "second_half.jsonl"
        file.write_text("\n".join(rows), encoding="utf-8")
        return bench("reviews", file)


def main() -> None:
    """Print one JSON object with every figure."""
    figures = {
        "quality": quality(),
        "speed": speed.measure(),
        "joint": joint.measure(),
        "law": law.measure(),
        "retrieval_quality": retrieval_quality.measure(),
        "retrieval_scale": retrieval_scale.measure(),
        "calls": llm.measure(),
        "model_review": model_review.measure(),
        "report": report_scale.measure(),
        "model_reviews_200": model_review.measure(1.0, 200, 120),
    }
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
