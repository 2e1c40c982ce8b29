"""What every request passes before it reaches a route: host, origin, key, rate and size; and what
every answer gets: safe headers, and one line instead of a stack trace."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import json
import logging
import time
from collections import OrderedDict
from typing import Any
from urllib.parse import urlsplit

from ..cases.models import Frozen
from .faults import in_words

Scope = dict[str, Any]
log = logging.getLogger("nolle.serve")

OPEN_PATHS = frozenset({"/healthz", "/readyz", "/", "/favicon.ico"})
"""What needs no key: health for the machine that watches, and the page, which asks for the key."""
OPEN_PREFIX = "/static/"
BODY_SECONDS = 30.0
"""The longest that a client may take to send its request."""
LOCAL = "local"
"""The owner of what is asked without a key, on this machine."""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Rules(Frozen):
    """What is allowed. ``hosts``: host names that may be asked for (empty: any); ``origins``: pages
    of other places that may call; ``rate``: requests per minute and key, 0 for any number."""

    keys: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    body_bytes: int = 2 * 2**20
    rate: int = 600


class Refused(Exception):
    """A request that goes no further."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.code, self.headers = status, code, headers


class Guard:
    """ASGI middleware around the application."""

    def __init__(self, app: Any, rules: Rules) -> None:
        self.app, self.rules = app, rules
        self._keys = [(key.encode(), owner_of(key)) for key in rules.keys]
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Check a request, pass it on, and mend what comes back."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        started = False

        async def answer(message: dict[str, Any]) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message = {**message, "headers": [*self._headers(scope, message["headers"])]}
            await send(message)

        try:
            headers = {
                k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]
            }
            self._check_place(scope, headers)
            if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
                await _plain(answer, 204, b"")
                return
            scope.setdefault("state", {})["owner"] = self._owner(scope, headers)
            self._check_rate(scope)
            body = await self._body(headers, receive)
            await self.app(scope, body, answer)
        except Refused as refusal:
            if not started:
                await refuse(answer, refusal)
        except Exception as error:
            # The kind only: a message may hold words of the case.
            log.error("%s %s: %s", scope["method"], scope["path"], type(error).__name__)
            if not started:
                await refuse(answer, Refused(500, *in_words(error)))

    def _check_place(self, scope: Scope, headers: dict[str, str]) -> None:
        """Refuse other names for this machine (DNS rebinding) and pages of other places."""
        host = headers.get("host", "")
        if self.rules.hosts and _name(host) not in self.rules.hosts:
            raise Refused(421, "unknown_host", "this server does not go by that host name")
        origin = headers.get("origin")
        if origin is None or origin in self.rules.origins:
            return
        if urlsplit(origin).netloc != host:
            raise Refused(403, "unknown_origin", "pages of other places may not call this server")

    def _owner(self, scope: Scope, headers: dict[str, str]) -> str:
        path = scope["path"]
        if not self._keys:
            return LOCAL
        given = headers.get("authorization", "")
        given = given[7:] if given[:7].lower() == "bearer " else headers.get("x-api-key", "")
        # Every key is compared, so that the time tells nothing.
        found = [owner for key, owner in self._keys if hmac.compare_digest(key, given.encode())]
        if found:
            return found[0]
        if path in OPEN_PATHS or path.startswith(OPEN_PREFIX):
            return ""
        raise Refused(
            401,
            "unauthorized",
            "API key missing or wrong: send it as Authorization: Bearer KEY",
            **{"www-authenticate": "Bearer"},
        )

    def _check_rate(self, scope: Scope) -> None:
        """A bucket per key that holds a minute's requests and fills steadily."""
        # A page loads dozens of small files, and visitors without a key share one bucket.
        path = scope["path"]
        if not self.rules.rate or path in OPEN_PATHS or path.startswith(OPEN_PREFIX):
            return
        who = scope["state"]["owner"]
        now, per_second = time.monotonic(), self.rules.rate / 60
        left, seen = self._buckets.pop(who, (float(self.rules.rate), now))
        left = min(self.rules.rate, left + (now - seen) * per_second)
        self._buckets[who] = (max(left - 1, 0.0) if left >= 1 else left, now)
        if left < 1:
            wait = str(int((1 - left) / per_second) + 1)
            message = f"more than {self.rules.rate} requests a minute: wait {wait} s"
            raise Refused(429, "rate_limited", message, **{"retry-after": wait})

    async def _body(self, headers: dict[str, str], receive: Any) -> Any:
        """The whole body, read before the route starts; then only the client's leaving comes."""
        most = self.rules.body_bytes
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > most:
            raise _too_large(most)
        parts: list[bytes] = []
        size, more = 0, True
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refused(400, "cut_off", "the request was cut off")
                    parts.append(message.get("body", b""))
                    size, more = size + len(parts[-1]), message.get("more_body", False)
                    if size > most:
                        raise _too_large(most)
        except TimeoutError:
            raise Refused(408, "too_slow", "the request took too long to arrive") from None
        given = False

        async def replay() -> Any:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": b"".join(parts), "more_body": False}

        return replay

    def _headers(self, scope: Scope, headers: Any) -> list[tuple[bytes, bytes]]:
        """The headers of an answer, with the safe ones added."""
        found = [(k, v) for k, v in headers if k.lower() != b"server"]
        names = {k.lower() for k, _ in found}
        found += [(k, v) for k, v in HEADERS if k not in names]
        if b"content-security-policy" not in names:
            found.append((b"content-security-policy", CSP.encode()))
        origin = dict(scope["headers"]).get(b"origin", b"")
        if origin.decode("latin-1") in self.rules.origins:
            found += [
                (b"access-control-allow-origin", origin),
                (b"access-control-allow-headers", b"authorization, content-type, x-api-key"),
                (b"access-control-allow-methods", b"GET, POST, DELETE"),
                (b"vary", b"origin"),
            ]
        return found


def owner_of(key: str) -> str:
    """The name under which a key's reviews are kept; the key cannot be told from it."""
    return hashlib.sha256(f"nolle\0{key}".encode()).hexdigest()[:24]


def local_hosts() -> tuple[str, ...]:
    """The names by which a server on this machine may be asked."""
    return ("localhost", "127.0.0.1", "::1")


def _name(host: str) -> str:
    """The host name without its port."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name


def _too_large(most: int) -> Refused:
    return Refused(413, "too_large", f"more than {most // 2**20} MB: send only the case itself")


def error_json(code: str, message: str) -> dict[str, Any]:
    """The JSON of every error."""
    return {"error": {"code": code, "message": message}}


async def refuse(send: Any, refusal: Refused) -> None:
    """Answer with an error."""
    body = json.dumps(error_json(refusal.code, str(refusal)), ensure_ascii=False).encode()
    extra = [(k.encode(), v.encode()) for k, v in refusal.headers.items()]
    await _plain(send, refusal.status, body, [(b"content-type", b"application/json"), *extra])


async def _plain(send: Any, status: int, body: bytes, headers: Any = ()) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
