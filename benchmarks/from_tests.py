"""What benchmarks share with the tests: the scripted server, its answers, made cases."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent / "tests"


def support(name: str) -> Any:
    """The module ``tests/support/NAME.py``."""
    if str(TESTS) not in sys.path:
        sys.path.insert(0, str(TESTS))
    return import_module(f"support.{name}")
