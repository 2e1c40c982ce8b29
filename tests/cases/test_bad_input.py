import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nolle.cases.gold import labelled_from_record
from nolle.cases.readers import case_from_record, case_from_text, cases_from_bytes, load_cases
from nolle.errors import InputError

FACT = "张某盗窃手机一部。"


def refused(action: Any, *args: Any) -> str:
    """The message with which ``action`` refuses its input; it must be one printable line."""
    with pytest.raises(InputError) as caught:
        action(*args)
    message = str(caught.value)
    assert message.isprintable()
    assert ": " in message
    assert FACT not in message
    return message


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({}, ["no facts", "field fact"]),
        ({"fact": " \n"}, ["no facts"]),
        ({"fact": None}, ["no facts"]),
        ({"fact": 7}, ["a number instead of text", "field fact"]),
        ({"facts": [FACT]}, ["a list instead of text", "field facts"]),
        ({"fact": {"a": 1}}, ["an object instead of text"]),
        ({"fact": False}, ["true or false instead of text"]),
        ({"fact": FACT, "person_info": 3}, ["field person_info"]),
        ({"fact": FACT, "suspect_info": 3}, ["field suspect_info"]),
        ({"fact": FACT, "procedure": []}, ["field procedure"]),
        ({"fact": FACT, "id": True}, ["field id"]),
        ({"fact": FACT, "id": 1.5}, ["field id"]),
        ({"fact": FACT, "id": 10**20}, ["field id"]),
        ({"fact": FACT, "id": "a\nb"}, ["field id, character 2", "U+000A"]),
        ({"fact": FACT, "id": "x" * 201}, ["201 characters", "field id"]),
        ({"fact": FACT, "meta": "2021"}, ["field meta"]),
        ({"fact": FACT, "meta": {"date": -5}}, ["field meta.date"]),
        ({"fact": FACT, "meta": {"date": 20}}, ["field meta.date"]),
        ({"fact": FACT, "meta": {"date": 10**9}}, ["field meta.date"]),
        ({"fact": FACT, "meta": {"date": True}}, ["field meta.date"]),
        ({"fact": FACT, "meta": {"date": 2021.0}}, ["field meta.date"]),
        ({"fact": FACT, "meta": {"province": 3}}, ["field meta.province"]),
        ({"fact": "0123456789abcdef\x00"}, ["field fact, character 17", "U+0000", "remove it"]),
        ({"fact": "a\x0cb"}, ["U+000C"]),
        ({"fact": "a\x7f"}, ["U+007F"]),
        ({"fact": "a\ud800"}, ["surrogate", "U+D800", "character 2"]),
        ({"fact": FACT, "procedure": "\x1b[31m"}, ["field procedure, character 1", "U+001B"]),
        ({"fact": "张" * 2_000_000}, ["more than 5 MB"]),
        ([], ["a list instead of an object"]),
        (None, ["null instead of an object"]),
    ],
)
def test_bad_records(record: Any, words: list[str]) -> None:
    message = refused(case_from_record, record)
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", b"", ["empty"]),
        ("a.json", b"\xef\xbb\xbf \n", ["empty"]),
        ("a.jsonl", b"\n\n", ["empty"]),
        ("a.txt", b"  ", ["empty"]),
        ("a.docx", b"", ["empty"]),
        ("a.json", b"hello", ["not valid JSON", "line 1, column 1"]),
        ("a.json", b'"text"', ["not a JSON object"]),
        ("a.json", b"17", ["not a JSON object"]),
        ("a.json", b"null", ["not a JSON object"]),
        ("a.json", b"[]", ["the list is empty"]),
        ("a.json", b"[ 1 ]", ["element 1"]),
        ("a.json", b'[{"fact": "a"}', ["not closed"]),
        ("a.json", b'[{"fact": "a"},]', ["element 2"]),
        ("a.json", b'[{"fact": "a"} {"fact": "b"}]', ["no comma"]),
        ("a.json", b'[{"fact": "a"}] x', ["after the list"]),
        ("a.json", b'[{"fact": "a"}, {"fact" "b"}]', ["element 2", "character"]),
        ("a.json", b'[{"fact": "a"}, {"fact": "b]', ["element 2"]),
        ("a.json", b'[{"fact": "a", "n": NaN}]', ["element 1", "NaN"]),
        ("a.json", b'{"fact": "a", "n": NaN}', ["NaN is no JSON number"]),
        ("a.json", b'{"fact": "a", "n": -Infinity}', ["-Infinity"]),
        ("a.json", b'{"fact": "a", "n": ' + b"9" * 5000 + b"}", ["not valid JSON"]),
        ("a.json", b'{"fact": "\\ud800"}', ["surrogate"]),
        ("a.json", b'{"fact": "a\x01"}', ["not valid JSON"]),
        ("a.json", b'{"x": ' + b"[" * 100_000, ["nested too deeply"]),
        ("a.json", b"[" * 100_000, ["nested too deeply"]),
        ("a.jsonl", b'{"x": ' + b"[" * 100_000, ["nested too deeply", "row 1"]),
        ("a.json", '{"fact": "张"}'.encode("gb18030"), ["not UTF-8", "byte 11"]),
        ("a.json", '[{"fact": "张"}]'.encode("gb18030"), ["not UTF-8", "byte 12"]),
        ("a.json", '{"fact": "张"}'.encode("utf-16"), ["not UTF-8"]),
        ("a.jsonl", b'{"fact": "a"}\n{"fact": "\xff"}', ["row 2", "not UTF-8"]),
        ("a.jsonl", b'{"fact": "a"}\n[1]', ["row 2", "not a JSON object"]),
        ("a.jsonl", b'{"fact": "a"}\n{"fact"', ["row 2", "column"]),
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ["not readable as text"]),
        ("a.txt", "张某盗窃手机一部。".encode()[:-1], ["ends within a character"]),
        ("a.txt", b"abc\x00def", ["character 4", "U+0000"]),
        ("a.docx", b"not a zip", ["not a Word document"]),
        ("a.docx", b"PK\x03\x04broken", ["not a Word document"]),
        ("a.bin", b"PK\x03\x04broken", ["not a Word document"]),
        ("a.txt", "本院认为，决定不起诉。".encode(), ["no facts"]),
    ],
)
def test_bad_files(tmp_path: Path, name: str, content: bytes, words: list[str]) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    message = refused(load_cases, path)
    assert [word for word in [name, *words] if word not in message] == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", ["no file name"]),
        ("missing.json", ["no such file"]),
        (".", ["is a folder"]),
        ("a\x00b", ["cannot be read"]),
        ("x" * 5000, ["cannot be read"]),
        ("scan.pdf", [".pdf files are not read", ".txt"]),
        ("old.doc", ["save it as .docx"]),
        ("a\nb.json", ["no such file"]),
    ],
)
def test_bad_paths(path: str, words: list[str]) -> None:
    message = refused(load_cases, path)
    assert [word for word in words if word not in message] == []


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}")

    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    assert "may not be read" in refused(load_cases, path)


def test_endless_input_is_not_read_to_its_end() -> None:
    if not os.path.exists("/dev/zero"):  # noqa: PTH110 (Path would do the same on this device)
        pytest.skip("no /dev/zero here")
    assert "more than 5 MB" in refused(load_cases, "/dev/zero")


def test_word_bomb_is_not_unpacked() -> None:
    import io
    import zipfile

    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (60 * 2**20))
    assert "more than 5 MB" in refused(cases_from_bytes, data.getvalue(), "a.docx")


def test_duplicate_keys_are_harmless(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"fact": "a", "fact": "b"}')
    assert load_cases(path)[0][1].fact == "b"


def test_text_that_is_no_text() -> None:
    assert "a number instead of text" in refused(case_from_text, 3)
    assert "U+D800" in refused(case_from_text, "张\ud800")


def test_stdin_without_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert "standard input" in refused(load_cases, "-")


NAMES = st.sampled_from(["a.json", "a.jsonl", "a.txt", "a.md", "a.docx", "a", "x\n.json"])
CHARACTERS = st.sampled_from(
    list("张某因，。：\n\r\t \x00\ud800{}[]\",'12年本院认为经审查明被告人男")
)
TEXTS = st.text(CHARACTERS, max_size=60) | st.text(max_size=30)
RECORD_KEYS = ("id", "meta", "date", "province", "year", "person_info", "suspect_info", "fact")
GOLD_KEYS = ("decision", "charges", "defendants", "name", "role", "prison_months")
KEYS = st.sampled_from((*RECORD_KEYS, "procedure", "facts", *GOLD_KEYS, "relevant_articles"))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=12,
)
BYTES = (
    st.binary(max_size=80)
    | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))
    | TEXTS.map(lambda text: text.encode("gb18030", "ignore"))
    | VALUES.map(lambda value: json.dumps(value).encode())
    | st.lists(VALUES, max_size=3).map(lambda rows: "\n".join(map(json.dumps, rows)).encode())
    | VALUES.flatmap(
        lambda value: st.integers(0, 200).map(lambda cut: json.dumps([value] * 2).encode()[:cut])
    )
)
QUICK = settings(
    max_examples=500,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def survives(action: Any, *args: Any) -> None:
    message = ""
    try:
        action(*args)
    except InputError as error:
        message = str(error)
    assert message.isprintable()


@QUICK
@given(BYTES, NAMES)
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    survives(cases_from_bytes, data, name)


@QUICK
@given(VALUES)
def test_any_value_is_a_record_or_refused(value: Any) -> None:
    survives(case_from_record, value)


@QUICK
@given(st.dictionaries(KEYS, VALUES).map(lambda record: {"fact": FACT} | record))
def test_any_labels_are_read_or_refused(record: dict[str, Any]) -> None:
    survives(labelled_from_record, record)


@QUICK
@given(st.lists(TEXTS, max_size=8).map("".join))
def test_any_text_is_split_or_refused(text: str) -> None:
    survives(case_from_text, text)
