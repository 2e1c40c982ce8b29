"""One string that must not leave, with its placeholder."""

from __future__ import annotations

from ..cases.models import Frozen


class Secret(Frozen):
    """One string of the case that must not leave, and what stands for it."""

    text: str
    placeholder: str
    is_name: bool = False
