"""A local vLLM server as a child process: started, waited for, watched, stopped.

It runs in a process group of its own, so that its workers end with it. What it says goes to a log
file under the user's nolle folder.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from ..errors import ConfigError, ModelError
from .vllm_command import MISSING, Launch
from .vllm_log import reason

START_S = 1800.0
"""Seconds to wait for the server: weights may have to be fetched first."""
STOP_S = 20.0
"""Seconds between asking the server to end and ending it."""
_PAUSE_S = 0.25

Waiting = Callable[[float], None]
"""Told the seconds waited so far."""


class Stopped(Exception):
    """The user or the system asked the server to end."""


class Server:
    """A running vLLM server; made by :func:`serving`."""

    def __init__(self, launch: Launch, process: subprocess.Popen[bytes], log: Path) -> None:
        self.launch = launch
        self.log = log
        self._process = process

    @property
    def pid(self) -> int:
        """The process, and the group that it leads."""
        return self._process.pid

    def wait_healthy(self, waiting: Waiting | None = None, limit_s: float = START_S) -> None:
        """Return once the server answers; ConfigError if it ends before or takes too long."""
        started = time.monotonic()
        while not self._healthy():
            if (code := self._process.poll()) is not None:
                raise ConfigError(f"vLLM did not start, {self._why(code)}")
            waited = time.monotonic() - started
            if waited > limit_s:
                raise ConfigError(
                    f"vLLM did not answer within {limit_s:.0f} seconds, {self.launch.root}: "
                    f"read {self.log}"
                )
            if waiting is not None:
                waiting(waited)
            time.sleep(_PAUSE_S)

    def wait_ended(self) -> None:
        """Wait while the server runs; ModelError once it has ended without being asked to."""
        raise ModelError(f"vLLM ended by itself, {self._why(self._process.wait())}")

    def stop(self) -> None:
        """End the server and all its workers, kindly first."""
        if self._process.poll() is None:
            self._signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_S)
        # Workers may outlive the process that started them.
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            return

    def _healthy(self) -> bool:
        opener = build_opener(ProxyHandler({}))
        try:
            with opener.open(f"{self.launch.root}/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError, ValueError):
            return False

    def _why(self, code: int) -> str:
        return f"exit code {code}: {reason(self.log)} (log: {self.log})"


@contextmanager
def serving(launch: Launch, home: Path) -> Iterator[Server]:
    """Start the server; whatever happens inside, it is stopped at the end.

    SIGTERM and SIGHUP raise :class:`Stopped` inside, Ctrl-C the usual KeyboardInterrupt. Raises
    ConfigError if the port is taken, the log cannot be written or the program cannot be run.
    """
    _check_port(launch)
    log = home / "logs" / f"vllm-{launch.port}.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        output = log.open("wb")
    except OSError as error:
        raise ConfigError(
            f"{error.strerror}, {log}: set NOLLE_HOME to a folder that can be written"
        ) from None
    with output, _stoppable():
        try:
            process = subprocess.Popen(
                launch.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except FileNotFoundError:
            raise ConfigError(MISSING) from None
        except OSError as error:
            raise ConfigError(
                f"cannot be run ({error.strerror}), {launch.command[0]}: install vLLM again"
            ) from None
        server = Server(launch, process, log)
        try:
            yield server
        finally:
            with _undisturbed():
                server.stop()


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM and SIGHUP become an exception; only the main thread can arrange that."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped(signal.Signals(number).name)

    with _handling(stop, signal.SIGTERM, signal.SIGHUP):
        yield


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not leave workers behind; stopping ends within its limit anyway."""
    with _handling(signal.SIG_IGN, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield


@contextmanager
def _handling(
    handler: Callable[[int, FrameType | None], None] | signal.Handlers, *numbers: signal.Signals
) -> Iterator[None]:
    try:
        before = {number: signal.signal(number, handler) for number in numbers}
    except ValueError:
        before = {}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _check_port(launch: Launch) -> None:
    """Another server on the port would pass for this one."""
    family = socket.AF_INET6 if ":" in launch.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((launch.host, launch.port))
        except OSError as error:
            raise ConfigError(
                f"{(error.strerror or 'not usable').lower()}, {launch.host}:{launch.port}: "
                "give another --port or --host"
            ) from None
