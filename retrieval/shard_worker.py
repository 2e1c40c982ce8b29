"""``python -m nolle.retrieval.shard_worker TOKENIZER``: tokenises shards in a process of its own.

Reads one path per line and answers ``ok N`` or ``error …``. It ends with its standard input, so
none outlives a build that was killed, and it holds no lock of the index.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO

from ..errors import InputError
from .shards import finish


def serve(tokenizer_name: str, requests: IO[str], answers: IO[str]) -> None:
    """Answer each path with the outcome of its shard, until the requests end."""
    for line in requests:
        try:
            answer = f"ok {finish(Path(line.rstrip()), tokenizer_name)}"
        except Exception as error:  # whatever it is, the build has to hear of it
            answer = "error " + " ".join(f"{type(error).__name__}: {error}".split())
        answers.write(answer + "\n")
        answers.flush()


class Workers:
    """A few worker processes, each behind a thread that waits for it."""

    def __init__(self, tokenizer_name: str, count: int) -> None:
        self._tokenizer = tokenizer_name
        self._threads = ThreadPoolExecutor(max_workers=count)
        self._own = threading.local()
        self._started: list[subprocess.Popen[str]] = []

    def submit(self, file: Path, then: Callable[[int], None]) -> Future[None]:
        """Finish the shard of ``file`` and tell ``then`` how many documents it holds."""
        return self._threads.submit(self._finish, file, then)

    def close(self) -> None:
        """Drop what has not begun and end the processes."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._started:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
        self._threads.shutdown(wait=True)

    def _finish(self, file: Path, then: Callable[[int], None]) -> None:
        process = getattr(self._own, "process", None) or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(f"{file}\n")
            process.stdin.flush()
            state, _, detail = process.stdout.readline().rstrip().partition(" ")
        except (OSError, ValueError):
            state, detail = "error", ""
        if state != "ok":
            raise InputError(
                f"documents could not be split ({detail or 'a worker ended'}), {file.name}: "
                "run the same command again, finished parts are kept"
            )
        then(int(detail))

    def _start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.shard_worker", self._tokenizer],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        self._own.process = process
        self._started.append(process)
        return process


if __name__ == "__main__":
    # Ctrl-C reaches the whole group; the build that asked ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.argv[1], sys.stdin, sys.stdout)
