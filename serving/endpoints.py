"""Which model servers answer, and with which models: ``GET /models`` on each, all at once.

Nothing else is asked and nothing of a case is sent. Keys go to the address that they are
configured for, never into the report.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from ..agents.profiles import Provider
from ..agents.registry import KEY_OF
from ..cases.models import Frozen
from ..config import OPENAI_URL, Settings, api_key, is_loopback

TIMEOUT = 2.0
"""Seconds to wait for each server; they are asked side by side."""
_MOST_BYTES = 4_000_000
_MOST_MODELS = 500
_LONGEST_NAME = 100


class Endpoint(Frozen):
    """An address to ask. ``needed``: the user set it up, so that its silence is a fault."""

    name: str
    base_url: str
    key_variable: str | None = None
    needed: bool = False


class Answer(Frozen):
    """What an endpoint said: its models, or in ``problem`` why it said none."""

    endpoint: Endpoint
    models: tuple[str, ...] = ()
    problem: str = ""


def endpoints(
    settings: Settings, *, online: bool = False, environ: Mapping[str, str] | None = None
) -> tuple[Endpoint, ...]:
    """The addresses configured: vLLM servers, ``compatible:`` entries and, only with ``online``
    and only where their key is set, OpenRouter and OpenAI.
    """
    env = os.environ if environ is None else environ
    chosen = bool(env.get("NOLLE_VLLM_BASE_URL", "").strip())
    found = [
        Endpoint(name="vllm", base_url=url, key_variable=KEY_OF[Provider.VLLM], needed=chosen)
        for url in settings.vllm_base_urls
    ]
    found += [
        Endpoint(
            name=f"compatible:{name}",
            base_url=entry.base_url,
            key_variable=entry.api_key_env,
            needed=True,
        )
        for name, entry in sorted(settings.compatible.items())
    ]
    hosted = (
        (Provider.OPENROUTER, settings.openrouter_base_url),
        (Provider.OPENAI, OPENAI_URL),
    )
    for provider, url in hosted:
        variable = KEY_OF[provider]
        if online and api_key(variable, env) is not None:
            found.append(
                Endpoint(name=provider.value, base_url=url, key_variable=variable, needed=True)
            )
    return tuple(found)


def probe(asked: tuple[Endpoint, ...], timeout_s: float = TIMEOUT) -> tuple[Answer, ...]:
    """Ask all of them at once and return after about ``timeout_s`` seconds; never raises."""
    answers: dict[int, Answer] = {}

    def ask(place: int) -> None:
        answers[place] = _ask(asked[place], timeout_s)

    # Daemons: a server that sends a byte now and then must not keep the command from ending.
    threads = [
        threading.Thread(target=ask, args=(i,), name=f"probe-{i}", daemon=True)
        for i in range(len(asked))
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + timeout_s + 0.2
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    late = f"does not answer within {timeout_s:g} s"
    return tuple(
        answers.get(i, Answer(endpoint=endpoint, problem=late)) for i, endpoint in enumerate(asked)
    )


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would take the key to another address."""

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> Request | None:
        return None


def _ask(endpoint: Endpoint, timeout_s: float) -> Answer:
    request = Request(f"{endpoint.base_url}/models", headers={"Accept": "application/json"})
    variable = endpoint.key_variable
    if variable and (secret := api_key(variable)) is not None:
        request.add_unredirected_header("Authorization", f"Bearer {secret.get_secret_value()}")
    handlers = [_NoRedirect()]
    if is_loopback(endpoint.base_url):
        opener = build_opener(*handlers, ProxyHandler({}))
    else:
        opener = build_opener(*handlers)
    try:
        with opener.open(request, timeout=timeout_s) as answer:
            body = answer.read(_MOST_BYTES)
        return Answer(endpoint=endpoint, models=_names(body))
    except HTTPError as error:
        error.close()
        return Answer(endpoint=endpoint, problem=_refused(error.code, variable))
    except TimeoutError:
        problem = f"does not answer within {timeout_s:g} s"
    except URLError as error:
        timed_out = isinstance(error.reason, TimeoutError)
        problem = f"does not answer within {timeout_s:g} s" if timed_out else "not reachable"
    except (OSError, HTTPException):
        problem = "not reachable"
    except ValueError:
        problem = "does not speak the OpenAI protocol"
    return Answer(endpoint=endpoint, problem=problem)


def _refused(status: int, variable: str | None) -> str:
    if status in (401, 403):
        mend = f"check {variable}" if variable else "name its key's variable as api_key_env"
        return f"refuses the key (status {status}): {mend}"
    return f"answers with status {status}: check its address, which ends in /v1 as a rule"


def _names(body: bytes) -> tuple[str, ...]:
    """The model names in a list of models; ValueError if it is none."""
    data = json.loads(body)
    rows = data.get("data") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise ValueError("no list of models")
    names = [str(row["id"]) for row in rows if isinstance(row, dict) and "id" in row]
    clean = ["".join(c for c in name if c.isprintable())[:_LONGEST_NAME] for name in names]
    return tuple(clean[:_MOST_MODELS])
