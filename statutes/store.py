"""The law data on disk: YAML under ``statutes/data``, read once and kept as a compiled JSON cache.

The cache is keyed by names, sizes and modification times of the files, so an edited file is read
anew; a cache that is broken or cannot be written costs time, never a result.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from ..errors import ConfigError
from ..files import replace_whole

DATA = Path(__file__).parent / "data"


def data_files(pattern: str) -> tuple[Path, ...]:
    """The files under ``statutes/data`` that match a glob pattern, numbered ones by number."""
    return tuple(sorted(DATA.glob(pattern), key=_natural))


@cache
def read_data(pattern: str) -> list[Any]:
    """The contents of every data file that matches ``pattern``, in one list.

    A file that holds a list adds its items, one that holds a mapping adds that mapping; no
    matching file gives an empty list, so optional tables may be absent. Dates come as ISO strings
    (pydantic reads them; see :func:`day` for use without it). The list is shared between callers:
    do not change it.

    Raises:
        ConfigError: a data file is not valid YAML.
    """
    items: list[Any] = []
    for content in _contents(pattern).values():
        items.extend(content if isinstance(content, list) else [content])
    return items


@cache
def read_mapping(pattern: str) -> dict[str, Any]:
    """The mappings of every matching data file merged into one, later files over earlier ones.

    The mapping is shared between callers: do not change it.

    Raises:
        ConfigError: a data file is not valid YAML, or holds something else than a mapping.
    """
    merged: dict[str, Any] = {}
    for name, content in _contents(pattern).items():
        if not isinstance(content, dict):
            raise ConfigError(f"statutes/data/{name} must hold a mapping, not a list")
        merged.update(content)
    return merged


def day(value: str | date | None) -> date | None:
    """A date from its ISO form, as :func:`read_data` gives it; None stays None."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def cache_dir() -> Path:
    """Where compiled data are kept: ``$NOLLE_HOME/cache`` or the user's cache folder."""
    home = os.environ.get("NOLLE_HOME")
    return Path(home) / "cache" if home else Path(platformdirs.user_cache_dir("nolle"))


def _contents(pattern: str) -> dict[str, Any]:
    files = data_files(pattern)
    if not files:
        return {}
    compiled = cache_dir() / f"statutes-{_key(pattern, files)}.json"
    with suppress(OSError, ValueError):
        found = json.loads(compiled.read_bytes())
        if isinstance(found, dict):
            return found
    contents = {_name(path): _read_yaml(path) for path in files}
    text = json.dumps(contents, ensure_ascii=False, separators=(",", ":"), default=_iso)
    _write(compiled, text)
    plain: dict[str, Any] = json.loads(text)
    return plain


def _read_yaml(path: Path) -> Any:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    except yaml.YAMLError as error:
        where = str(error).replace("\n", " ")
        raise ConfigError(
            f"statutes/data/{_name(path)} is not valid YAML ({where}); mend or reinstall it"
        ) from error


def _write(path: Path, text: str) -> None:
    """Keep a cache: one that cannot be written costs time, never a result."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_whole(path, text.encode("utf-8"))


def _key(pattern: str, files: tuple[Path, ...]) -> str:
    stats = [(str(f), f.stat().st_size, f.stat().st_mtime_ns) for f in files]
    return hashlib.sha256(repr((pattern, stats)).encode()).hexdigest()[:20]


def _name(path: Path) -> str:
    return path.relative_to(DATA).as_posix()


def _natural(path: Path) -> tuple[str, int, str]:
    digits = "".join(filter(str.isdigit, path.stem))
    return (path.parent.as_posix(), int(digits or 0), path.name)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"statutes data may not hold {type(value).__name__}")
