"""The rows of the YAML files of law tests, as parameters of a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

Row = dict[str, Any]


def read_rows(folder: Path) -> list[tuple[str, Row]]:
    """Every row of the folder with the stem of its file."""
    return [
        (path.stem, row)
        for path in sorted(folder.glob("*.yaml"))
        for row in yaml.safe_load(path.read_text("utf-8"))
    ]


def params(rows: list[tuple[str, Row]]) -> list[Any]:
    """One parameter for each row; ``xfail`` in a row gives the reason why it may fail."""
    return [
        pytest.param(
            row,
            id=f"{file}: {row['name']}",
            marks=pytest.mark.xfail(reason=row["xfail"], strict=False) if "xfail" in row else (),
        )
        for file, row in rows
    ]
