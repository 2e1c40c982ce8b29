"""Rows in files, the development data, a made run with its report, and a bench for comparisons."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.compare_bench import Bench
from support.made_runs import write_run
from support.report_page import page_of


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


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made run of several arms."""
    return write_run(tmp_path_factory.mktemp("made"), 90, runs=2, words=24)


@pytest.fixture(scope="session")
def html(made: Path) -> str:
    """The report of that run."""
    return page_of(made)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: Any, capsys: Any) -> Bench:
    """``nolle compare`` with a scripted server."""
    return Bench(tmp_path, monkeypatch, capsys)
