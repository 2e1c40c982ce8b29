"""Importing official texts: every form, again, interrupted, refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from support.official_texts import FIXTURES, GARDEN, wording

from nolle.errors import ConfigError, InputError
from nolle.statutes import official_store as db
from nolle.statutes.official import ImportReport, article_text, import_path, search


def test_import_reads_every_kind_of_text_of_a_folder(tmp_path: Path) -> None:
    report = import_path(FIXTURES, tmp_path / "s.sqlite")
    found = {(text.law, text.since.isoformat()): text.articles for text in report.imported}
    assert found == {
        ("cl", "2024-03-01"): 5,
        ("amendment", "2015-11-01"): 4,
        ("amendment", "2017-11-04"): 1,
        ("amendment", "2021-03-01"): 2,
        ("amendment", "2024-03-01"): 2,
        ("other", "2020-01-01"): 4,
        ("other", "2023-06-01"): 3,
        ("other", "2013-04-04"): 3,
    }
    assert not report.skipped


def test_import_again_changes_nothing_and_a_changed_file_replaces_its_version(
    tmp_path: Path,
) -> None:
    place, folder = tmp_path / "s.sqlite", tmp_path / "texts"
    folder.mkdir()
    file = folder / "示例法(2020-01-01).txt"
    file.write_text("# 示例法\n第一条 甲。\n", encoding="utf-8")
    assert len(import_path(folder, place).imported) == 1
    again = import_path(folder, place)
    assert (len(again.imported), len(again.unchanged)) == (0, 1)
    file.write_text("# 示例法\n第一条 乙。\n", encoding="utf-8")
    assert len(import_path(folder, place).imported) == 1
    assert wording("other:《示例法》第一条", None, place) == "乙。"
    with db.reading(place) as connection:
        assert connection is not None
        assert len(db.documents(connection)) == 1
        assert connection.execute("SELECT count(*) FROM pairs").fetchone() == (1,)


def test_two_files_of_one_version_count_once_and_stay_stable(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name in ("示例法(2020-01-01).md", "示例法(2020-01-01) 副本(2020-01-01).md"):
        (folder / name).write_text(f"# 示例法\n第一条 {len(name)}。\n", encoding="utf-8")
    first = import_path(folder, tmp_path / "s.sqlite")
    second = import_path(folder, tmp_path / "s.sqlite")
    assert (len(first.imported), len(first.skipped)) == (1, 1)
    assert (len(second.imported), len(second.skipped)) == (0, 1)
    assert "same text and date" in second.skipped[0].reason


def test_gb18030_and_docx_texts_are_read(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    text = "示例法\n\n第一条 园丁应当每日为示例园林的花木浇水。\n\n第二条 园丁应当每周修剪花木。\n"
    (tmp_path / "示例法甲(2020-01-01).txt").write_bytes(text.encode("gb18030"))
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(str(tmp_path / "示例法乙(2020-01-01).docx"))
    report = import_path(tmp_path, tmp_path / "s.sqlite")
    assert [t.articles for t in report.imported] == [2, 2]
    for name in "甲乙":
        found = wording(f"other:《示例法{name}》第二条", None, tmp_path / "s.sqlite")
        assert found == "园丁应当每周修剪花木。"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空(2020-01-01).md", b"", "empty"),
        ("坏(2020-01-01).docx", b"no zip", "not a Word document"),
        ("无条文(2020-01-01).txt", "只有一段话。".encode(), "no articles"),
        ("无日期.txt", "第一条 甲。".encode(), "no date"),
        (
            "刑法.txt",
            "第一条 甲。\n第一条之一 乙。\n第二条 自1997年10月1日起施行。".encode(),
            "no date",
        ),
        ("图.png", b"x", "unknown kind"),
    ],
)
def test_unusable_files_are_one_line_errors_alone_and_skipped_in_a_folder(
    name: str, content: bytes, words: str, tmp_path: Path
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / name).write_bytes(content)
    (folder / "示例法(2020-01-01).txt").write_text("第一条 甲。", encoding="utf-8")
    with pytest.raises(InputError, match=words) as error:
        import_path(folder / name, tmp_path / "s.sqlite")
    assert "\n" not in str(error.value)
    report = import_path(folder, tmp_path / "s.sqlite")
    assert len(report.imported) == 1
    assert [words in s.reason for s in report.skipped] == ([] if name.endswith("png") else [True])


def test_missing_paths_and_empty_folders_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        import_path(tmp_path / "none", tmp_path / "s.sqlite")
    with pytest.raises(InputError, match="no official texts"):
        import_path(tmp_path, tmp_path / "s.sqlite")


def test_an_interrupted_import_leaves_the_old_store(tmp_path: Path) -> None:
    place = tmp_path / "s.sqlite"
    import_path(FIXTURES / "解释", place)

    def stop(count: int, total: int, name: str) -> None:
        if count == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_path(FIXTURES, place, on_progress=stop)
    with db.reading(place) as connection:
        assert connection is not None
        assert len(db.documents(connection)) == 1


def test_a_file_that_is_no_store_is_a_one_line_error(tmp_path: Path) -> None:
    place = tmp_path / "s.sqlite"
    place.write_text("no database at all, but long enough to be looked at" * 20)
    with pytest.raises(ConfigError, match="import the texts again"):
        article_text("cl:第一条", None, place)
    with pytest.raises(ConfigError):
        import_path(FIXTURES, place)
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE mine (x)")
    connection.commit()
    connection.close()
    with pytest.raises(ConfigError):
        import_path(FIXTURES, other)


def test_the_store_lies_under_nolle_home_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path))
    assert article_text(GARDEN + "第一条") is None
    assert search("浇水") == ()
    report: ImportReport = import_path(FIXTURES)
    assert report.store == str(tmp_path / "statutes.sqlite")
    assert article_text(GARDEN + "第一条") is not None
