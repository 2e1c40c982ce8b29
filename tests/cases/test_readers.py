import io
import json
import sys
import time
from pathlib import Path

import pytest

from nolle.cases.models import Case
from nolle.cases.readers import (
    case_from_record,
    case_from_text,
    cases_from_bytes,
    check_cases,
    iter_cases,
    load_case,
    load_cases,
)
from nolle.errors import InputError

RECORD = {
    "id": "某检〔2021〕1号",
    "meta": {"date": "2021-05-01", "province": "浙江省"},
    "person_info": "犯罪嫌疑人张某，男。",
    "procedure": "公安机关移送审查起诉。",
    "fact": "2021年1月1日，张某在商场盗窃手机一部。",
}
GOLD = {
    "decision": "相对不起诉",
    "relevant_articles": ["cl:第二百六十四条"],
    "raw_reasoning_and_decision": "本院认为，决定不起诉。",
    "source_url": "https://example.org",
    "defendants": [{"name": "张某", "decision": "相对不起诉"}],
    "gist": "结论",
    "label_note": "说明",
}


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", as_json(RECORD)),
        ("a.json", "\ufeff" + as_json(RECORD)),
        ("a.json", json.dumps(RECORD, indent=1)),
        ("a.json", as_json([RECORD])),
        ("a.json", as_json(RECORD) + "\n\n"),
        ("a.jsonl", as_json(RECORD) + "\r\n\r\n"),
        ("a.JSONL", "\ufeff" + as_json(RECORD)),
        ("a.txt", as_json(RECORD)),
        ("a", as_json(RECORD)),
    ],
)
def test_record_formats(tmp_path: Path, name: str, content: str) -> None:
    case = Case.load(write(tmp_path / name, content))
    assert case.model_dump() == RECORD


def test_gold_never_reaches_the_case() -> None:
    case = case_from_record(RECORD | GOLD)
    assert case == case_from_record(RECORD)
    dumped = case.model_dump_json()
    assert not any(word in dumped for word in ("相对不起诉", "第二百六十四条", "本院认为", "结论"))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"meta": None}, {"meta": {"date": "", "province": ""}}),
        ({"meta": {}}, {"meta": {"date": "", "province": ""}}),
        ({"meta": {"date": 2021, "x": 1}}, {"meta": {"date": "2021", "province": ""}}),
        ({"meta": {"year": 2021}}, {"meta": {"date": "2021", "province": ""}}),
        ({"meta": {"date": None}}, {"meta": {"date": "", "province": ""}}),
        ({"person_info": None, "suspect_info": "李某。"}, {"person_info": "李某。"}),
        ({"fact": "", "facts": "盗窃。"}, {"fact": "盗窃。"}),
        ({"procedure": None}, {"procedure": ""}),
        ({"id": 17}, {"id": "17"}),
        ({"fact": " a\r\n\tb "}, {"fact": " a\r\n\tb "}),
    ],
)
def test_lenient_record(changes: dict[str, object], expected: dict[str, object]) -> None:
    data = case_from_record(RECORD | changes).model_dump()
    assert {key: data[key] for key in expected} == expected


def test_missing_id_is_derived_from_the_text() -> None:
    bare = {"fact": RECORD["fact"]}
    first, again = case_from_record(bare), case_from_record(bare | {"id": ""})
    other = case_from_record({"fact": "别的。"})
    assert first.id == again.id != other.id
    assert first.id.startswith("case-")
    assert len(first.id) == len("case-") + 8


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_encodings(tmp_path: Path, encoding: str) -> None:
    text = "2021年1月1日，张某在商场盗窃手机一部。"
    path = write(tmp_path / "案.txt", text.encode(encoding))
    assert load_case(path).fact == text


def test_markdown_and_page_breaks(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", "# 案件事实\n张某盗窃。\f张某投案。")
    assert load_case(path).fact == "张某盗窃。\n张某投案。"


def test_docx_with_table_and_tracked_change(tmp_path: Path) -> None:
    import docx
    from docx.oxml import OxmlElement

    document = docx.Document()
    document.add_paragraph("案件事实：张某盗窃手机一部。")
    inserted = document.add_paragraph("经鉴定，")
    run = inserted.add_run("价值3000元。")._element
    mark = OxmlElement("w:ins")
    run.addprevious(mark)
    mark.append(run)
    document.add_table(rows=1, cols=2).rows[0].cells[1].text = "被害人李某陈述。"
    path = tmp_path / "a.docx"
    document.save(str(path))
    fact = load_case(path).fact
    assert "经鉴定，价值3000元。" in fact
    assert fact.endswith("被害人李某陈述。")
    assert len(cases_from_bytes(path.read_bytes(), "upload")) == 1


def test_labels_are_unique_and_tell_the_row(tmp_path: Path) -> None:
    rows = f"{as_json(RECORD)}\n\n{as_json(RECORD)}\n"
    assert [label for label, _ in load_cases(write(tmp_path / "b.jsonl", rows))] == ["b-1", "b-3"]
    listed = write(tmp_path / "c.json", as_json([RECORD, RECORD]))
    assert [label for label, _ in load_cases(listed)] == ["c-1", "c-2"]
    single = write(tmp_path / "d.e.json", as_json(RECORD))
    assert [label for label, _ in load_cases(single)] == ["d.e"]


def test_json_lines_under_the_name_of_json(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", f"{as_json(RECORD)}\n{as_json(RECORD)}\n")
    assert check_cases(path) == 2


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (as_json(RECORD), 1),
        (as_json([RECORD, RECORD, RECORD]), 3),
        (f"{as_json(RECORD)}\n{as_json(RECORD)}", 2),
        ("2021年，张某盗窃手机一部。", 1),
    ],
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, content: str, count: int) -> None:
    feed(monkeypatch, content.encode())
    cases = load_cases("-")
    assert len(cases) == count
    assert cases[0][0] == ("stdin" if count == 1 else "stdin-1")


def test_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    import os
    import threading

    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    writer = threading.Thread(target=lambda: fifo.write_bytes(as_json([RECORD] * 2).encode()))
    writer.start()
    assert len(load_cases(fifo)) == 2
    writer.join()


def test_long_list_and_long_lines_are_streamed(tmp_path: Path) -> None:
    rows = [RECORD | {"fact": "张某盗窃。" * 20_000 + str(n)} for n in range(30)]
    listed = write(tmp_path / "a.json", as_json(rows))
    lines = write(tmp_path / "a.jsonl", "\n".join(map(as_json, rows)))
    assert listed.stat().st_size > 5 * 2**20
    expected = [row["fact"] for row in rows]
    assert [case.fact for _, case in iter_cases(listed)] == expected
    assert [case.fact for _, case in iter_cases(lines)] == expected


def test_list_elements_cut_at_every_place(monkeypatch: pytest.MonkeyPatch) -> None:
    from nolle.cases import streaming

    monkeypatch.setattr(streaming, "_CHUNK", 1)
    record = {"fact": '张\\"某\U00020000[{', "n": [-12.5e3, True, None, "\\u4e2d"], "meta": {}}
    text = as_json([record, {"fact": "b", "n": 12}])
    assert [case.fact for _, case in cases_from_bytes(text.encode(), "a.json")] == [
        record["fact"],
        "b",
    ]


@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".txt", ".docx", ""])
def test_large_file_fails_fast(tmp_path: Path, suffix: str) -> None:
    filler = "{" if suffix.startswith(".json") else ""
    path = write(tmp_path / f"a{suffix}", filler + "张" * 7_000_000)
    start = time.perf_counter()
    with pytest.raises(InputError, match="more than 5 MB for one case"):
        load_cases(path)
    assert time.perf_counter() - start < 1


def test_one_bad_row_stops_everything(tmp_path: Path) -> None:
    rows = [as_json(RECORD)] * 5
    rows[3] = as_json(RECORD | {"fact": 7})
    path = write(tmp_path / "a.jsonl", "\n".join(rows))
    with pytest.raises(InputError, match="row 4, field fact"):
        load_cases(path)
    with pytest.raises(InputError, match="row 4"):
        check_cases(path)
    assert next(iter_cases(path))[1].fact == RECORD["fact"]


def test_load_wants_exactly_one_case(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", as_json([RECORD, RECORD]))
    with pytest.raises(InputError, match="more than one case"):
        Case.load(path)


def test_from_text_on_the_class() -> None:
    assert Case.from_text("张某盗窃。").fact == "张某盗窃。"
    assert case_from_text("{不是JSON} 张某盗窃。").fact == "{不是JSON} 张某盗窃。"


@pytest.mark.dev_data
def test_development_records_load_and_survive_as_text() -> None:
    import os

    root = os.environ.get("NOLLE_DEV_DATA")
    if not root:
        pytest.skip("NOLLE_DEV_DATA is not set: no development data")
    cases = load_cases(Path(root) / "data" / "reviews_dev.jsonl")
    assert len(cases) > 50
    for _, case in cases:
        whole = "\n".join((case.person_info, case.procedure, case.fact))
        again = case_from_text(whole)
        kept = len(again.person_info) + len(again.procedure) + len(again.fact)
        assert kept >= 0.95 * len(whole)
