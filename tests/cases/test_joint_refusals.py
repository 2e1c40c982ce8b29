"""Files and rows of several defendants that are refused, each in one clear line."""

from __future__ import annotations

import os
import pickle

import pytest
from support.joint_files import CMDL, IMLJP, lines, mpmcp, row

from nolle.cases.joint_readers import iter_joint, load_joint
from nolle.errors import ConfigError, InputError


def test_parquet_without_pyarrow_is_one_clear_line(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(ConfigError, match="pip install pyarrow"):
        load_joint(path)


@pytest.mark.parametrize("name", ["a.pkl", "A.PICKLE"])
def test_a_pickle_is_refused_unread(tmp_path, name):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "ran"),)

    path = tmp_path / name
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(InputError, match=r"pickle.*convert") as caught:
        load_joint(path)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "ran").exists()


BAD = [
    ({**IMLJP, "FD": " "}, "row 2, field FD"),
    ({**IMLJP, "CV": 5}, "row 2, field CV"),
    ({**IMLJP, "judgment": 5}, "row 2, field judgment"),
    ({**IMLJP, "judgment": {"甲": {"guilt": "boss", "prison": 1}}}, "defendant 1, field guilt"),
    ({**IMLJP, "judgment": {"甲": {"guilt": "principal", "prison": -1}}}, "field prison"),
    ({**IMLJP, "judgment": {"": {"guilt": "principal", "prison": 1}}}, "field name"),
    ({**CMDL, "outcomes": []}, "row 2, field outcomes"),
    ({**CMDL, "outcomes": [{"name": "甲"}]}, "outcome 1, field judgment"),
    ({"text": "nothing known"}, "row 2"),
    (5, "row 2"),
]


@pytest.mark.parametrize(("bad", "place"), BAD)
def test_a_bad_row_is_named(tmp_path, bad, place):
    path = lines(tmp_path / "a.jsonl", IMLJP, bad)
    cases = iter_joint(path)
    assert next(cases).id == "id_1"
    with pytest.raises(InputError) as caught:
        next(cases)
    assert place in str(caught.value)
    assert "\n" not in str(caught.value)


def test_bad_rows_of_a_table_are_named(tmp_path):
    path = mpmcp(tmp_path / "a.csv", [row(defendant="A1"), row(defendant="")])
    with pytest.raises(InputError, match="row 3, column defendant"):
        load_joint(path)
    path.write_text("index,defendant,fact\n1,A1\n", "utf-8")
    with pytest.raises(InputError, match=r"2 cells under 3 columns.* row 2"):
        load_joint(path)
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(InputError, match="no column defendant, fact"):
        load_joint(path)
    mpmcp(path, [row(defendant="A1", imprisonment="long")])
    with pytest.raises(InputError, match="column imprisonment"):
        load_joint(path)
    path.write_bytes("index,defendant,fact\n1,A1,盗窃\n".encode("gb18030"))
    with pytest.raises(InputError, match="UTF-8"):
        load_joint(path)


@pytest.mark.parametrize("name", ["none.csv", "none.parquet", "none.jsonl"])
def test_a_missing_file_is_one_clear_line(tmp_path, name):
    with pytest.raises(InputError, match="no such file"):
        load_joint(tmp_path / name)
