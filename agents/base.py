"""What every agent gets and the one signature behind which rules and models judge."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from ..cases.facts import Facts, Suspect
from ..cases.findings import Finding, SimilarCase
from ..cases.models import Case, Frozen
from ..cases.vocabulary import Role

UNANSWERED = frozenset({"unparsable", "truncated", "refused"})
"""Why a model's answer could not be used; noted in the finding that it leaves unresolved."""


class View(Frozen):
    """One defendant's view of the case: what a check may look at.

    ``charges`` are the charges to test for this defendant, best first; ``role`` is the role that
    the roles agent broadcast; ``feedback`` is why a first answer failed verification.
    """

    case: Case
    facts: Facts
    defendant: str
    charges: tuple[str, ...] = ()
    role: Role | None = None
    similar: tuple[SimilarCase, ...] = ()
    feedback: tuple[str, ...] = ()

    @property
    def suspect(self) -> Suspect:
        """What the case says of this defendant."""
        return self.facts.suspect(self.defendant)

    @property
    def charge(self) -> str | None:
        """The charge tested first."""
        return self.charges[0] if self.charges else None

    @property
    def conduct_date(self) -> date:
        """The end of the conduct, else the decision date: the day whose substantive law applies."""
        return self.facts.conduct_end or self.facts.conduct_start or self.facts.decision_date


class Context(Frozen):
    """Settings of a run that agents may read."""

    model: str = "rules"
    province: str | None = None


class Agent(Protocol):
    """A check: one legal question about one defendant, answered by a :class:`Finding`."""

    def __call__(self, view: View, context: Context) -> Finding:
        """Judge the view; never raises for what it cannot judge, but returns UNRESOLVED."""
        ...
