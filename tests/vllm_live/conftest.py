"""A real vLLM server with a random-weight model, started by ``nolle vllm`` itself."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

HERE = Path(__file__).parent
UP_S = 400.0
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
}
# Whole prompts at once: on the CPU vLLM cannot resume a seeded one.
FLAGS = ["--dtype", "float32", "--enforce-eager", "--max-num-seqs", "8"]
FLAGS += ["--no-enable-chunked-prefill", "--max-num-batched-tokens", "32768"]


@dataclass(frozen=True)
class Live:
    """The server under test: its address, process group leader and what ``nolle vllm`` printed."""

    url: str
    home: Path
    printed: str


@pytest.fixture(scope="session")
def vllm_python() -> str:
    """The interpreter that has vLLM."""
    python = os.environ.get("NOLLE_VLLM_PYTHON", "").strip()
    if python:
        return python
    why = "set NOLLE_VLLM_PYTHON to the Python of an environment with vllm-cpu (see .ci/run)"
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"{why}: these tests must run in CI")
    pytest.skip(why)


@pytest.fixture(scope="session")
def live(vllm_python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("vllm")
    model, home = folder / "model", folder / "home"
    env = {**os.environ, **QUIET, "NOLLE_HOME": str(home)}
    env.pop("VLLM_API_KEY", None)
    maker = [vllm_python, str(HERE / "make_tiny_model.py"), str(model)]
    subprocess.run(maker, check=True, env=env, capture_output=True, timeout=300)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "nolle", "vllm", str(model), "--served-name", "tiny"]
    command += ["--port", str(port), "--", *FLAGS]
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        printed = _first_lines(process, f"http://127.0.0.1:{port}/health")
        yield Live(url=f"http://127.0.0.1:{port}/v1", home=home, printed=printed)
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def _first_lines(process: subprocess.Popen[str], health: str) -> str:
    """The two lines that tell how to use the server, printed once it answers."""
    opener = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + UP_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            opener.open(health, timeout=2).close()
        except OSError:
            time.sleep(0.5)
            continue
        assert process.stdout is not None
        return process.stdout.readline() + process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    pytest.fail(f"nolle vllm did not get a server up: {errors[-2000:]}")


@pytest.fixture
def spec(live: Live, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The model spec, with the environment set for it."""
    monkeypatch.setenv("NOLLE_VLLM_BASE_URL", live.url)
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path / "home"))
    for name in ("NOLLE_MODEL", "NOLLE_REDACT", "VLLM_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return "vllm:tiny"
