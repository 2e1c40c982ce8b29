import pytest
import yaml

from nolle.agents.profiles import DATA, MAX_TOKENS, Provider, find_profile, profile_of
from nolle.agents.registry import parse_spec
from nolle.errors import ConfigError

TABLE_8 = {
    "openrouter:openai/gpt-5.4": ("effort", ["none", "low", "medium", "high", "xhigh"]),
    "openrouter:google/gemini-3.1-pro-preview": ("effort", ["low", "medium", "high"]),
    "openrouter:deepseek/deepseek-v4-pro": ("effort", ["none", "high", "xhigh"]),
    "openrouter:anthropic/claude-opus-4.6": ("budget", ["0", "1024", "2048", "4096"]),
    "openrouter:qwen/qwen3.6-max-preview": ("budget", ["0", "512", "1024", "2048", "4096"]),
}
EFFORTS = {"none", "minimal", "low", "medium", "high", "xhigh", "max"}
BUDGETS = {"0", "256", "512", "1024", "2048", "4096", "8192"}


@pytest.mark.parametrize(("spec", "kind", "levels"), [(k, *v) for k, v in TABLE_8.items()])
def test_reasoning_takes_the_levels_of_table_8_and_no_others(spec, kind, levels):
    for level in levels:
        assert str(getattr(parse_spec(f"{spec}?{kind}={level}").options, kind)) == level
    for level in (EFFORTS if kind == "effort" else BUDGETS) - set(levels):
        with pytest.raises(ConfigError) as caught:
            parse_spec(f"{spec}?{kind}={level}")
        assert spec in str(caught.value)
        assert ", ".join(levels) in str(caught.value)


@pytest.mark.parametrize(("spec", "kind", "levels"), [(k, *v) for k, v in TABLE_8.items()])
def test_the_other_way_to_set_reasoning_is_refused_with_the_valid_levels(spec, kind, levels):
    other = "budget=1024" if kind == "effort" else "effort=high"
    with pytest.raises(ConfigError, match=f"{kind}= one of {', '.join(levels)}"):
        parse_spec(f"{spec}?{other}")
    with pytest.raises(ConfigError, match="exclude each other"):
        parse_spec(f"{spec}?effort=high&budget=1024")


@pytest.mark.parametrize("spec", TABLE_8)
def test_no_level_means_the_models_own_default(spec):
    options = parse_spec(spec).options
    assert (options.effort, options.budget, options.think) == (None, None, None)
    assert parse_spec(spec).max_tokens == MAX_TOKENS == 8192


@pytest.mark.parametrize(
    ("spec", "structured", "kind", "think_tags"),
    [
        ("openrouter:qwen/qwen3.6-max-preview", "json_object", "budget", False),
        ("openrouter:openai/gpt-oss-20b", "json_schema", "effort", False),
        ("vllm:openai/gpt-oss-20b", "json_schema", "effort", False),
        ("vllm:Qwen/Qwen3-8B", "json_schema", "think", True),
        ("vllm:Qwen/Qwen3-8B-Base", "text", "none", False),
        ("vllm:Qwen/Qwen2.5-7B-Instruct", "json_schema", "none", True),
        ("vllm:tiny", "json_schema", "any", True),
        ("openrouter:somebody/unheard-of", "json_object", "any", True),
        ("openai:gpt-9", "json_schema", "any", False),
    ],
)
def test_profile_of(spec, structured, kind, think_tags):
    profile = profile_of(spec)
    assert profile.structured == structured
    assert profile.reasoning.kind == kind
    assert profile.think_tags is think_tags


def test_a_local_model_costs_nothing_and_an_unknown_one_has_no_price():
    assert parse_spec("vllm:tiny").price == (0.0, 0.0)
    assert parse_spec("openrouter:somebody/unheard-of").price is None
    assert parse_spec("openrouter:somebody/unheard-of?price=1.5,6").price == (1.5, 6.0)


@pytest.mark.parametrize("provider", Provider)
def test_every_row_of_the_table_is_sound_and_reachable(provider):
    for row in yaml.safe_load(DATA.read_text("utf-8")):
        if provider.value not in row.get("providers", [provider.value]):
            continue
        for pattern in row["models"]:
            profile = find_profile(provider, pattern.replace("*", ""))
            assert profile.provider is provider
    assert find_profile(provider, "").pattern == "*"
