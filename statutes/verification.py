"""Check nolle's encoding of the law against the official texts that the user imported.

Articles exist, paragraphs count alike, bands, shares and thresholds stand in their sources. Run
``python -m nolle.statutes.verification [DIR]``: DIR holds official texts (default: the store).
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

from ..cases.models import Frozen
from ..errors import InputError, NolleError
from . import official_store as db
from . import verification_checks as checks
from .official import import_path
from .store import read_data
from .verification_sources import Check, Sources, forget

Outcome = Literal["automatic", "exception", "failure", "unavailable"]


class Verified(Frozen):
    """The result of one check.

    ``automatic``: found in the official text. ``exception``: not found as such, the reason
    stands in verification_exceptions.yaml. ``unavailable``: the source is not in the store.
    """

    kind: str
    where: str
    what: str
    outcome: Outcome
    reason: str = ""


class VerificationReport(Frozen):
    """All checks of one run, and their counts by outcome."""

    results: tuple[Verified, ...]
    counts: dict[str, int]
    by_kind: dict[str, dict[str, int]]
    unused_exceptions: tuple[str, ...] = ()

    @property
    def share_automatic(self) -> float:
        """The share found in the official texts, of all checks whose source is in the store."""
        made = sum(count for outcome, count in self.counts.items() if outcome != "unavailable")
        return self.counts.get("automatic", 0) / made if made else 0.0

    def of(self, outcome: Outcome) -> tuple[Verified, ...]:
        """The checks with that outcome."""
        return tuple(result for result in self.results if result.outcome == outcome)


def verify(store: Path | None = None, today: date | None = None) -> VerificationReport:
    """Check every article and figure of the data against the texts in the store.

    ``today`` is the day on which data without an end are checked (default: the present day).

    Raises:
        InputError: nothing has been imported.
        ConfigError: the store cannot be read.
    """
    with db.reading(store) as connection:
        if connection is None:
            raise InputError(
                f"no official texts, {db.place(store)}: import them with nolle statutes import"
            )
        sources = Sources(connection, today or date.today())
        try:
            made = list(checks.all_checks(sources))
        finally:
            forget()
    exceptions = read_data("verification_exceptions.yaml")
    used: set[int] = set()
    results = tuple(_verified(check, exceptions, used) for check in made)
    return VerificationReport(
        results=results,
        counts=dict(Counter(result.outcome for result in results)),
        by_kind=_by_kind(results),
        unused_exceptions=tuple(
            f"{row['kind']} {row['where']}" for at, row in enumerate(exceptions) if at not in used
        ),
    )


def render(report: VerificationReport) -> str:
    """The report as lines of plain text: counts, failures, exceptions with their reasons."""
    return "\n".join(_lines(report))


def main(arguments: list[str] | None = None) -> int:
    """Verify against the texts of a folder, or those in the store; 1 if a check fails."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        if len(given) > 1:
            raise InputError(f"{len(given)} folders, command line: give one folder, or none")
        if given:
            with tempfile.TemporaryDirectory() as folder:
                store = Path(folder) / db.FILE
                import_path(Path(given[0]), store)
                report = verify(store)
        else:
            report = verify()
    except NolleError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(render(report))
    return 1 if report.of("failure") else 0


def _verified(check: Check, exceptions: list[Any], used: set[int]) -> Verified:
    outcome: Outcome = (
        "unavailable" if check.holds is None else "automatic" if check.holds else "failure"
    )
    reason = check.reason
    if outcome == "failure":
        for at, row in enumerate(exceptions):
            if row["kind"] == check.kind and fnmatchcase(
                f"{check.where} {check.what}", row["where"]
            ):
                used.add(at)
                outcome, reason = "exception", row["reason"]
                break
    return Verified(
        kind=check.kind, where=check.where, what=check.what, outcome=outcome, reason=reason
    )


def _by_kind(results: Iterable[Verified]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for result in results:
        counts = found.setdefault(result.kind, {})
        counts[result.outcome] = counts.get(result.outcome, 0) + 1
    return found


def _lines(report: VerificationReport) -> Iterator[str]:
    total = len(report.results) - report.counts.get("unavailable", 0)
    yield (
        f"{total} checks, {report.share_automatic:.2%} found in the official texts; "
        f"{report.counts.get('exception', 0)} exceptions, {report.counts.get('failure', 0)} "
        f"failures, {report.counts.get('unavailable', 0)} without an imported source"
    )
    for kind, counts in report.by_kind.items():
        yield f"  {kind}: " + ", ".join(f"{n} {outcome}" for outcome, n in sorted(counts.items()))
    shown: tuple[Outcome, ...] = ("failure", "exception")
    for outcome in shown:
        for result in report.of(outcome):
            reason = f": {result.reason}" if result.reason else ""
            yield f"{outcome} {result.kind} {result.where} {result.what}{reason}"
    yield from (f"unused exception {name}" for name in report.unused_exceptions)


if __name__ == "__main__":
    raise SystemExit(main())
