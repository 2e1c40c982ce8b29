"""``nolle whatif``: what a review would say if the case were otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from .cli_commands import RULES, console, load, model_of, print_json, progress
from .errors import InputError


def whatif(
    file: str, changes: Sequence[str], model: str | None, as_json: bool, today: date | None
) -> None:
    """``nolle whatif``."""
    from .graphs import whatif as module
    from .graphs.run import run

    items = load([file])
    if len(items) != 1:
        raise InputError(f"{file} holds {len(items)} cases: whatif takes one")
    case, spec = items[0][2], model_of(model)
    if changes:
        result = module.whatif(case, dict(map(_pair, changes)), spec, today=today)
        if as_json:
            print_json(result.to_json())
            return
        from .serving.terminal import print_whatif

        print_whatif(result, console())
        return
    if spec != RULES:
        raise InputError(
            "whatif without --set tries every circumstance, one review each: name the changes "
            "with --set, or use --model rules"
        )
    with progress("trying circumstances", None):
        flips = module.flips(case, spec, today=today)
    if as_json:
        print_json({"flips": [flip.model_dump(mode="json") for flip in flips]})
        return
    from .serving.terminal import print_flips

    print_flips(flips, run(case, spec, today=today), console())


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip() or not value.strip():
        raise InputError(f"--set {text!r} is no change: write KEY=VALUE, e.g. forgiveness=yes")
    return key.strip(), value.strip()
