"""``nolle review --approve`` and ``nolle approve``: stop before the opinion, and go on."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .errors import InputError

if TYPE_CHECKING:
    from .cli_options import ReviewOptions
    from .graphs.pending import Pending, Proposed


def review(files: Sequence[str], options: ReviewOptions) -> None:
    """``nolle review --approve``: review one case up to the opinion and say how to go on."""
    from . import cli_commands as commands
    from .graphs.pending import Pending
    from .graphs.run import run
    from .serving.terminal import print_review

    if options.checkpoint is None:
        raise InputError("--approve needs --checkpoint FILE, where the review waits for its answer")
    for name, value in (("--html", options.html), ("--out", options.out)):
        if value is not None:
            raise InputError(f"{name} does not go with --approve: leave one of them away")
    items = commands.load(files)
    if len(items) != 1:
        raise InputError(f"--approve takes one case but {len(items)} are given")
    case = items[0][2]
    made = run(
        case,
        commands.model_of(options.model),
        run_id=options.run_id,
        checkpoint=options.checkpoint,
        trace=options.trace,
        today=options.today,
        asking=options.asking(),
        approve=True,
    )
    if not isinstance(made, Pending):
        if options.as_json:
            commands.print_json(made.to_json())
        else:
            print_review(made, case, commands.console())
        return
    if options.as_json:
        commands.print_json({"pending": made.model_dump(mode="json")})
        return
    for proposed in made.findings:
        _print(proposed)
    typer.echo(f"waiting for approval: run {made.run_id} has no opinion yet; answer it with")
    typer.echo(f"  {_command(made)} --accept")
    typer.echo("or with --reject REASON, or with --edit DEFENDANT:CHECK=VERDICT [--reason TEXT]")


def _print(proposed: Proposed) -> None:
    from .cases.vocabulary import VERDICT_ZH
    from .serving.wording import decision_label, one_line

    zh, code, _ = decision_label(proposed.decision)
    charges = "、".join(proposed.charges)
    typer.echo(f"{one_line(proposed.name)}  {zh} {code}  {one_line(charges)}".rstrip())
    for check, verdict in proposed.checks.items():
        typer.echo(f"  {check.value} {check.zh}: {verdict.value} {VERDICT_ZH[verdict]}")
    reasons = [proposed.unresolved.reason] if proposed.unresolved else proposed.reasons
    for reason in reasons:
        typer.echo(f"  {one_line(reason)}")


def _command(made: Pending) -> str:
    file, run_id = shlex.quote(made.checkpoint), shlex.quote(made.run_id)
    return f"nolle approve --checkpoint {file} --run-id {run_id} --by NAME"


def approve(
    checkpoint: Annotated[
        Path, typer.Option("--checkpoint", help="The SQLite file in which the review waits.")
    ],
    run_id: Annotated[str, typer.Option("--run-id", help="The run that waits.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who answers.")],
    accept: Annotated[bool, typer.Option("--accept", help="Go on to the opinion.")] = False,
    reject: Annotated[
        str | None,
        typer.Option("--reject", metavar="REASON", help="End the review unresolved."),
    ] = None,
    edit: Annotated[
        list[str] | None,
        typer.Option(
            "--edit",
            metavar="DEFENDANT:CHECK=VERDICT",
            help="Your verdict on a finding; the decision is drawn again.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")] = "",
    trace: Annotated[
        Path | None, typer.Option("--trace", help="Append every step to this JSONL file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Answer a review that waits for approval; it then goes on to its opinion.

    Examples:

        nolle review case.json --approve --checkpoint runs.sqlite --run-id case-7

        nolle approve --checkpoint runs.sqlite --run-id case-7 --by 王某 --accept

        nolle approve --checkpoint runs.sqlite --run-id case-7 --by 王某 \
--edit "张某:evidence=insufficient" --reason "只有被害人陈述"
    """
    from . import cli_commands as commands
    from .graphs.approval import answer, case_of
    from .serving.terminal import print_review

    review = answer(
        checkpoint,
        run_id,
        by=by,
        accept=accept,
        reject=reject,
        edit=edit or (),
        reason=reason,
        trace=trace,
    )
    if as_json:
        commands.print_json(review.to_json())
    else:
        print_review(review, case_of(checkpoint, run_id), commands.console())
