"""The LangChain chat model behind a spec, and the one HTTP call that everything goes through.

``ChatOpenAI`` drops OpenRouter's ``provider`` and every kind of reasoning field; the subclass made
here keeps them in ``additional_kwargs``.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from ..config import api_key, is_loopback
from .registry import ModelSpec, available
from .retry import Failed, Fault, error_text, one_line, status_fault

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

KEPT = ("reasoning", "reasoning_content", "reasoning_details")
CONNECT_S = 10.0
NO_KEY = SecretStr("none")


@cache
def _model_class() -> type[ChatOpenAI]:
    """Defined on first use: LangChain's import costs about a second."""
    from langchain_openai import ChatOpenAI

    class Chat(ChatOpenAI):
        """ChatOpenAI that keeps the provider and the thoughts of an answer."""

        def _create_chat_result(self, response: Any, generation_info: Any = None) -> Any:
            result = super()._create_chat_result(response, generation_info)
            body = response if isinstance(response, dict) else response.model_dump()
            for generation, choice in zip(result.generations, body["choices"], strict=False):
                kept = {k: v for k in KEPT if (v := choice["message"].get(k))}
                generation.message.additional_kwargs.update(kept)
                if body.get("provider"):
                    generation.message.response_metadata["provider"] = body["provider"]
            return result

    return Chat


def chat_model(spec: ModelSpec, url: str | None = None, **settings: Any) -> ChatOpenAI:
    """A LangChain chat model for the spec; ConfigError if its key is not set.

    ``settings`` are those of ``ChatOpenAI``; its own retries are off. Bound to the event loop
    that first awaits it, as every such model is.
    """
    import openai

    available(spec)
    url = url or spec.base_url
    key = api_key(spec.api_key_env) if spec.api_key_env else None
    # A proxy of the environment must not carry a case that is meant for this machine only.
    local = {"http_async_client": openai.DefaultAsyncHttpxClient(trust_env=False)}
    given: dict[str, Any] = {
        "model": spec.model or "default",
        "base_url": url,
        "api_key": key or NO_KEY,
        "max_retries": 0,
        "use_responses_api": False,
        **(local if is_loopback(url) else {}),
        **settings,
    }
    model = _model_class()(**given)
    if spec.provider.value != "openai":
        # The user's organisation at OpenAI is no other server's business.
        model.root_async_client.organization = model.root_async_client.project = None
        model.root_client.organization = model.root_client.project = None
    return model


class Endpoint:
    """One address with one key: sends a payload, returns the body, raises :class:`Failed`."""

    def __init__(self, spec: ModelSpec, url: str) -> None:
        self.url = url
        self._secret = api_key(spec.api_key_env) if spec.api_key_env else None
        self._http = chat_model(spec, url).root_async_client

    def __repr__(self) -> str:
        return f"Endpoint({self.url!r})"

    def scrub(self, text: str) -> str:
        """The text without the key, should a server have echoed it."""
        secret = self._secret.get_secret_value() if self._secret else ""
        return text.replace(secret, "***") if secret else text

    async def send(self, payload: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        """The body of a chat completion with at least one choice. ``timeout_s`` is for the whole
        attempt.
        """
        fault = None
        try:
            async with asyncio.timeout(timeout_s):
                if payload.get("stream"):
                    from .streaming import collect

                    body = await collect(self._http, payload, timeout_s)
                    return _checked(_json(self.scrub(json.dumps(body))))
                text = await self._http.post(
                    "/chat/completions",
                    body=payload,
                    cast_to=str,
                    options={"timeout": _timeout(timeout_s)},
                )
            return _checked(_json(self.scrub(text)))
        except Failed as failed:
            fault = failed.fault
        except TimeoutError:
            fault = Fault(kind="timeout", retryable=True, billed=True)
        except Exception as error:
            fault = self._fault(error)
        # Raised here, outside the handler, so that no request with its headers hangs on it.
        raise Failed(fault.model_copy(update={"message": self.scrub(fault.message)}))

    async def models(self, timeout_s: float = CONNECT_S) -> dict[str, int | None]:
        """The models that the endpoint serves, with their context in tokens where it says so."""
        fault = None
        try:
            async with asyncio.timeout(timeout_s):
                text = await self._http.get(
                    "/models", cast_to=str, options={"timeout": _timeout(timeout_s)}
                )
            rows = _json(text).get("data") or []
            return {str(row["id"]): row.get("max_model_len") for row in rows}
        except Failed as failed:
            fault = failed.fault
        except TimeoutError:
            fault = Fault(kind="timeout", retryable=True)
        except Exception as error:
            fault = self._fault(error)
        raise Failed(fault.model_copy(update={"message": self.scrub(fault.message)}))

    def _fault(self, error: Exception) -> Fault:
        import openai

        if isinstance(error, openai.APIStatusError):
            body = error.body if error.body is not None else error.response.text
            text = self.scrub(error_text(body))
            return status_fault(error.status_code, error.response.headers, text)
        if isinstance(error, openai.APITimeoutError):
            return Fault(kind="timeout", retryable=True, billed=True)
        if isinstance(error, openai.APIConnectionError):
            return Fault(kind="connection", retryable=True, billed=True)
        if isinstance(error, openai.APIError):
            text, code = self.scrub(error.message), str(error.code or "")
            if re.fullmatch(r"[45]\d\d", code):
                return status_fault(int(code), {}, text)
            return Fault(kind="api_error", retryable=True, message=one_line(text), billed=True)
        if isinstance(error, (ValueError, KeyError, TypeError)):
            return Fault(kind="not_json", retryable=True, billed=True)
        name = type(error).__module__.partition(".")[0]
        if name.startswith(("httpx", "httpcore", "anyio")):
            return Fault(kind="connection", retryable=True, billed=True)
        raise error


def _timeout(seconds: float) -> Any:
    import openai

    return openai.Timeout(seconds, connect=min(CONNECT_S, seconds))


def _json(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Failed(Fault(kind="not_json", retryable=True, billed=True))
    return body


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    """The body if it holds an answer; OpenRouter reports a provider's failure with status 200."""
    choices = body.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    error = body.get("error") or (first.get("error") if isinstance(first, dict) else None)
    if error:
        code = error.get("code") if isinstance(error, Mapping) else None
        status = code if isinstance(code, int) and 400 <= code < 600 else 502
        raise Failed(status_fault(status, {}, error_text({"error": error})))
    if not isinstance(first, dict) or first.get("finish_reason") == "error":
        raise Failed(Fault(kind="no_choices", retryable=True, billed=True))
    return body
