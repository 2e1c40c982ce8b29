"""What a language model can do: structured output, reasoning levels, context, price.

The table ``agents/data/profiles.yaml`` is matched by model name, the first hit counts; the
reasoning levels of the five models of PDP-Bench's test-time scaling are those of its Table 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field

from ..cases.models import Frozen

DATA = Path(__file__).parent / "data" / "profiles.yaml"
MAX_TOKENS = 8192

Structured = Literal["json_schema", "json_object", "tools", "text"]


class Provider(StrEnum):
    """How a model is reached."""

    OPENROUTER = "openrouter"
    VLLM = "vllm"
    OPENAI = "openai"
    COMPATIBLE = "compatible"


class Reasoning(Frozen):
    """The one way in which a model's thinking can be set, and the values it takes.

    ``effort``: level names; ``budget``: thinking tokens; ``think``: on or off; ``none``: not
    settable; ``any``: unknown model, whatever is asked is passed on. No value asked means the
    model's own default.
    """

    kind: Literal["effort", "budget", "think", "none", "any"] = "none"
    levels: tuple[str, ...] = ()


class Profile(Frozen):
    """The abilities of a model behind a provider.

    ``bounds``: whether lengths and sizes may stand in the schema sent (they are checked locally in
    any case). ``context`` in tokens, prices in US dollars per million tokens; None if unknown.
    ``think_tags``: the model may write its thoughts into the text, closed by ``</think>``.
    ``sends_seed``: the provider takes a seed for this model.
    """

    provider: Provider
    pattern: str
    structured: Structured = "json_schema"
    bounds: bool = True
    reasoning: Reasoning = Reasoning()
    max_tokens: int = Field(default=MAX_TOKENS, gt=0)
    context: int | None = None
    price_in: float | None = None
    price_out: float | None = None
    think_tags: bool = False
    sends_seed: bool = True
    tokens_per_char: float = 1.0


def profile_of(spec: str) -> Profile:
    """The profile of a model spec such as ``openrouter:qwen/qwen3.6-max-preview``.

    Options after ``?`` do not matter here. ConfigError for a spec that cannot be read.
    """
    from .registry import parse_spec

    return parse_spec(spec).profile


@cache
def find_profile(provider: Provider, model: str) -> Profile:
    """The first entry of the table that fits; a cautious one for models it does not know."""
    name = model.lower()
    for row in _table():
        known = row.get("providers")
        if known is not None and provider.value not in known:
            continue
        pattern = next((p for p in row["models"] if fnmatchcase(name, p)), None)
        if pattern is not None:
            return _profile(provider, pattern, row)
    raise AssertionError("the last entry of profiles.yaml fits every model")


def _profile(provider: Provider, pattern: str, row: Mapping[str, Any]) -> Profile:
    fields = {k: v for k, v in row.items() if k not in {"models", "providers", "reasoning"}}
    kinds = row.get("reasoning", {})
    kind, levels = next(iter(kinds.items()), ("none", ()))
    reasoning = Reasoning.model_validate({"kind": kind, "levels": tuple(map(str, levels))})
    if provider is Provider.VLLM:
        fields |= {"price_in": 0.0, "price_out": 0.0}
    return Profile(provider=provider, pattern=pattern, reasoning=reasoning, **fields)


@cache
def _table() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(DATA.read_text("utf-8")))
