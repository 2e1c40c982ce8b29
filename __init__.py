"""nolle: reviews criminal case files the way a Chinese procuratorate does before trial."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import errors, tools
    from .cases.findings import Review
    from .cases.models import Case
    from .cases.vocabulary import Decision
    from .sdk import approve, areview, astream, review, review_many, whatif
    from .serving.agent_tool import as_tool

    __version__: str

__all__ = [
    "Case",
    "Decision",
    "Review",
    "__version__",
    "approve",
    "areview",
    "as_tool",
    "astream",
    "errors",
    "review",
    "review_many",
    "tools",
    "whatif",
]

_HOME = {
    "Case": ".cases.models",
    "Decision": ".cases.vocabulary",
    "Review": ".cases.findings",
    "approve": ".sdk",
    "areview": ".sdk",
    "as_tool": ".serving.agent_tool",
    "astream": ".sdk",
    "review": ".sdk",
    "review_many": ".sdk",
    "whatif": ".sdk",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for on first use, so that ``import nolle`` costs next to nothing."""
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("nolle")
    elif name in ("errors", "tools"):
        value = import_module(f".{name}", __name__)
    elif name in _HOME:
        value = getattr(import_module(_HOME[name], __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
