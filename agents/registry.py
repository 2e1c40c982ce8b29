"""Model specs: ``provider:model?option=value``, and whether what they need is there.

``openrouter:qwen/qwen3.6-max-preview?budget=2048&provider=alibaba``, ``vllm:Qwen/Qwen3-8B``,
``openai:gpt-5.4?effort=high``, ``compatible:NAME/model`` (NAME from the user's config.toml). For
``vllm:`` and ``compatible:NAME`` the model may be left out where the server has only one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from pydantic import Field, ValidationError

from ..cases.models import Frozen
from ..config import OPENAI_URL, Settings, api_key, is_loopback, load_settings
from ..errors import ConfigError
from .profiles import Profile, Provider, Structured, find_profile

KEY_OF = {
    Provider.OPENROUTER: "OPENROUTER_API_KEY",
    Provider.OPENAI: "OPENAI_API_KEY",
    Provider.VLLM: "VLLM_API_KEY",
}
NEEDS_KEY = {Provider.OPENROUTER, Provider.OPENAI}
_WHERE = "use rules, or write it like openrouter:qwen/qwen3.6-max-preview or vllm:Qwen/Qwen3-8B"


Price = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Options(Frozen):
    """What a spec may set; None means the model's own default.

    ``provider`` (OpenRouter): these upstream providers in this order and no other; ``only``: any
    of these. ``timeout``: seconds for one attempt. ``price``: US dollars per million tokens in and
    out. ``tokens_per_char``: tokens per Chinese character where the tokenizer is known to be
    coarse (3 for a byte-level one). ``stream``: read the answer piece by piece.
    """

    effort: str | None = None
    budget: int | None = Field(default=None, ge=0)
    think: Literal["on", "off"] | None = None
    seed: int | None = None
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int | None = Field(default=None, gt=0)
    context: int | None = Field(default=None, gt=0)
    provider: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    structured: Structured | None = None
    price: tuple[Price, Price] | None = None
    tokens_per_char: float | None = Field(default=None, gt=0)
    timeout: float = Field(default=300.0, gt=0, le=86_400)
    stream: bool = False


class ModelSpec(Frozen):
    """A model, where it answers and what was set for it; holds the name of the key, never the key.

    ``remote``: whether case text leaves this machine. ``model`` is empty where the server's only
    model is meant.
    """

    provider: Provider
    model: str
    base_urls: tuple[str, ...]
    api_key_env: str | None = None
    remote: bool = True
    options: Options = Options()
    profile: Profile
    text: str

    @property
    def base_url(self) -> str:
        """The first address."""
        return self.base_urls[0]

    @property
    def max_tokens(self) -> int:
        """The most tokens an answer may have, thoughts included."""
        return self.options.max_tokens or self.profile.max_tokens

    @property
    def context(self) -> int | None:
        """Tokens that prompt and answer may have together, if known."""
        return self.options.context or self.profile.context

    @property
    def structured(self) -> Structured:
        """How an answer of a fixed form is asked for."""
        return self.options.structured or self.profile.structured

    @property
    def tokens_per_char(self) -> float:
        """Tokens that one Chinese character is reckoned at."""
        return self.options.tokens_per_char or self.profile.tokens_per_char

    @property
    def price(self) -> tuple[float, float] | None:
        """US dollars per million tokens in and out, if known."""
        profile = self.profile
        if self.options.price is not None:
            return self.options.price
        if profile.price_in is None or profile.price_out is None:
            return None
        return profile.price_in, profile.price_out

    @property
    def name(self) -> str:
        """``provider:model`` without options, for messages."""
        return self.text.partition("?")[0]


def parse_spec(text: str, settings: Settings | None = None) -> ModelSpec:
    """Read a model spec; ConfigError, in one line, for whatever cannot be used.

    Reasoning may be set in one way only, and only to a level that the model has.
    """
    settings = settings or load_settings()
    text = text.strip()
    head, _, query = text.partition("?")
    kind, colon, rest = head.partition(":")
    if not colon or not text.isprintable() or any(c.isspace() for c in text):
        raise ConfigError(f"not a model spec, {text[:80]!r}: {_WHERE}")
    try:
        provider = Provider(kind)
    except ValueError:
        known = ", ".join(f"{p.value}:" for p in Provider)
        raise ConfigError(f"unknown provider {kind[:40]!r}, {text[:80]!r}: use {known}") from None
    place = _place(provider, rest, settings)
    if not place["model"] and provider not in {Provider.VLLM, Provider.COMPATIBLE}:
        raise ConfigError(f"no model named, {text[:80]!r}: {_WHERE}")
    profile = find_profile(provider, place["model"])
    options = _options(query, text)
    _check_reasoning(options, profile, head)
    _check_routing(options, provider, head)
    return ModelSpec(provider=provider, options=options, profile=profile, text=text, **place)


def available(spec: ModelSpec, environ: Mapping[str, str] | None = None) -> None:
    """Raise ConfigError, in one line, if the key that the model needs is not set. Sends nothing."""
    needed = spec.provider in NEEDS_KEY or spec.provider is Provider.COMPATIBLE
    if needed and spec.api_key_env and api_key(spec.api_key_env, environ) is None:
        raise ConfigError(f"no API key, {spec.name}: set {spec.api_key_env}, or use --model rules")


def _place(provider: Provider, rest: str, settings: Settings) -> dict[str, Any]:
    key = KEY_OF.get(provider)
    if provider is Provider.OPENROUTER:
        return {"model": rest, "base_urls": (settings.openrouter_base_url,), "api_key_env": key}
    if provider is Provider.OPENAI:
        return {"model": rest, "base_urls": (OPENAI_URL,), "api_key_env": key}
    if provider is Provider.VLLM:
        urls = settings.vllm_base_urls
        remote = not all(is_loopback(url) for url in urls)
        return {"model": rest, "base_urls": urls, "api_key_env": key, "remote": remote}
    name, _, model = rest.partition("/")
    found = settings.endpoint(name)
    return {
        "model": model,
        "base_urls": (found.base_url,),
        "api_key_env": found.api_key_env,
        "remote": found.remote,
    }


def _options(query: str, text: str) -> Options:
    given = dict(parse_qsl(query, keep_blank_values=True))
    values: dict[str, Any] = dict(given)
    for key in ("provider", "only", "price"):
        if key in given:
            values[key] = tuple(part for part in given[key].split(",") if part)
    try:
        return Options.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        option = str(first["loc"][0]) if first["loc"] else query
    if option not in Options.model_fields:
        known = ", ".join(sorted(Options.model_fields))
        raise ConfigError(f"unknown option {option[:40]!r}, {text[:80]!r}: use {known}")
    message = str(first["msg"]).lower()
    raise ConfigError(f"unusable value ({message}), {text[:80]!r}: correct {option}")


def _check_reasoning(options: Options, profile: Profile, head: str) -> None:
    asked = {
        key: str(value)
        for key in ("effort", "budget", "think")
        if (value := getattr(options, key)) is not None
    }
    if len(asked) > 1:
        both = " and ".join(asked)
        raise ConfigError(f"{both} exclude each other, {head}: give one of them")
    reasoning = profile.reasoning
    if not asked or reasoning.kind == "any":
        return
    if reasoning.kind == "none":
        (key,) = asked
        raise ConfigError(f"its reasoning cannot be set, {head}: leave out {key}")
    levels = ", ".join(reasoning.levels)
    if asked.get(reasoning.kind) not in reasoning.levels:
        ((key, value),) = asked.items()
        raise ConfigError(
            f"{key}={value[:40]} is not a level that it has, {head}: "
            f"use {reasoning.kind}= one of {levels}"
        )


def _check_routing(options: Options, provider: Provider, head: str) -> None:
    if provider is not Provider.OPENROUTER and (options.provider or options.only):
        raise ConfigError(f"provider and only are for openrouter: models, {head}: leave them out")
    if options.provider and options.only:
        raise ConfigError(f"provider and only exclude each other, {head}: give one of them")
