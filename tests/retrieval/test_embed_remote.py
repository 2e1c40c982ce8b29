import json

import numpy as np
import pytest
from support.scripted_answers import Answer, failed, rate_limited
from support.scripted_server import ScriptedServer

from nolle.config import load_settings
from nolle.errors import ConfigError, ModelError
from nolle.retrieval import embed_remote
from nolle.retrieval.embeddings import Embedder, check_spec, open_embedder

KEY = "sk-secret-of-the-test"
NAME = "欧阳建国"


def vectors(request) -> Answer:
    """A vector of three numbers for each text, out of order, as a server may answer."""
    texts = request.json["input"]
    data = [{"index": i, "embedding": [len(t), 1.0, i]} for i, t in enumerate(texts)]
    body = {"object": "list", "data": data[::-1], "model": "m", "usage": {}}
    return Answer(raw=json.dumps(body))


def mask(text: str) -> str:
    return text.replace(NAME, "沈某戊")


@pytest.fixture(autouse=True)
def keys(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-user")
    monkeypatch.setenv("OPENROUTER_API_KEY", KEY)
    monkeypatch.delenv("NOLLE_REDACT", raising=False)


def local(server, options: str = "", **environ: str):
    settings = load_settings({"NOLLE_VLLM_BASE_URL": server.url, **environ})
    return open_embedder(f"vllm:m{options}", settings=settings)


@pytest.mark.parametrize("spec", ["", "offline:x", "st:", "openai:", "bert", "hub:x", "OFFLINE"])
def test_an_unknown_spec_is_refused(spec) -> None:
    with pytest.raises(ConfigError, match="not an embedder"):
        check_spec(spec)


def test_the_vectors_come_in_order_and_in_batches() -> None:
    with ScriptedServer(vectors) as server:
        embedder = local(server, "?batch=2")
        found = embedder.embed_documents(["一", "二二", "  ", "三三三"])
        assert isinstance(embedder, Embedder)
        assert embedder.dimensions == 3
        assert [len(r.json["input"]) for r in server.requests] == [2, 1]
        assert {r.path for r in server.requests} == {"/v1/embeddings"}
        assert {r.json["model"] for r in server.requests} == {"m"}
        assert not any("openai-organization" in r.headers for r in server.requests)
    expected = np.array([[1, 1, 0], [2, 1, 1], [0, 0, 0], [3, 1, 0]], dtype=np.float32)
    expected[[0, 1, 3]] /= np.linalg.norm(expected[[0, 1, 3]], axis=1, keepdims=True)
    assert found == pytest.approx(expected)
    assert found.dtype == np.float32


def test_no_text_asks_nobody() -> None:
    with ScriptedServer(vectors) as server:
        embedder = local(server, "?dimensions=5")
        assert embedder.embed_documents([]).shape == (0, 5)
        assert not embedder.embed_query(" ").any()
        assert server.requests == []


def test_a_busy_server_is_asked_again() -> None:
    def script(request):
        return [rate_limited(0.01), failed(503), vectors(request)][request.number]

    with ScriptedServer(script) as server:
        assert local(server).embed_query("盗窃").any()
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("answer", "options", "kind", "told"),
    [
        (failed(401), "", ConfigError, "API key refused"),
        (failed(404), "", ConfigError, "model or endpoint not found"),
        (failed(400, f"no {NAME}"), "", ModelError, "request failed \\(400\\)"),
        (failed(500), "", ModelError, "request failed \\(500\\)"),
        (rate_limited(0.0), "", ModelError, "rate limited"),
        (Answer(delay_s=2), "?timeout=0.05", ModelError, "no answer within 0.05 s"),
        (Answer(raw='{"data": []}'), "", ModelError, "unusable vectors"),
        (Answer(raw="<html>"), "", ModelError, "unusable vectors"),
        (
            Answer(raw='{"data": [{"index": 0, "embedding": [1, null]}]}'),
            "",
            ModelError,
            "unusable vectors",
        ),
        (
            Answer(raw='{"data": [{"index": 0, "embedding": [1, 2]}]}'),
            "?dimensions=8",
            ModelError,
            "vectors of 2 instead of 8",
        ),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(monkeypatch, answer, options, kind, told) -> None:
    monkeypatch.setattr(embed_remote, "RETRIES", 0)
    with (
        ScriptedServer(answer) as server,
        pytest.raises(kind, match=told) as caught,
    ):
        local(server, options).embed_query(f"{NAME}盗窃")
    message = str(caught.value)
    assert "\n" not in message
    assert NAME not in message
    assert caught.value.__cause__ is None


def test_no_server_at_all(monkeypatch) -> None:
    monkeypatch.setattr(embed_remote, "RETRIES", 0)
    settings = load_settings({"NOLLE_VLLM_BASE_URL": "http://127.0.0.1:9/v1"})
    with pytest.raises(ModelError, match="no connection"):
        open_embedder("vllm:m", settings=settings).embed_query("盗窃")


@pytest.mark.parametrize(
    ("spec", "environ", "masked"),
    [
        ("openai:m", {}, True),
        ("openrouter:m", {}, True),
        ("openrouter:m", {"NOLLE_OPENROUTER_BASE_URL": "http://127.0.0.1:1/v1"}, True),
        ("vllm:m", {"NOLLE_VLLM_BASE_URL": "http://10.0.0.1/v1"}, True),
        ("vllm:m", {}, False),
        ("vllm:m", {"NOLLE_REDACT": "always"}, True),
        ("openai:m", {"NOLLE_REDACT": "never"}, False),
    ],
)
def test_who_may_see_unmasked_text(spec, environ, masked) -> None:
    settings = load_settings(environ)
    if masked:
        with pytest.raises(ConfigError, match="would leave this machine unmasked"):
            open_embedder(spec, settings=settings)
    else:
        open_embedder(spec, settings=settings)
    open_embedder(spec, settings=settings, mask=mask)


def test_a_remote_model_sees_masked_text_only() -> None:
    with ScriptedServer(vectors) as server:
        settings = load_settings({"NOLLE_OPENROUTER_BASE_URL": server.url})
        embedder = open_embedder("openrouter:m?chars=6", settings=settings, mask=mask)
        embedder.embed_documents([f"甲{NAME}盗窃手机", f"{NAME}"])
        embedder.embed_query(f"甲乙丙{NAME}盗窃")
        assert [r.json["input"] for r in server.requests] == [
            ["甲沈某戊盗窃", "沈某戊"],
            ["甲乙丙沈某戊"],
        ]
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(embedder)


def test_masked_and_unmasked_vectors_are_not_mixed() -> None:
    never, always = (load_settings({"NOLLE_REDACT": value}) for value in ("never", "always"))
    bare = open_embedder("vllm:m", settings=never)
    masked = open_embedder("vllm:m", settings=always, mask=mask)
    assert bare.fingerprint != masked.fingerprint
    assert bare.fingerprint == open_embedder("vllm:m", settings=never).fingerprint
    assert bare.fingerprint != open_embedder("vllm:n", settings=never).fingerprint


@pytest.mark.parametrize(
    ("spec", "variable"),
    [
        ("openai:m", "OPENAI_API_KEY"),
        ("openrouter:m", "OPENROUTER_API_KEY"),
        ("compatible:office/m", "OFFICE_KEY"),
    ],
)
def test_a_missing_key_is_named(monkeypatch, tmp_path, spec, variable) -> None:
    monkeypatch.delenv(variable, raising=False)
    (tmp_path / "config.toml").write_text(
        '[compatible.office]\nbase_url = "https://office.example/v1"\napi_key_env = "OFFICE_KEY"\n'
    )
    settings = load_settings({"NOLLE_HOME": str(tmp_path)})
    with pytest.raises(ConfigError, match=f"no API key, .*: set {variable}"):
        open_embedder(spec, settings=settings, mask=mask)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("vllm:m?batch=0", "correct batch"),
        ("vllm:m?dimensions=many", "correct dimensions"),
        ("vllm:m?size=3", "unknown option 'size'"),
        ("compatible:office", "unknown endpoint 'office'"),
        ("vllm:?batch=3", "no model named"),
    ],
)
def test_a_wrong_option_is_named(spec, told) -> None:
    with pytest.raises(ConfigError, match=told):
        open_embedder(spec, settings=load_settings({"NOLLE_HOME": "/nowhere"}))
