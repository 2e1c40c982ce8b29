"""``nolle dataset``: the card of a data set of several defendants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .cases.joint import JointCase
    from .cases.joint_card import Card, Spread

SHOWN_CHARGES = 15


def dataset(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="IMLJP or CMDL (json, jsonl, parquet), MPMCP (csv)."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Show what a data set of several defendants holds: scenarios, roles, charges, pairs, terms.

    The kind is told by the fields, or by .csv; a bad row ends it with its number.

    Examples:

        nolle dataset imljp.jsonl

        nolle dataset test_data4.csv --json
    """
    from .cases.joint_card import card
    from .cases.joint_readers import iter_joint
    from .cli_commands import console, print_json, progress

    with progress("cases", None) as advance:

        def counted() -> Iterator[JointCase]:
            for done, case in enumerate(iter_joint(file), start=1):
                advance(done)
                yield case

        found = card(counted())
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    screen = console()
    for line in lines(found):
        screen.print(line, markup=False, highlight=False)


def lines(card: Card) -> list[str]:
    """The card in words, one line for each figure."""
    pairs = f"{card.pairs} ({card.fair_pairs} disjoint)"
    shown = dict(list(card.charges.items())[:SHOWN_CHARGES])
    if len(card.charges) > SHOWN_CHARGES:
        shown["…"] = len(card.charges) - SHOWN_CHARGES
    rows = {
        "data set": ", ".join(card.sources),
        "cases": f"{card.cases}, of them {card.without_judgment} without judgment",
        "defendants": f"{card.defendants}, {card.probation} on probation",
        "scenarios": _counts(card.scenarios),
        "per case": _counts(card.defendants_per_case),
        "roles": _counts(card.roles),
        "role pairs": pairs,
        "charges": _counts(shown),
        "facts": f"{_spread(card.facts_chars)} characters",
        "court's view": f"{_spread(card.court_view_chars)} characters, "
        f"{card.views_with_roles} state a role",
        "terms": f"{_spread(card.months)} months",
    }
    if card.repeated_ids:
        rows["repeated ids"] = str(card.repeated_ids)
    return [f"{name:<13}{text}" for name, text in rows.items()]


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def _spread(spread: Spread) -> str:
    if not spread.n:
        return "0"
    return (
        f"{spread.n} from {spread.least:g} to {spread.most:g}, "
        f"median {spread.median:g}, mean {spread.mean:g}"
    )
