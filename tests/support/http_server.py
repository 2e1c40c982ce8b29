"""A server of nolle in a process of its own, for tests that talk to it as clients do."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(home, *options, command="serve", path="/readyz", **environ):
    """Start ``nolle COMMAND`` and yield its address and process once ``path`` answers 200."""
    port = free_port()
    env = {**os.environ, "NOLLE_HOME": str(home), "NOLLE_MODEL": "rules", **environ}
    start = [sys.executable, "-m", "nolle", command, "--port", str(port), *options]
    process = subprocess.Popen(start, env=env, stderr=subprocess.PIPE, text=True)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}{path}", process)
        yield address, process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def wait_for(url, process, seconds=120, every=0.1, log=None):
    """Until ``url`` answers 200; fails with what the process said, in the file ``log`` or on its
    piped standard error, where it ends before."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            said = log.read_text() if log else process.communicate()[1]
            raise AssertionError(f"the server ended: {said}")
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(every)
    raise AssertionError(f"{url} does not answer: {log.read_text() if log else ''}")
