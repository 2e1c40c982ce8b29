"""The report of a large run: 4,630 cases x 4 arms, records made and not called.

Prints one JSON object: size of the records, seconds to score (with bootstrap), to export and to
write the page, peak memory, size of the page, and seconds until headless Chromium has loaded it
and shows the list of cases (median of five), with its console messages.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
CASES, OPENINGS = 4630, 5
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def measure(cases: int = CASES) -> dict[str, Any]:
    """Make a run, score and report it, and open the page."""
    from nolle.evals.export import export_run
    from nolle.evals.folder import read_folder
    from nolle.evals.report import render_report
    from nolle.evals.scores import write_scores

    sys.path.insert(0, str(ROOT / "tests"))
    made_runs = import_module("support.made_runs")
    figures: dict[str, Any] = {"cases": cases}

    def timed(name: str, work: Callable[[], T]) -> T:
        started = time.perf_counter()
        found = work()
        figures[f"{name}_s"] = round(time.perf_counter() - started, 2)
        return found

    with tempfile.TemporaryDirectory() as place:
        folder = made_runs.write_run(Path(place) / "run", cases)
        figures["records_mb"] = round((folder / "records.jsonl").stat().st_size / 1e6, 1)
        run = timed("read", lambda: read_folder(folder))
        metrics = timed("score", lambda: write_scores(run))
        timed("export", lambda: export_run(run))
        html = timed("page", lambda: render_report(run, metrics))
        page = folder / "report.html"
        page.write_text(html, encoding="utf-8")
        figures["page_mb"] = round(page.stat().st_size / 1e6, 2)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        figures["peak_memory_mb"] = round(peak / 1024)
        figures |= _opened(page)
    return figures


def _opened(page: Path) -> dict[str, Any]:
    """Median seconds until the list of cases stands, and what the console said."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        return {"open_s": None, "console": ["chromium is not installed"]}
    from playwright.sync_api import sync_playwright

    seconds, messages = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for _ in range(OPENINGS):
            tab = browser.new_page()
            tab.on("console", lambda message: messages.append(message.text))
            tab.on("pageerror", lambda error: messages.append(str(error)))
            started = time.perf_counter()
            tab.goto(page.as_uri())
            tab.wait_for_selector("details.case")
            seconds.append(time.perf_counter() - started)
            tab.locator("details.case summary").first.click()
            tab.wait_for_selector("details.case .columns")
            tab.close()
        browser.close()
    return {"open_s": round(statistics.median(seconds), 2), "console": messages}


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=CASES)
    print(json.dumps(measure(parser.parse_args().cases), indent=1))


if __name__ == "__main__":
    main()
