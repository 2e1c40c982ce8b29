"""The report as a page: self-contained, complete and safe."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from support.made_runs import write_run
from support.report_page import HOSTILE, Page, data_of, hostile_run, page_of, texts_of
from support.run_files import write_folder

from nolle.evals.folder import read_folder
from nolle.evals.report_cases import pack


def test_it_is_well_formed_and_loads_nothing(html: str) -> None:
    page = Page(html)
    assert page.open == []
    assert not re.search(r"(?:src|href)=[\"'](?!#)", html)
    assert "http://" not in html
    assert "https://" not in html
    policy = next(a["content"] for t, a in page.tags if t == "meta" and "http-equiv" in a)
    assert policy
    assert policy.startswith("default-src 'none'")
    assert "script-src 'sha256-" in policy
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    links = {str(a["href"])[1:] for t, a in page.tags if t == "a"}
    assert links <= set(ids)


def test_the_page_does_not_say_where_the_data_lay(tmp_path: Path) -> None:
    records = [{"raw_decision": "起诉"}]
    folder = write_folder(tmp_path / "run", records, [{"decision": "P"}], data="/a/user/set.jsonl")
    html = page_of(folder)
    assert "set.jsonl" in Page(html).text
    assert "/a/user" not in html


def test_every_section_is_there(html: str) -> None:
    text = Page(html).text
    for words in (
        "Prosecution decisions",
        "Strict and lenient reading",
        "Confusion, level 2",
        "Share of each decision",
        "Arms against each other",
        "Calibration of confidence",
        "The steps of a review",
        "Cases where arms disagree",
    ):
        assert words in text
    assert html.count("<svg") == 4 + 4


def test_the_disagreements_are_those_of_the_records(made: Path, html: str) -> None:
    run = read_folder(made)
    votes: dict[int, set[str]] = {}
    for index in range(90):
        votes[index] = set()
        for arm in run.arms:
            said = [r.decision.value if r.decision else "" for r in arm.records if r.index == index]
            # Of two runs the first counts where they differ.
            votes[index].add(said[0])
    expected = [index for index, said in votes.items() if len(said) > 1]
    data = data_of(html)
    assert [row[1] for row in data["rows"]] == expected
    texts = texts_of(html)
    assert {t["n"] for t in texts} == set(expected)
    graph, baseline = texts[0]["arms"][:2]
    # Steps that found nothing to show, such as intake, are left out.
    nodes = [step["node"] for step in graph["steps"]]
    assert nodes == ["charge", "evidence", "subsumption", "waiver", "decide"]
    assert baseline["answer"].startswith("【适用法条】")
    assert texts[0]["gold"]["articles"]


def test_steps_are_shown_as_a_comparison_keeps_them(tmp_path: Path) -> None:
    """Flat steps of a review, and the thoughts of a single prompt."""
    evidence = {
        "node": "evidence",
        "defendant": "甲某",
        "verdict": "insufficient",
        "summary": "证据不足",
        "confidence": 0.8,
        "quotes": [{"text": "甲某否认", "verified": True}],
        "citations": [{"key": "cpl:第五十五条第二款", "verified": True}],
        "grounds": [
            {"zh": "不能排除合理怀疑", "holds": True, "reason": "否认"},
            {"zh": "有罪供述", "holds": False, "reason": ""},
        ],
    }
    sentence = {"node": "sentence", "sentence": {"kind": "fixed_term", "months": 6}}
    trouble = {"node": "waiver", "error": {"code": "limit", "reason": "no more calls"}}
    records = [
        {
            "arm": "graph",
            "raw_decision": "存疑不起诉",
            "process": {"checks": {"evidence": "insufficient"}},
            "steps": [{"node": "intake"}, evidence, sentence, trouble],
        },
        {
            "arm": "baseline",
            "raw_decision": "起诉",
            "steps": [{"node": "reasoning", "summary": "想" * 900}],
            "answer": "【最终结论】\n决定：起诉",
        },
    ]
    html = page_of(write_folder(tmp_path / "run", records, [{"decision": "IENP"}]))
    baseline, graph = texts_of(html)[0]["arms"]
    assert graph["steps"] == [
        {
            "node": "evidence",
            "who": "甲某",
            "said": "insufficient",
            "words": "证据不足",
            "grounds": ["不能排除合理怀疑：否认"],
            "quotes": ["甲某否认"],
            "cited": ["cpl:第五十五条第二款"],
            "confidence": 0.8,
        },
        {"node": "sentence", "words": "fixed_term 6 months"},
        {"node": "waiver", "words": "limit no more calls"},
    ]
    assert (graph["review"], baseline["review"]) == (True, False)
    assert baseline["steps"][0]["words"] == "想" * 900


def test_texts_that_do_not_fit_are_a_sample_and_the_page_says_so(made: Path) -> None:
    html = page_of(made, budget_mb=0.06)
    data, texts = data_of(html), texts_of(html)
    assert 0 < len(texts) < len(data["rows"])
    assert f"{len(texts)} of them, a random sample" in Page(html).text
    assert {row[1] for row in data["rows"] if row[4] >= 0} == {t["n"] for t in texts}
    assert pack(read_folder(made), 0).parts == ()


def test_without_gold_it_shows_only_what_the_arms_say(tmp_path: Path) -> None:
    html = page_of(write_run(tmp_path / "run", 30, gold=False))
    text = Page(html).text
    assert "There are no gold labels" in text
    assert "Share of each decision" in text
    assert "Prosecution decisions" not in text
    assert "Arms against each other" not in text
    assert all(t["gold"] is None for t in texts_of(html))
    assert data_of(html)["gold"] is False


def test_one_arm_lists_its_wrong_answers(tmp_path: Path) -> None:
    html = page_of(write_run(tmp_path / "run", 40, arms=("rules",)))
    assert "Cases that are wrong or unread" in Page(html).text
    data = data_of(html)
    assert data["rows"]
    assert all(row[2] != row[3][0] for row in data["rows"])


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        ({"charges": ["盗窃"], "months": 12}, {"charges": ["诈骗"], "months": 8}),
        ({"choice": "A"}, {"choice": "B"}),
        (
            {"scenario": "S1", "persons": [{"name": "甲", "charges": ["盗窃"], "months": 6}]},
            {"persons": [{"name": "甲", "charges": ["诈骗"], "months": 6}]},
        ),
    ],
)
def test_other_tasks_have_a_report_too(
    gold: dict[str, Any], said: dict[str, Any], tmp_path: Path
) -> None:
    right = {key: value for key, value in gold.items() if key != "scenario"}
    records = [{"arm": "a", **said}, {"arm": "b", **right}]
    html = page_of(write_folder(tmp_path / "run", records, [gold], task="trial"))
    assert Page(html).open == []
    assert len(data_of(html)["rows"]) == 1
    assert texts_of(html)[0]["gold"]["label"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_record_becomes_markup(text: str, tmp_path: Path) -> None:
    harmless = Page(page_of(hostile_run(tmp_path / "plain", "x")))
    html = page_of(hostile_run(tmp_path / "run", text))
    page = Page(html)
    assert page.open == []

    def kinds(one: Page) -> set[tuple[str, ...]]:
        return {(tag, *sorted(attributes)) for tag, attributes in one.tags}

    assert kinds(page) <= kinds(harmless)
    assert not re.search("[\u202e\x1b]", html)
    html.encode("utf-8")
