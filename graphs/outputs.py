"""Which rows there are to review, and what the files with their reviews are called."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..cases.models import Case
from .trace import digest

Item = tuple[str | Path, str, Case]
"""Input path, label of the row within it ('' for a file with one case), and the case."""

_NAME_BYTES = 180


@dataclass(frozen=True)
class Row:
    """One case to review. ``suffix`` tells the rows of one input apart ('' if it is the only one);
    ``key`` is the same for the same case, model, version and changes."""

    input: Path
    label: str
    case: Case
    key: str
    suffix: str

    @property
    def origin(self) -> str:
        """What a journal knows this row by: its input and its place there."""
        return json.dumps([str(self.input), self.suffix], ensure_ascii=False)

    @property
    def run_id(self) -> str:
        """The same for the same key and origin."""
        return digest(self.key, self.origin)

    @property
    def stem(self) -> str:
        """The plain name of its review, without ``.json``."""
        return _short(f"{self.input.stem}-{self.suffix}" if self.suffix else self.input.stem)


@cache
def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("nolle")
    except PackageNotFoundError:
        return ""


def rows_of(items: Iterable[Item], model: str, changes: Mapping[str, str], *more: str) -> list[Row]:
    """The rows to review. The same case under the same path and label counts once.

    ``more`` is what else makes a review another one: the state of the index of similar cases, the
    day whose law applies; what is empty does not count.
    """
    about = [model, _version(), dict(changes), *filter(None, more)]
    seen: dict[tuple[Path, str, str], Case] = {}
    for path, label, case in items:
        key = digest(case.model_dump(mode="json"), *about)
        seen.setdefault((Path(path).absolute(), label, key), case)
    per_file = Counter(file for file, _, _ in seen)
    slugs = Counter((file, _slug(case.id)) for (file, _, _), case in seen.items())
    position: Counter[Path] = Counter()
    rows = []
    for (file, label, key), case in seen.items():
        position[file] += 1
        slug = _slug(case.id)
        suffix = ""
        if per_file[file] > 1:
            suffix = slug if slug and slugs[file, slug] == 1 else str(position[file])
        rows.append(Row(file, label, case, key, suffix))
    return rows


def name_outputs(
    rows: Iterable[Row],
    folder: Path,
    known: Mapping[str, str],
    free: Callable[[Row, Path], bool],
) -> list[tuple[Row, Path]]:
    """Give each row its file in ``folder``: the one it is ``known`` to have had, else its stem, or
    with a digest of its origin where another row wants that stem or it is not ``free``."""
    rows = list(rows)
    wanted = Counter(row.stem.casefold() for row in rows)
    named = []
    for row in rows:
        if row.origin in known:
            named.append((row, folder / known[row.origin]))
            continue
        names = list(_candidates(row))
        if wanted[row.stem.casefold()] > 1:
            names = names[1:]
        output = next(
            (path for name in names if free(row, path := folder / f"{name}.json")),
            folder / f"{names[-1]}.json",
        )
        named.append((row, output))
    return named


def _candidates(row: Row) -> Iterator[str]:
    """The names that a row may have, the plain one first, the last one its alone."""
    yield row.stem
    full = hashlib.sha256(row.origin.encode()).hexdigest()
    for length in (8, 16, 64):
        yield f"{row.stem}-{full[:length]}"


def _slug(text: str) -> str:
    """The text as a part of a file name."""
    return re.sub(r"[^\w-]+", "-", text).strip("-")


def _short(stem: str) -> str:
    """The stem, cut where file systems would refuse it; a digest keeps cut ones apart."""
    if len(stem.encode()) <= _NAME_BYTES:
        return stem
    cut = stem.encode()[: _NAME_BYTES - 9].decode(errors="ignore")
    return f"{cut}-{hashlib.sha256(stem.encode()).hexdigest()[:8]}"
