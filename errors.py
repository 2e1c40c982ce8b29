"""The errors that nolle raises on purpose.

Every message is one line that says what is wrong, where, and how to mend it.
"""

from __future__ import annotations


class NolleError(Exception):
    """Base of every error that nolle raises on purpose."""


class InputError(NolleError):
    """The case, file or argument that the user gave cannot be used."""


class ConfigError(NolleError):
    """A setting, model name or installed component is missing or wrong."""


class ModelError(NolleError):
    """A language model did not answer, or not in a usable way."""


class LimitError(NolleError):
    """A limit on requests, tokens, cost or time was reached."""
