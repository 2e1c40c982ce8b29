import json
from pathlib import Path
from typing import Any

import pytest

from nolle.cases.gold import labelled_from_record, load_labelled
from nolle.cases.vocabulary import Decision, Role
from nolle.errors import InputError

RECORD: dict[str, Any] = {
    "id": "a",
    "fact": "张某盗窃手机一部。",
    "decision": "相对不起诉",
    "charges": ["盗窃罪"],
    "relevant_articles": ["cl:第二百六十四条"],
    "defendants": [
        {
            "name": "张某",
            "role": "accomplice",
            "decision": "相对不起诉",
            "charges": ["盗窃罪"],
            "prison_months": 1.5,
            "probation_months": None,
            "fine_yuan": 1000,
        },
        {"name": "李某", "role": "主犯", "decision": "P"},
    ],
}


def test_labels_are_read() -> None:
    labelled = labelled_from_record(RECORD)
    first, second = labelled.defendants
    assert labelled.decision is Decision.DNP
    assert labelled.charges == ("盗窃罪",)
    assert labelled.articles == ("cl:第二百六十四条",)
    assert (first.role, first.prison_months, first.probation_months) == (Role.ACCOMPLICE, 1.5, None)
    assert (second.role, second.decision, second.fine_yuan) == (Role.PRINCIPAL, Decision.P, None)
    assert set(labelled.case.model_dump()) == {"id", "meta", "person_info", "procedure", "fact"}
    assert "不起诉" not in labelled.case.model_dump_json()


def test_labels_may_be_missing() -> None:
    labelled = labelled_from_record({"fact": "张某盗窃。", "decision": None, "defendants": None})
    assert labelled.decision is None
    assert labelled.defendants == labelled.charges == labelled.articles == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"decision": "附条件不起诉"}, ["unknown decision '附条件不起诉'", "field decision"]),
        ({"decision": "x"}, ["起诉, 相对不起诉, 法定不起诉, 存疑不起诉"]),
        ({"decision": 3}, ["unknown decision"]),
        ({"charges": "盗窃罪"}, ["not a list", "field charges"]),
        ({"charges": [1]}, ["field charges"]),
        ({"relevant_articles": [None]}, ["field relevant_articles"]),
        ({"defendants": {}}, ["field defendants"]),
        ({"defendants": ["张某"]}, ["defendant 1"]),
        ({"defendants": [{"name": ""}]}, ["defendant 1, field name"]),
        ({"defendants": [{"name": "张某", "role": "boss"}]}, ["unknown role", "principal"]),
        ({"defendants": [{"name": "张某", "prison_months": "无期"}]}, ["field prison_months"]),
        ({"defendants": [{"name": "张某", "fine_yuan": -1}]}, ["field fine_yuan"]),
        ({"defendants": [{"name": "张某", "decision": "?"}]}, ["defendant 1, field decision"]),
    ],
)
def test_bad_labels_name_place_and_choice(
    tmp_path: Path, changes: dict[str, Any], words: list[str]
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{json.dumps(RECORD)}\n{json.dumps(RECORD | changes)}\n")
    with pytest.raises(InputError) as caught:
        load_labelled(path)
    message = str(caught.value)
    assert message.isprintable()
    assert [word for word in ["rows.jsonl, row 2", *words] if word not in message] == []


def test_text_holds_no_labels(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("张某盗窃。")
    with pytest.raises(InputError, match="no labels"):
        load_labelled(path)


@pytest.mark.dev_data
def test_development_labels_load() -> None:
    import os

    root = os.environ.get("NOLLE_DEV_DATA")
    if not root:
        pytest.skip("NOLLE_DEV_DATA is not set: no development data")
    data = Path(root) / "data"
    rows = load_labelled(data / "reviews_dev.jsonl")
    assert {row.decision for row in rows} == set(Decision)
    assert all(row.defendants for row in rows)
    with pytest.raises(InputError, match="附条件不起诉"):
        load_labelled(data / "conditional_dev.jsonl")
