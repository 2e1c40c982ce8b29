"""The charge agent: which charges to test for one defendant.

The police's charge does not bind (CPL 171), but is tested first where the facts speak for it;
charges that the file names for another suspect only are left out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from ..cases.findings import ChargeFinding
from ..cases.models import Case
from ..statutes.charges import find_charges, normalise_charge
from ..tools.charge_identification import charges_of, identify
from .base import Context, View
from .excess import with_excess

_CLAUSE = re.compile(r"[^。；\n]*?涉嫌[^。；\n]*")


def assess(view: View, context: Context) -> ChargeFinding:
    """The charges to test for the defendant, best first.

    Alleged charges are tested as alleged; a charge for which the facts speak far more strongly is
    named among the reasons. Without an allegation the facts alone decide.
    """
    alleged = alleged_for(view)
    fact, day = view.case.fact, view.facts.conduct_end
    scored = identify(fact, alleged, on=day)
    charges = alleged or charges_of(fact, on=day)
    reasons = [f"{s.charge}：{'、'.join(h.words for h in s.reasons[:4])}" for s in scored[:3]]
    charges, told_apart = with_excess(view, charges)
    reasons += told_apart
    if alleged and scored and scored[0].charge not in alleged:
        reasons.append(f"所述事实更接近{scored[0].charge}，移送罪名不约束审查")
    return ChargeFinding(
        defendant=view.defendant,
        charges=charges,
        scores={s.charge: s.score for s in scored},
        reasons=tuple(reasons),
    )


def alleged_for(view: View) -> tuple[str, ...]:
    """The charges that the file alleges against this defendant, canonical, first named first."""
    own = _own_charges(view.case, view.defendant, tuple(s.name for s in view.facts.suspects))
    if own:
        return own
    shared = (normalise_charge(name) for name in view.facts.alleged_charges)
    return tuple(dict.fromkeys(name for name in shared if name))


@lru_cache(maxsize=256)
def _own_charges(case: Case, defendant: str, suspects: tuple[str, ...]) -> tuple[str, ...]:
    """Charges in clauses "X涉嫌…" whose subject names this defendant but not everyone."""
    if len(suspects) < 2:
        return ()
    found: list[str] = []
    for clause in _CLAUSE.findall(case.procedure):
        for subject, rest in pairwise(clause.split("涉嫌")):
            named = [name for name in suspects if name in subject[-60:]]
            if defendant in named and len(named) < len(suspects):
                text = "涉嫌" + rest
                found += [name for name, _, _ in find_charges(text)]
    return tuple(dict.fromkeys(found))
