"""Asks language models: retries, concurrency, limits, cache and counts around one HTTP call."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..config import api_key
from ..errors import ConfigError, LimitError
from . import background
from .cache import ReplyCache
from .chat import Endpoint
from .limits import Budget, Usage, cost_of, estimate_tokens
from .payload import Message, build, fingerprint, prompt_text
from .profiles import Provider
from .registry import ModelSpec, available
from .reply import Reply, read_reply
from .retry import Failed, Fault, Policy, to_error, wait_s
from .usage import CallLog

CONCURRENCY = 64
_SEATS = 10_000
_BEGINNING = 1_200

_pool: dict[tuple[int, str, int], Endpoint] = {}
_pool_lock = threading.Lock()


class Client:
    """Sends questions to models; one for a run, usable from any thread and inside any event loop.

    At most ``concurrency`` HTTP calls are under way at once; a call that waits before another
    attempt holds no place. ``cache`` keeps answers on disk and is off by default.
    """

    def __init__(
        self,
        *,
        concurrency: int = CONCURRENCY,
        policy: Policy | None = None,
        cache: ReplyCache | None = None,
        log: CallLog | None = None,
    ) -> None:
        self.log = log or CallLog()
        self._policy, self._cache = policy or Policy(), cache
        self._places = asyncio.Semaphore(concurrency)
        self._rng = random.Random()
        self._turn, self._seats = itertools.count(), dict[str, int]()
        self._served: dict[str, asyncio.Task[dict[str, int | None]]] = {}

    def __repr__(self) -> str:
        return f"Client({self.log.counts()!r})"

    def complete(
        self,
        messages: Sequence[Message],
        spec: ModelSpec,
        *,
        schema: Mapping[str, Any] | None = None,
        seed: int | None = None,
        budget: Budget | None = None,
        tag: str = "",
    ) -> Reply:
        """The model's answer to chat messages; a JSON ``schema`` binds its form.

        ``seed`` overrides the spec's. ConfigError for a missing or refused key and an unknown
        model, LimitError at a limit of ``budget``, ModelError for a call that failed for good.
        """
        work = self._complete(messages, spec, schema, seed, budget, tag)
        return background.run(work)

    async def acomplete(
        self,
        messages: Sequence[Message],
        spec: ModelSpec,
        *,
        schema: Mapping[str, Any] | None = None,
        seed: int | None = None,
        budget: Budget | None = None,
        tag: str = "",
    ) -> Reply:
        """As :meth:`complete`, to be awaited in any event loop."""
        work = self._complete(messages, spec, schema, seed, budget, tag)
        return await background.arun(work)

    def served_models(self, spec: ModelSpec) -> dict[str, int | None]:
        """What the spec's first address serves, with the context in tokens where it is told."""

        async def ask() -> dict[str, int | None]:
            endpoint = await _endpoint(spec, spec.base_url)
            fault = None
            try:
                return await endpoint.models()
            except Failed as failed:
                fault = failed.fault
            raise to_error(fault, spec, spec.base_url, 1)

        return background.run(ask())

    async def _complete(
        self,
        messages: Sequence[Message],
        spec: ModelSpec,
        schema: Mapping[str, Any] | None,
        seed: int | None,
        budget: Budget | None,
        tag: str,
    ) -> Reply:
        try:
            available(spec)
            spec = await self._prepared(spec)
            payload = build(spec, messages, schema, seed)
            reply = await self._kept_or_asked(messages, spec, payload, budget, tag)
        except BaseException:
            self.log.add("failed")
            raise
        self.log.answered(reply)
        return reply

    async def _kept_or_asked(
        self,
        messages: Sequence[Message],
        spec: ModelSpec,
        payload: dict[str, Any],
        budget: Budget | None,
        tag: str,
    ) -> Reply:
        if self._cache is None:
            return await self._try_until_answered(messages, spec, payload, budget, tag)
        key = fingerprint([spec.provider, sorted(spec.base_urls), payload])
        if (kept := self._cache.get(key)) is not None:
            return kept.model_copy(update={"tag": tag})
        reply = await self._try_until_answered(messages, spec, payload, budget, tag)
        self._cache.put(key, reply)
        return reply

    async def _try_until_answered(
        self,
        messages: Sequence[Message],
        spec: ModelSpec,
        payload: dict[str, Any],
        budget: Budget | None,
        tag: str,
    ) -> Reply:
        known = {"seed": payload.get("seed"), "prompt_hash": fingerprint(payload["messages"])[:16]}
        for attempt in itertools.count(1):
            url = self._address(spec, messages, attempt)
            endpoint = await _endpoint(spec, url)
            outcome = await self._attempt(endpoint, spec, payload, budget)
            if isinstance(outcome, Reply):
                return outcome.model_copy(update={**known, "retries": attempt - 1, "tag": tag})
            pause = wait_s(self._policy, attempt, outcome, self._rng)
            if pause is None:
                raise to_error(outcome, spec, url, attempt)
            left = budget.seconds_left if budget else None
            if left is not None and pause >= left:
                raise LimitError(
                    f"time limit reached while waiting after {outcome.kind}, {spec.name}: "
                    "raise the limit"
                )
            self.log.retried(outcome)
            await _pause(pause)
        raise AssertionError("unreachable")

    async def _attempt(
        self, endpoint: Endpoint, spec: ModelSpec, payload: dict[str, Any], budget: Budget | None
    ) -> Reply | Fault:
        """One HTTP call within the limits."""
        prompt = estimate_tokens(prompt_text(payload["messages"]), spec.tokens_per_char)
        most = payload.get("max_tokens", payload.get("max_completion_tokens", spec.max_tokens))
        async with self._places:
            worst = Usage(
                requests=1, tokens=prompt + most, cost_usd=cost_of(spec.price, prompt, most)
            )
            reserved = budget.reserve(worst) if budget else None
            spent = worst
            self.log.add("attempts")
            started = time.perf_counter()
            try:
                left = budget.seconds_left if budget else None
                limit = spec.options.timeout if left is None else min(spec.options.timeout, left)
                body = await endpoint.send(payload, limit)
                ms = round((time.perf_counter() - started) * 1000, 3)
                reply = read_reply(body, spec, latency_ms=ms)
                spent = _spent(reply, spec, prompt)
                return reply
            except Failed as failed:
                billed = failed.fault.billed
                cost = cost_of(spec.price, prompt, 0) if billed else 0.0
                spent = Usage(requests=1, tokens=prompt if billed else 0, cost_usd=cost)
                return failed.fault
            finally:
                if budget and reserved:
                    budget.settle(reserved, spent)

    def _address(self, spec: ModelSpec, messages: Sequence[Message], attempt: int) -> str:
        """Addresses take turns, prompt prefix by prompt prefix, so that a server's prefix cache
        sees all questions about a case; a further attempt goes to the next one.
        """
        urls = spec.base_urls
        if len(urls) == 1:
            return urls[0]
        prefix = fingerprint(_beginning(messages))
        if len(self._seats) > _SEATS:
            self._seats.clear()
        seat = self._seats.get(prefix)
        if seat is None:
            seat = self._seats[prefix] = next(self._turn)
        return urls[(seat + attempt - 1) % len(urls)]

    async def _prepared(self, spec: ModelSpec) -> ModelSpec:
        """The spec with what only the server knows: its one model, and a vLLM model's context."""
        if spec.model and (spec.provider is not Provider.VLLM or spec.options.context):
            return spec
        served, fault = await self._first_listed(spec)
        if fault is not None and (not spec.model or fault.kind == "connection"):
            # Nothing listens there: no use in trying for a minute.
            raise to_error(fault, spec, ", ".join(spec.base_urls), 1)
        if not spec.model:
            if len(served) != 1:
                names = ", ".join(sorted(served)[:5]) or "none"
                raise ConfigError(f"which model, {spec.name} serves: {names}: name it in the spec")
            spec = spec.model_copy(update={"model": next(iter(served))})
        context = served.get(spec.model)
        if isinstance(context, int):
            options = spec.options.model_copy(update={"context": spec.options.context or context})
            spec = spec.model_copy(update={"options": options})
        return spec

    async def _first_listed(self, spec: ModelSpec) -> tuple[dict[str, int | None], Fault | None]:
        """The model list of the first address that answers, asked for once; a failure is not
        remembered.
        """
        fault = None
        for url in spec.base_urls:
            endpoint = await _endpoint(spec, url)
            task = self._served.get(url)
            if task is None or (task.done() and (task.cancelled() or task.exception())):
                task = self._served[url] = asyncio.create_task(endpoint.models())
            try:
                return await asyncio.shield(task), None
            except Failed as failed:
                fault = failed.fault
        return {}, fault


def _spent(reply: Reply, spec: ModelSpec, prompt: int) -> Usage:
    """What the answer cost by the server's count, or by estimate where it sends none."""
    tokens = reply.prompt_tokens + reply.completion_tokens
    if not tokens:
        tokens = prompt + estimate_tokens(reply.text + reply.reasoning, spec.tokens_per_char)
    return Usage(requests=1, tokens=tokens, cost_usd=reply.cost_usd or 0.0)


async def _pause(seconds: float) -> None:
    await asyncio.sleep(seconds)


def _beginning(messages: Sequence[Message]) -> str:
    """What all questions about one case begin with: the text up to the first user message, as far
    as it goes before the question itself."""
    first = next((i for i, m in enumerate(messages) if m.get("role") == "user"), 0)
    return prompt_text(messages[: first + 1])[:_BEGINNING]


async def _endpoint(spec: ModelSpec, url: str) -> Endpoint:
    """The process's one HTTP client for this address and key."""
    secret = api_key(spec.api_key_env) if spec.api_key_env else None
    key = (os.getpid(), url, hash(secret.get_secret_value()) if secret else 0)
    if key not in _pool:
        # Off the loop: the first one imports LangChain, which takes about a second.
        await asyncio.to_thread(_make_endpoint, key, spec)
    return _pool[key]


def _make_endpoint(key: tuple[int, str, int], spec: ModelSpec) -> None:
    with _pool_lock:
        if key not in _pool:
            _pool[key] = Endpoint(spec, key[1])
