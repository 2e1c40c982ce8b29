"""What can go wrong on a server, each with its code and one line for whoever asked."""

from __future__ import annotations

from ..errors import ConfigError, InputError, LimitError, NolleError


class Busy(LimitError):
    """Too many reviews wait already."""


class NotFound(InputError):
    """There is no such thing, or it belongs to somebody else."""


class NotDone(InputError):
    """A review has no result (yet)."""


class Failed(NolleError):
    """A review that failed; ``code`` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


_CODES: tuple[tuple[type[Exception], str], ...] = (
    (NotFound, "not_found"),
    (NotDone, "not_done"),
    (Busy, "busy"),
    (InputError, "input_error"),
    (ConfigError, "config_error"),
    (TimeoutError, "timeout"),
    (LimitError, "limit_error"),
    (NolleError, "review_failed"),
)


def in_words(error: Exception) -> tuple[str, str]:
    """Code and one line for an error; of an unexpected one nothing but that it happened."""
    if isinstance(error, Failed):
        return error.code, str(error)
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "internal_error")
    if code == "internal_error":
        return code, "unexpected error: try again, and report it if it stays"
    if code == "timeout":
        return code, "the review took too long: try again with a shorter case or a faster model"
    return code, " ".join(str(error).split())
