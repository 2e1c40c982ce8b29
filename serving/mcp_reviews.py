"""MCP tools about reviews: to make one, to fetch it, to ask why, and what if."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.types import CallToolResult
from pydantic import Field

from ..errors import InputError
from ..graphs.whatif import Difference
from . import worker
from .chat_answers import answer, answer_if
from .chat_flow import reviewed
from .chat_questions import question_of
from .engine import Engine, Submission
from .events import events
from .mcp_reply import READS, WRITES, owner_of, result, told
from .results import (
    CaseField,
    Changes,
    Explanation,
    ModelName,
    ReviewId,
    ReviewResult,
    Text,
    WhatIfResult,
    person_of,
    told_of,
)
from .step_words import id_line, review_text, step_line
from .store import Record, Status

WAIT_SECONDS = 45.0
"""How long a call waits for a review at most: many clients give up after a minute."""
Wait = Annotated[float, Field(ge=0, le=WAIT_SECONDS, description="Seconds to wait for the end.")]


def add_reviews(server: MCPServer[Any], engine_of: Callable[[], Engine]) -> None:
    """The tools that review a case: at once, or for clients that do not wait."""

    async def start(text: str | None, case: Any, model: str | None, owner: str) -> Record:
        engine = engine_of()
        if (text is None) == (case is None):
            raise InputError("a review needs a case: give either text or case")
        record = case.model_dump() if case is not None else None
        read = await engine.read(text=text, record=record)
        live = engine.submit(Submission(read, owner, engine.model_of(model)))
        return engine.found(live.id, owner)

    async def follow(record: Record, context: Context, seconds: float) -> CallToolResult:
        """Tell the steps as progress, at most for so long, and say how the review stands."""
        engine = engine_of()
        done = 0

        async def steps() -> None:
            nonlocal done
            async for event, data in events(engine, record):
                if event == "step":
                    done += 1
                    await context.report_progress(done, message=step_line(data) or data["node"])

        if seconds > 0 and not record.status.ended:
            with suppress(TimeoutError):
                await asyncio.wait_for(steps(), seconds)
        return _stands(engine, engine.found(record.id, record.owner))

    @server.tool(annotations=WRITES)
    @told
    async def review_case(
        context: Context, text: Text = None, case: CaseField = None, model: ModelName = None
    ) -> Annotated[CallToolResult, ReviewResult]:
        """Review a criminal case: decision, charges, sentence and opinion for each defendant.

        Waits up to 45 seconds; a review that takes longer goes on, ask for it with get_review.
        """
        record = await start(text, case, model, owner_of(context))
        try:
            return await follow(record, context, WAIT_SECONDS)
        except asyncio.CancelledError:
            if not engine_of().stopping.is_set():
                engine_of().cancel(record)
            raise

    @server.tool(annotations=WRITES)
    @told
    async def submit_review(
        context: Context, text: Text = None, case: CaseField = None, model: ModelName = None
    ) -> Annotated[CallToolResult, ReviewResult]:
        """Start the review of a case and return its id at once; fetch it with get_review."""
        return _stands(engine_of(), await start(text, case, model, owner_of(context)))

    @server.tool(annotations=READS)
    @told
    async def get_review(
        context: Context, review_id: ReviewId, wait_seconds: Wait = 30.0
    ) -> Annotated[CallToolResult, ReviewResult]:
        """A review as it stands, after waiting for its end up to some seconds."""
        record = engine_of().found(review_id, owner_of(context))
        return await follow(record, context, wait_seconds)


def _stands(engine: Engine, record: Record) -> CallToolResult:
    head: dict[str, Any] = {
        "review_id": record.id,
        "status": record.status.value,
        "steps_done": record.steps,
        "model": record.model,
    }
    if record.status is Status.DONE:
        review = reviewed(engine, record)
        return result(ReviewResult(**head, **told_of(review)), review_text(review))
    error = record.error[1] if record.error else None
    text = f"{record.status.value}, {record.steps} steps so far\n\n{id_line(record.id)}"
    if error:
        text = f"failed: {error}\n\n{id_line(record.id)}"
    return result(ReviewResult(**head, error=error), text, failed=error is not None)


def add_questions(server: MCPServer[Any], engine_of: Callable[[], Engine]) -> None:
    """The tools that go on about a past review."""

    @server.tool(annotations=READS)
    @told
    async def what_if(
        context: Context, review_id: ReviewId, changes: Changes
    ) -> Annotated[CallToolResult, WhatIfResult]:
        """Assume changed circumstances for a past review and say what would differ."""
        engine = engine_of()
        record = engine.found(review_id, owner_of(context))
        found = await engine.whatif(record, changes, record.model)
        after = worker.review_of(found["after"])
        differences = [Difference.model_validate(item) for item in found["differences"]]
        data = WhatIfResult(
            review_id=record.id,
            model=record.model,
            changes=found["changes"],
            differences=found["differences"],
            decision_before=found["before"]["decision"],
            decision_after=found["after"]["decision"],
            after=[person_of(outcome) for outcome in after.outcomes.values()],
        )
        return result(data, answer_if(found["changes"], differences, after, chinese=True))

    @server.tool(annotations=READS)
    @told
    async def explain(
        context: Context,
        review_id: ReviewId,
        step: Annotated[
            str | None,
            Field(description="intake, charge, roles, evidence, subsumption, waiver, decide, …"),
        ] = None,
        defendant: Annotated[str | None, Field(description="Only this one's steps.")] = None,
        question: Annotated[
            str | None, Field(description="e.g. 为什么不是相对不起诉？; instead of a step.")
        ] = None,
    ) -> Annotated[CallToolResult, Explanation]:
        """Explain a past review: one of its steps with all findings, or a question about it."""
        engine = engine_of()
        review = reviewed(engine, engine.found(review_id, owner_of(context)))
        chosen = [
            item.model_dump(mode="json")
            for item in review.trace
            if step == item.node and defendant in (None, item.defendant)
        ]
        if step is not None and not chosen:
            nodes = ", ".join(dict.fromkeys(item.node for item in review.trace))
            raise InputError(f"no step {step!r} of that kind, review: use one of {nodes}")
        if question is not None or step is None:
            text = answer(question_of(question or "why", review.outcomes), review)
        else:
            text = "\n".join(f"- {step_line(s) or s['node']}" for s in chosen)
            text += "\n\n" + json.dumps(
                [s["finding"] for s in chosen], ensure_ascii=False, indent=1
            )
        return result(Explanation(review_id=review_id, answer=text, steps=chosen), text)
