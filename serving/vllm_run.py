"""What a person sees of a local vLLM server: that it starts, how to use it, that it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import api_key, is_loopback
from .vllm_command import Launch
from .vllm_server import Stopped, serving

if TYPE_CHECKING:
    from rich.console import Console

_REPORT_S = 30.0


def run_server(launch: Launch, home: Path, screen: Console) -> None:
    """Serve until Ctrl-C or SIGTERM; progress goes to ``screen``, how to use it to stdout.

    Asked to end before the server answers, it raises KeyboardInterrupt. Raises ConfigError where
    the server does not start and ModelError where it ends by itself later.
    """
    ready = False
    try:
        with serving(launch, home) as server:
            with _progress(launch, screen, server.log) as waiting:
                server.wait_healthy(waiting)
            ready = True
            _tell(launch, screen)
            server.wait_ended()
    except (Stopped, KeyboardInterrupt):
        if not ready:
            raise KeyboardInterrupt from None
        screen.print(f"stopped {launch.spec}", style="dim")


def _tell(launch: Launch, screen: Console) -> None:
    print(f"export NOLLE_VLLM_BASE_URL={launch.base_url}")
    print(f"nolle review FILE --model {launch.spec}", flush=True)
    if not is_loopback(launch.root) or launch.host in ("0.0.0.0", "::"):
        protected = api_key("VLLM_API_KEY") is not None
        whom = "whoever has the key" if protected else "everyone; set VLLM_API_KEY to limit it"
        screen.print(f"reachable from the network by {whom}", style="yellow")
    screen.print("Ctrl-C stops it", style="dim")


@contextmanager
def _progress(launch: Launch, screen: Console, log: Path) -> Iterator[Callable[[float], None]]:
    what = f"starting {launch.spec} (log: {log})"
    if screen.is_terminal:
        with screen.status(what) as status:
            yield lambda waited: status.update(f"{what}  {waited:.0f} s")
        return
    screen.print(what, soft_wrap=True)
    reported = 0.0

    def waiting(waited: float) -> None:
        nonlocal reported
        if waited - reported >= _REPORT_S:
            reported = waited
            screen.print(f"still starting, {waited:.0f} s")

    yield waiting
