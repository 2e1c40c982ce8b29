"""The server: every surface on one engine, behind one guard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Route

from ..errors import NolleError
from . import openai_api, rest, rest_input, web
from .engine import Engine
from .faults import in_words
from .guard import Guard, error_json
from .mcp_mount import PATH, McpMount
from .metrics import Metrics
from .setup import Setup, engine_for

STATUS_OF = {
    "not_found": 404,
    "not_done": 409,
    "busy": 429,
    "input_error": 422,
    "config_error": 400,
    "timeout": 422,
    "limit_error": 422,
    "review_failed": 500,
    "internal_error": 500,
}
"""HTTP status for each code of :mod:`nolle.serving.faults`."""


def create_app(setup: Setup) -> FastAPI:
    """The application; its engine starts and stops with it."""
    metrics = Metrics()
    mount = McpMount(lambda: app.state.engine)

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        async with engine_for(setup, metrics.review_ended) as engine, mount.running():
            app.state.engine = engine
            metrics.watch(engine)
            yield

    app = FastAPI(
        title="nolle",
        version=version("nolle"),
        description="Pre-trial review of Chinese criminal case files, step by step.",
        lifespan=running,
        # Their pages load scripts from elsewhere; the document itself is at /openapi.json.
        docs_url=None,
        redoc_url=None,
    )
    if not setup.only_mcp:
        app.include_router(rest.router)
        app.include_router(openai_api.router)
        app.include_router(web.router)
    _health(app, metrics)
    app.router.routes.append(Route(PATH, mount))
    app.add_exception_handler(NolleError, _nolle_error)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_middleware(metrics.middleware)
    app.add_middleware(Guard, rules=setup.rules)
    return app


def _health(app: FastAPI, metrics: Metrics) -> None:
    @app.get("/healthz", summary="Whether the server lives", tags=["health"])
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", summary="Whether it takes reviews", tags=["health"], response_model=None)
    async def readyz(request: Request) -> Response:
        engine: Engine = request.app.state.engine
        ready = engine.ready.is_set() and not engine.stopping.is_set()
        body = {"status": "ready" if ready else "starting", "models": list(engine.models)}
        return JSONResponse(body, 200 if ready else 503)

    @app.get("/metrics", summary="Prometheus metrics", tags=["health"])
    async def get_metrics() -> PlainTextResponse:
        return PlainTextResponse(metrics.text(), media_type=metrics.media_type)


async def _nolle_error(request: Request, error: Exception) -> JSONResponse:
    code, message = in_words(error)
    headers = {"retry-after": "2"} if code == "busy" else None
    return JSONResponse(error_json(code, message), STATUS_OF.get(code, 500), headers)


async def _unfit(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    message = "; ".join(rest_input.said(item) for item in error.errors()[:5])
    return JSONResponse(error_json("input_error", message), 422)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    codes = {404: "not_found", 405: "not_allowed"}
    code = codes.get(error.status_code, "http_error")
    headers: Any = error.headers
    return JSONResponse(error_json(code, str(error.detail)), error.status_code, headers)
