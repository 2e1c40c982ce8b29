"""What would change if: the review before and after assumed changes, and their differences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..cases.findings import Outcome, Review
from ..cases.models import Case, Frozen
from . import overrides
from .asking import Asking
from .judges import RULES
from .run import run


class Difference(Frozen):
    """One thing that differs; ``defendant`` is None for what concerns the whole case."""

    defendant: str | None
    what: str
    before: Any
    after: Any


class WhatIf(Frozen):
    """The reviews before and after the ``changes``, and where they differ."""

    before: Review
    after: Review
    changes: dict[str, str]
    differences: tuple[Difference, ...] = ()

    @property
    def changes_decision(self) -> bool:
        """Whether the decision of the case or of any defendant differs."""
        return any(d.what in ("decision", "unresolved") for d in self.differences)

    def to_json(self) -> dict[str, Any]:
        """The object that ``nolle whatif --json`` prints."""
        return {
            "changes": self.changes,
            "differences": [d.model_dump(mode="json") for d in self.differences],
            "before": self.before.to_json(),
            "after": self.after.to_json(),
        }


class Flip(Frozen):
    """A single circumstance that, set to ``value``, changes the decision of the case."""

    circumstance: str
    zh: str
    value: str
    before: str | None
    after: str | None


def whatif(
    case: Case,
    changes: Mapping[str, object],
    model: str = RULES,
    *,
    today: date | None = None,
) -> WhatIf:
    """Review the case as it stands and with the ``changes`` (:mod:`nolle.graphs.overrides`).

    Raises InputError, listing the valid keys, for a change that is not known.
    """
    assumed = overrides.canonical(changes)
    day = today or date.today()
    before = run(case, model, today=day)
    after = run(case, model, overrides=assumed, today=day)
    return WhatIf(
        before=before, after=after, changes=assumed, differences=differences(before, after)
    )


def flips(case: Case, model: str = RULES, *, today: date | None = None) -> list[Flip]:
    """Every circumstance whose reversal alone changes the decision of the case.

    A circumstance that holds for any defendant is set to no, every other to yes. Takes one review
    for each circumstance.
    """
    day = today or date.today()
    asking = Asking(corpus=False)
    before = run(case, model, today=day, asking=asking)
    holding = set(before.trace[0].finding.get("circumstances", ()))
    found: list[Flip] = []
    for key, zh in overrides.circumstances().items():
        value = "no" if key in holding else "yes"
        after = run(case, model, overrides={key: value}, today=day, asking=asking)
        if after.decision is not before.decision:
            found.append(
                Flip(
                    circumstance=key,
                    zh=zh,
                    value=value,
                    before=before.decision.value if before.decision else None,
                    after=after.decision.value if after.decision else None,
                )
            )
    return found


def differences(before: Review, after: Review) -> tuple[Difference, ...]:
    """Where two reviews of one case differ in what they conclude."""
    pairs: list[tuple[str | None, dict[str, Any], dict[str, Any]]] = [
        (None, _of_case(before), _of_case(after))
    ]
    for name in dict.fromkeys((*before.outcomes, *after.outcomes)):
        one, other = before.outcomes.get(name), after.outcomes.get(name)
        pairs.append((name, _of_outcome(one), _of_outcome(other)))
    return tuple(
        Difference(defendant=name, what=what, before=old.get(what), after=new.get(what))
        for name, old, new in pairs
        for what in dict.fromkeys((*old, *new))
        if old.get(what) != new.get(what)
    )


def _of_case(review: Review) -> dict[str, Any]:
    """What a review concludes for the whole case, comparable."""
    return {
        "decision": review.decision.value if review.decision else None,
        "unresolved": review.unresolved.code if review.unresolved else None,
        "articles": list(review.articles),
        "advisories": [item.code for item in review.advisories],
    }


def _of_outcome(outcome: Outcome | None) -> dict[str, Any]:
    """What a review concludes for one defendant, comparable."""
    if outcome is None:
        return {}
    sentence = outcome.sentence
    return {
        "decision": outcome.decision.value if outcome.decision else None,
        "unresolved": outcome.unresolved.code if outcome.unresolved else None,
        "role": outcome.role.value if outcome.role else None,
        "charges": list(outcome.charges),
        "articles": list(outcome.articles),
        **{check: finding.verdict.value for check, finding in outcome.checks.items()},
        "sentence": sentence.model_dump(mode="json", exclude={"steps"}) if sentence else None,
    }
