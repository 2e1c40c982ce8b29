from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from nolle.errors import ConfigError
from nolle.statutes import store


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "data"
    (folder / "part").mkdir(parents=True)
    (folder / "part" / "2.yaml").write_text("- {name: b, since: 2015-11-01}\n", encoding="utf-8")
    (folder / "part" / "10.yaml").write_text("- {name: c}\n", encoding="utf-8")
    (folder / "one.yaml").write_text("起诉: {value: 1}\n", encoding="utf-8")
    monkeypatch.setattr(store, "DATA", folder)
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path / "home"))
    _forget()
    yield folder
    _forget()


def _forget() -> None:
    store.read_data.cache_clear()
    store.read_mapping.cache_clear()


def test_lists_are_joined_in_the_order_of_file_numbers(data: Path) -> None:
    assert [item["name"] for item in store.read_data("part/*.yaml")] == ["b", "c"]


def test_dates_come_as_iso_strings_from_yaml_and_cache_alike(data: Path) -> None:
    first = store.read_data("part/2.yaml")
    _forget()
    assert store.read_data("part/2.yaml") == first == [{"name": "b", "since": "2015-11-01"}]
    assert store.day(first[0]["since"]) == date(2015, 11, 1)
    assert store.day(None) is None


def test_mappings_and_missing_files(data: Path) -> None:
    assert store.read_data("one.yaml") == [{"起诉": {"value": 1}}]
    assert store.read_mapping("one.yaml") == {"起诉": {"value": 1}}
    assert store.read_data("none.yaml") == []
    assert store.read_mapping("none/*.yaml") == {}


def test_a_changed_file_is_read_anew(data: Path) -> None:
    store.read_data("one.yaml")
    (data / "one.yaml").write_text("起诉: {value: 22}\n", encoding="utf-8")
    os.utime(data / "one.yaml", (1, 1))
    _forget()
    assert store.read_data("one.yaml") == [{"起诉": {"value": 22}}]


@pytest.mark.parametrize("content", ["", "{", "[1]", "null", "\udcff"])
def test_a_broken_cache_is_rebuilt(data: Path, content: str) -> None:
    store.read_data("one.yaml")
    (compiled,) = store.cache_dir().glob("statutes-*.json")
    compiled.write_bytes(content.encode("utf-8", "surrogateescape"))
    _forget()
    assert store.read_data("one.yaml") == [{"起诉": {"value": 1}}]
    assert compiled.read_text(encoding="utf-8").startswith("{")


def test_an_unwritable_cache_is_skipped(data: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be", encoding="utf-8")
    assert store.read_data("one.yaml") == [{"起诉": {"value": 1}}]


def test_the_cache_holds_no_temporary_files(data: Path) -> None:
    store.read_data("one.yaml")
    assert [path.suffix for path in store.cache_dir().iterdir()] == [".json"]


@pytest.mark.parametrize("content", ["a: [", "a: \t- b: c: d"])
def test_invalid_yaml_names_the_file(data: Path, content: str) -> None:
    (data / "bad.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"statutes/data/bad\.yaml") as caught:
        store.read_data("bad.yaml")
    assert "\n" not in str(caught.value)


def test_a_list_is_no_mapping(data: Path) -> None:
    with pytest.raises(ConfigError, match=r"part/2\.yaml must hold a mapping"):
        store.read_mapping("part/2.yaml")


def test_cache_dir_without_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOLLE_HOME", raising=False)
    assert "nolle" in store.cache_dir().as_posix()
