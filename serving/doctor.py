"""``nolle doctor``: what is installed, loaded and configured, and how to mend what is not."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from time import perf_counter

from ..cases.models import Frozen
from ..config import load_settings
from ..errors import NolleError
from .endpoints import Answer, endpoints, probe

PACKAGES = ("nolle", "langgraph", "langchain-openai", "pydantic", "jinja2", "typer", "rich")
EXTRAS = {
    "dense": ("chromadb", "sklearn"),
    "serve": ("fastapi", "uvicorn", "mcp", "python_multipart", "prometheus_client"),
    "postgres": ("langgraph.checkpoint.postgres",),
    "ray": ("ray",),
    "vllm": ("vllm",),
    "train": ("torch", "transformers"),
}
_SHOWN = 5


class Item(Frozen):
    """One line of the doctor's report. ``ok`` None: neither good nor bad, only said.

    ``models``: what a model server serves, by the names that a model spec uses.
    """

    area: str
    name: str
    ok: bool | None
    detail: str
    models: tuple[str, ...] = ()


def examine(*, online: bool = False) -> tuple[Item, ...]:
    """Everything the doctor looks at; never raises, never shows the value of a key.

    ``online``: also ask the hosted services whose key is set.
    """
    items = [Item(area="install", name="python", ok=True, detail=platform.python_version())]
    items += [_package(name) for name in PACKAGES]
    items += [_extra(name, modules) for name, modules in EXTRAS.items()]
    items += [_loads(name, count) for name, count in _DATA.items()]
    return (*items, *_settings(), *_endpoints(online))


def _package(name: str) -> Item:
    try:
        return Item(area="install", name=name, ok=True, detail=version(name))
    except PackageNotFoundError:
        return Item(area="install", name=name, ok=False, detail="missing: pip install nolle")


def _extra(name: str, modules: tuple[str, ...]) -> Item:
    missing = [module for module in modules if not _found(module)]
    detail = f"not installed: pip install 'nolle[{name}]'" if missing else "installed"
    return Item(area="extras", name=name, ok=None if missing else True, detail=detail)


def _found(module: str) -> bool:
    try:
        found = find_spec(module)
        # A folder that only bears the name is found without an origin.
        return found is not None and found.origin is not None
    except (ImportError, ValueError):
        return False


def _charges() -> int:
    from ..statutes.charges import charges

    return len(charges())


def _grounds() -> int:
    from ..statutes.grounds import grounds

    return len(grounds())


def _guidelines() -> int:
    from ..statutes.guidelines import guidelines

    return len(guidelines())


def _circumstances() -> int:
    from ..cases.circumstances import rules

    return len(rules())


_DATA: dict[str, Callable[[], int]] = {
    "charges": _charges,
    "grounds": _grounds,
    "guidelines": _guidelines,
    "circumstances": _circumstances,
}


def _loads(name: str, count: Callable[[], int]) -> Item:
    started = perf_counter()
    try:
        number = count()
    except NolleError as error:
        return Item(area="law data", name=name, ok=False, detail=str(error))
    ms = (perf_counter() - started) * 1000
    return Item(area="law data", name=name, ok=number > 0, detail=f"{number} ({ms:.0f} ms)")


def _settings() -> list[Item]:
    try:
        settings = load_settings()
    except NolleError as error:
        return [Item(area="settings", name="settings", ok=False, detail=str(error))]
    key = "set" if settings.has_openrouter_key else "not set (only needed for openrouter: models)"
    return [
        Item(area="settings", name="NOLLE_MODEL", ok=None, detail=settings.model or "rules"),
        _home(str(settings.home)),
        Item(area="settings", name="NOLLE_REDACT", ok=None, detail=settings.redact.value),
        Item(area="settings", name="OPENROUTER_API_KEY", ok=None, detail=key),
        Item(
            area="settings",
            name="NOLLE_DEBUG",
            ok=None,
            detail="on" if os.environ.get("NOLLE_DEBUG") else "off",
        ),
    ]


def _home(folder: str) -> Item:
    try:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        with tempfile.TemporaryFile(dir=folder):
            detail, ok = f"{folder} (can be written)", True
    except OSError as error:
        detail, ok = f"{folder}: {error.strerror}; set NOLLE_HOME to another folder", False
    return Item(area="settings", name="NOLLE_HOME", ok=ok, detail=detail)


def _endpoints(online: bool) -> list[Item]:
    try:
        settings = load_settings()
    except NolleError:
        return []
    return [_endpoint(answer) for answer in probe(endpoints(settings, online=online))]


def _endpoint(answer: Answer) -> Item:
    endpoint = answer.endpoint
    if answer.problem:
        ok, detail = (False if endpoint.needed else None), answer.problem
    else:
        shown = ", ".join(answer.models[:_SHOWN]) or "no model"
        more = len(answer.models) - _SHOWN
        ok, detail = True, f"{shown} and {more} more" if more > 0 else shown
    return Item(
        area="endpoints",
        name=endpoint.name,
        ok=ok,
        detail=f"{endpoint.base_url}: {detail}",
        models=answer.models,
    )
