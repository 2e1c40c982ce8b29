"""``nolle index`` and ``nolle similar`` from the command line, and the review that uses both."""

import json
from pathlib import Path

import pytest
from support.command_line import call
from support.decided_cases import documents

from nolle.cli import run

EXAMPLE = Path(__file__).parents[1] / "examples" / "cases" / "neighbour-injury-dnp.json"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder with an index made by the command line, of rows in LawBench's form."""
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NOLLE_CORPUS", raising=False)
    rows = tmp_path / "decided.jsonl"
    with rows.open("w", encoding="utf-8") as file:
        for item in documents():
            decision = {"P": "起诉", "DNP": "相对不起诉", "SNP": "法定不起诉", "IENP": "存疑不起诉"}
            record = {
                "id": item.id,
                "fact": item.text,
                "charges": list(item.charges),
                "decision": decision[item.outcome],
                "meta": {"date": item.date, "province": item.province},
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    assert run(["index", str(rows), "--dense", "none", "--json"]) == 0
    return tmp_path / "home"


def test_similar_cases_with_outcomes(capsys, home):
    capsys.readouterr()
    code, out, _ = call(capsys, "similar", EXAMPLE, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["corpus"]["documents"] == 36
    assert {row["charge"] for row in found["similar"][:3]} == {"故意伤害罪"}
    assert found["similar"][0]["terms"]
    assert set(found["similar"][0]["ranks"]) == {"bm25"}


def test_filters_and_explanation_for_people(capsys, home):
    capsys.readouterr()
    code, out, _ = call(
        capsys, "similar", EXAMPLE, "--outcome", "DNP", "--k", "2", "--explain", "--by-text"
    )
    assert code == 0
    assert out.count("相对不起诉") >= 2
    assert "bm25 #1" in out
    assert "36 documents" in out


def test_the_review_shows_them_in_the_terminal_and_on_the_page(capsys, home, tmp_path):
    html = tmp_path / "page.html"
    code, out, _ = call(capsys, "review", EXAMPLE, "--html", html)
    page = html.read_text(encoding="utf-8")
    assert code == 0
    assert "类案 Similar cases" in out
    assert page.count('class="snippet"') == 6
    assert "案例库共36件" in page
    _, out, _ = call(capsys, "review", EXAMPLE, "--no-corpus")
    assert "类案 Similar cases" not in out


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["--engine", "vector"], "hybrid"),
        (["--engine", "dense"], "--dense"),
        (["--charge", "偷懒罪"], "偷懒罪"),
        (["--outcome", "guilty"], "DNP"),
        (["--since", "2020"], "YYYY-MM-DD"),
        (["--corpus", "nowhere"], "nolle index"),
    ],
)
def test_wrong_use_is_one_line(capsys, home, args, word):
    capsys.readouterr()
    code, out, err = call(capsys, "similar", EXAMPLE, *args)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert word in err
