"""The command ``nolle compare``: reviews and single prompts on the same cases, side by side."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .errors import InputError, LimitError, ModelError

if TYPE_CHECKING:
    from .evals.board import Board
    from .evals.cards import Card
    from .evals.compare import Plan
    from .evals.runner import Ended

INTERRUPTED = 130
_BETWEEN_SPECS = re.compile(r",(?=(?:openrouter|vllm|openai|compatible):|rules\b)")


def compare(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help="A file or folder, a name (pdp-bench, cail2018, lawbench-3-1 …), NAME:PATH, "
            "or hf:OWNER/NAME.",
        ),
    ],
    arms: Annotated[
        str, typer.Option("--arms", help="Names or .yaml files, separated by commas.")
    ] = "rules",
    model: Annotated[
        str | None,
        typer.Option(
            "--model", "-m", help="Model specs, separated by commas; default NOLLE_MODEL."
        ),
    ] = None,
    runs: Annotated[
        int, typer.Option("--runs", min=1, help="How often each model answers; seeds count up.")
    ] = 1,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Run directory; started again with it, the run goes on."),
    ] = None,
    split: Annotated[
        str, typer.Option("--split", help="test, test_rq2 (25 per class), S1 to S4 …")
    ] = "",
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, help="Draw so many cases.")
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", help="Seed of the first run and of the sample.")
    ] = 42,
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=1024, help="Calls under way at once.")
    ] = 64,
    limit_requests: Annotated[
        int | None, typer.Option("--limit-requests", min=0, help="Most model calls of this start.")
    ] = None,
    limit_cost: Annotated[
        float | None, typer.Option("--limit-cost", min=0, help="Most US dollars of this start.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Estimate calls, tokens, cost, time; ask nobody.")
    ] = False,
    any_code: Annotated[
        bool,
        typer.Option("--any-code", help="Count answers that other code of nolle gave as done."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Answer the same cases by several arms and keep every answer.

    Stopped, it goes on where it stood when started again with the same --out. Arms: rules, graph,
    graph-no-signals, graph-no-retrieval, graph-no-verify, graph-no-evidence, graph-no-subsumption,
    graph-no-waiver, graph-merged, baseline, definitions, one_shot, few_shot, and with -think-least
    or -think-most; for data of several defendants also mmsi-fd, mmsi-cv, mmsi-fd-cv,
    mmsi-two-stage, multijustice-charge, -term, -multitask, -multitask-one-shot; your own as YAML.

    Examples:

        nolle compare examples/cases --arms rules

        nolle compare pdp-bench --split test_rq2 --arms graph,baseline,one_shot
        --model openrouter:qwen/qwen3.6-max-preview --runs 8 --out runs/rq2 --dry-run

        nolle compare cases.jsonl --arms graph,my-arm.yaml --model vllm:Qwen/Qwen3-8B --out runs/own

        nolle compare imljp:pairs.jsonl --arms rules,mmsi-two-stage --model openai:gpt-5.4
    """
    from . import __version__
    from .agents.limits import Limits
    from .cli_commands import console
    from .config import load_settings
    from .evals import compare as work
    from .evals.arms import find_arms
    from .evals.board import Board
    from .evals.cards import card_lines, make_card
    from .evals.datasets import load_data

    loaded = load_data(data, split=split, sample=sample, seed=seed)
    chosen = find_arms([name.strip() for name in arms.split(",") if name.strip()], loaded.task)
    home = load_settings()
    folder = out or home.home / "compare" / _folder_name(data, split)
    specs = _BETWEEN_SPECS.split(model or home.model)
    plan = work.make_plan(
        loaded,
        chosen,
        [] if specs == ["rules"] else specs,
        runs=runs,
        base_seed=seed,
        today=work.day_of_run(folder),
    )
    card = make_card(loaded)
    screen = console()
    if not as_json:
        for line in card_lines(card):
            screen.print(line, markup=False)
    if dry_run:
        _estimate(plan, folder, concurrency, any_code, as_json, card)
        return
    work.check_models(plan)
    limits = Limits(requests=limit_requests, cost_usd=limit_cost)
    board = Board(plan.jobs, (s.gold for s in loaded.samples), quiet=as_json)

    def taken(found: Any) -> None:
        board.before(found.records)
        if not as_json:
            _say_taken(len(found.done), found.aside, len(plan.jobs), folder, any_code)

    with board:
        ended = work.execute(
            plan,
            folder,
            board,
            concurrency=concurrency,
            limits=None if limits == Limits() else limits,
            any_code=any_code,
            on_taken=taken,
            version=__version__,
        )
    work.write_whole(folder / "card.json", card.model_dump_json(indent=1) + "\n")
    kept = any(tally.done for tally in board.tallies.values())
    metrics, exported = work.finish(folder) if kept else ({}, [])
    _report(plan, board, ended, folder, card, metrics, exported, as_json)
    _end(ended, board, folder)


def _folder_name(data: str, split: str) -> str:
    """A folder for runs on this data: the same for the same data, whatever its path is called."""
    place = str(Path(data).resolve()) if Path(data).exists() else data
    mark = hashlib.sha256(f"{place}\0{split}".encode()).hexdigest()[:8]
    plain = re.sub(r"[^\w.-]+", "-", Path(data).stem or "data").strip("-.")[:40]
    return f"{plain or 'data'}-{mark}"


def _say_taken(done: int, aside: int, of: int, folder: Path, any_code: bool) -> None:
    lines = []
    if done:
        lines.append(f"{done} of {of} answers were there before, {folder}")
    if aside:
        hint = "" if any_code else "; --any-code counts those that only other code of nolle made"
        lines.append(
            f"{aside} answers of other settings are kept aside, {folder / 'records-aside.jsonl'}"
            f"{hint}"
        )
    for line in lines:
        print(line, file=sys.stderr, flush=True)


def _estimate(
    plan: Plan, folder: Path, concurrency: int, any_code: bool, as_json: bool, card: Card
) -> None:
    """``--dry-run``: what is left to ask, arm by arm; nothing is written."""
    from .cli_commands import console, print_json
    from .evals.compare_journal import done_keys
    from .evals.estimates import estimate_arms

    done = done_keys(folder, [job.key for job in plan.jobs], any_code=any_code)
    found = estimate_arms((job for job in plan.jobs if job.key not in done), concurrency)
    unpriced = any(one.cost_usd is None for one in found)
    total = {
        "answers": sum(one.answers for one in found),
        "done_before": len(done),
        "calls": sum(one.calls for one in found),
        "tokens": sum(one.tokens for one in found),
        "cost_usd": None if unpriced else round(sum(one.cost_usd or 0 for one in found), 4),
        "seconds": round(sum(one.seconds for one in found), 1),
    }
    if as_json:
        arms = [one.model_dump(mode="json") for one in found]
        print_json({"card": card.model_dump(mode="json"), "arms": arms, **total})
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("arm", "model", "answers", "calls", "tokens", "USD", "seconds"):
        table.add_column(heading, justify="left" if heading in {"arm", "model"} else "right")
    for one in found:
        cost = "unknown" if one.cost_usd is None else f"{one.cost_usd:.2f}"
        table.add_row(
            Text(one.arm),
            Text(one.model),
            *map(str, (one.answers, one.calls, one.tokens, cost, one.seconds)),
        )
    screen = console()
    screen.print(table)
    cost = "unknown" if total["cost_usd"] is None else f"{total['cost_usd']:.2f} USD"
    screen.print(
        f"{total['answers']} answers, about {total['calls']} calls, {total['tokens']} tokens, "
        f"{cost}, {total['seconds']} s; {len(done)} answers are there already; nothing was asked",
        markup=False,
    )


def _report(
    plan: Plan,
    board: Board,
    ended: Ended,
    folder: Path,
    card: Card,
    metrics: dict[str, Any],
    exported: list[Path],
    as_json: bool,
) -> None:
    from .cli_commands import console, print_json

    arms: list[dict[str, Any]] = [
        {
            "arm": arm,
            "model": model,
            "answers": tally.done,
            "of": tally.wanted,
            "decisions": dict(sorted(tally.decisions.items())) if board.decides else {},
            "l2_macro_f1": None if tally.macro_f1 is None else round(tally.macro_f1, 4),
            "failures": dict(tally.failures),
            "calls": tally.calls,
            "cost_usd": None if tally.unpriced else round(tally.cost_usd, 6),
        }
        for (arm, model), tally in board.tallies.items()
    ]
    if as_json:
        print_json(
            {
                "out": str(folder),
                "data": plan.data.name,
                "task": plan.data.task.value,
                "labelled": plan.data.labelled,
                "card": card.model_dump(mode="json"),
                "arms": arms,
                "kept": ended.kept,
                "metrics": str(folder / "metrics.json") if metrics else None,
                "exports": [str(path) for path in exported],
            }
        )
        return
    from rich.text import Text

    from .evals.headline import trial_figures

    screen = console()
    screen.print(board.table())
    if board.decides:
        for one in arms:
            counts = ", ".join(f"{name} {count}" for name, count in one["decisions"].items())
            screen.print(Text(f"{one['arm']} {one['model']}: {counts}"))
    else:
        for one in metrics.get("arms", ()):
            told = ", ".join(f"{name} {mean:.4f}" for name, mean, _ in trial_figures(one))
            screen.print(Text(f"{one['label']}: {told or 'nothing that the labels could score'}"))
    if not plan.data.labelled:
        screen.print("no labels in the data: the distribution of the answers is all there is")
    files = ["records.jsonl", "run.json", *(["metrics.json"] if metrics else [])]
    screen.print(Text(f"{folder}: {', '.join(files)}"))
    if exported:
        screen.print(Text(f"{len(exported)} files for PDP-Bench's own scripts: export/pdp"))


def _end(ended: Ended, board: Board, folder: Path) -> None:
    """Say how an unfinished run ended: by its error, by a limit, or by the user."""
    done = sum(tally.done for tally in board.tallies.values())
    wanted = sum(tally.wanted for tally in board.tallies.values())
    where = f"{done} of {wanted} answers are kept in {folder}"
    again = "run the same command again to go on"
    if ended.interrupted:
        print(f"{where}: {again}", file=sys.stderr, flush=True)
        if ended.left:
            # Threads that still wait for a model would hold the process until it answers.
            print("error: interrupted", file=sys.stderr, flush=True)
            sys.stdout.flush()
            os._exit(INTERRUPTED)
        raise typer.Exit(INTERRUPTED)
    if ended.error is not None:
        raise type(ended.error)(f"{ended.error} ({where})")
    if ended.limit:
        raise LimitError(f"{ended.limit}; {where}: {again}")
    if ended.failed:
        raise ModelError(
            f"{ended.failed} answers failed, first: {ended.first_failure}; {where}: "
            f"{again}, which asks for those once more"
        )
    if done < wanted:
        raise InputError(f"{where}: {again}")
