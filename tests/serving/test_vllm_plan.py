"""The command that ``nolle vllm`` plans: flags, context, folder, names, address, parser."""

from __future__ import annotations

import json
import sys

import pytest

from nolle.errors import ConfigError, InputError
from nolle.serving.vllm_command import plan, reasoning_parser

pytestmark = pytest.mark.usefixtures("place")


def test_the_users_own_flags_win(place):
    own = ("--max-model-len=4096", "--reasoning_parser", "x", "--no-enable-prefix-caching")
    command = plan("Qwen/Qwen3-8B", extra=own).command
    assert command[-4:] == own
    for flag in ("--max-model-len", "--reasoning-parser", "--enable-prefix-caching"):
        assert flag not in command


def test_a_named_python_runs_the_module(monkeypatch):
    monkeypatch.setenv("NOLLE_VLLM_PYTHON", sys.executable)
    assert plan("m").command[:5] == (
        sys.executable,
        "-m",
        "vllm.entrypoints.openai.api_server",
        "--model",
        "m",
    )
    monkeypatch.setenv("NOLLE_VLLM_PYTHON", "/nowhere/python")
    with pytest.raises(ConfigError, match="NOLLE_VLLM_PYTHON"):
        plan("m")


@pytest.mark.parametrize(
    ("stated", "asked", "expected"),
    [(4096, None, 4096), (131072, None, 32768), (131072, 65536, 65536), (None, None, 32768)],
)
def test_the_context_is_the_models_own_up_to_a_bound(place, stated, asked, expected):
    folder = place / "my-model"
    folder.mkdir()
    config = {} if stated is None else {"max_position_embeddings": stated}
    (folder / "config.json").write_text(json.dumps(config))
    launch = plan(str(folder), max_model_len=asked)
    command = launch.command
    assert command[command.index("--max-model-len") + 1] == str(expected)
    assert (launch.name, launch.spec) == ("my-model", "vllm:my-model")


@pytest.mark.parametrize("model", ["./nothing-here", "/nowhere/model", "~/no-such-model-folder"])
def test_a_folder_that_is_not_there(model):
    with pytest.raises(InputError, match="no such model folder"):
        plan(model)


def test_a_folder_without_a_model(place):
    with pytest.raises(InputError, match=r"no config\.json"):
        plan(str(place))


@pytest.mark.parametrize("name", ["a b", "a?b", "a\nb"])
def test_a_name_that_a_spec_cannot_hold(name):
    with pytest.raises(InputError, match="--served-name"):
        plan("m", name=name)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000/v1"),
        ("::1", "http://[::1]:8000/v1"),
        ("10.0.0.5", "http://10.0.0.5:8000/v1"),
    ],
)
def test_the_address_to_use(host, url):
    assert plan("m", host=host).base_url == url


@pytest.mark.parametrize(
    ("model", "parser"),
    [
        ("Qwen/Qwen3-8B", "qwen3"),
        ("Qwen/Qwen3.5-27B", "qwen3"),
        ("Qwen/Qwen3-30B-A3B-Instruct-2507", ""),
        ("Qwen/Qwen3-30B-A3B-Thinking-2507", "deepseek_r1"),
        ("Qwen/Qwen3-8B-Base", ""),
        ("Qwen/Qwen2.5-7B-Instruct", ""),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "deepseek_r1"),
        ("openai/gpt-oss-20b", "openai_gptoss"),
        ("zai-org/GLM-4.5-Air", "glm45"),
        ("tiny", ""),
    ],
)
def test_the_parser_of_thoughts(model, parser):
    assert reasoning_parser(model) == parser
