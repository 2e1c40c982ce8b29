"""Grounds that are computed, not weighed: limitation, age, unit, threshold, alcohol, complaint.

Each names why it holds or not. Only what the file states clearly can hold: an unknown birthday,
amount or filing date leaves the ground out.
"""

from __future__ import annotations

from datetime import date

from ..cases.facts import DateRole, Facts, Suspect
from ..cases.findings import Ground
from ..cases.particulars import ages_on
from ..cases.vocabulary import InjuryGrade
from ..statutes.charges import charge as charge_named
from ..statutes.charges import normalise_charge
from ..statutes.models import Band, Charge
from ..tools.drunk_driving import drunk_driving
from ..tools.limitation import limitation_expired
from ..tools.responsibility import responsibility
from ..tools.threshold_check import ThresholdResult, check_threshold
from .base import Context, View
from .signals import make_ground
from .special import redone_lower, traffic_line, young_love

DRUNK_DRIVING = "危险驾驶罪"
HOLDS = 3.0
MUST_PROSECUTE = frozenset({"victims_punish", "not_eliminated"})
"""After twenty years: signs that prosecution is still necessary (CL 87(4)); the SPP decides."""
PETTY = 1.0


def computed_grounds(view: View, context: Context) -> list[Ground]:
    """Every computed ground that has something to say, whether or not it holds."""
    charge = charge_named(view.charge) if view.charge else None
    if charge is None:
        return []
    threshold = threshold_of(view, context)
    held = view.facts.holding(view.defendant)
    found = (
        _limitation(view, charge, threshold),
        _age(view, charge),
        _unit(view, charge),
        _complaint(view, charge),
        _death(view),
        _threshold(view, threshold),
        _alcohol(view),
        traffic_line(view, held),
        young_love(view, held),
        redone_lower(view, held),
    )
    return [g for g in found if g is not None]


def threshold_of(view: View, context: Context) -> ThresholdResult:
    """The threshold check of the first charge on the day of the conduct."""
    return check_threshold(
        view.charges[0],
        view.facts,
        view.conduct_date,
        context.province or view.case.meta.province or None,
        text=view.case.fact,
        decision_day=view.facts.decision_date,
    )


def applicable_band(charge: Charge, level: str | None, day: date) -> Band | None:
    """The band of the reached level, else the basic one; None when no band is known."""
    bands = charge.bands_on(day)
    if not bands:
        return None
    for key in (level, "basic"):
        for band in bands:
            if band.key == key:
                return band
    return bands[0]


def _limitation(view: View, charge: Charge, threshold: ThresholdResult) -> Ground | None:
    facts = view.facts
    end, filed = facts.conduct_end, _caught_on(facts)
    if end is None or filed is None or filed < end:
        return None
    bands = charge.bands_on(end) or charge.bands
    level = threshold.reached_level if threshold.reached_level != "filing" else "basic"
    chosen = [b for b in bands if b.key == level] if level else list(bands)
    if not chosen:
        chosen = list(bands)
    tops = [b.hi for b in chosen]
    top = None if None in tops else max((t for t in tops if t is not None), default=0)
    held = facts.holding(view.defendant)
    result = limitation_expired(
        top,
        end,
        filed,
        evaded_after_filing=_evaded(view),
        complaint_ignored="complaint_ignored" in held,
    )
    if not result.expired:
        return None
    must = result.spp_may_allow and bool(MUST_PROSECUTE & held.keys()) and "forgiveness" not in held
    reasons = (*result.reasons, *(("案情显示仍有追诉必要",) if must else ()))
    return make_ground(
        "limitation_expired",
        view.case,
        facts.decision_date,
        reason="；".join(reasons),
        weight=0.0 if must else HOLDS,
        holds=not must,
        items=[m for m in facts.dates if m.end == end][:1],
        extra_articles=result.citations,
    )


def _evaded(view: View) -> bool:
    """Whether this suspect, not an accomplice, was sought and evaded (CL 88(1))."""
    found = view.facts.holding(view.defendant).get("evaded_pursuit")
    if found is None:
        return False
    return found.defendant == view.defendant or len(view.facts.suspects) == 1


def _caught_on(facts: Facts) -> date | None:
    """When the law caught up: the filing, else the suspect's first detention, else the transfer."""
    if facts.filing_date is not None:
        return facts.filing_date
    taken = [
        m.start
        for m in facts.dates
        if m.role in (DateRole.DETENTION, DateRole.ARREST) and m.span.field == "person_info"
    ]
    return min(taken, default=facts.transfer_date)


def _age(view: View, charge: Charge) -> Ground | None:
    suspect = view.suspect
    ages = _ages(suspect, view.conduct_date)
    if suspect.is_unit or ages is None or ages[0] >= 18:
        return None
    injuries = [i.grade for i in view.facts.injuries if i.victim != suspect.name]
    worst = max(injuries, key=lambda g: g.rank, default=None)
    named = _acts_named(view, charge)
    result, oldest = (responsibility(named, age, view.conduct_date, injury=worst) for age in ages)
    refused = result.needs_spp_approval and not _approved(view)
    if result.responsible is not False and not refused:
        return None
    certain = oldest.responsible is False or (refused and oldest.needs_spp_approval)
    return make_ground(
        "under_age",
        view.case,
        view.facts.decision_date,
        reason="；".join(result.reasons) + ("" if certain else "，但出生日期不详，须先查明"),
        weight=HOLDS if certain else 0.0,
        holds=certain,
        extra_articles=result.citations,
    )


def _approved(view: View) -> bool:
    """Whether the file says that the SPP approved prosecution below fourteen (CL 17(3))."""
    return "spp_approved" in view.facts.holding(view.defendant)


def _acts_named(view: View, charge: Charge) -> str:
    """The charge as alleged: CL 17(2) tells the acts of a selective charge (运输毒品罪) apart."""
    for raw in view.facts.alleged_charges:
        if normalise_charge(raw) == charge.name:
            return raw if raw.endswith("罪") else f"{raw}罪"
    return charge.name


def _ages(suspect: Suspect, day: date) -> tuple[int, int] | None:
    """The youngest and oldest the suspect can have been on that day, in full years."""
    if suspect.birth is not None:
        return ages_on(suspect.birth, suspect.birth_precision, day)
    known = suspect.age_at_conduct if suspect.age_at_conduct is not None else suspect.stated_age
    return None if known is None else (known, known)


def _unit(view: View, charge: Charge) -> Ground | None:
    if not view.suspect.is_unit or charge.actor in ("unit_too", "unit_only"):
        return None
    return make_ground(
        "unit_not_punishable",
        view.case,
        view.facts.decision_date,
        reason=f"{charge.name}没有规定处罚单位",
        weight=HOLDS,
        extra_articles=[charge.article],
    )


def _complaint(view: View, charge: Charge) -> Ground | None:
    held = view.facts.holding(view.defendant)
    withdrawn = held.get("complaint_withdrawn")
    if not charge.complaint_only or withdrawn is None:
        return None
    public = "serious_result" in held
    return make_ground(
        "complaint_only",
        view.case,
        view.facts.decision_date,
        reason=withdrawn.span.of(view.case) + ("，但危害社会秩序，可以公诉" if public else ""),
        weight=0.0 if public else HOLDS,
        holds=not public,
        items=[withdrawn],
    )


def _death(view: View) -> Ground | None:
    died = [
        i
        for i in view.facts.injuries
        if i.grade is InjuryGrade.DEATH and i.victim == view.defendant
    ]
    told = view.facts.holding(view.defendant).get("suspect_died")
    if told is not None and told.defendant is None and len(view.facts.suspects) > 1:
        told = None
    found = died[0] if died else told
    if found is None or view.suspect.is_unit:
        return None
    return make_ground(
        "suspect_dead",
        view.case,
        view.facts.decision_date,
        reason=found.span.of(view.case),
        weight=HOLDS,
        items=[found],
    )


def _threshold(view: View, result: ThresholdResult) -> Ground | None:
    """Below the filing line; petty amounts also speak for plain pettiness (CL 13)."""
    if not result.below_filing:
        return None
    return make_ground(
        "below_threshold",
        view.case,
        view.facts.decision_date,
        reason="；".join(result.reasons),
        weight=PETTY if result.contested or not result.verified else HOLDS,
        holds=not result.contested,
        extra_articles=[],
    )


def _alcohol(view: View) -> Ground | None:
    if view.charge != DRUNK_DRIVING:
        return None
    readings = [a for a in view.facts.alcohol if not a.breath]
    if not readings:
        return None
    highest = max(readings, key=lambda a: a.mg_per_100ml)
    day = view.facts.decision_date
    result = drunk_driving(highest.mg_per_100ml, view.facts.holding(view.defendant), day)
    reason = "；".join(result.reasons)
    if result.drunk is False:
        return make_ground(
            "below_threshold", view.case, day, reason=reason, weight=HOLDS, items=[highest]
        )
    if result.may_be_minor:
        return make_ground(
            "plainly_minor",
            view.case,
            day,
            reason=reason,
            weight=HOLDS,
            items=[highest],
            extra_articles=result.citations,
        )
    return None
