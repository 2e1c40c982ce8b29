"""All facts of a case, assembled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .alleged import alleged_charges
from .amounts import find_amounts
from .circumstances import find_circumstances
from .conduct import find_deeds
from .dates import conduct_period, count_returns, decision_date, find_dates
from .evidence import find_evidence
from .facts import DateMention, DateRole, Facts
from .injuries import find_alcohol, find_injuries
from .measures import find_counts, find_weights
from .models import Case, FieldName
from .people import find_people
from .suspects import find_suspects

_BY_PROCEDURE: tuple[FieldName, ...] = ("procedure", "person_info", "fact")


def read_facts(case: Case, today: date | None = None) -> Facts:
    """Read everything the rules use out of ``case``; never raises for its text.

    ``today`` (default: the present day) stands in for a missing decision date. ``filing_date`` is
    the first filing named, ``transfer_date`` the first transfer for prosecution.
    """
    dates = find_dates(case)
    start, end = conduct_period(dates)
    decided, note = decision_date(case.meta.date, today or date.today())
    suspects = find_suspects(case, dates)
    others = find_people(case, suspects)
    injuries = find_injuries(case)
    return Facts(
        suspects=suspects,
        others=others,
        dates=dates,
        conduct_start=start,
        conduct_end=end,
        filing_date=_first(dates, DateRole.FILING),
        transfer_date=_first(dates, DateRole.TRANSFER),
        decision_date=decided,
        decision_date_note=note,
        alleged_charges=alleged_charges(case),
        returns=count_returns(case.procedure),
        amounts=find_amounts(case),
        injuries=injuries,
        alcohol=find_alcohol(case),
        weights=find_weights(case),
        counts=find_counts(case),
        evidence=find_evidence(case),
        circumstances=find_circumstances(case, suspects),
        deeds=find_deeds(case, suspects, others, injuries),
    )


def _first(dates: Iterable[DateMention], role: DateRole) -> date | None:
    """The earliest date of that role in the field that tells most of it."""
    named = [mention for mention in dates if mention.role is role]
    for field in _BY_PROCEDURE:
        days = [m.start for m in named if m.span.field == field]
        if days:
            return min(days)
    return None
