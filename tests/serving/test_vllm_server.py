"""``nolle vllm`` with a program that plays vLLM: start, wait, stop, missing, dies."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nolle import cli
from nolle.errors import ConfigError
from nolle.serving import vllm_log, vllm_server
from nolle.serving.vllm_command import plan

pytestmark = pytest.mark.usefixtures("place")


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def fake(place, monkeypatch):
    """Tells the fake how to behave; returns the file of its notes."""

    def tell(**how: object) -> Path:
        notes = place / "notes.json"
        monkeypatch.setenv("FAKE_VLLM", json.dumps({**how, "notes": str(notes)}))
        return notes

    return tell


def start(port: int, *more: str) -> subprocess.Popen[str]:
    # In a process of its own, as signals go to the whole program.
    code = (
        "from nolle.serving import vllm_command; vllm_command._installed = lambda: False; "
        "from nolle.cli import main; main()"
    )
    command = [sys.executable, "-c", code, "vllm", "Qwen/Qwen3-8B", "--port", str(port), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def gone(notes: Path) -> bool:
    """Whether neither the server nor its worker runs any more."""
    told = json.loads(notes.read_text())
    for _ in range(100):
        if not any(_runs(told[key]) for key in ("pid", "worker")):
            return True
        time.sleep(0.05)
    return False


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_waits_tells_and_stops_cleanly(fake, port, number):
    notes = fake(late=0.5)
    process = start(port)
    lines = [process.stdout.readline().strip() for _ in range(2)]
    assert lines == [
        f"export NOLLE_VLLM_BASE_URL=http://127.0.0.1:{port}/v1",
        "nolle review FILE --model vllm:Qwen/Qwen3-8B",
    ]
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert "starting vllm:Qwen/Qwen3-8B" in err
    assert "stopped vllm:Qwen/Qwen3-8B" in err
    assert gone(notes)
    assert json.loads(notes.read_text())["argv"][:2] == ["serve", "Qwen/Qwen3-8B"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_while_it_starts(fake, port, number):
    notes = fake(late=60)
    process = start(port)
    while not notes.exists() or not notes.read_text():
        time.sleep(0.05)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "error: interrupted"
    assert gone(notes)


def test_a_server_that_does_not_listen_is_ended_all_the_same(fake, port, monkeypatch, place):
    notes = fake(deaf=True)
    monkeypatch.setattr(vllm_server, "STOP_S", 0.3)
    with vllm_server.serving(plan("m", port=port), place / "home") as server:
        server.wait_healthy()
    assert gone(notes)


def test_one_that_dies_at_the_start_gives_its_last_words(fake, port, capsys):
    said = [
        "INFO 11-22 07:25:39 [core.py:1] loading",
        "(EngineCore pid=7) ERROR 11-22 07:25:39 [core.py:9] ValueError: no room for weights",
        "RuntimeError: Engine core initialization failed. See root cause above.",
    ]
    notes = fake(dies=said)
    assert cli.run(["vllm", "m", "--port", str(port)]) == 2
    line = capsys.readouterr().err.strip().splitlines()[-1]
    assert line.startswith("error: vLLM did not start, exit code 1: ValueError: no room for weigh")
    assert f"vllm-{port}.log" in line
    assert gone(notes)


def test_one_that_falls_later_is_a_failed_run(fake, port, capsys):
    fake(falls=1)
    assert cli.run(["vllm", "m", "--port", str(port)]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("export NOLLE_VLLM_BASE_URL=")
    assert "vLLM ended by itself, exit code 3: RuntimeError: CPU Generator" in err
    assert "--no-enable-chunked-prefill" in err


def test_a_start_that_takes_too_long(fake, port, place):
    notes = fake(late=60)
    with vllm_server.serving(plan("m", port=port), place / "home") as server:
        while not notes.exists():
            time.sleep(0.05)
        with pytest.raises(ConfigError, match="did not answer within 0 seconds"):
            server.wait_healthy(limit_s=0.3)
    assert gone(notes)


def test_without_vllm(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "/nowhere")
    assert cli.run(["vllm", "Qwen/Qwen3-8B"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: vLLM is not installed")
    assert "pip install 'nolle[vllm]'" in err
    assert err.count("\n") == 1


def test_a_taken_port_is_told_before_anything_starts(fake, capsys):
    notes = fake()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert cli.run(["vllm", "m", "--port", str(port)]) == 2
    assert f"127.0.0.1:{port}: give another --port" in capsys.readouterr().err
    assert not notes.exists()


def test_a_dry_run_prints_the_command_and_starts_nothing(fake, capsys):
    notes = fake()
    assert cli.run(["vllm", "Qwen/Qwen3-8B", "--dry-run", "--", "--dtype", "half"]) == 0
    out = capsys.readouterr().out
    for words in (
        "vllm serve Qwen/Qwen3-8B --served-model-name Qwen/Qwen3-8B --host 127.0.0.1 --port 8000",
        "--max-model-len 32768",
        '"backend":"guidance"',
        "--reasoning-parser qwen3",
        "--enable-prefix-caching",
    ):
        assert words in out
    assert out.endswith("--dtype half\n")
    assert not notes.exists()


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("", "it said nothing"),
        ("one\ntwo\n\n", "two"),
        ("x\nRuntimeError: Failed to infer device type\nbye", "no usable GPU found"),
        ("/bin/python: No module named vllm\n", "pip install 'nolle[vllm]'"),
        (
            "pydantic_core.ValidationError: 1 validation error for ModelConfig\n"
            "  Value error, User-specified max_model_len (9) is greater [type=value_error, x]\n"
            "    For further information visit https://errors.pydantic.dev",
            "User-specified max_model_len (9) is greater; try a smaller --max-model-len",
        ),
        (
            "api_server.py: error: unrecognized arguments: --nothing",
            "error: unrecognized arguments: --nothing",
        ),
    ],
)
def test_the_reason_in_a_log(place, log, words):
    file = place / "log"
    file.write_text(log)
    found = vllm_log.reason(file)
    assert words in found
    assert "\n" not in found


def test_signals_are_as_before_afterwards(fake, port, place):
    before = [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)]
    fake()
    with vllm_server.serving(plan("m", port=port), place / "home") as server:
        server.wait_healthy()
        assert os.getpgid(server.pid) == server.pid
    assert [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)] == before
