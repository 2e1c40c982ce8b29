"""Which tables a run's ``metrics.json`` makes, in the order of the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import conduct_tables, quality_tables
from .metrics import LEVEL1, LEVEL2
from .published import published_table
from .quality_tables import SUBJECTS, Json
from .tables import Table


def tables(metrics: Json) -> tuple[Table, ...]:
    """Every table that the figures fill."""
    return tuple(table for table in _tables(metrics) if table.rows)


def _tables(metrics: Json) -> Iterator[Table]:
    arms: Sequence[Json] = metrics["arms"]
    yield quality_tables.main(arms)
    yield quality_tables.readings(arms)
    yield quality_tables.classes(arms, "l2", LEVEL2)
    yield quality_tables.classes(arms, "l1", LEVEL1)
    yield quality_tables.confusion(arms)
    yield quality_tables.distribution(metrics)
    for subject in SUBJECTS:
        yield quality_tables.judgment(arms, subject)
    yield quality_tables.scenarios(arms)
    yield published_table(metrics["about"]["data"])
    yield conduct_tables.significance(metrics["significance"])
    yield conduct_tables.spend(arms)
    yield conduct_tables.failures(arms)
    yield conduct_tables.calibration(arms)
    yield conduct_tables.process(arms)
