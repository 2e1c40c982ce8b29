"""What is known of each document beside its text, as small arrays to filter by."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .documents import Document, latest_day

if TYPE_CHECKING:
    import numpy.typing as npt

UNKNOWN_MONTHS: Final = -(2**31)
"""Stands for None in ``months``."""

CODED: Final = ("outcome", "province", "role", "source", "scenario")


@dataclass(frozen=True)
class Columns:
    """One entry per row in every array.

    ``dates`` are ASCII bytes of a day, month or year in ISO form, b"" where unknown; ``months``
    has :data:`UNKNOWN_MONTHS` for None. ``codes[field]`` are positions in ``names[field]`` for the
    fields of :data:`CODED`. Row ``r`` bears ``charge_ids[charge_starts[r]:charge_starts[r + 1]]``,
    positions in ``charge_names``.
    """

    dates: npt.NDArray[Any]
    months: npt.NDArray[Any]
    defendants: npt.NDArray[Any]
    codes: dict[str, npt.NDArray[Any]]
    names: dict[str, tuple[str, ...]]
    charge_names: tuple[str, ...]
    charge_starts: npt.NDArray[Any]
    charge_ids: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.months)

    @cached_property
    def last_days(self) -> npt.NDArray[Any]:
        """The last day that each row's date can mean, as its ordinal; 0 where there is none."""
        import numpy as np

        texts, places = np.unique(self.dates, return_inverse=True)
        days = [latest_day(bytes(text).decode("ascii")) for text in texts]
        ordinals = np.array([day.toordinal() if day else 0 for day in days], dtype=np.int64)
        found: npt.NDArray[Any] = ordinals[places]
        return found

    def date(self, row: int) -> str:
        """The date of a row, "" where unknown."""
        return bytes(self.dates[row]).decode("ascii")

    def term(self, row: int) -> int | None:
        """The prison term of a row in months (see :class:`Document`)."""
        months = int(self.months[row])
        return None if months == UNKNOWN_MONTHS else months

    def value(self, field: str, row: int) -> str:
        """The value of a coded field of a row."""
        return self.names[field][int(self.codes[field][row])]

    def charges(self, row: int) -> tuple[str, ...]:
        """The charges of a row."""
        start, end = int(self.charge_starts[row]), int(self.charge_starts[row + 1])
        return tuple(self.charge_names[int(code)] for code in self.charge_ids[start:end])

    def having(self, field: str, values: Iterable[str]) -> npt.NDArray[Any]:
        """Which rows have one of the values in a coded field, as booleans."""
        import numpy as np

        wanted = set(values)
        chosen = [code for code, name in enumerate(self.names[field]) if name in wanted]
        return np.isin(self.codes[field], chosen)

    def charged_with(self, charges: Iterable[str]) -> npt.NDArray[Any]:
        """Which rows bear at least one of the charges (canonical names), as booleans."""
        import numpy as np

        wanted = set(charges)
        chosen = [code for code, name in enumerate(self.charge_names) if name in wanted]
        rows = np.repeat(np.arange(len(self)), np.diff(self.charge_starts))
        found = np.zeros(len(self), dtype=bool)
        found[rows[np.isin(self.charge_ids, chosen)]] = True
        return found

    def tally(self) -> tuple[dict[str, int], dict[str, int]]:
        """How many rows there are per outcome, and per charge, the most frequent first."""
        outcomes = Counter(self.names["outcome"][code] for code in self.codes["outcome"].tolist())
        charges = Counter(self.charge_names[code] for code in self.charge_ids.tolist())
        return dict(outcomes.most_common()), dict(charges.most_common())


def save_columns(documents: Iterable[Document], folder: Path) -> None:
    """Write the columns of the documents, in their order, into a new folder."""
    import numpy as np

    dates: list[str] = []
    months: list[int] = []
    defendants: list[int] = []
    codes: dict[str, list[int]] = {field: [] for field in CODED}
    names: dict[str, dict[str, int]] = {field: {} for field in CODED}
    charges: dict[str, int] = {}
    starts, ids = [0], []
    for document in documents:
        dates.append(document.date)
        months.append(UNKNOWN_MONTHS if document.months is None else document.months)
        defendants.append(document.defendants)
        for field in CODED:
            known = names[field]
            codes[field].append(known.setdefault(getattr(document, field), len(known)))
        ids += [charges.setdefault(charge, len(charges)) for charge in document.charges]
        starts.append(len(ids))
    folder.mkdir()
    np.savez(
        folder / "arrays.npz",
        dates=np.array(dates, dtype="S10"),
        months=np.array(months, dtype=np.int32),
        defendants=np.array(defendants, dtype=np.int32),
        charge_starts=np.array(starts, dtype=np.int64),
        charge_ids=np.array(ids, dtype=np.int32),
        **{field: np.array(values, dtype=np.int32) for field, values in codes.items()},  # type: ignore[arg-type]
    )
    table = {"charges": list(charges), **{field: list(known) for field, known in names.items()}}
    (folder / "names.json").write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")


def load_columns(folder: Path) -> Columns:
    """The columns that a folder holds."""
    import numpy as np

    with np.load(folder / "arrays.npz", allow_pickle=False) as found:
        arrays = {name: found[name] for name in found.files}
    table: dict[str, Sequence[str]] = json.loads((folder / "names.json").read_text("utf-8"))
    return Columns(
        dates=arrays["dates"],
        months=arrays["months"],
        defendants=arrays["defendants"],
        codes={field: arrays[field] for field in CODED},
        names={field: tuple(table[field]) for field in CODED},
        charge_names=tuple(table["charges"]),
        charge_starts=arrays["charge_starts"],
        charge_ids=arrays["charge_ids"],
    )
