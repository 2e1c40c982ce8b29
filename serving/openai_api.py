"""nolle as a model for OpenAI clients: ``/v1/models`` and ``/v1/chat/completions``."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from ..graphs.judges import RULES
from .chat_flow import reply
from .chat_turns import said_of
from .engine import Engine
from .rest import ERRORS, LEAVING_SECONDS, engine_of, owner_of

router = APIRouter(prefix="/v1", responses=ERRORS, tags=["openai"])
QUIET_SECONDS = 15.0
"""After so long without a step a sign of life is sent, so that proxies do not hang up."""
MOST_MESSAGES = 2000


class Message(BaseModel):
    """One message of the conversation."""

    model_config = ConfigDict(extra="allow")

    role: str = Field(max_length=40)
    content: str | list[str | dict[str, Any]] | None = None


class StreamOptions(BaseModel):
    """What a stream should hold besides."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool | None = False


class ChatRequest(BaseModel):
    """A request of the chat completions API; what does not apply (temperature, …) is ignored."""

    model_config = ConfigDict(extra="ignore")

    model: str | None = None
    messages: list[Message] = Field(min_length=1, max_length=MOST_MESSAGES)
    stream: bool | None = False
    stream_options: StreamOptions | None = None


class Model(BaseModel):
    """One model that can be asked for."""

    id: str
    object: Literal["model"] = "model"
    created: int = 1735689600
    owned_by: str = "nolle"


class Models(BaseModel):
    """All models that can be asked for, the default first."""

    object: Literal["list"] = "list"
    data: list[Model]


def name_of(spec: str) -> str:
    """The name under which clients see a model."""
    return "nolle-rules" if spec == RULES else f"nolle/{spec}"


@router.get("/models", summary="The models on offer")
async def get_models(request: Request) -> Models:
    """The models on offer, as OpenAI clients list them."""
    return Models(data=[Model(id=name_of(spec)) for spec in engine_of(request).models])


@router.post(
    "/chat/completions",
    summary="Review the case of a conversation, or answer a question about its review",
    response_model=None,
    responses={200: {"content": {"application/json": {}, "text/event-stream": {}}}},
)
async def post_chat(request: Request, asked: ChatRequest) -> Response:
    """As the OpenAI API: one JSON object, or with ``stream`` chunks as the steps finish."""
    engine, owner = engine_of(request), owner_of(request)
    model = engine.model_of(asked.model)
    said = said_of([message.model_dump() for message in asked.messages])
    pieces = reply(engine, owner, model, said)
    head = {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "created": int(time.time()),
        "model": name_of(model),
    }
    if asked.stream:
        usage = bool(asked.stream_options and asked.stream_options.include_usage)
        stream = _chunks(pieces, head, usage)
        return StreamingResponse(stream, media_type="text/event-stream")
    text = await _whole(request, pieces, engine)
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": "stop",
        "logprobs": None,
    }
    return JSONResponse({**head, "object": "chat.completion", "choices": [choice], "usage": _USAGE})


_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
"""Nothing is charged by tokens here; what a review's own model used stands in its trace."""


async def _whole(request: Request, pieces: AsyncIterator[str], engine: Engine) -> str:
    """The whole answer; given up where the client leaves."""

    async def collect() -> str:
        return "".join([piece async for piece in pieces])

    task = asyncio.create_task(collect())
    try:
        while not (await asyncio.wait({task}, timeout=LEAVING_SECONDS))[0]:
            if await request.is_disconnected():
                break
    finally:
        if not task.done():
            task.cancel()
    return "" if task.cancelled() or not task.done() else task.result()


async def _chunks(
    pieces: AsyncIterator[str], head: dict[str, Any], usage: bool
) -> AsyncIterator[str]:
    """The answer as server-sent events, with a comment whenever it is quiet for long."""

    def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        data = {**head, "object": "chat.completion.chunk", "choices": [choice]}
        return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"

    yield chunk({"role": "assistant", "content": ""})
    waiting: asyncio.Future[str] | None = None
    try:
        while True:
            waiting = waiting or asyncio.ensure_future(anext(pieces))
            if not (await asyncio.wait({waiting}, timeout=QUIET_SECONDS))[0]:
                yield ": still at work\n\n"
                continue
            try:
                piece, waiting = waiting.result(), None
            except StopAsyncIteration:
                waiting = None
                break
            yield chunk({"content": piece})
    finally:
        if waiting is not None:
            waiting.cancel()
    yield chunk({}, "stop")
    if usage:
        data = {**head, "object": "chat.completion.chunk", "choices": [], "usage": _USAGE}
        yield f"data: {json.dumps(data)}\n\n"
    yield "data: [DONE]\n\n"
