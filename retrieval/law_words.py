"""What the law says of each charge, as plain text: its name, its elements and its cues' words."""

from __future__ import annotations

from functools import cache

from ..statutes.charges import charges


@cache
def charge_texts() -> tuple[str, ...]:
    """One text per charge, in the order of the catalog."""
    return tuple(
        " ".join(
            (
                charge.name,
                *(element.zh for element in charge.elements),
                *charge.cues.strong,
                *charge.cues.weak,
            )
        )
        for charge in charges()
    )
