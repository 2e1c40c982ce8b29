import json
import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from nolle.tools.langchain import TOOLS
from nolle.tools.langchain import all as all_tools

TYPES = {"string", "integer", "number", "boolean", "array", "object", "null"}
KEYWORDS = {"type", "anyOf", "$ref", "enum", "const", "allOf"}

GOOD: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "limitation": (
        {"max_months": 36, "conduct_end": "2010-01-01", "filed_on": "2016-01-01"},
        {"expired": True, "years": 5, "last_day": "2014-12-31"},
    ),
    "age_of_responsibility": (
        {"charge": "盗窃", "conduct_date": "2021-03-10", "birth": "2005-03-10"},
        {"age": 15, "responsible": False},
    ),
    "threshold_check": (
        {"charge": "盗窃罪", "fact": "窃得手机一部，价值999元。", "day": "2020-05-01"},
        {"below_filing": True, "value": 999.0},
    ),
    "drunk_driving": (
        {"mg_per_100ml": 149.9, "day": "2023-12-28"},
        {"may_be_minor": True, "line_mg": 150.0},
    ),
    "sentence_recommendation": (
        {"charge": "盗窃罪", "fact": "窃得财物，价值3万元。", "day": "2022-01-01"},
        {"kind": "fixed_term", "band": [36, 120]},
    ),
    "combine_sentences": (
        {"fixed": [36, 24], "detention": [5]},
        {"kind": "fixed_term", "floor": 36, "cap": 60},
    ),
    "conditional_non_prosecution": (
        {
            "day": "2020-01-01",
            "age_at_conduct": 17,
            "charges": ["盗窃罪"],
            "expected_months": 6,
            "repentant": True,
        },
        {"eligible": True, "probation_months": [6, 12]},
    ),
    "check_citations": (
        {"text": "依照《中华人民共和国刑事诉讼法》第一百七十三条第二款", "day": "2016-01-01"},
        {"day": "2016-01-01"},
    ),
    "identify_charges": (
        {"fact": "酒后驾驶小型轿车被查获，血液酒精含量为120mg/100ml。"},
        {},
    ),
    "evidence_inventory": (
        {
            "fact": "张某供述其窃得手机一部。没有其他证据印证。",
            "charge": "盗窃",
            "day": "2020-01-01",
        },
        {"charge": "盗窃罪", "confession_only": True},
    ),
    "show_statute": (
        {"charge": "职务侵占", "day": "2021-02-28"},
        {"charge": "职务侵占罪", "article": "cl:第二百七十一条", "in_force": True},
    ),
}
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "limitation": (
        {"max_months": 36, "conduct_end": "2016-01-01", "filed_on": "2010-01-01"},
        "filed_on lies before conduct_end",
    ),
    "age_of_responsibility": (
        {"charge": "盗窃罪", "conduct_date": "2021-03-10"},
        "either birth or age",
    ),
    "threshold_check": (
        {"charge": "偷懒罪", "fact": "窃得手机一部。", "day": "2020-05-01"},
        "not in the catalogue",
    ),
    "drunk_driving": (
        {"mg_per_100ml": 100, "day": "2024-01-01", "circumstances": ["no_license"]},
        "unknown ids no_license",
    ),
    "sentence_recommendation": (
        {"charge": "偷懒罪", "fact": "上班睡觉。", "day": "2022-01-01"},
        "not in the catalogue",
    ),
    "combine_sentences": ({}, "at least one term"),
    "conditional_non_prosecution": (
        {
            "day": "2020-01-01",
            "age_at_conduct": 17,
            "charges": [],
            "expected_months": 6,
            "repentant": None,
        },
        "charges",
    ),
    "check_citations": ({"text": "第一条", "day": "yesterday"}, "day"),
    "identify_charges": ({"fact": ""}, "fact"),
    "evidence_inventory": ({"fact": "张某供述。", "charge": "偷懒罪"}, "not in the catalogue"),
    "show_statute": ({"charge": "偷懒罪", "day": "2020-01-01"}, "not in the catalogue"),
}


@pytest.fixture(scope="module")
def tools() -> dict[str, Any]:
    return {tool.name: tool for tool in all_tools()}


def test_every_tool_is_tried(tools: dict[str, Any]) -> None:
    assert set(tools) == {name for name, _, _ in TOOLS} == set(GOOD) == set(BAD)


@pytest.mark.parametrize("name", GOOD)
def test_schema(tools: dict[str, Any], name: str) -> None:
    tool = tools[name]
    schema = tool.args_schema.model_json_schema()
    json.dumps(schema)
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert set(schema.get("required", ())) <= set(schema["properties"])
    for spec in schema["properties"].values():
        assert len(spec["description"]) > 10
        assert KEYWORDS & spec.keys()
        assert all(kind in TYPES for kind in types_in(spec))
    for ref in refs_in(schema):
        assert ref.removeprefix("#/$defs/") in schema["$defs"]
    assert len(tool.description) > 40


def types_in(node: Any) -> list[str]:
    if isinstance(node, list):
        return [t for child in node for t in types_in(child)]
    if not isinstance(node, dict):
        return []
    own = [node["type"]] if isinstance(node.get("type"), str) else []
    return own + [t for key, child in node.items() if key != "enum" for t in types_in(child)]


def refs_in(node: Any) -> list[str]:
    if isinstance(node, list):
        return [r for child in node for r in refs_in(child)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if "$ref" in node else []
    return own + [r for child in node.values() for r in refs_in(child)]


@pytest.mark.parametrize("name", GOOD)
def test_good_input(tools: dict[str, Any], name: str) -> None:
    given, expected = GOOD[name]
    answer = tools[name].invoke(given)
    assert isinstance(answer, dict)
    assert json.loads(json.dumps(answer)) == answer
    assert {key: answer[key] for key in expected} == expected


@pytest.mark.parametrize("name", BAD)
def test_bad_input(tools: dict[str, Any], name: str) -> None:
    given, message = BAD[name]
    answer = tools[name].invoke(given)
    assert isinstance(answer, str)
    assert answer.startswith("error: ")
    assert message in answer
    assert "\n" not in answer
    assert "Traceback" not in answer


def test_a_failed_tool_call_is_marked(tools: dict[str, Any]) -> None:
    call = {"type": "tool_call", "id": "1", "name": "show_statute", "args": BAD["show_statute"][0]}
    assert tools["show_statute"].invoke(call).status == "error"


def test_a_misspelt_argument_is_refused(tools: dict[str, Any]) -> None:
    given = {**GOOD["drunk_driving"][0], "alcohol": 90}
    assert "alcohol" in tools["drunk_driving"].invoke(given)


def test_citations_are_judged_by_the_day(tools: dict[str, Any]) -> None:
    text = "刑事诉讼法第一百七十七条第二款"
    on = {
        day: tools["check_citations"].invoke({"text": text, "day": day})["citations"]
        for day in ("2018-10-25", "2018-10-26")
    }
    assert [c["status"] for c in on["2018-10-26"]] == ["in_force"]
    assert [c["status"] for c in on["2018-10-25"]] == ["outdated"]
    assert on["2018-10-26"][0]["key"] == "cpl:第一百七十七条第二款"


def test_the_bands_are_those_of_the_day(tools: dict[str, Any]) -> None:
    show = tools["show_statute"]
    top = [
        [b["hi"] for b in show.invoke({"charge": "职务侵占罪", "day": day})["bands"]]
        for day in ("2021-02-28", "2021-03-01")
    ]
    assert top == [[60, 180], [36, 120, None]]


def test_provincial_thresholds_come_first(tools: dict[str, Any]) -> None:
    given = {"charge": "盗窃罪", "day": "2020-01-01", "province": "浙江省"}
    first = tools["show_statute"].invoke(given)["thresholds"][0]
    assert first["levels"]["basic"] == 3000
    assert first["verified"] is False


def test_one_act_of_a_selective_charge_keeps_its_name(tools: dict[str, Any]) -> None:
    given = {"conduct_date": date(2020, 5, 1), "age": 15}
    age = tools["age_of_responsibility"]
    assert age.invoke({"charge": "贩卖毒品罪", **given})["responsible"] is True
    assert age.invoke({"charge": "运输毒品罪", **given})["responsible"] is False


def test_the_best_charge_comes_first(tools: dict[str, Any]) -> None:
    found = tools["identify_charges"].invoke(GOOD["identify_charges"][0])["charges"]
    assert found[0]["charge"] == "危险驾驶罪"
    assert found[0]["cues"]


def test_the_calculators_load_without_langchain() -> None:
    code = "import sys, nolle.tools; assert 'langchain_core' not in sys.modules; nolle.tools.all()"
    code += "; assert 'langchain_core' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=sys.prefix)
