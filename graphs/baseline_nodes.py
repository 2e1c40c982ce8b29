"""The nodes of the baseline graphs: write the prompt, ask the model once, read the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any, cast

from langgraph.runtime import Runtime

from ..agents.redact import should_redact
from ..agents.reply import Reply
from ..cases.findings import Unresolved
from ..cases.models import FIELDS, Case
from .baseline_prompts import Kind, messages, neutral, user_message, version
from .baseline_state import BaselineContext, BaselineState, Stage
from .guard import PASSED_ON, Failure, attempt, failure
from .judges import RULES
from .quoted import own_words
from .reading import format_ok, read_lenient, read_strict
from .state import Json, Node
from .trace import digest

_USAGE = {
    "requested_model",
    "served_model",
    "served_provider",
    "finish_reason",
    "prompt_tokens",
    "cached_tokens",
    "completion_tokens",
    "reasoning_tokens",
    "cost_usd",
    "latency_ms",
    "retries",
    "seed",
    "prompt_hash",
    "cached",
}
_NOT_IN_FINDING = {"content", "reasoning", "usage"}
_UNREADABLE = {
    "truncated": "回答因长度上限被截断，没有读到决定",
    "refused": "模型或其服务商拒绝回答",
    "unparsable": "回答中没有可按严格读法读出的决定",
}


def prompt_node(kind: Kind) -> Callable[[BaselineState, Runtime[BaselineContext]], Json]:
    """The node that writes the messages of one prompt condition."""

    def prompt(state: BaselineState, runtime: Runtime[BaselineContext]) -> Json:
        started = perf_counter()
        ctx = _context(runtime)

        def write() -> tuple[list[dict[str, str]], Json]:
            masked = ctx.redaction(state)
            case = masked.case if masked is not None else Case.model_validate(state["case"])
            chat = messages(case, kind, ctx.shots(state))
            return chat, {
                "kind": kind.value,
                "prompt_version": version(kind),
                "messages": len(chat),
                "characters": sum(len(message["content"]) for message in chat),
                "prompt_hash": digest(chat),
                "redacted": masked is not None,
                "neutralised": [f for f in FIELDS if neutral(case.text_of(f)) != case.text_of(f)],
            }

        done = attempt(cast(Node, Stage.PROMPT), write)
        about: Json = {
            "state": state,
            "inputs": (state["case"], kind.value),
            "model": ctx.spec(state).text,
        }
        if isinstance(done, Failure):
            step = ctx.step(Stage.PROMPT, started, done.finding, **about)
            return {"error": done.unresolved.model_dump(mode="json"), "steps": [step]}
        chat, finding = done
        return {"messages": chat, "steps": [ctx.step(Stage.PROMPT, started, finding, **about)]}

    return prompt


def aprompt_node(kind: Kind) -> Callable[..., Awaitable[Json]]:
    """As :func:`prompt_node`, in a thread only where masking, which takes long, is part of it."""
    prompt = prompt_node(kind)

    async def aprompt(state: BaselineState, runtime: Runtime[BaselineContext]) -> Json:
        ctx = _context(runtime)
        if should_redact(ctx.spec(state), ctx.known_settings()):
            return await asyncio.to_thread(prompt, state, runtime)
        return prompt(state, runtime)

    return aprompt


def after_prompt(state: BaselineState) -> str:
    """On to the call; straight to the end where no prompt could be written."""
    return Stage.READ.value if state.get("error") else Stage.CALL.value


async def aafter_prompt(state: BaselineState) -> str:
    """As :func:`after_prompt`: LangGraph would start a thread for it."""
    return after_prompt(state)


def call(state: BaselineState, runtime: Runtime[BaselineContext]) -> Json:
    """Ask the model once."""
    started = perf_counter()
    ctx = _context(runtime)
    asked = _question(state, ctx)
    answer = attempt(cast(Node, Stage.CALL), lambda: client_of(ctx).complete(*asked[0], **asked[1]))
    return _answered(state, ctx, started, answer)


async def acall(state: BaselineState, runtime: Runtime[BaselineContext]) -> Json:
    """As :func:`call`, awaiting the answer."""
    started = perf_counter()
    ctx = _context(runtime)
    asked = _question(state, ctx)
    answer: Any
    try:
        answer = await client_of(ctx).acomplete(*asked[0], **asked[1])
    except PASSED_ON:
        raise
    except Exception as exc:
        answer = failure(cast(Node, Stage.CALL), exc)
    return _answered(state, ctx, started, answer)


def _question(state: BaselineState, ctx: BaselineContext) -> tuple[tuple[Any, ...], Json]:
    more: Json = {"schema": None, "seed": state.get("seed"), "budget": ctx.budget}
    return (state["messages"], ctx.spec(state)), {
        **more,
        "tag": state.get("kind") or Kind.BASELINE.value,
    }


def client_of(ctx: BaselineContext) -> Any:
    """The client of the run, else the one that the process shares."""
    if ctx.client is None:
        from ..agents.model_judges import shared_client

        ctx.client = shared_client()
    return ctx.client


def _answered(state: BaselineState, ctx: BaselineContext, started: float, answer: Any) -> Json:
    about: Json = {
        "state": state,
        "inputs": (state["messages"], state.get("seed")),
        "model": ctx.spec(state).text,
    }
    if isinstance(answer, Failure):
        step = ctx.step(Stage.CALL, started, answer.finding, **about)
        return {"error": answer.unresolved.model_dump(mode="json"), "steps": [step]}
    usage = usage_of(answer)
    # Published readings saw the content as it was sent, thoughts between tags included.
    content = getattr(answer, "content", "") or answer.text
    reply = {
        "text": answer.text,
        "content": content,
        "reasoning": answer.reasoning,
        "refused": answer.refused,
        "truncated": answer.truncated,
        "usage": usage,
    }
    finding = {"answer_chars": len(answer.text), "truncated": answer.truncated}
    step = ctx.step(Stage.CALL, started, finding, usage=usage, **about)
    return {"reply": reply, "steps": [step]}


def usage_of(reply: Reply) -> Json:
    """What the trace keeps of a call: models, tokens, US dollars, milliseconds."""
    return {"calls": 1, **reply.model_dump(mode="json", include=_USAGE)}


def read(state: BaselineState, runtime: Runtime[BaselineContext]) -> Json:
    """Read the answer strictly and leniently; what gives no decision is unresolved."""
    started = perf_counter()
    ctx = _context(runtime)
    error, reply = state.get("error"), state.get("reply")
    about: Json = {"state": state, "inputs": (reply, error), "model": RULES}
    if error or reply is None:
        result: Json = {"unresolved": error}
        return {"result": result, "steps": [ctx.step(Stage.READ, started, result, **about)]}
    done = attempt(cast(Node, Stage.READ), lambda: _readings(state, ctx, reply))
    if isinstance(done, Failure):
        result = {"unresolved": done.unresolved.model_dump(mode="json"), "usage": reply["usage"]}
        return {"result": result, "steps": [ctx.step(Stage.READ, started, done.finding, **about)]}
    finding = {key: value for key, value in done.items() if key not in _NOT_IN_FINDING}
    return {"result": done, "steps": [ctx.step(Stage.READ, started, finding, **about)]}


async def aread(state: BaselineState, runtime: Runtime[BaselineContext]) -> Json:
    """As :func:`read`, which takes less time than a thread to start."""
    return read(state, runtime)


def _readings(state: BaselineState, ctx: BaselineContext, reply: Json) -> Json:
    masked = ctx.redaction(state)
    restore: Callable[[str], str] = masked.restore if masked is not None else str
    content = restore(reply["content"])
    case = Case.model_validate(state["case"])
    source = user_message(case)
    strict, lenient = read_strict(content), read_lenient(content, source)
    own = read_strict(own_words(content, source)) if strict.decision else strict
    result: Json = {
        "answer": restore(reply["text"]),
        "content": content if reply["content"] != reply["text"] else "",
        "reasoning": restore(reply["reasoning"]),
        "strict": strict.model_dump(mode="json"),
        "lenient": lenient.model_dump(mode="json"),
        "format_ok": format_ok(content),
        "from_case": own.decision is not strict.decision,
        "truncated": reply["truncated"],
        "usage": reply["usage"],
        "unresolved": None,
    }
    if strict.decision is None:
        code = _unreadable(reply)
        if log := getattr(ctx.client, "log", None):
            log.add(code)
        why = Unresolved(code=code, node=Stage.READ.value, reason=_UNREADABLE[code])
        result["unresolved"] = why.model_dump(mode="json")
    return result


def _unreadable(reply: Json) -> str:
    if reply["truncated"]:
        return "truncated"
    return "refused" if reply["refused"] else "unparsable"


def _context(runtime: Runtime[BaselineContext]) -> BaselineContext:
    return runtime.context if runtime.context is not None else BaselineContext()
