"""Checks of arguments that the calculators share: one line that says which, and what is wanted."""

from __future__ import annotations

import math
from datetime import date

from ..errors import InputError
from ..statutes.charges import charge as charge_named

OLDEST = 130


def number_in(name: str, value: float | None, least: float, most: float = math.inf) -> None:
    """Refuse a number below ``least``, above ``most`` or not finite; None passes as "not known".

    Raises:
        InputError: the value is out of range.
    """
    if value is not None and not (least <= value <= most and math.isfinite(value)):
        wanted = f"at least {least:g}" if math.isinf(most) else f"{least:g} to {most:g}"
        raise InputError(f"{name} is {value:g}; expected {wanted}")


def a_day(name: str, value: date | None) -> None:
    """Refuse what is no date, such as a text; None passes as "not known".

    Raises:
        InputError: the value is no ``datetime.date``.
    """
    if value is not None and not isinstance(value, date):
        raise InputError(f"{name} is {value!r}, not a datetime.date; use date.fromisoformat")


def known_charge(name: str) -> None:
    """Refuse a charge that the catalogue does not have.

    Raises:
        InputError: the name spells no charge, or several.
    """
    if charge_named(name) is None:
        raise InputError(f"charge {name!r} is not in the catalogue of charges")
