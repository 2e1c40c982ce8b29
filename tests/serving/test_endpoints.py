"""Which model servers the doctor finds, over real HTTP."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from nolle import cli
from nolle.config import load_settings
from nolle.serving.endpoints import endpoints, probe

KEY = "sk-very-secret-value"
MODELS = json.dumps({"data": [{"id": "a/b"}, {"id": "c"}]})


class Server(ThreadingHTTPServer):
    """Answers every GET with one status and body; keeps the headers that arrived."""

    def __init__(self, status: int = 200, body: str = MODELS, delay: float = 0.0, **headers: str):
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply, self.delay, self.extra = (status, body), delay, headers
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.seen.append((self.path, dict(self.headers)))
        time.sleep(self.server.delay)
        status, body = self.server.reply
        try:
            self.send_response(status)
            for name, value in self.server.extra.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())
        except OSError:
            return

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def serve():
    running = []

    def start(*args, **kwargs) -> Server:
        server = Server(*args, **kwargs)
        running.append(server)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path))
    for name in ("OPENROUTER_API_KEY", "OPENAI_API_KEY", "VLLM_API_KEY", "NOLLE_VLLM_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def ask():
    return probe(endpoints(load_settings()))


def test_models_are_listed_and_the_key_goes_along(serve, monkeypatch):
    server = serve()
    monkeypatch.setenv("NOLLE_VLLM_BASE_URL", server.url)
    monkeypatch.setenv("VLLM_API_KEY", KEY)
    (answer,) = ask()
    assert answer.models == ("a/b", "c")
    assert answer.problem == ""
    ((path, headers),) = server.seen
    assert path == "/v1/models"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(answer)


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ((401, "no"), "refuses the key (status 401): check VLLM_API_KEY"),
        ((404, "no"), "answers with status 404"),
        ((500, KEY), "answers with status 500"),
        ((200, "<html>"), "does not speak the OpenAI protocol"),
        ((200, "[1]"), "does not speak the OpenAI protocol"),
    ],
)
def test_what_is_wrong_with_an_answer(serve, monkeypatch, reply, problem):
    monkeypatch.setenv("NOLLE_VLLM_BASE_URL", serve(*reply).url)
    (answer,) = ask()
    assert answer.problem.startswith(problem)
    assert KEY not in answer.problem


def test_a_redirect_does_not_take_the_key_elsewhere(serve, monkeypatch):
    other = serve()
    server = serve(302, "", Location=f"{other.url}/models")
    monkeypatch.setenv("NOLLE_VLLM_BASE_URL", server.url)
    monkeypatch.setenv("VLLM_API_KEY", KEY)
    (answer,) = ask()
    assert answer.problem.startswith("answers with status 302")
    assert other.seen == []


def test_slow_servers_are_waited_for_side_by_side(serve, monkeypatch):
    servers = [serve(delay=3) for _ in range(3)]
    monkeypatch.setenv("NOLLE_VLLM_BASE_URL", ",".join(s.url for s in servers))
    started = time.perf_counter()
    answers = probe(endpoints(load_settings()), timeout_s=0.3)
    assert time.perf_counter() - started < 2
    assert {a.problem for a in answers} == {"does not answer within 0.3 s"}


def test_hosted_services_are_asked_only_online_and_with_a_key(monkeypatch):
    def names(**how: bool) -> list[str]:
        return [e.name for e in endpoints(load_settings(), **how)]

    assert names() == names(online=True) == ["vllm"]
    monkeypatch.setenv("OPENROUTER_API_KEY", KEY)
    assert names() == ["vllm"]
    assert names(online=True) == ["vllm", "openrouter"]


def test_the_doctor_tells_configured_from_default(serve, home, monkeypatch, capsys):
    server = serve()
    (home / "config.toml").write_text(
        f'[compatible.mine]\nbase_url = "{server.url}"\napi_key_env = "MINE_KEY"\n'
        '[compatible.gone]\nbase_url = "http://127.0.0.1:9/v1"\n'
    )
    monkeypatch.setenv("MINE_KEY", KEY)
    monkeypatch.setenv("NOLLE_VLLM_BASE_URL", "")
    assert cli.run(["doctor", "--json"]) == 0
    out = capsys.readouterr().out
    found = {c["name"]: c for c in json.loads(out)["checks"] if c["area"] == "endpoints"}
    assert found["compatible:mine"]["ok"] is True
    assert found["compatible:mine"]["models"] == ["a/b", "c"]
    assert found["compatible:gone"]["ok"] is False
    assert found["vllm"]["ok"] in (None, True)
    assert KEY not in out
    assert dict(server.seen[0][1])["Authorization"] == f"Bearer {KEY}"


def test_names_from_a_server_are_printable_and_short(serve, monkeypatch, capsys):
    rows = [{"id": "\u001b[31mred" + "x" * 500}, *({"id": f"m{i}"} for i in range(20))]
    monkeypatch.setenv("NOLLE_VLLM_BASE_URL", serve(200, json.dumps({"data": rows})).url)
    assert cli.run(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "\u001b" not in out
    assert "16 more" in out
