from pathlib import Path

import pytest

from nolle.config import Redact, api_key, is_loopback, load_settings
from nolle.errors import ConfigError

SECRET = "sk-or-secret-value"


def refused(environ: dict[str, str]) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(environ)
    message = str(caught.value)
    assert message.isprintable()
    return message


def write_config(home: Path, text: str | bytes) -> dict[str, str]:
    (home / "config.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return {"NOLLE_HOME": str(home)}


def test_defaults() -> None:
    settings = load_settings({})
    assert settings.model == "rules"
    assert settings.home.name == "nolle"
    assert settings.vllm_base_urls == ("http://127.0.0.1:8000/v1",)
    assert settings.openrouter_base_url == "https://openrouter.ai/api/v1"
    assert settings.redact is Redact.REMOTE
    assert not settings.debug
    assert not settings.has_openrouter_key


def test_values_from_the_environment(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "NOLLE_MODEL": " vllm:Qwen/Qwen3-8B ",
            "NOLLE_HOME": str(tmp_path),
            "NOLLE_OPENROUTER_BASE_URL": "http://localhost:9/v1/",
            "NOLLE_VLLM_BASE_URL": "http://a:1/v1, http://b:2/v1/,,http://a:1/v1",
            "NOLLE_REDACT": "Always",
            "NOLLE_DEBUG": "1",
        }
    )
    assert settings.model == "vllm:Qwen/Qwen3-8B"
    assert settings.home == tmp_path
    assert settings.openrouter_base_url == "http://localhost:9/v1"
    assert settings.vllm_base_urls == ("http://a:1/v1", "http://b:2/v1")
    assert settings.redact is Redact.ALWAYS
    assert settings.debug


def test_empty_counts_as_unset() -> None:
    names = ["MODEL", "HOME", "OPENROUTER_BASE_URL", "VLLM_BASE_URL", "REDACT", "DEBUG"]
    assert load_settings({f"NOLLE_{name}": " " for name in names}) == load_settings({})


def test_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOLLE_REDACT", "never")
    assert load_settings().redact is Redact.NEVER


def test_the_key_is_never_shown() -> None:
    environ = {"OPENROUTER_API_KEY": SECRET}
    settings = load_settings(environ)
    key = api_key("OPENROUTER_API_KEY", environ)
    assert settings.has_openrouter_key
    assert SECRET not in f"{settings!r}{settings.model_dump_json()}{key!r}{key}"
    assert key is not None
    assert key.get_secret_value() == SECRET
    assert api_key("OPENROUTER_API_KEY", {"OPENROUTER_API_KEY": " "}) is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("NOLLE_REDACT", "sometimes"),
        ("NOLLE_REDACT", "a\nb"),
        ("NOLLE_DEBUG", "maybe"),
        ("NOLLE_VLLM_BASE_URL", "localhost:8000"),
        ("NOLLE_VLLM_BASE_URL", "http://a:1/v1,ftp://b"),
        ("NOLLE_VLLM_BASE_URL", ","),
        ("NOLLE_VLLM_BASE_URL", "http://a:99999/v1"),
        ("NOLLE_VLLM_BASE_URL", "http://[::1/v1"),
        ("NOLLE_OPENROUTER_BASE_URL", "https://"),
        ("NOLLE_OPENROUTER_BASE_URL", f"https://user:{SECRET}@host/v1"),
    ],
)
def test_bad_values_name_their_variable(variable: str, value: str) -> None:
    message = refused({variable: value})
    assert variable in message
    assert SECRET not in message


def test_home_must_be_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert "NOLLE_HOME" in refused({"NOLLE_HOME": str(file)})


def test_config_file(tmp_path: Path) -> None:
    environ = write_config(
        tmp_path,
        '\ufeff[compatible.lab]\r\nbase_url = "https://lab.example/v1/"\r\n'
        'api_key_env = "LAB_KEY"\n'
        '[compatible."own-box"]\nbase_url = "http://127.0.0.1:1234/v1"\n'
        '[compatible.near]\nbase_url = "http://10.0.0.2/v1"\nremote = false\n',
    )
    settings = load_settings(environ)
    lab = settings.endpoint("lab")
    assert (lab.base_url, lab.api_key_env, lab.remote) == (
        "https://lab.example/v1",
        "LAB_KEY",
        True,
    )
    assert not settings.endpoint("own-box").remote
    assert not settings.endpoint("near").remote
    with pytest.raises(ConfigError, match=r"compatible:far.*config\.toml"):
        settings.endpoint("far")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[compatible", ["not valid TOML"]),
        (b"\xff\xfe", ["not UTF-8"]),
        ("x = 1", ["unknown key 'x'"]),
        ("compatible = 1", ["not a table"]),
        ("[compatible]\nlab = 1", ["[compatible.lab]", "not a table"]),
        ("[compatible.lab]", ["[compatible.lab]", "base_url is missing"]),
        ("[compatible.lab]\nbase_url = 3", ["base_url"]),
        ('[compatible.lab]\nbase_url = "lab"', ["[compatible.lab] base_url"]),
        ('[compatible.lab]\nbase_url = "http://a"\nurl = ""', ["unknown key 'url'"]),
        (
            f'[compatible.lab]\nbase_url = "http://a"\napi_key_env = "{SECRET}"',
            ["api_key_env", "not the key"],
        ),
        ('[compatible.lab]\nbase_url = "http://a"\nremote = "no"', ["remote", "true or false"]),
        ("a = " + "[" * 100_000, ["not valid TOML"]),
    ],
)
def test_bad_config_files(tmp_path: Path, text: str | bytes, words: list[str]) -> None:
    message = refused(write_config(tmp_path, text))
    assert [word for word in ["config.toml", *words] if word not in message] == []
    assert SECRET not in message


def test_config_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    assert "config.toml" in refused({"NOLLE_HOME": str(tmp_path)})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://127.9.9.9/v1", True),
        ("http://[::1]:8000", True),
        ("http://localhost/v1", True),
        ("http://0.0.0.0/v1", False),
        ("http://localhost.evil.example/v1", False),
        ("http://127.0.0.1.evil.example", False),
        ("https://openrouter.ai", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_loopback(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected


def test_the_chroma_server_comes_from_the_file_or_the_environment(tmp_path: Path) -> None:
    assert load_settings({"NOLLE_HOME": str(tmp_path)}).chroma_url is None
    environ = write_config(tmp_path, '[retrieval]\nchroma_url = "http://localhost:8001/"\n')
    assert load_settings(environ).chroma_url == "http://localhost:8001"
    environ["NOLLE_CHROMA_URL"] = "https://chroma.example"
    assert load_settings(environ).chroma_url == "https://chroma.example"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("retrieval = 3", "retrieval is not a table"),
        ("[retrieval]\nchroma = 1", "unknown key 'chroma'"),
        ("[retrieval]\nchroma_url = 1", "chroma_url is not text"),
        ('[retrieval]\nchroma_url = "localhost:1"', "[retrieval] chroma_url: write it like"),
        ('[retrieval]\nchroma_url = "http://a:b@c"', "user name or password"),
    ],
)
def test_a_wrong_chroma_server_is_refused(tmp_path: Path, text: str, told: str) -> None:
    assert told in refused(write_config(tmp_path, text))


def test_a_wrong_chroma_variable_is_refused() -> None:
    assert "NOLLE_CHROMA_URL: write it like http://127" in refused({"NOLLE_CHROMA_URL": "here"})
