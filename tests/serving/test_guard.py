"""What a server refuses: hosts, origins, keys, rate, size; and what it never says."""

import asyncio
import logging
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
import httpx

from nolle.errors import ConfigError
from nolle.serving import serve_run
from nolle.serving.guard import LOCAL, Guard, Rules, owner_of

KEY, OTHER = "k" * 24, "o" * 24
SECRET = "张某某的秘密"


async def inner(scope, receive, send):
    """Says whose request it is, fails on demand, and reads the body."""
    if scope["path"] == "/fail":
        raise RuntimeError(SECRET)
    body = (await receive())["body"]
    text = f"{scope['state']['owner']} {len(body)}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"server", b"x")]})
    await send({"type": "http.response.body", "body": text})


def ask(rules, method="GET", path="/v1/models", app=None, **more):
    async def once():
        transport = httpx.ASGITransport(app or Guard(inner, rules))
        address = more.pop("base_url", "http://127.0.0.1:8787")
        async with httpx.AsyncClient(transport=transport, base_url=address) as client:
            return await client.request(method, path, **more)

    return asyncio.run(once())


LOOPBACK = serve_run.rules_for("127.0.0.1", ())
KEYED = serve_run.rules_for("0.0.0.0", (KEY, OTHER))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8787", 200),
        ("localhost", 200),
        ("[::1]:8787", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example:8787", 421),
        ("localhost.evil.example", 421),
        ("", 421),
        ("[", 421),
    ],
)
def test_a_local_server_goes_by_local_names_only(host, status):
    assert ask(LOOPBACK, headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://127.0.0.1:8787", 200), ("http://evil.example", 403), ("null", 403)],
)
def test_pages_of_other_places_may_not_call(origin, status):
    assert ask(LOOPBACK, "POST", headers={"origin": origin}).status_code == status


def test_a_named_origin_may_call():
    rules = serve_run.rules_for("127.0.0.1", (), ("https://chat.example",))
    answer = ask(rules, headers={"origin": "https://chat.example"})
    assert answer.headers["access-control-allow-origin"] == "https://chat.example"
    asked = {"origin": "https://chat.example", "access-control-request-method": "POST"}
    assert ask(rules, "OPTIONS", headers=asked).status_code == 204
    assert "access-control-allow-origin" not in ask(LOOPBACK).headers


def test_keys_tell_owners_apart_and_are_never_shown():
    mine = ask(KEYED, headers={"authorization": f"Bearer {KEY}"}).text.split()[0]
    yours = ask(KEYED, headers={"x-api-key": OTHER}).text.split()[0]
    assert mine == owner_of(KEY) != yours
    assert KEY not in mine
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Bearer {KEY}x"}):
        answer = ask(KEYED, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    for path in ("/healthz", "/", "/static/page.js"):
        assert ask(KEYED, path=path).status_code == 200
    assert ask(LOOPBACK).text.split()[0] == LOCAL


def test_bodies_have_a_limit_however_they_come():
    async def pieces():
        for _ in range(40):
            yield b"x" * 2**16

    assert ask(LOOPBACK, "POST", content=b"x" * (2 * 2**20)).text == f"{LOCAL} {2 * 2**20}"
    assert ask(LOOPBACK, "POST", content=b"x" * (2 * 2**20 + 1)).status_code == 413
    assert ask(LOOPBACK, "POST", content=pieces()).status_code == 413


def test_the_rate_is_per_key():
    app = Guard(inner, KEYED.model_copy(update={"rate": 3}))
    first = [ask(KEYED, app=app, headers={"x-api-key": KEY}).status_code for _ in range(5)]
    assert first == [200, 200, 200, 429, 429]
    assert ask(KEYED, app=app, headers={"x-api-key": OTHER}).status_code == 200
    refused = ask(KEYED, app=app, headers={"x-api-key": KEY})
    assert int(refused.headers["retry-after"]) >= 1
    files = [ask(None, app=app, path="/static/a.js", headers={"x-api-key": KEY}) for _ in range(9)]
    assert {answer.status_code for answer in files} == {200}
    unlimited = Guard(inner, Rules(rate=0))
    assert {ask(None, app=unlimited).status_code for _ in range(20)} == {200}


def test_an_unexpected_error_tells_nothing_of_the_case(caplog):
    with caplog.at_level(logging.DEBUG, "nolle.serve"):
        answer = ask(LOOPBACK, path="/fail")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal_error"
    assert SECRET not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


def test_every_answer_has_safe_headers():
    headers = ask(LOOPBACK).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "127.0.0.1.nip.io"])
def test_an_open_address_needs_keys(host):
    with pytest.raises(ConfigError, match="no API keys"):
        serve_run.rules_for(host, ())
    assert serve_run.rules_for(host, (KEY,)).keys == (KEY,)


def test_keys_come_from_variable_and_file(tmp_path):
    file = tmp_path / "keys"
    file.write_text(f"# mine\n{KEY}  # laptop\n\n{OTHER}\n", "utf-8")
    assert serve_run.keys_of(file, {"NOLLE_API_KEYS": f" {KEY} ,"}) == (KEY, OTHER)
    for env, path in (({"NOLLE_API_KEYS": "short"}, None), ({}, Path(tmp_path / "none"))):
        with pytest.raises(ConfigError):
            serve_run.keys_of(path, env)


def test_the_commands_say_in_one_line_what_is_missing(capsys, monkeypatch):
    import socket

    from nolle import cli

    monkeypatch.delenv("NOLLE_API_KEYS", raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for args, said in (
            (["serve", "--host", "0.0.0.0"], "no API keys"),
            (["mcp", "--http", "--host", "::"], "no API keys"),
            (["serve", "--model", "zz"], "not a model spec"),
            (["serve", "--port", port, "--model", "rules"], "cannot listen"),
        ):
            assert cli.run(args) == 2
            assert said in capsys.readouterr().err.splitlines()[-1]
