"""The REST interface: reviews, what they led to, and what can be asked of the law."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from ..cases.models import Case
from ..cases.vocabulary import Decision
from ..errors import InputError
from ..graphs import overrides as assumed
from ..graphs.judges import RULES
from ..statutes.check import check_text
from . import law, rest_input, similar_source, worker
from .engine import Engine, Submission
from .events import events
from .opinion_docx import opinion_docx
from .page import render_page
from .rest_models import (
    CitationsRequest,
    Error,
    ErrorBody,
    History,
    ReviewFull,
    ReviewRequest,
    ReviewState,
    SimilarRequest,
    WhatIfRequest,
)
from .store import Record, Status

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
LEAVING_SECONDS = 0.5
"""How often it is looked whether a client that waits has left."""
ReviewId = Annotated[str, Path(max_length=80, description="As given by POST /v1/reviews.")]
ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": Error} for code in (400, 401, 403, 404, 408, 409, 413, 421, 422, 429)
}
router = APIRouter(prefix="/v1", responses=ERRORS)


def engine_of(request: Request) -> Engine:
    """The engine of the server."""
    engine: Engine = request.app.state.engine
    return engine


def owner_of(request: Request) -> str:
    """Whose request it is."""
    return str(request.state.owner)


def _found(request: Request, review_id: str) -> Record:
    return engine_of(request).found(review_id, owner_of(request))


@router.post(
    "/reviews",
    summary="Review a case",
    response_model=None,
    responses={
        200: {"description": "The review.", "content": {"application/json": {}}},
        202: {"description": "Accepted.", "model": ReviewState},
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": ReviewRequest.model_json_schema()},
                "multipart/form-data": {"schema": rest_input.MULTIPART_SCHEMA},
            },
        }
    },
)
async def post_review(request: Request) -> Response:
    """Review a case and answer with the review, or (``wait`` false) with its id at once.

    A client that leaves while it waits cancels its review.
    """
    engine, owner = engine_of(request), owner_of(request)
    asked, case = await rest_input.review_request(request, engine)
    live = engine.submit(
        Submission(case, owner, engine.model_of(asked.model), asked.overrides, asked.today)
    )
    if not asked.wait:
        state = state_of(engine.found(live.id, owner))
        return JSONResponse(state.model_dump(mode="json"), 202)
    ended = asyncio.ensure_future(live.end())
    try:
        while not (await asyncio.wait({ended}, timeout=LEAVING_SECONDS))[0]:
            if await request.is_disconnected():
                engine.cancel(engine.found(live.id, owner))
            elif engine.stopping.is_set() and live.model != RULES:
                # The next server goes on with it; its id is all that can be given now.
                state = state_of(engine.found(live.id, owner))
                return JSONResponse(state.model_dump(mode="json"), 202)
    finally:
        ended.cancel()
    packed = await asyncio.to_thread(engine.done, engine.found(live.id, owner))
    return Response(worker.raw(packed), media_type="application/json")


@router.get("/reviews", summary="Your reviews, newest first")
async def get_reviews(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[float | None, Query(description="As next of the page before.")] = None,
) -> History:
    """The reviews made with the same key, without their results."""
    engine = engine_of(request)
    found = await asyncio.to_thread(engine.store.history, owner_of(request), limit, before)
    return History(
        reviews=[state_of(record) for record in found],
        next=found[-1].created if len(found) == limit else None,
    )


@router.get("/reviews/{review_id}", summary="One review as it stands")
async def get_review(request: Request, review_id: ReviewId) -> ReviewFull:
    """Status, steps done so far and, once there is one, the review."""
    engine, record = engine_of(request), _found(request, review_id)
    review = None
    if record.status is Status.DONE:
        review = worker.unpack(await asyncio.to_thread(engine.done, record))
    return ReviewFull(**state_of(record).model_dump(), review=review)


@router.delete("/reviews/{review_id}", summary="Cancel or delete a review")
async def delete_review(request: Request, review_id: ReviewId) -> dict[str, str]:
    """Cancel a review that is under way; delete one that has ended."""
    engine, record = engine_of(request), _found(request, review_id)
    if engine.cancel(record):
        return {"review_id": record.id, "status": "cancelled"}
    engine.forget(record)
    return {"review_id": record.id, "status": "deleted"}


@router.get(
    "/reviews/{review_id}/events",
    summary="The steps as they finish (server-sent events)",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def get_events(request: Request, review_id: ReviewId) -> StreamingResponse:
    """``event: step`` for each finished step, then ``done``, ``failed`` or ``cancelled``."""
    engine, record = engine_of(request), _found(request, review_id)

    async def lines() -> AsyncIterator[str]:
        async for event, data in events(engine, record):
            yield f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")


@router.post("/reviews/{review_id}/whatif", summary="Assume changes and compare")
async def post_whatif(
    request: Request, review_id: ReviewId, asked: WhatIfRequest
) -> dict[str, Any]:
    """What differs under the changes: ``changes``, ``differences``, and the changed ``review``."""
    engine, record = engine_of(request), _found(request, review_id)
    model = engine.model_of(asked.model) if asked.model else record.model
    found = await engine.whatif(record, asked.changes, model)
    return {
        "review_id": record.id,
        "model": model,
        "changes": found["changes"],
        "differences": found["differences"],
        "review": found["after"],
    }


@router.get("/reviews/{review_id}/page", summary="As one HTML page", response_class=HTMLResponse)
async def get_page(request: Request, review_id: ReviewId) -> HTMLResponse:
    """The review as a self-contained page: quotes in the text, articles, steps."""
    review, case = await _reviewed(request, review_id)
    page = await asyncio.to_thread(render_page, review, case)
    return HTMLResponse(page, headers={"content-security-policy": PAGE_CSP})


@router.get(
    "/reviews/{review_id}/opinion.docx",
    summary="The opinion as a Word document",
    response_class=Response,
    responses={200: {"content": {DOCX: {}}}},
)
async def get_docx(request: Request, review_id: ReviewId) -> Response:
    """The opinion, to download."""
    review, case = await _reviewed(request, review_id)
    data = await asyncio.to_thread(opinion_docx, review, case)
    return _download(data, DOCX, f"{review_id}.docx")


@router.get(
    "/reviews/{review_id}/json",
    summary="The review as a JSON file",
    response_class=Response,
    responses={200: {"content": {"application/json": {}}}},
)
async def get_json(request: Request, review_id: ReviewId) -> Response:
    """What ``nolle review --json`` prints, to download."""
    packed = engine_of(request).done(_found(request, review_id))
    return _download(worker.raw(packed), "application/json", f"{review_id}.json")


@router.get("/circumstances", summary="What can be assumed")
async def get_circumstances() -> dict[str, Any]:
    """Keys with Chinese names for what-if: circumstances (yes or no), and values with units."""
    return {
        "circumstances": [{"key": k, "zh": zh} for k, zh in assumed.circumstances().items()],
        "values": [
            {"key": k, "zh": assumed.VALUES_ZH_OF[k], "unit": u} for k, u in assumed.VALUES.items()
        ],
    }


@router.post("/similar", summary="Similar decided cases")
async def post_similar(request: Request, asked: SimilarRequest) -> dict[str, Any]:
    """Decided cases that resemble this one, best first; ``note`` says why there are none."""
    case = await rest_input.case_of(asked, engine_of(request))
    found = await asyncio.to_thread(similar_source.find, case, asked.count)
    return {
        "similar": [item.model_dump(mode="json") for item in found.cases],
        "note": found.note,
        "withheld": found.withheld,
        "corpus": found.corpus,
    }


@router.get("/statutes/{key}", summary="An article or a charge")
async def get_statute(
    key: Annotated[str, Path(max_length=200)], date: str | None = None
) -> dict[str, Any]:
    """Status, bands in months, thresholds and grounds on a day (default today).

    ``key`` is an article (``cl:第三十七条``, ``刑法第37条``) or a charge (``盗窃罪``).
    """
    return await asyncio.to_thread(law.show, key, rest_input.day_of(date))


@router.post("/citations", summary="Check the citations of a text")
async def post_citations(asked: CitationsRequest) -> dict[str, Any]:
    """Each citation of the text: right, outdated, wrong or unknown on a day (default today)."""
    day = rest_input.day_of(asked.date)
    if len(asked.text) > 100_000:
        raise InputError("more than 100000 characters, text: send it in parts")
    found = await asyncio.to_thread(check_text, asked.text, day)
    return {"date": day.isoformat(), "citations": [item.model_dump(mode="json") for item in found]}


async def _reviewed(request: Request, review_id: str) -> tuple[Any, Case]:
    engine, record = engine_of(request), _found(request, review_id)
    packed = engine.done(record)
    case = Case.model_validate(engine.store.case(record.id))
    return worker.review_of(worker.unpack(packed)), case


def _download(data: bytes, kind: str, name: str) -> Response:
    header = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=kind, headers=header)


def state_of(record: Record) -> ReviewState:
    """A record as clients see it."""
    code = record.decision
    return ReviewState(
        review_id=record.id,
        status=record.status.value,
        steps_done=record.steps,
        model=record.model,
        case_id=record.case_id,
        decision=code,
        decision_zh=Decision(code).zh if code else None,
        overrides=record.overrides,
        today=record.today,
        created=_moment(record.created),
        updated=_moment(record.updated),
        error=ErrorBody(code=record.error[0], message=record.error[1]) if record.error else None,
    )


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
