"""What the commands do: read, run with progress, print or write. Errors go up to the caller."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .config import load_settings
from .errors import InputError
from .files import replace_whole

if TYPE_CHECKING:
    from rich.console import Console

    from .cases.findings import Review
    from .cases.models import Case
    from .cli_options import ReviewOptions

RULES = "rules"
Loaded = list[tuple[str, str, "Case"]]
"""Input path, label, case."""


def parse_day(text: str | None) -> date | None:
    """A day given as YYYY-MM-DD; InputError otherwise."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"date {text!r} is no day: write it as YYYY-MM-DD") from None


def model_of(model: str | None) -> str:
    """The model asked for, else NOLLE_MODEL, else ``rules``."""
    return model or load_settings().model


def console(stderr: bool = False) -> Console:
    """A console that keeps Chinese lines whole when it is no terminal."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else 110, highlight=False)


def load(files: Sequence[str]) -> Loaded:
    """All cases of all files, read before anything runs: all or nothing."""
    from .cases.readers import load_cases

    return [(path, label, case) for path in files for label, case in load_cases(path)]


def review(files: Sequence[str], options: ReviewOptions) -> None:
    """``nolle review``."""
    options.check_targets(files)
    items = load(files)
    if options.run_id and len(items) != 1:
        raise InputError(f"--run-id names one run but {len(items)} cases are given: give one case")
    if options.out is not None:
        _review_into(items, options)
        return
    reviewed = _review_all(items, options)
    if options.html is not None:
        from .serving.page import render_pages

        write_text(options.html, render_pages([(found, case) for _, found, case in reviewed]))
    if options.as_json:
        for _, found, _ in reviewed:
            print_json(found.to_json(), indent=2 if len(reviewed) == 1 else None)
        return
    from .serving import terminal

    screen = console()
    if len(reviewed) == 1:
        terminal.print_review(reviewed[0][1], reviewed[0][2], screen)
    else:
        terminal.print_table([(label, found) for label, found, _ in reviewed], screen)
    if options.html is not None:
        screen.print(f"page: {options.html}", style="dim", markup=False)


def estimate(files: Sequence[str], options: ReviewOptions) -> None:
    """``nolle review --dry-run``: what the review would cost; nothing is asked or written."""
    items = load(files)
    model = model_of(options.model)
    if model == RULES:
        reckoned = {"calls": 0, "tokens": 0, "cost_usd": 0.0, "seconds": round(len(items) / 40, 1)}
    else:
        from .agents.estimate import dry_run_estimate
        from .agents.registry import parse_spec

        cases = (case for _, _, case in items)
        reckoned = dry_run_estimate(cases, parse_spec(model)).model_dump(mode="json")
    data = {"model": model, "cases": len(items), **reckoned}
    if options.as_json:
        print_json(data)
        return
    cost = "unknown" if data["cost_usd"] is None else f"{data['cost_usd']:.2f} USD"
    console().print(
        f"{data['model']}: {data['cases']} cases, about {data['calls']} calls, "
        f"{data['tokens']} tokens, {cost}, {data['seconds']} s; nothing was asked"
    )


def _review_all(items: Loaded, options: ReviewOptions) -> list[tuple[str, Review, Case]]:
    from concurrent.futures import ThreadPoolExecutor, as_completed

    from .graphs.run import run, sink_of

    model, asking = model_of(options.model), options.asking()
    found: dict[int, Review] = {}
    with (
        progress("reviewing", len(items)) as advance,
        sink_of(options.trace) as sink,
        ThreadPoolExecutor(max_workers=options.side_by_side(model)) as pool,
    ):
        waiting = {
            pool.submit(
                run,
                case,
                model,
                run_id=options.run_id,
                checkpoint=options.checkpoint,
                trace=sink,
                today=options.today,
                asking=asking,
            ): index
            for index, (_, _, case) in enumerate(items)
        }
        try:
            for future in as_completed(waiting):
                found[waiting[future]] = future.result()
                advance()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [(label, found[index], case) for index, (_, label, case) in enumerate(items)]


def _review_into(items: Loaded, options: ReviewOptions) -> None:
    """``--out``: one file per case, by the journal; prints what was done."""
    from .cli_options import calls_in_words, calls_of
    from .graphs.journal import review_files

    options.check_out()
    assert options.out is not None
    model, asking = model_of(options.model), options.asking()
    with progress("reviewing", len(items)) as advance:
        results = review_files(
            items,
            options.out,
            model,
            lambda done, total, result: advance(),
            asking=asking,
            today=options.today,
            trace=options.trace,
            workers=options.side_by_side(model),
        )
    counts = None if model == RULES else calls_of(asking)
    failed = [r for r in results if r.error]
    if options.html is not None:
        _write_pages(options.html, results, items)
    summary = {
        "out": str(options.out),
        "cases": len(results),
        "reviewed": sum(not r.skipped and not r.error for r in results),
        "already_done": sum(r.skipped for r in results),
        "unresolved": sum(r.decision is None and not r.error for r in results),
        "failed": len(failed),
    }
    if options.as_json:
        asked = {"model_calls": counts.model_dump(mode="json")} if counts else {}
        print_json({**summary, **asked, "files": [_result(r) for r in results]})
    else:
        _print_summary(results, summary)
        if counts:
            console().print(calls_in_words(counts))
    if failed:
        raise InputError(
            f"{len(failed)} of {len(results)} cases failed, first {failed[0].label}: "
            f"{failed[0].error}; mend and run the same command again"
        )


def _write_pages(path: Path, results: Sequence[Any], items: Loaded) -> None:
    """One page of all reviews in the folder, those of earlier runs included."""
    from .cases.findings import Review
    from .serving.page import render_pages

    cases = {(str(Path(file).absolute()), label): case for file, label, case in items}
    pages = []
    for result in results:
        if not result.error:
            made = Review.from_json(json.loads(result.output.read_text(encoding="utf-8")))
            pages.append((made, cases[str(result.input), result.label]))
    if pages:
        write_text(path, render_pages(pages))


def _result(result: Any) -> dict[str, Any]:
    return {
        "label": result.label,
        "output": str(result.output),
        "decision": result.decision,
        "skipped": result.skipped,
        "error": result.error,
    }


def _print_summary(results: Sequence[Any], summary: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("case", "decision", "file"):
        table.add_column(heading, overflow="fold")
    for result in results[:50]:
        decision = result.error or result.decision or "unresolved"
        note = " (done before)" if result.skipped else ""
        table.add_row(*map(Text, (result.label, f"{decision}{note}", str(result.output))))
    screen = console()
    screen.print(table)
    if len(results) > 50:
        screen.print(f"... and {len(results) - 50} more")
    screen.print(
        "{cases} cases: {reviewed} reviewed, {already_done} done before, "
        "{unresolved} unresolved, {failed} failed".format(**summary)
    )


def bench(kind: str, file: Path, model: str | None, as_json: bool) -> None:
    """``nolle bench``."""
    from .evals.bench import bench as measure

    with progress(f"bench {kind}", None) as advance:
        figures = measure(kind, file, model_of(model), lambda done, total: advance(done, total))
    if as_json:
        print_json(figures)
        return
    from .serving.figures import print_figures

    print_figures(figures, console())


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[..., None]]:
    """A progress bar on standard error, where that is a terminal and there is more than one."""
    if not sys.stderr.isatty() or total == 1:
        yield lambda *_: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)

        def advance(done: int | None = None, of: int | None = None) -> None:
            if done is None:
                bar.advance(task)
            else:
                bar.update(task, completed=done, total=of)

        yield advance


def print_json(data: Any, indent: int | None = 2) -> None:
    """Print JSON to standard output as UTF-8, whatever the locale."""
    text = json.dumps(data, ensure_ascii=False, indent=indent, allow_nan=False)
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.flush()


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        replace_whole(path.absolute(), text.encode("utf-8"))
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}; name another place") from None
