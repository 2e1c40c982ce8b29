"""Settings from the environment and from ``$NOLLE_HOME/config.toml``.

Secrets never live in the settings: :func:`api_key` reads one from the environment when it is used.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr

from .errors import ConfigError

OPENAI_URL = "https://api.openai.com/v1"
OPENROUTER_URL = "https://openrouter.ai/api/v1"
VLLM_URL = "http://127.0.0.1:8000/v1"
CHROMA_URL = "http://127.0.0.1:8001"
"""How the address of a Chroma server is written; none is asked unless one is set."""
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}
_TABLES = {"compatible", "retrieval"}
_COMPATIBLE_KEYS = {"base_url", "api_key_env", "remote"}
_RETRIEVAL_KEYS = {"chroma_url"}


class Redact(StrEnum):
    """When names and numbers are replaced before a model sees the case text."""

    ALWAYS = "always"
    REMOTE = "remote"
    NEVER = "never"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Compatible(_Model):
    """An OpenAI-compatible endpoint of the user's own (``compatible:NAME``).

    ``api_key_env`` names the environment variable that holds the key; ``remote`` says whether
    case text leaves this machine (by default: whether the host is not a loopback address).
    """

    name: str
    base_url: str
    api_key_env: str | None = None
    remote: bool = True


class Settings(_Model):
    """Everything that can be set from outside; holds no secret."""

    model: str = "rules"
    home: Path
    openrouter_base_url: str = OPENROUTER_URL
    has_openrouter_key: bool = False
    vllm_base_urls: tuple[str, ...] = (VLLM_URL,)
    redact: Redact = Redact.REMOTE
    debug: bool = False
    compatible: dict[str, Compatible] = {}
    corpus: Path | None = None
    chroma_url: str | None = None

    @property
    def config_file(self) -> Path:
        """Where the user's ``config.toml`` is looked for."""
        return self.home / "config.toml"

    def endpoint(self, name: str) -> Compatible:
        """The endpoint that ``compatible:NAME`` means; ConfigError if it is not configured."""
        if name in self.compatible:
            return self.compatible[name]
        known = ", ".join(sorted(self.compatible)) or "none"
        raise ConfigError(
            f"unknown endpoint {name!r}, compatible:{_show(name)}: add [compatible.NAME] with "
            f"base_url to {_show(self.config_file)} (configured: {_show(known)})"
        )


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``environ`` (default: the process's) and the user's config file.

    An empty variable counts as unset. Raises ConfigError, in one line, for a value that cannot be
    used.
    """
    env = {
        key: value.strip() for key, value in (os.environ if environ is None else environ).items()
    }
    home = _home(env.get("NOLLE_HOME", ""))
    file = home / "config.toml"
    tables = _read_config(file)
    chroma = env.get("NOLLE_CHROMA_URL")
    return Settings(
        model=env.get("NOLLE_MODEL") or "rules",
        home=home,
        openrouter_base_url=_url(
            env.get("NOLLE_OPENROUTER_BASE_URL") or OPENROUTER_URL, "NOLLE_OPENROUTER_BASE_URL"
        ),
        has_openrouter_key=bool(env.get("OPENROUTER_API_KEY")),
        vllm_base_urls=_urls(env.get("NOLLE_VLLM_BASE_URL") or VLLM_URL, "NOLLE_VLLM_BASE_URL"),
        redact=_redact(env.get("NOLLE_REDACT") or Redact.REMOTE.value),
        debug=_flag(env.get("NOLLE_DEBUG", ""), "NOLLE_DEBUG"),
        compatible={
            name: _compatible(name, table, file) for name, table in tables["compatible"].items()
        },
        chroma_url=(
            _url(chroma, "NOLLE_CHROMA_URL", CHROMA_URL)
            if chroma
            else _chroma_url(tables["retrieval"], file)
        ),
        corpus=Path(env["NOLLE_CORPUS"]).expanduser() if env.get("NOLLE_CORPUS") else None,
    )


def api_key(variable: str, environ: Mapping[str, str] | None = None) -> SecretStr | None:
    """The key in that environment variable, masked in every repr; None if unset or empty."""
    value = (os.environ if environ is None else environ).get(variable, "").strip()
    return SecretStr(value) if value else None


def is_loopback(url: str) -> bool:
    """Whether a URL points at this very machine (localhost, 127.0.0.0/8, ::1)."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _home(value: str) -> Path:
    if not value:
        import platformdirs

        return platformdirs.user_data_path("nolle", appauthor=False)
    try:
        home = Path(value).expanduser().absolute()
        is_file = home.exists() and not home.is_dir()
    except (OSError, RuntimeError, ValueError):
        raise ConfigError(
            f"not a usable folder, NOLLE_HOME={_show(value)}: set it to a folder's path"
        ) from None
    if is_file:
        raise ConfigError(f"not a folder, NOLLE_HOME={_show(value)}: set it to a folder's path")
    return home


def _redact(value: str) -> Redact:
    try:
        return Redact(value.lower())
    except ValueError:
        raise ConfigError(
            f"unknown value {_show(value)!r}, NOLLE_REDACT: use always, remote or never"
        ) from None


def _flag(value: str, variable: str) -> bool:
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ConfigError(f"unknown value {_show(value)!r}, {variable}: use 1 or 0")


def _urls(value: str, where: str) -> tuple[str, ...]:
    urls = tuple(dict.fromkeys(_url(part, where) for part in value.split(",") if part.strip()))
    if not urls:
        raise ConfigError(f"no address, {where}: give one URL, or several separated by commas")
    return urls


def _url(value: str, where: str, like: str = VLLM_URL) -> str:
    """A base URL without its last slash. The value is not repeated: it may hold a password."""
    value = value.strip()
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable, parts = None, urlsplit("")
    if not usable or any(c.isspace() or not c.isprintable() for c in value):
        raise ConfigError(f"not an http or https address, {where}: write it like {like}")
    if parts.username is not None or parts.password is not None:
        raise ConfigError(
            f"user name or password in the address, {where}: "
            "keep the key in an environment variable"
        )
    return value.rstrip("/")


def _read_config(path: Path) -> dict[str, dict[str, Any]]:
    """The tables of the user's file by name; empty ones where it has none."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except (FileNotFoundError, NotADirectoryError):
        return {name: {} for name in _TABLES}
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(
            f"cannot be read ({reason}), {_show(path)}: make it a readable file"
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"not UTF-8, {_show(path)}: save it as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        detail = _show(error) if isinstance(error, tomllib.TOMLDecodeError) else "nested too deeply"
        raise ConfigError(f"not valid TOML ({detail}), {_show(path)}: correct it there") from None
    if unknown := sorted(set(data) - _TABLES):
        raise ConfigError(
            f"unknown key {_show(unknown[0])!r}, {_show(path)}: "
            "only [compatible.NAME] and [retrieval] are read"
        )
    for name, form in (("compatible", "[compatible.NAME]"), ("retrieval", "[retrieval]")):
        if not isinstance(data.setdefault(name, {}), dict):
            raise ConfigError(f"{name} is not a table, {_show(path)}: write {form}")
    return data


def _chroma_url(table: Mapping[str, Any], path: Path) -> str | None:
    where = f"{_show(path)}, [retrieval]"
    if unknown := sorted(set(table) - _RETRIEVAL_KEYS):
        raise ConfigError(f"unknown key {_show(unknown[0])!r}, {where}: use chroma_url")
    value = table.get("chroma_url")
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ConfigError(f"chroma_url is not text, {where}: write it like {CHROMA_URL!r}")
    return _url(value, f"{where} chroma_url", CHROMA_URL)


def _compatible(name: str, table: Any, path: Path) -> Compatible:
    where = f"{_show(path)}, [compatible.{_show(name)}]"
    if not isinstance(table, dict):
        raise ConfigError(f"not a table, {where}: write base_url under [compatible.NAME]")
    if unknown := sorted(set(table) - _COMPATIBLE_KEYS):
        raise ConfigError(
            f"unknown key {_show(unknown[0])!r}, {where}: use base_url, api_key_env and remote"
        )
    base_url, key, remote = (table.get(k) for k in ("base_url", "api_key_env", "remote"))
    if not isinstance(base_url, str):
        raise ConfigError(f"base_url is missing or not text, {where}: write it like {VLLM_URL!r}")
    if key is not None and not (isinstance(key, str) and key.isidentifier()):
        raise ConfigError(
            f"api_key_env is not the name of an environment variable, {where}: "
            "give the variable's name, not the key"
        )
    if remote is not None and not isinstance(remote, bool):
        raise ConfigError(f"remote is neither true nor false, {where}: write true or false")
    url = _url(base_url, f"{where} base_url")
    return Compatible(
        name=name,
        base_url=url,
        api_key_env=key,
        remote=not is_loopback(url) if remote is None else remote,
    )


def _show(value: object) -> str:
    """A value on one line, at most 200 characters."""
    text = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(value)
    )
    return text if len(text) <= 200 else text[:199] + "…"
