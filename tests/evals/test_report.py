"""The report as a page: self-contained, safe, and as a browser shows it."""

from __future__ import annotations

import base64
import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from support.chromium import CHROMIUM, FLAGS, needs_chromium
from support.made_runs import write_run
from support.run_files import write_folder

from nolle.evals.folder import read_folder
from nolle.evals.report import render_report
from nolle.evals.report_cases import pack
from nolle.evals.scores import score

VOID = {"meta", "br", "input"}
CLOSED = {"rect", "circle", "path", "line"}


class Page(HTMLParser):
    """Collects tags, ids, links and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in {"script", "style"}:
            self.text += data


def page_of(folder: Path, budget_mb: float = 9.0) -> str:
    run = read_folder(folder)
    return render_report(run, score(run, draws=100), budget_mb)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("made"), 90, runs=2, words=24)


@pytest.fixture(scope="module")
def html(made: Path) -> str:
    return page_of(made)


def data_of(html: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


def texts_of(html: str) -> list[Any]:
    parts = re.findall(r'<script type="text/plain" id="part-\d+">([^<]*)</script>', html)
    return [row for part in parts for row in json.loads(gzip.decompress(base64.b64decode(part)))]


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


HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&</style>{{ 7*7 }}",
    "</script><script>alert(1)</script>]]>--><!--<svg/onload=alert(1)>",
    "' onmouseover='alert(1)' x=\" onfocus=alert(1) autofocus \"",
    "{% include '/etc/passwd' %}{{ cycler }}${1}",
    "a\u202eb\x1b[2Jc\u2028d",
]


def hostile_run(folder: Path, text: str) -> Path:
    finding = {
        "verdict": text,
        "summary": text,
        "charges": [text],
        "grounds": [{"zh": text, "reason": text, "holds": True, "quotes": [{"text": text}]}],
        "confidence": 0.5,
    }
    common = {
        "case_id": text,
        "model": text,
        "raw_decision": text,
        "raw_articles": [text],
        "reason": text,
        "answer": text,
        "steps": [{"node": text, "defendant": text, "finding": finding}],
        "process": {"checks": {text: text}, "deciding": text, "quotes": 1},
        "failure": "other",
        "confidence": 0.4,
    }
    person = {"name": text, "charges": [text], "role": text, "months": 3}
    records = [
        {"arm": text + "1", "index": 0, **common, "raw_decision": "起诉"},
        {"arm": text + "2", "index": 0, **common},
        {"arm": text + "1", "index": 1, **common, "persons": [person]},
        {"arm": text + "2", "index": 1, **common},
    ]
    labels = {
        "case_id": text,
        "articles": [text],
        "charges": [text],
        "scenario": text,
        "persons": [person],
    }
    gold = [{"index": 0, "raw_decision": "起诉", **labels}, {"index": 1, **labels}]
    about = {"data": text, "split": text, "task": text, "version": text}
    return write_folder(folder, records, gold, **about)


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


@pytest.fixture(scope="module")
def browser() -> Any:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield one
        one.close()


def opened(browser: Any, file: Path, width: int = 1200, anchor: str = "") -> tuple[Any, list[str]]:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    problems: list[str] = []
    tab.on("console", lambda message: problems.append(message.text))
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.goto(file.as_uri() + anchor)
    return tab, problems


@pytest.fixture(scope="module")
def file(html: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html, encoding="utf-8")
    return path


@pytest.mark.chromium
@needs_chromium
@pytest.mark.parametrize("width", [390, 1200])
def test_a_browser_opens_cases_without_overflow(browser: Any, file: Path, width: int) -> None:
    tab, problems = opened(browser, file, width)
    case = tab.locator("details.case").first
    case.locator("summary").first.click()
    tab.wait_for_selector("details.case .columns .steps")
    assert case.locator(".column").count() == 4
    assert not case.locator("details.gold").get_attribute("open")
    case.locator("details.gold summary").click()
    assert "right:" in case.locator("details.gold").inner_text() or "no arm" in case.inner_text()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert problems == []
    tab.close()


@pytest.mark.chromium
@needs_chromium
def test_filters_leave_the_cases_that_match(browser: Any, file: Path, html: str) -> None:
    data = data_of(html)
    tab, problems = opened(browser, file)
    tab.select_option("#f-right", "0")
    tab.select_option("#f-wrong", "1")
    wanted = [row[0] for row in data["rows"] if row[3][0] == row[2] != row[3][1]]
    assert wanted
    assert f"{len(wanted)} cases" in tab.inner_text("#where")
    shown = tab.locator("details.case .id").all_inner_texts()
    assert shown == wanted[:25]
    tab.select_option("#f-right", "")
    tab.select_option("#f-wrong", "")
    tab.fill("#f-id", data["rows"][-1][0])
    assert tab.locator("details.case .id").all_inner_texts() == [data["rows"][-1][0]]
    tab.fill("#f-id", "no such case")
    assert tab.inner_text("#where") == "no case matches"
    tab.fill("#f-id", "")
    if len(data["rows"]) > 25:
        tab.click("#next")
        assert tab.locator("details.case .id").first.inner_text() == data["rows"][25][0]
    assert problems == []
    tab.close()


@pytest.mark.chromium
@needs_chromium
def test_a_link_opens_its_case(browser: Any, file: Path, html: str) -> None:
    last = data_of(html)["rows"][-1]
    tab, problems = opened(browser, file, anchor=f"#case-{last[1]}")
    tab.wait_for_selector(f"#case-{last[1]} .columns")
    assert problems == []
    tab.close()


@pytest.mark.chromium
@needs_chromium
@pytest.mark.parametrize("text", HOSTILE[:3])
def test_hostile_text_runs_nowhere(browser: Any, text: str, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(page_of(hostile_run(tmp_path / "run", text)), encoding="utf-8")
    tab, problems = opened(browser, path, 390)
    tab.on("dialog", lambda dialog: problems.append(dialog.message))
    tab.locator("details.case summary").first.click()
    tab.wait_for_selector("details.case .columns")
    assert tab.locator("details.case img, details.case script, details.case svg").count() == 0
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert problems == []
    tab.close()


@pytest.mark.chromium
@needs_chromium
def test_it_prints_the_tables_that_are_folded(browser: Any, file: Path) -> None:
    tab, _ = opened(browser, file)
    every = "document.querySelectorAll('details.table').forEach(d => {})"
    pages = {}
    for state, change in (("closed", "d.open = false"), ("open", "d.open = true")):
        tab.evaluate(every.replace("{}", f"{{ {change} }}"))
        pages[state] = len(re.findall(rb"/Type */Page\b", tab.pdf(format="A4")))
    tab.close()
    assert pages["closed"] == pages["open"] > 1
