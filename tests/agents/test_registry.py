import pytest

from nolle.agents.payload import answer_room, build
from nolle.agents.registry import ModelSpec, available, parse_spec
from nolle.config import load_settings
from nolle.errors import ConfigError

CONFIG = """
[compatible.lab]
base_url = "http://10.0.0.7:9000/v1"
api_key_env = "LAB_KEY"

[compatible.here]
base_url = "http://localhost:9000/v1"
"""
ASKED = [{"role": "system", "content": "你是助理。"}, {"role": "user", "content": "问题"}]
SCHEMA = {"title": "Answer", "type": "object", "properties": {"a": {"type": "integer"}}}


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    return load_settings({"NOLLE_HOME": str(tmp_path)})


@pytest.mark.parametrize(
    ("text", "model", "url", "key", "remote"),
    [
        ("openrouter:qwen/q3", "qwen/q3", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", 1),
        (
            "openrouter:a/b:free",
            "a/b:free",
            "https://openrouter.ai/api/v1",
            "OPENROUTER_API_KEY",
            1,
        ),
        ("openai:gpt-5.4", "gpt-5.4", "https://api.openai.com/v1", "OPENAI_API_KEY", 1),
        ("vllm:Qwen/Qwen3-8B", "Qwen/Qwen3-8B", "http://127.0.0.1:8000/v1", "VLLM_API_KEY", 0),
        ("vllm:", "", "http://127.0.0.1:8000/v1", "VLLM_API_KEY", 0),
        ("compatible:lab/org/model", "org/model", "http://10.0.0.7:9000/v1", "LAB_KEY", 1),
        ("compatible:lab", "", "http://10.0.0.7:9000/v1", "LAB_KEY", 1),
        ("compatible:here/m", "m", "http://localhost:9000/v1", None, 0),
    ],
)
def test_specs_are_read(settings, text, model, url, key, remote):
    spec = parse_spec(text, settings)
    assert (spec.model, spec.base_url, spec.api_key_env) == (model, url, key)
    assert spec.remote is bool(remote)
    assert ModelSpec.model_validate_json(spec.model_dump_json()) == spec


def test_options_are_read(settings):
    spec = parse_spec(
        "openrouter:qwen/qwen3.6-max-preview?budget=512&provider=alibaba,other&seed=3"
        "&temperature=0.5&top_p=0.9&max_tokens=99&structured=tools&price=1,2&timeout=7&stream=1",
        settings,
    )
    options = spec.options
    assert options.budget == 512
    assert options.provider == ("alibaba", "other")
    assert (options.seed, options.temperature, options.top_p) == (3, 0.5, 0.9)
    assert (spec.max_tokens, spec.structured, spec.price) == (99, "tools", (1.0, 2.0))
    assert options.timeout == 7
    assert options.stream is True


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("qwen3", "not a model spec"),
        ("", "not a model spec"),
        ("vllm:a b", "not a model spec"),
        ("vllm:a\nb", "not a model spec"),
        ("azure:gpt", "unknown provider 'azure'"),
        ("openrouter:", "no model named"),
        ("openai:?seed=1", "no model named"),
        ("compatible:nowhere", "unknown endpoint"),
        ("vllm:m?colour=red", "unknown option 'colour'"),
        ("vllm:m?seed=x", "correct seed"),
        ("vllm:m?temperature=9", "correct temperature"),
        ("vllm:m?temperature=nan", "correct temperature"),
        ("vllm:m?max_tokens=0", "correct max_tokens"),
        ("vllm:m?timeout=inf", "correct timeout"),
        ("vllm:m?price=1", "correct price"),
        ("vllm:m?price=-1,2", "correct price"),
        ("vllm:m?structured=xml", "correct structured"),
        ("vllm:m?provider=x", "openrouter: models"),
        ("openrouter:m/n?provider=x&only=y", "exclude each other"),
        ("vllm:Qwen/Qwen2.5-7B-Instruct?effort=high", "cannot be set"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(settings, text, says):
    with pytest.raises(ConfigError, match=says) as caught:
        parse_spec(text, settings)
    assert "\n" not in str(caught.value)


def test_several_vllm_servers_are_remote_if_one_is(tmp_path):
    urls = "http://127.0.0.1:1/v1,http://127.0.0.1:2/v1"
    near = parse_spec("vllm:m", load_settings({"NOLLE_VLLM_BASE_URL": urls}))
    assert len(near.base_urls) == 2
    assert not near.remote
    far = parse_spec("vllm:m", load_settings({"NOLLE_VLLM_BASE_URL": urls + ",http://gpu/v1"}))
    assert far.remote


@pytest.mark.parametrize(
    ("text", "environ", "missing"),
    [
        ("openrouter:a/b", {}, "OPENROUTER_API_KEY"),
        ("openrouter:a/b", {"OPENROUTER_API_KEY": " "}, "OPENROUTER_API_KEY"),
        ("openrouter:a/b", {"OPENROUTER_API_KEY": "k"}, None),
        ("openai:a", {}, "OPENAI_API_KEY"),
        ("vllm:a", {}, None),
        ("compatible:lab/m", {}, "LAB_KEY"),
        ("compatible:here/m", {}, None),
    ],
)
def test_available_names_the_missing_key(settings, text, environ, missing):
    spec = parse_spec(text, settings)
    if missing is None:
        assert available(spec, environ) is None
        return
    with pytest.raises(ConfigError, match=missing):
        available(spec, environ)


@pytest.mark.parametrize(
    ("options", "routing"),
    [
        ("", {}),
        ("?provider=a,b", {"order": ["a", "b"], "only": ["a", "b"], "allow_fallbacks": False}),
        ("?only=a,b", {"only": ["a", "b"], "allow_fallbacks": False}),
    ],
)
def test_openrouter_keeps_no_data_and_falls_back_to_nothing_pinned(options, routing):
    payload = build(parse_spec(f"openrouter:qwen/q{options}"), ASKED, None, None)
    always = {"data_collection": "deny", "require_parameters": True}
    assert payload["provider"] == {**always, **routing}
    assert payload["usage"] == {"include": True}


@pytest.mark.parametrize(
    ("spec", "sent"),
    [
        ("openrouter:openai/gpt-5.4?effort=none", {"reasoning": {"effort": "none"}}),
        ("openrouter:anthropic/claude-opus-4.6?budget=1024", {"reasoning": {"max_tokens": 1024}}),
        ("openrouter:anthropic/claude-opus-4.6?budget=0", {"reasoning": {"enabled": False}}),
        ("openrouter:qwen/qwen3.5-35b-a3b?think=on", {"reasoning": {"enabled": True}}),
        ("openai:gpt-5.4?effort=xhigh", {"reasoning_effort": "xhigh"}),
        ("vllm:openai/gpt-oss-20b?effort=low", {"reasoning_effort": "low"}),
        ("vllm:Qwen/Qwen3-8B?think=off", {"chat_template_kwargs": {"enable_thinking": False}}),
        ("vllm:Qwen/Qwen3-8B", {}),
    ],
)
def test_reasoning_is_sent_in_the_providers_own_terms(spec, sent):
    payload = build(parse_spec(spec), ASKED, None, None)
    keys = {"reasoning", "reasoning_effort", "chat_template_kwargs"}
    assert {key: payload[key] for key in keys & payload.keys()} == sent


def test_nothing_is_sent_that_was_not_set():
    payload = build(parse_spec("vllm:tiny"), ASKED, None, None)
    assert payload == {"model": "tiny", "messages": ASKED, "max_tokens": 8192}
    payload = build(parse_spec("openai:gpt-5.4?temperature=0"), ASKED, None, 42)
    assert payload["max_completion_tokens"] == 8192
    assert (payload["seed"], payload["temperature"]) == (42, 0.0)
    assert "provider" not in payload


@pytest.mark.parametrize("how", ["json_schema", "json_object", "tools", "text"])
def test_the_form_is_bound_as_the_profile_says(how):
    payload = build(parse_spec(f"vllm:m?structured={how}"), ASKED, SCHEMA, None)
    told = SCHEMA["title"] in payload["messages"][-1]["content"]
    assert payload["messages"][0] == ASKED[0]
    assert ASKED[-1]["content"] == "问题"
    if how == "json_schema":
        assert payload["response_format"]["json_schema"]["schema"] == SCHEMA
        assert payload["response_format"]["json_schema"]["strict"] is True
    elif how == "tools":
        assert payload["tools"][0]["function"]["parameters"] == SCHEMA
        assert payload["tool_choice"]["function"]["name"] == "Answer"
    else:
        assert ("response_format" in payload) == (how == "json_object")
    assert told == (how in {"json_object", "text"})


@pytest.mark.parametrize(
    ("spec", "chars", "room"),
    [
        ("vllm:m", 10_000, 8192),
        ("vllm:m?context=40960", 10_000, 8192),
        ("vllm:m?context=16384", 10_000, None),
        ("openai:m?context=16384", 10_000, 6384),
        ("openai:m?context=9000", 10_000, 256),
        ("openai:m?context=16384&tokens_per_char=0.5", 10_000, 8192),
    ],
)
def test_the_answer_is_given_the_room_that_the_context_leaves(spec, chars, room):
    assert answer_room(parse_spec(spec), "案" * chars) == room
