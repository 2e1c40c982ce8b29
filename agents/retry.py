"""Which failures of a call are worth another attempt, and after how long."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from ..cases.models import Frozen
from ..errors import ConfigError, ModelError, NolleError
from .registry import ModelSpec

RETRIED = {408, 409, 425, 429}
_SPACE = re.compile(r"\s+")


class Policy(Frozen):
    """How often and how patiently to try again; seconds.

    The wait doubles from ``base_s`` up to ``cap_s`` and is drawn from its upper half. A server's
    own Retry-After is honoured up to ``longest_s``; a longer one ends the call.
    """

    attempts: int = 8
    base_s: float = 0.5
    cap_s: float = 30.0
    longest_s: float = 120.0


class Fault(Frozen):
    """Why one attempt failed. ``status`` is 0 without an HTTP status.

    ``kind``: http_429 and so on, timeout, connection, not_json, no_choices.
    ``billed``: whether the provider may have worked, and charged, all the same.
    """

    kind: str
    retryable: bool
    status: int = 0
    retry_after_s: float | None = None
    message: str = ""
    billed: bool = False


class Failed(Exception):
    """One attempt failed; carries the fault, and nothing of the request."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.kind)
        self.fault = fault


def status_fault(status: int, headers: Mapping[str, str], message: str) -> Fault:
    """The fault of an HTTP status (or of an error object with such a code in a good answer)."""
    retryable = status in RETRIED or status >= 500
    wait = retry_after(headers) if retryable else None
    return Fault(
        kind=f"http_{status}",
        retryable=retryable,
        status=status,
        retry_after_s=wait,
        message=one_line(message),
    )


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait by ``retry-after-ms`` or ``retry-after`` (seconds or a date), if any."""
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(0.0, float(milliseconds) / 1000)
        value = headers.get("retry-after", "").strip()
        if not value:
            return None
        if re.fullmatch(r"\d+(\.\d+)?", value):
            return float(value)
        until = parsedate_to_datetime(value)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def wait_s(policy: Policy, attempt: int, fault: Fault, rng: random.Random) -> float | None:
    """Seconds before attempt ``attempt + 1`` (counted from 1); None to give up."""
    if not fault.retryable or attempt >= policy.attempts:
        return None
    step = min(policy.cap_s, policy.base_s * 2.0 ** (attempt - 1))
    jittered: float = step * rng.uniform(0.5, 1.0)
    if fault.retry_after_s is None:
        return jittered
    if fault.retry_after_s > policy.longest_s:
        return None
    # Never before the server's own time, and not all at once after it.
    return fault.retry_after_s + min(jittered, policy.base_s)


def to_error(fault: Fault, spec: ModelSpec, url: str, attempts: int) -> NolleError:
    """The error of a call that failed for good: one line with the model and what to mend."""
    name, key = spec.name, spec.api_key_env or "its API key (api_key_env in config.toml)"
    told = f" ({fault.message})" if fault.message else ""
    after = f" after {attempts} attempts" if attempts > 1 else ""
    if fault.status == 401:
        return ConfigError(f"API key refused, {name}{told}: correct {key}")
    if fault.status == 402:
        return ModelError(f"no credit left, {name}{told}: top up the account of {key}")
    if fault.status == 403:
        return ConfigError(f"access denied, {name}{told}: check what {key} may use")
    if fault.status == 404:
        return ConfigError(
            f"model or endpoint not found, {name} at {url}{told}: "
            "correct the model, or its provider, only and structured options"
        )
    if fault.retry_after_s is not None and attempts == 1 and fault.retryable:
        told = f"{told}, it asks to wait {fault.retry_after_s:.0f} s"
    if fault.status == 429:
        return ModelError(f"rate limited{after}, {name}{told}: wait, or lower the concurrency")
    if fault.kind == "connection":
        return ModelError(f"no connection{after}, {name} at {url}: check that it answers there")
    if fault.kind == "timeout":
        limit = f"{spec.options.timeout:g} s"
        return ModelError(f"no answer within {limit}{after}, {name}: raise ?timeout=SECONDS")
    if fault.kind in {"not_json", "no_choices"}:
        return ModelError(f"unusable answers ({fault.kind}){after}, {name} at {url}: check it")
    if fault.retryable:
        what = fault.status or fault.kind
        return ModelError(f"server error {what}{after}, {name}{told}: try again later")
    return ModelError(
        f"request refused ({fault.status}), {name}{told}: "
        "check its options (structured, max_tokens, context, effort, budget)"
    )


def error_text(body: Any) -> str:
    """The message in an error body of whatever shape."""
    if isinstance(body, Mapping):
        inner = body.get("error", body.get("message", body.get("detail", "")))
        if not isinstance(inner, Mapping):
            return str(inner)
        message, more = str(inner.get("message", "")), inner.get("metadata")
        # OpenRouter hands the upstream provider's own words on beside its general message.
        if isinstance(more, Mapping) and (parts := [more.get("provider_name"), more.get("raw")]):
            message += "".join(f"; {part}" for part in parts if isinstance(part, str))
        return message
    return str(body or "")


def one_line(text: str, limit: int = 200) -> str:
    """A text on one line, at most ``limit`` characters."""
    line = _SPACE.sub(" ", "".join(c if c.isprintable() else " " for c in text)).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"
