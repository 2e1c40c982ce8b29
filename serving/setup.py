"""What a server is started with."""

from __future__ import annotations

from pathlib import Path

from ..cases.models import Frozen
from .guard import Rules


class Setup(Frozen):
    """What a server is started with; see ``nolle serve --help``."""

    home: Path
    models: tuple[str, ...] = ("rules",)
    corpus: str | None = None
    rules: Rules = Rules()
    workers: int = 2
    timeout: float = 1800.0
    keep_days: float = 30.0
    grace: float = 10.0
    only_mcp: bool = False
