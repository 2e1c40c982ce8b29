"""The nodes of the prompts about one defendant: a call for each round, then the result.

A design is a chain of rounds in one conversation. What a round's answer does not say in the form
asked for ends the run unresolved: no later round is asked, nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter
from typing import Any, cast

from langgraph.runtime import Runtime

from ..agents import templates
from ..agents.opinion import months_zh
from ..agents.redact import Redaction
from ..agents.registry import ModelSpec
from ..cases.findings import Unresolved
from ..cases.joint import JointExample
from ..cases.joint_text import without_roles
from ..cases.vocabulary import Role, SentenceKind
from ..errors import InputError
from .baseline_nodes import client_of, usage_of
from .baseline_prompts import FENCE_CLOSE, FENCE_OPEN, Message, neutral
from .baseline_state import BaselineState
from .guard import PASSED_ON, Failure, attempt, failure
from .joint_answers import read_charges, read_role, read_term
from .joint_state import JointContext, JointState
from .judges import RULES
from .state import Json, Node
from .trace import digest

RESULT = "result"
_SYSTEM = "joint_system"
_UNREADABLE = {
    "truncated": "回答因长度上限被截断，没有读到{}",
    "refused": "模型或其服务商拒绝回答",
    "unparsable": "回答中没有可按格式读出的{}",
}
_WANTED = {"role": "角色", "charges": "罪名", "term": "刑期"}


class Round(StrEnum):
    """What one call asks for; the names of the nodes."""

    ROLE = "role"
    TERM = "term"
    CHARGE = "charge"
    MULTITASK = "multitask"


@dataclass(frozen=True)
class Question:
    """One round: its template, the texts that it shows, and what its answer must hold."""

    round: Round
    template: str
    wants: tuple[str, ...]
    facts: bool = False
    court_view: bool = False
    included: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The versions of the prompt files, e.g. ``joint_system.1 mmsi_role.1``."""
        names = (_SYSTEM, self.template, *self.included)
        return " ".join(f"{name}.{templates.version(name)}" for name in names)


def round_node(design: str, chain: Sequence[Question], at: int, awaiting: bool) -> Any:
    """The node that asks the ``at``-th question of a design and reads the answer."""
    question, so_far = chain[at], chain[: at + 1]
    node = cast(Node, question.round)

    def call(state: JointState, ctx: JointContext, chat: list[Message], way: str) -> Any:
        ask = getattr(client_of(ctx), way)
        seed, tag = state.get("seed"), f"{design}:{question.round.value}"
        return ask(chat, _spec(ctx, state), schema=None, seed=seed, budget=ctx.budget, tag=tag)

    def ask(state: JointState, runtime: Runtime[JointContext]) -> Json:
        started, ctx = perf_counter(), _context(runtime)
        chat = attempt(node, lambda: messages(state, ctx, so_far))
        if isinstance(chat, Failure):
            return _failed(state, ctx, question, started, chat)
        answer = attempt(node, lambda: call(state, ctx, chat, "complete"))
        return _answered(state, ctx, question, started, chat, answer)

    async def await_answer(state: JointState, runtime: Runtime[JointContext]) -> Json:
        started, ctx = perf_counter(), _context(runtime)
        chat = attempt(node, lambda: messages(state, ctx, so_far))
        if isinstance(chat, Failure):
            return _failed(state, ctx, question, started, chat)
        try:
            answer = await call(state, ctx, chat, "acomplete")
        except PASSED_ON:
            raise
        except Exception as exc:
            answer = failure(node, exc)
        return _answered(state, ctx, question, started, chat, answer)

    return await_answer if awaiting else ask


def messages(state: JointState, ctx: JointContext, chain: Sequence[Question]) -> list[Message]:
    """The conversation up to the last question of ``chain``: earlier answers stand in it."""
    answers = state.get("answers") or {}
    chat = [{"role": "system", "content": _render(_SYSTEM)}]
    for question in chain[:-1]:
        chat.append({"role": "user", "content": _asked(state, ctx, question, {})})
        chat.append({"role": "assistant", "content": answers[question.round.value]["text"]})
    chat.append({"role": "user", "content": _asked(state, ctx, chain[-1], answers)})
    return chat


def after_round(following: str) -> Callable[[JointState], str]:
    """On to the next round; straight to the result where there is no usable answer."""

    def route(state: JointState) -> str:
        return RESULT if state.get("error") else following

    return route


def result(state: JointState, runtime: Runtime[JointContext]) -> Json:
    """What was read in all rounds, and why anything is missing."""
    started, ctx = perf_counter(), _context(runtime)
    answers = state.get("answers") or {}
    found: Json = {"unresolved": state.get("error")}
    for answer in answers.values():
        found |= {key: value for key, value in answer["read"].items() if value is not None}
    finding = dict(found)
    found["answers"] = {name: _restored(state, ctx, a["text"]) for name, a in answers.items()}
    found["usage"] = {name: answer["usage"] for name, answer in answers.items()}
    about: Json = {"state": state, "inputs": (answers, state.get("error")), "model": RULES}
    return {"result": found, "steps": [ctx.step(_Last.RESULT, started, finding, **about)]}


class _Last(StrEnum):
    RESULT = RESULT


def _answered(
    state: JointState,
    ctx: JointContext,
    question: Question,
    started: float,
    chat: list[Message],
    answer: Any,
) -> Json:
    """The update for a reply: what it says in the form asked for, or why it says nothing."""
    if isinstance(answer, Failure):
        return _failed(state, ctx, question, started, answer)
    text = _restored(state, ctx, answer.text)
    read = {want: _READ[want](text) for want in question.wants}
    missing = [want for want, value in read.items() if not value]
    kept = {
        "text": answer.text,
        "usage": usage_of(answer),
        "read": {key: value for one in read.values() if one for key, value in one.items()},
    }
    update: Json = {"answers": {question.round.value: kept}}
    finding: Json = {**kept["read"], "prompt_version": question.version, "prompt": digest(chat)}
    if missing:
        code = "truncated" if answer.truncated else "refused" if answer.refused else "unparsable"
        if log := getattr(ctx.client, "log", None):
            log.add(code)
        reason = _UNREADABLE[code].format("、".join(_WANTED[want] for want in missing))
        why = Unresolved(code=code, node=question.round.value, reason=reason)
        update["error"] = finding["unresolved"] = why.model_dump(mode="json")
    about: Json = {
        "state": state,
        "inputs": (chat, state.get("seed")),
        "model": _spec(ctx, state).text,
        "usage": kept["usage"],
    }
    return {**update, "steps": [ctx.step(question.round, started, finding, **about)]}


def _failed(
    state: JointState, ctx: JointContext, question: Question, started: float, failed: Failure
) -> Json:
    about: Json = {
        "state": state,
        "inputs": (state["case"], state["defendant"]),
        "model": _spec(ctx, state).text,
    }
    step = ctx.step(question.round, started, failed.finding, **about)
    return {"error": failed.unresolved.model_dump(mode="json"), "steps": [step]}


def _asked(state: JointState, ctx: JointContext, question: Question, answers: Json) -> str:
    """The text of one question; of the court's view the role statements are left out (CVd)."""
    masked = ctx.redaction(state)
    case = state["case"]
    if question.court_view and not (case.get("court_view") or "").strip():
        raise InputError("no court's view, field court_view: use a design that needs the facts")
    role = next((a["read"]["role"] for a in answers.values() if "role" in a["read"]), None)
    return _render(
        question.template,
        name=_shown(state["defendant"], masked),
        role=Role(role).zh if role else "",
        facts=_shown(case["facts"], masked) if question.facts else "",
        court_view=(
            _shown(without_roles(case.get("court_view") or ""), masked)
            if question.court_view
            else ""
        ),
        example=_example(state, masked),
    )


def _example(state: JointState, masked: Redaction | None) -> Json | None:
    """The example as the prompt shows it: who, the facts, and the sentence that answers."""
    if not state.get("example"):
        return None
    shown = JointExample.model_validate(state["example"])
    return {
        "name": _shown(shown.defendant, masked),
        "facts": _shown(shown.facts, masked),
        "charges": "、".join(shown.charges),
        "term": _term_zh(shown),
    }


def _term_zh(example: JointExample) -> str:
    kind = example.kind or SentenceKind.FIXED_TERM
    if example.months is None:
        return kind.zh if example.kind in (SentenceKind.LIFE, SentenceKind.DEATH) else ""
    return f"{kind.zh}{months_zh(example.months)}"


def _shown(text: str, masked: Redaction | None) -> str:
    return neutral(masked.mask(text) if masked is not None else text).strip()


def _restored(state: JointState, ctx: JointContext, text: str) -> str:
    masked = ctx.redaction(state)
    return masked.restore(text) if masked is not None else text


def _read_role(text: str) -> Json | None:
    role = read_role(text)
    return {"role": role.value} if role else None


def _read_term(text: str) -> Json | None:
    term = read_term(text)
    return {"sentence_kind": term.kind.value, "months": term.months} if term else None


def _read_charges(text: str) -> Json | None:
    charges = read_charges(text)
    return {"charges": list(charges)} if charges else None


_READ: dict[str, Callable[[str], Json | None]] = {
    "role": _read_role,
    "charges": _read_charges,
    "term": _read_term,
}


def _render(template_name: str, /, **values: object) -> str:
    template = templates.template(template_name)
    return template.render(open=FENCE_OPEN, close=FENCE_CLOSE, **values).strip()


def _spec(ctx: JointContext, state: JointState) -> ModelSpec:
    return ctx.spec(cast(BaselineState, state))


def _context(runtime: Runtime[JointContext]) -> JointContext:
    return runtime.context if runtime.context is not None else JointContext()
