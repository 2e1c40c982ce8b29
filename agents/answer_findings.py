"""From a model's validated answer to the findings that the graph knows.

Quotes are located in the case, citations normalised; neither is dropped when it fails, so that
verification can send it back. Names of charges and grounds become the canonical ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from ..cases.findings import (
    ChargeFinding,
    Citation,
    ElementProof,
    Finding,
    Ground,
    Quote,
    RoleFinding,
    Sentence,
    SentenceStep,
)
from ..cases.models import Case
from ..cases.vocabulary import Check, Role, SentenceKind, Verdict
from ..statutes.charges import charge as charge_named
from ..statutes.charges import normalise_charge
from ..statutes.citations import keys_in, status
from ..statutes.grounds import ground as ground_rule
from .answers import (
    ChargeAnswer,
    EvidenceAnswer,
    GroundAnswer,
    RolePerson,
    SentenceAnswer,
    SubsumptionAnswer,
    SubsumptionGround,
    WaiverAnswer,
)
from .base import View
from .locate import locate, quoted
from .other_band import other_band

KNOWN_LAWS = ("cl:", "cpl:", "cpr:")
MONTHLESS = frozenset(
    {SentenceKind.LIFE, SentenceKind.DEATH, SentenceKind.FINE, SentenceKind.EXEMPT}
)


def quotes_in(case: Case, words: Iterable[str]) -> tuple[Quote, ...]:
    """The quotes at their places, each once; those not found stay unverified."""
    found = [quote for text in words if (quote := locate(case, text)) is not None]
    return tuple({(q.field, q.start, q.text): q for q in found}.values())


def citations_in(view: View, texts: Iterable[str]) -> tuple[tuple[Citation, ...], tuple[str, ...]]:
    """The citations of the three laws that can be checked, and the others as they were written.

    The status is that of the decision date, for the Criminal Law also that of the conduct.
    """
    keys: dict[str, None] = {}
    others: list[str] = []
    for text in texts:
        found = keys_in(text)
        known = [key for key in found if key.startswith(KNOWN_LAWS)]
        keys.update(dict.fromkeys(known))
        if not known and text.strip():
            others.append(text.strip())
    return tuple(_citation(view, key) for key in keys), tuple(dict.fromkeys(others))


def _citation(view: View, key: str) -> Citation:
    days = [view.facts.decision_date]
    if key.startswith("cl:"):
        days.append(view.conduct_date)
    states = [status(key, day) for day in days]
    state = "in_force" if "in_force" in states else states[0]
    return Citation(key=key, status=state, verified=state == "in_force")


def charge_finding(view: View, answer: ChargeAnswer, judge: str) -> ChargeFinding:
    """The charges to test, canonical, in the order of the answer."""
    named = [(normalise_charge(item.name), item) for item in answer.charges]
    known = {name: item for name, item in reversed(named) if name is not None}
    charges = tuple(dict.fromkeys(name for name, _ in named if name is not None))
    reasons = [f"{name}：{quoted(view.case, known[name].reason)}" for name in charges]
    unknown = [item.name for name, item in named if name is None]
    if unknown:
        reasons.append(f"不是法定罪名，未采纳：{'、'.join(unknown)}")
    return ChargeFinding(
        defendant=view.defendant,
        charges=charges,
        reasons=tuple(reasons),
        quotes=quotes_in(view.case, (q for item in answer.charges for q in item.quotes)),
        judge=judge,
    )


def role_finding(view: View, person: RolePerson, judge: str) -> RoleFinding:
    """The role of one person."""
    return RoleFinding(
        defendant=view.defendant,
        role=Role(person.role),
        reasons=tuple(quoted(view.case, reason) for reason in person.reasons),
        quotes=quotes_in(view.case, person.quotes),
        judge=judge,
    )


def evidence_finding(view: View, answer: EvidenceAnswer, judge: str) -> Finding:
    """Sufficient or not, element by element, with the grounds of insufficiency."""
    grounds = tuple(_ground(view, g, g.ground, holds=True) for g in answer.grounds)
    return _finding(view, Check.EVIDENCE, answer, judge, grounds).model_copy(
        update={"elements": _elements(view, answer)}
    )


def _elements(view: View, answer: EvidenceAnswer) -> tuple[ElementProof, ...]:
    charge = charge_named(view.charge) if view.charge else None
    known = {e.zh: e for e in charge.elements} if charge else {}
    proofs = []
    for number, item in enumerate(answer.elements, start=1):
        element = known.get(item.element)
        doubts = [*item.contradicted_by, *([item.alternative] if item.alternative else [])]
        if item.state != "proven" and not doubts:
            doubts = ["存疑" if item.state == "doubtful" else "未证明"]
        proofs.append(
            ElementProof(
                id=element.id if element else f"element_{number}",
                zh=item.element,
                kind=element.kind if element else "act",
                proven_by=item.proven_by,
                doubts=tuple(doubts),
            )
        )
    return tuple(proofs)


def subsumption_finding(view: View, answer: SubsumptionAnswer, judge: str) -> Finding:
    """Crime or not, with every ground considered; ``charges`` are those made out."""
    grounds = tuple(
        _ground(view, g, g.ground, holds=g.holds and not _lifted(answer, g)) for g in answer.grounds
    )
    made_out = [normalise_charge(name) for name in answer.charges]
    charges = tuple(dict.fromkeys(name for name in made_out if name is not None))
    found = _finding(view, Check.SUBSUMPTION, answer, judge, grounds)
    articles = [c.article for name in charges or view.charges[:1] if (c := charge_named(name))]
    own, _ = citations_in(view, articles)
    notes = (
        f"主体：{quoted(view.case, answer.actor)}",
        f"追诉标准：{quoted(view.case, answer.threshold)}",
    )
    return found.model_copy(
        update={
            "charge": charges[0] if charges else view.charge,
            "charges": charges,
            "citations": _once((*own, *found.citations)),
            "notes": (*found.notes, *notes),
        }
    )


def _lifted(answer: SubsumptionAnswer, ground: SubsumptionGround) -> bool:
    """A ground that hangs on a doubtful fact does not stand against the verdict of a crime."""
    return answer.verdict == "crime" and ground.on_doubtful_fact


def waiver_finding(view: View, answer: WaiverAnswer, judge: str) -> Finding:
    """Waived or not, with the circumstances for and against."""
    grounds = tuple(_ground(view, g, g.ground, holds=True) for g in answer.grounds)
    found = _finding(view, Check.WAIVER, answer, judge, grounds)
    state = "情节轻微" if answer.minor else "不属情节轻微"
    note = f"情节轻重：{state}：{quoted(view.case, answer.minor_reason)}"
    return found.model_copy(update={"notes": (*found.notes, note)})


def _finding(
    view: View,
    check: Check,
    answer: EvidenceAnswer | SubsumptionAnswer | WaiverAnswer,
    judge: str,
    grounds: tuple[Ground, ...],
) -> Finding:
    citations, others = citations_in(view, answer.citations)
    more = citations_in(view, (c for g in answer.grounds for c in g.citations))[1]
    unchecked = dict.fromkeys((*others, *more))
    return Finding(
        check=check,
        defendant=view.defendant,
        charge=view.charge,
        verdict=Verdict(answer.verdict),
        summary=quoted(view.case, " ".join(answer.summary.split())),
        grounds=grounds,
        quotes=quotes_in(view.case, answer.quotes),
        citations=citations,
        confidence=round(answer.confidence, 3),
        judge=judge,
        notes=(f"未核验的规范：{'、'.join(unchecked)}",) if unchecked else (),
    )


def _ground(view: View, answer: GroundAnswer, ground_id: str, *, holds: bool) -> Ground:
    rule = ground_rule(ground_id)
    citations, _ = citations_in(view, answer.citations)
    own = tuple(_citation(view, key) for key in rule.cite(view.facts.decision_date))
    return Ground(
        id=rule.id,
        zh=rule.zh,
        holds=holds,
        reason=quoted(view.case, " ".join(answer.reason.split())),
        weight=-1.0 if rule.decision == "P" else 1.0,
        proof_free=rule.proof_free,
        on_doubtful_fact=isinstance(answer, SubsumptionGround) and answer.on_doubtful_fact,
        quotes=quotes_in(view.case, answer.quotes),
        citations=_once((*own, *citations)),
    )


def _once(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    return tuple({c.key: c for c in citations}.values())


def sentence_of(
    computed: Sentence, answer: SentenceAnswer, charges: Sequence[str] = (), day: date | None = None
) -> Sentence:
    """The sentence that the answer recommends, where it keeps within the law.

    The term must lie in the calculated band, or between it and the calculated term where a
    mitigating circumstance already led below, or, if the answer says why another band applies, in
    another one that the law of ``day`` has for these ``charges``; a kind without months (life,
    death) must be the calculated one or one of such a band. Otherwise the calculated sentence
    stays, and a step says so.
    """
    band, steps = computed.band, computed.steps
    problem = _beyond(computed, answer)
    if problem and answer.other_band and day is not None:
        kind = SentenceKind(answer.kind)
        other = other_band(charges, day, kind, answer.months)
        if other is not None and not _unfit_probation(answer):
            band, problem = other, ""
            label = "模型改用其他法定幅度"
            note = " ".join(answer.other_band.split())
            steps = (*steps, SentenceStep(label=label, months=answer.months or 0, note=note))
    if problem:
        step = SentenceStep(label="模型建议未采纳", months=computed.months or 0, note=problem)
        return computed.model_copy(update={"steps": (*computed.steps, step)})
    adjusted = []
    for item in answer.adjustments:
        note = f"{item.months:+g}个月：{item.reason}"
        adjusted.append(SentenceStep(label=item.label, months=answer.months or 0, note=note))
    return computed.model_copy(
        update={
            "kind": SentenceKind(answer.kind),
            "months": answer.months,
            "probation_months": answer.probation_months or None,
            "fine_yuan": answer.fine_yuan or None,
            "band": band,
            "steps": (*steps, *adjusted),
        }
    )


def _beyond(computed: Sentence, answer: SentenceAnswer) -> str:
    """Why the recommended sentence is not lawful; empty if it is."""
    kind = SentenceKind(answer.kind)
    if kind in MONTHLESS or computed.kind in MONTHLESS:
        if kind is not computed.kind:
            return f"刑种应为{computed.kind.zh}，模型建议{kind.zh}"
        return "" if answer.months is None else f"{kind.zh}没有刑期"
    if answer.months is None:
        return "没有写明刑期"
    low, high = computed.band
    if computed.months is not None:
        low = min(low, int(computed.months))
    if answer.months < low or (high is not None and answer.months > high):
        return f"{answer.months:g}个月超出法定幅度"
    limits = {SentenceKind.CONTROL: (3, 36), SentenceKind.DETENTION: (1, 12)}
    least, most = limits.get(kind, (6, 300))
    if not least <= answer.months <= most:
        return f"{kind.zh}{answer.months:g}个月不合刑期范围"
    return _unfit_probation(answer)


def _unfit_probation(answer: SentenceAnswer) -> str:
    """Why probation may not go with the term (CL 72); empty if it may, or there is none."""
    if answer.probation_months and (answer.months is None or answer.months > 36):
        return "三年以上不得宣告缓刑"
    return ""
