from datetime import date

import pytest
from support.scripted_answers import Answer
from support.scripted_server import ScriptedServer

from nolle.agents.base import View
from nolle.agents.registry import parse_spec
from nolle.cases.facts import Facts, Suspect
from nolle.cases.models import Case


@pytest.fixture
def view():
    """A view of one suspect in a theft case; keyword arguments override its fields."""

    def make(**changes):
        base = {
            "case": Case(id="x", fact="甲某拿走乙某手机一部。"),
            "facts": Facts(
                suspects=(Suspect(name="甲某"),),
                decision_date=date(2022, 5, 1),
                conduct_end=date(2022, 1, 1),
            ),
            "defendant": "甲某",
            "charges": ("盗窃罪",),
        }
        return View(**{**base, **changes})

    return make


@pytest.fixture
def served(monkeypatch):
    """Starts scripted servers behind a spec; returns the server and the spec."""
    running = []

    def start(script=Answer(), spec="vllm:tiny", **more):  # noqa: B008
        server = ScriptedServer(script, **more).__enter__()
        running.append(server)
        monkeypatch.setenv("NOLLE_VLLM_BASE_URL", ",".join(s.url for s in running))
        monkeypatch.setenv("NOLLE_OPENROUTER_BASE_URL", server.url)
        monkeypatch.setenv("OPENROUTER_API_KEY", "sk-or-test")
        return server, parse_spec(spec)

    yield start
    for server in running:
        server.__exit__()
