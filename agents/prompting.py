"""The prompts: what every agent of a case shares first, its own question last.

The texts are Jinja2 files under ``prompts``, each with its version in the first line. Whatever
stems from the case stands between fences that the case cannot close.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..cases.findings import Finding
from ..cases.models import FIELD_ZH
from ..cases.vocabulary import Check
from ..statutes.charges import charge as charge_named
from .answer_outline import outline
from .answers import Answer
from .base import Context, View
from .law_brief import charge_lines, ground_list, procedure_lines
from .lens import Lens, fence_of, one_line
from .templates import template, version

AGENTS = ("charge", "roles", "evidence", "subsumption", "waiver", "sentence")
MERGED = "checks"
MAX_SIGNALS = 24
MAX_SIMILAR = 3
_SCORE = re.compile(r"（[+-][\d.]+）$")


@dataclass(frozen=True)
class Prefix:
    """The part of the prompts that all agents of a case (or of a defendant) share."""

    system: str
    text: str


def shared_prefix(
    view: View,
    context: Context,
    lens: Lens,
    signals: Mapping[Check, Finding] | None = None,
    assumptions: Sequence[str] = (),
) -> Prefix:
    """What every agent is told before its question: the case, then the law, then the signals.

    ``assumptions`` go before what the file says. Before the charges are known (``signals`` None)
    only the case, which all agents share; empty ``signals`` leave their section out.
    """
    facts = view.facts
    fields = [(FIELD_ZH[field], text) for field, text in lens.fields.items() if text.strip()]
    lines = _signal_lines(view, lens, signals) if signals else []
    similar = [
        lens.show(one_line(f"{s.charge}：{s.outcome}：{s.snippet}", 240))
        for s in view.similar[:MAX_SIMILAR]
    ]
    system = template("system").render()
    text = template("shared").render(
        fence=fence_of(*(text for _, text in fields), *lines, *similar),
        fields=fields,
        conduct=_span(view),
        decided=facts.decision_date.isoformat(),
        returns=facts.returns,
        assumptions=[lens.show(one_line(line)) for line in assumptions],
        procedure=procedure_lines(view),
        law=charge_lines(view, context) if signals is not None else [],
        checks=signals is not None,
        insufficient=ground_list("evidence", view),
        no_crime=ground_list("subsumption", view),
        circumstances=ground_list("waiver", view),
        signals=lines,
        similar=similar,
    )
    return Prefix(system=system, text=text)


def messages(
    agent: str, prefix: Prefix, lens: Lens, answer: type[Answer], **question: Any
) -> list[dict[str, str]]:
    """The chat messages of one question: the shared prefix, then the agent's own text.

    ``question`` are the variables of the agent's template; ``feedback`` (why an earlier answer
    failed) may be among them. A question of several ``parts`` (agent to variables) puts the text of
    each agent into the template.
    """
    for part, variables in question.pop("parts", {}).items():
        question[part] = _asked(part, lens, answer.model_fields[part].annotation, **variables)
    asked = _asked(agent, lens, answer, **question)
    return [
        {"role": "system", "content": prefix.system},
        {"role": "user", "content": f"{prefix.text}\n{asked}"},
    ]


def _asked(agent: str, lens: Lens, answer: Any, **question: Any) -> str:
    feedback: Sequence[str] = question.pop("feedback", ())
    return template(agent).render(
        subject=lens.subject,
        outline=outline(answer) if agent != MERGED else "",
        feedback=[lens.show(one_line(line)) for line in feedback],
        **question,
    )


def question_of(check: Check, view: View) -> dict[str, Any]:
    """The variables of a check's template."""
    asked = {"charges": "、".join(view.charges)}
    if check is Check.EVIDENCE:
        known = charge_named(view.charge) if view.charge else None
        elements = "；".join(e.zh for e in known.elements) if known else ""
        asked["elements"] = elements or "按该罪的法定要件自行列出"
    elif check is Check.WAIVER:
        asked["role"] = view.role.zh if view.role else ""
    return asked


@cache
def version_of(agent: str) -> str:
    """The versions of the texts an agent's prompt is made of, e.g. ``waiver 1, shared 1``."""
    return ", ".join(f"{name} {version(name)}" for name in (agent, "system", "shared", "ask"))


def _span(view: View) -> str:
    start, end = view.facts.conduct_start, view.facts.conduct_end
    if start is None and end is None:
        return "案卷未写明"
    days = [day.isoformat() for day in (start, end) if day is not None]
    return "至".join(dict.fromkeys(days))


def _signal_lines(view: View, lens: Lens, signals: Mapping[Check, Finding]) -> list[str]:
    """What the rules read out of the file, without the verdicts that they drew from it."""
    kinds = dict.fromkeys(item.kind.zh for item in view.facts.evidence)
    lines = [f"案卷列明的证据种类：{'、'.join(kinds) or '未列明'}"]
    for check, finding in signals.items():
        for ground in finding.grounds:
            side = "" if check is not Check.WAIVER else ("从宽" if ground.weight > 0 else "从严")
            state = "" if ground.holds or check is not Check.SUBSUMPTION else "（规则认为不成立）"
            lines.append(
                f"{check.zh}{side}：{ground.zh}{state}：{one_line(lens.show(ground.reason), 100)}"
            )
        if check is Check.WAIVER:
            lines += [lens.show(_SCORE.sub("", one_line(note))) for note in finding.notes[:1]]
    return lines[:MAX_SIGNALS]
