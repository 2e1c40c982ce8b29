"""The report as a browser shows it: cases, filters, links, print."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from support.chromium import CHROMIUM, FLAGS, needs_chromium
from support.report_page import HOSTILE, data_of, hostile_run, page_of


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
