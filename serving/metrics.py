"""Figures of a running server in the form that Prometheus reads."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from .store import Status

if TYPE_CHECKING:
    from .engine import Engine

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)


class Metrics:
    """The counters of one server."""

    media_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own: Any = {"registry": self.registry}
        self._reviews = Counter(
            "nolle_reviews", "Reviews that ended", ["model", "status", "decision"], **own
        )
        self._review_seconds = Histogram(
            "nolle_review_seconds", "From submission to the end", ["model"], buckets=_SECONDS, **own
        )
        self._live = Gauge("nolle_reviews_live", "Reviews queued or running", ["status"], **own)
        self._requests = Counter(
            "nolle_http_requests", "Requests answered", ["method", "route", "status"], **own
        )
        self._request_seconds = Histogram(
            "nolle_http_request_seconds", "To the end of the answer", ["route"], **own
        )

    def watch(self, engine: Engine) -> None:
        """Count the engine's reviews under way whenever the metrics are read."""
        for status in (Status.QUEUED, Status.RUNNING):

            def count(wanted: Status = status) -> float:
                return sum(live.status is wanted for live in engine.live.values())

            self._live.labels(status.value).set_function(count)

    def review_ended(
        self, model: str, status: Status, decision: str | None, seconds: float
    ) -> None:
        """Note that a review ended."""
        self._reviews.labels(model, status.value, decision or "none").inc()
        self._review_seconds.labels(model).observe(seconds)

    def text(self) -> bytes:
        """The metrics as Prometheus reads them."""
        return generate_latest(self.registry)

    def middleware(self, app: Any) -> Any:
        """ASGI middleware that counts requests by route, never by path: a path may hold an id."""

        async def counted(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            began, status = time.monotonic(), "0"

            async def noted(message: dict[str, Any]) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = str(message["status"])
                await send(message)

            try:
                await app(scope, receive, noted)
            finally:
                route = getattr(scope.get("route"), "path", "other")
                self._requests.labels(scope["method"], route, status).inc()
                self._request_seconds.labels(route).observe(time.monotonic() - began)

        return counted
