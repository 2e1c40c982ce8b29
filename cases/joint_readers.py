"""Reading cases of several defendants: IMLJP, MPMCP and CMDL, from JSON, JSONL, CSV and parquet.

Row by row, so that memory holds one case. A pickle is refused: to read one is to run what it says.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from .joint import JointCase
from .joint_cmdl import cmdl_case, is_cmdl
from .joint_imljp import imljp_case, is_imljp, rows_of
from .joint_mpmcp import mpmcp_cases
from .sanitise import FILE_BYTES, problem, too_large
from .sources import read_items

_PICKLES = {".pkl", ".pickle", ".p", ".pt", ".joblib"}
_CASE_OF: tuple[
    tuple[Callable[[Mapping[str, Any]], bool], Callable[[Mapping[str, Any], str], JointCase]], ...
] = ((is_imljp, imljp_case), (is_cmdl, cmdl_case))
_BATCH = 64


def iter_joint(path: str | os.PathLike[str]) -> Iterator[JointCase]:
    """The cases of a file, one at a time; what it holds is told by its fields.

    ``.csv`` is MPMCP; ``.json``, ``.jsonl`` and ``.parquet`` hold IMLJP or CMDL. Raises InputError
    with file and row when a bad row is reached and for a file of another kind (a pickle among
    them), ConfigError where parquet needs a package that is not installed.
    """
    name = os.fspath(path)
    suffix = Path(name).suffix.lower()
    if suffix in _PICKLES:
        raise problem(
            "a pickle is not read, for loading one runs its code",
            name,
            "convert it to JSON lines with json.dumps where you trust it",
        )
    if suffix == ".csv":
        yield from _csv(Path(name))
    elif suffix == ".parquet":
        for record, where in _parquet(Path(name)):
            yield joint_case(record, where)
    else:
        for item in read_items(path):
            if item.record is None:
                raise problem("a text holds no labels", item.where, "give JSON, JSONL, CSV")
            for record, where in rows_of(item):
                yield joint_case(record, where)


def load_joint(path: str | os.PathLike[str]) -> list[JointCase]:
    """All cases of a file, all or nothing; as :func:`iter_joint`."""
    return list(iter_joint(path))


def joint_case(record: Mapping[str, Any], where: str = "record") -> JointCase:
    """The case of one record of IMLJP or CMDL. Raises InputError that names row and field."""
    for known, read in _CASE_OF:
        if known(record):
            return read(record, where)
    raise problem(
        "neither IMLJP (FD, CV, judgment) nor CMDL (fact, outcomes)",
        where,
        "give the fields of one of them, or MPMCP as .csv",
    )


def _csv(path: Path) -> Iterator[JointCase]:
    _check_file(path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from mpmcp_cases(stream, str(path))


def _parquet(path: Path) -> Iterator[tuple[Mapping[str, Any], str]]:
    _check_file(path)
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise ConfigError(
            f"reading parquet needs pyarrow, {path}: pip install pyarrow, or convert it to JSONL"
        ) from None
    row = 0
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                for record in batch.to_pylist():
                    row += 1
                    yield record, f"{path}, row {row}"
    except (OSError, ValueError) as error:  # pyarrow's own errors derive from ValueError
        what = f"not readable as parquet ({type(error).__name__})"
        raise problem(what, f"{path}, after row {row}", "export it again") from None


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise problem("is a folder", str(path), "name a file in it")
    try:
        with path.open("rb") as stream:
            if os.fstat(stream.fileno()).st_size > FILE_BYTES:
                raise too_large(str(path))
    except FileNotFoundError:
        raise problem("no such file", str(path), "check the path") from None
    except PermissionError:
        raise problem("the file may not be read", str(path), "change its permissions") from None
