"""The agents on a language model: each asks its one legal question and reads the answer.

The rules are always asked first; what they found goes into the prompt and the trace as signals.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from ..cases.findings import ChargeFinding, Finding, Outcome, RoleFinding, Sentence
from ..cases.vocabulary import Check, Verdict
from . import charge, evidence, roles, sentence, subsumption, waiver
from .answer_findings import (
    charge_finding,
    evidence_finding,
    role_finding,
    sentence_of,
    subsumption_finding,
    waiver_finding,
)
from .answers import (
    ROLE_GROUP,
    Answer,
    ChargeAnswer,
    ChecksAnswer,
    EvidenceAnswer,
    RolePerson,
    RolesAnswer,
    SentenceAnswer,
    SubsumptionAnswer,
    WaiverAnswer,
)
from .asking import PROBLEMS, Asker, Unanswered, shared_client
from .base import Context, View
from .lens import Lens, harmless, one_line
from .opinion import months_zh, sentence_zh
from .prompting import Prefix, question_of, shared_prefix
from .step_record import note_replies, note_signals

if TYPE_CHECKING:
    from .client import Client
    from .limits import Budget
    from .registry import ModelSpec

__all__ = ["ModelJudges", "Unanswered", "judges_for", "shared_client"]

A = TypeVar("A", bound=Answer)

_RULES: dict[Check, Callable[[View, Context], Finding]] = {
    Check.EVIDENCE: evidence.assess,
    Check.SUBSUMPTION: subsumption.assess,
    Check.WAIVER: waiver.assess,
}


def judges_for(
    spec_text: str,
    client: Client | None = None,
    *,
    seed: int | None = None,
    budget: Budget | None = None,
    assumptions: tuple[str, ...] = (),
    signals: bool = True,
    merged: bool = False,
) -> ModelJudges:
    """The agents on the model of a spec, e.g. ``vllm:Qwen/Qwen3-8B``, for one review.

    ``seed`` is sent with every call; ``budget`` is what the calls may use. ``client`` defaults to
    one that the process shares; ``assumptions`` are what the review takes for granted against the
    case file. Without ``signals`` the model is not told what the rules found; with ``merged`` one
    question covers the three checks.

    Raises ConfigError, in one line, for a spec that is not known, a key that is missing, a local
    server that is not there.
    """
    from .reachable import reachable
    from .registry import available, parse_spec

    spec = parse_spec(spec_text)
    available(spec)
    reachable(spec)
    return ModelJudges(
        spec,
        client or shared_client(),
        seed=seed,
        budget=budget,
        assumptions=assumptions,
        signals=signals,
        merged=merged,
    )


class ModelJudges:
    """One review's agents behind the signatures of the rule agents."""

    def __init__(
        self,
        spec: ModelSpec,
        client: Client,
        *,
        seed: int | None = None,
        budget: Budget | None = None,
        assumptions: tuple[str, ...] = (),
        signals: bool = True,
        merged: bool = False,
    ) -> None:
        self.spec = spec
        self._assumptions, self._tell, self._merged = assumptions, signals, merged
        asker = Asker(spec, client, seed=seed, budget=budget)
        self._once, self._lens = asker.once, asker.lens
        self._must, self._ask, self.stop = asker.must, asker.ask, asker.stop
        self.checks = {
            Check.EVIDENCE: self.evidence,
            Check.SUBSUMPTION: self.subsumption,
            Check.WAIVER: self.waiver,
        }

    def charge(self, view: View, context: Context) -> ChargeFinding:
        """Which charges to test. Raises Unanswered where the model gives no usable answer."""
        signals = charge.assess(view, context)
        note_signals(signals.model_dump(mode="json"))
        seen = self._lens(view)
        prefix = self._prefix(view, context, seen, checks=False)
        hints = [name for name in signals.scores if name not in signals.charges][:4]
        answer = self._must(
            "charge",
            prefix,
            seen,
            ChargeAnswer,
            alleged="、".join(charge.alleged_for(view)),
            hints="、".join((*signals.charges, *hints)) if self._tell else "",
        )
        return charge_finding(view, answer, self.spec.text)

    def roles(self, view: View, context: Context) -> RoleFinding:
        """The role of the defendant, asked once for each group of suspects.

        Units have no role. Raises Unanswered where the model leaves the person out.
        """
        signals = roles.assess(view, context)
        note_signals(signals.model_dump(mode="json"))
        people = [s.name for s in view.facts.suspects if not s.is_unit]
        if view.defendant not in people or len(people) < 2:
            return signals
        place = people.index(view.defendant)
        group = tuple(people[place - place % ROLE_GROUP :][:ROLE_GROUP])
        (found, problem), mine = self._once(
            ("roles", group), lambda: self._roles(view, context, group)
        )
        if not mine:
            note_replies((), shared_with=group[0])
        if view.defendant not in found:
            raise Unanswered(problem)
        return role_finding(view, found[view.defendant], self.spec.text)

    def _roles(
        self, view: View, context: Context, group: tuple[str, ...]
    ) -> tuple[dict[str, RolePerson], str]:
        """What the model says of each of a group, and why it says nothing of the rest.

        Whoever is left out, or given two roles, is asked about once more: at most two questions to
        a group, whatever its members, so that calls grow with the number of groups. A failure is
        kept like an answer, or every member of the group would ask again.
        """
        seen = self._lens(view, marked=False)
        prefix = self._prefix(view, context, seen, checks=False)
        found: dict[str, RolePerson] = {}
        problem = ""
        for _ in range(2):
            missing = [name for name in group if name not in found]
            if not missing or problem:
                break
            names = "、".join(harmless(one_line(seen.show(name), 40)) for name in missing)
            answer, problem = self._ask("roles", prefix, seen, RolesAnswer, names=names)
            told = {name: answer.of(name) for name in missing} if answer is not None else {}
            found |= {name: person for name, person in told.items() if person is not None}
        return found, problem or "unparsable"

    def evidence(self, view: View, context: Context) -> Finding:
        """Is every element proven? UNRESOLVED, with the code, without a usable answer."""
        return self._check(Check.EVIDENCE, view, context, EvidenceAnswer, evidence_finding)

    def subsumption(self, view: View, context: Context) -> Finding:
        """Do the proven facts make a crime? UNRESOLVED as :meth:`evidence`."""
        return self._check(Check.SUBSUMPTION, view, context, SubsumptionAnswer, subsumption_finding)

    def waiver(self, view: View, context: Context) -> Finding:
        """Is punishment unnecessary? UNRESOLVED as :meth:`evidence`."""
        return self._check(Check.WAIVER, view, context, WaiverAnswer, waiver_finding)

    def sentence(self, view: View, outcome: Outcome, context: Context) -> Sentence | None:
        """The calculated sentence, adjusted by the model within the law; None as the rules'.

        Raises Unanswered where the model gives no usable answer.
        """
        computed = sentence.assess(view, outcome, context)
        if computed is None:
            return None
        note_signals(computed.model_dump(mode="json"))
        seen = self._lens(view)
        prefix = self._prefix(view, context, seen, checks=True)
        low, high = computed.band
        asked: dict[str, Any] = {
            "charges": "、".join(outcome.charges),
            "role": view.role.zh if view.role else "",
            "band": f"{months_zh(low)}至{months_zh(high) if high is not None else '无期徒刑以上'}",
            "computed": sentence_zh(computed),
            "steps": "；".join(seen.show(one_line(step.label, 60)) for step in computed.steps)
            or "无",
        }
        key = ("sentence", view.defendant, prefix, *asked.values())
        answer, mine = self._once(
            key, lambda: self._must("sentence", prefix, seen, SentenceAnswer, **asked)
        )
        if not mine:
            note_replies((), cached=True)
        return sentence_of(computed, answer, outcome.charges, view.conduct_date)

    def _check(
        self,
        check: Check,
        view: View,
        context: Context,
        answer_class: type[A],
        read: Callable[[View, A, str], Finding],
    ) -> Finding:
        if not view.charges:
            return self._open(check, view, "no_charge", "没有可以审查的罪名")
        if self._tell:
            note_signals(self._signals(view, context)[check].model_dump(mode="json"))
        seen = self._lens(view)
        prefix = self._prefix(view, context, seen, checks=True)
        answer: A | None
        if self._merged and not view.feedback:
            merged, problem = self._three_in_one(view, prefix, seen)
            answer = getattr(merged, check.value, None)
        else:
            asked = {**question_of(check, view), "feedback": view.feedback}
            answer, problem = self._ask(check.value, prefix, seen, answer_class, **asked)
        if answer is None:
            return self._open(check, view, problem, PROBLEMS.get(problem, problem))
        return read(view, answer, self.spec.text)

    def _three_in_one(
        self, view: View, prefix: Prefix, seen: Lens
    ) -> tuple[ChecksAnswer | None, str]:
        """The answer that covers all three checks of a defendant, asked for once."""

        def ask() -> tuple[ChecksAnswer | None, str]:
            parts = {c.value: question_of(c, view) for c in _RULES}
            return self._ask("checks", prefix, seen, ChecksAnswer, parts=parts)

        (answer, problem), mine = self._once(("checks", prefix, view.defendant), ask)
        if not mine:
            note_replies((), shared_with=view.defendant)
        return answer, problem

    def _open(self, check: Check, view: View, code: str, reason: str) -> Finding:
        return Finding(
            check=check,
            defendant=view.defendant,
            charge=view.charge,
            verdict=Verdict.UNRESOLVED,
            summary=reason,
            confidence=0.0,
            judge=self.spec.text,
            notes=(code,),
        )

    def _signals(self, view: View, context: Context) -> dict[Check, Finding]:
        """What the rules find on the three checks, computed once per defendant."""

        def compute() -> dict[Check, Finding]:
            return {check: assess(view, context) for check, assess in _RULES.items()}

        found, _ = self._once(("signals", view.defendant, view.charges, view.role), compute)
        return dict(found)

    def _prefix(self, view: View, context: Context, seen: Lens, *, checks: bool) -> Prefix:
        def render() -> Prefix:
            told = checks and self._tell
            signals = self._signals(view, context) if told else {} if checks else None
            return shared_prefix(view, context, seen, signals, self._assumptions)

        charges = view.charges if checks else ()
        key = ("prefix", checks, seen.subject, view.defendant, charges, view.role, view.similar)
        prefix, _ = self._once(key, render)
        return Prefix(prefix.system, prefix.text)
