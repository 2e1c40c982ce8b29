"""Writes rows to files, and finds the development data."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def rows_file(tmp_path: Path) -> Callable[[list[dict[str, Any]]], Path]:
    def write(rows: list[dict[str, Any]]) -> Path:
        path = tmp_path / "rows.jsonl"
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


@pytest.fixture
def dev_file() -> Callable[[str], Path]:
    def find(name: str) -> Path:
        folder = os.environ.get("NOLLE_DEV_DATA")
        if not folder:
            pytest.skip("NOLLE_DEV_DATA is not set: it names the folder of the development data")
        path = Path(folder) / "data" / name
        if not path.exists():
            pytest.skip(f"{path} is not there")
        return path

    return find
