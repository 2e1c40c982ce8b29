"""Which documents of an index may be found at all: by charge, outcome, province, date, scenario."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from ..cases.models import Frozen
from ..cases.vocabulary import Decision
from ..errors import InputError
from ..statutes.charges import normalise_charge

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

    from .index import Index

SCENARIOS = ("S1", "S2", "S3", "S4")


class Filters(Frozen):
    """What a document must have; an empty field asks for nothing.

    ``charges`` (with 罪), ``outcomes`` (P, DNP, SNP, IENP), ``provinces`` and ``scenarios`` each
    hold alternatives; ``since`` and ``until`` bound the date, which a document must then have.
    """

    charges: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


EVERYTHING = Filters()


def filters_of(
    charges: Iterable[str] = (),
    outcomes: Iterable[str] = (),
    provinces: Iterable[str] = (),
    scenarios: Iterable[str] = (),
    since: date | None = None,
    until: date | None = None,
) -> Filters:
    """Checked filters from what a person wrote: charges with or without 罪, decisions by code or
    Chinese name.

    Raises InputError for a charge, decision or scenario that is not known.
    """
    if since and until and since > until:
        raise InputError(f"since {since} lies after until {until}: exchange the two")
    return Filters(
        charges=tuple(_charge(name) for name in charges),
        outcomes=tuple(_outcome(name) for name in outcomes),
        provinces=tuple(provinces),
        scenarios=tuple(_scenario(name) for name in scenarios),
        since=since,
        until=until,
    )


def allowed(index: Index, filters: Filters) -> NDArray[bool_]:
    """One truth value per row of the index: whether the filters let it through."""
    import numpy as np

    columns = index.columns
    mask: NDArray[bool_] = np.ones(len(index), dtype=np.bool_)
    if filters.charges:
        mask &= columns.charged_with(filters.charges)
    if filters.provinces:
        known = columns.names["province"]
        mask &= columns.having("province", [p for p in known if _within(p, filters.provinces)])
    for field, values in (("outcome", filters.outcomes), ("scenario", filters.scenarios)):
        if values:
            mask &= columns.having(field, values)
    if filters.since is not None:
        mask &= columns.last_days >= filters.since.toordinal()
    if filters.until is not None:
        days = columns.last_days
        mask &= (days > 0) & (days <= filters.until.toordinal())
    return mask


def _within(province: str, wanted: Iterable[str]) -> bool:
    """Whether a province is one of those wanted, whichever of them bears 省 or 市."""
    return any(
        province and name and (province.startswith(name) or name.startswith(province))
        for name in wanted
    )


def _charge(name: str) -> str:
    known = normalise_charge(name)
    if known is None:
        raise InputError(f"unknown charge {name[:40]!r}: write it as the law names it, e.g. 盗窃罪")
    return known


def _outcome(name: str) -> str:
    for decision in Decision:
        if name in (decision.value, decision.zh):
            return decision.value
    raise InputError(f"unknown decision {name[:40]!r}: use one of {', '.join(Decision)}")


def _scenario(name: str) -> str:
    if name.upper() in SCENARIOS:
        return name.upper()
    raise InputError(f"unknown scenario {name[:40]!r}: use one of {', '.join(SCENARIOS)}")
