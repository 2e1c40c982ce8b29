"""The files of the project, for the tests of its house rules."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILT = {"build", "dist", "__pycache__", "node_modules"}
README = {"en": ROOT / "README.md", "zh": ROOT / "README.zh-CN.md"}


def files(*suffixes: str) -> list[Path]:
    """Files of the project with one of the suffixes (all if none); no build output, no caches."""
    found = []
    for folder, names, here in os.walk(ROOT):
        names[:] = [
            n
            for n in names
            if not n.startswith((".venv", ".git", ".cache", ".h", ".m", ".r", ".p"))
        ]
        names[:] = [n for n in names if n not in BUILT and not n.endswith(".egg-info")]
        found += [Path(folder) / n for n in here if not suffixes or n.endswith(suffixes)]
    return sorted(found)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
