"""The page in a real Chromium, for tests that use it as people do."""

from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from support.chromium import CHROMIUM, FLAGS, needs_chromium
from support.scripted_answers import failed, late, right

in_browser = [pytest.mark.chromium, needs_chromium]
TEXT = (
    "犯罪嫌疑人信息：犯罪嫌疑人许某，男，1980年3月1日出生。\n"
    "诉讼程序：公安机关以许某涉嫌盗窃罪移送审查起诉。\n"
    "案件事实：2020年8月3日，许某在某超市窃得手机一部，经鉴定价值3000元。"
    "到案后如实供述，自愿认罪认罚，系初犯，全部退赔并取得被害人谅解。认定上述事实的证据有监控录像、许某的供述、价格鉴定意见。\n"
    "日期：2021-05-01\n"
)
HOSTILE = (
    "</textarea></title></script><script>alert(1)</script><img src=x onerror=alert(2)>"
    "<svg onload=alert(3)>\"'`${7*7}{{7*7}}<a href=javascript:alert(4)>k</a>"
)
SLOW = "请等一等"
REFUSED = "说不"
NAMED = {
    "button",
    "checkbox",
    "combobox",
    "link",
    "searchbox",
    "spinbutton",
    "switch",
    "tab",
    "tabpanel",
    "textbox",
    "Date",
}


def script(request):
    """What the model behind the page answers."""
    if SLOW in request.text:
        return late(20)
    if REFUSED in request.text:
        return failed(400, HOSTILE)
    return right(HOSTILE)


@contextmanager
def chromium():
    """A browser of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def visiting(browser, address):
    """Opens the page; afterwards nothing may have gone wrong and nobody else been asked."""
    problems, contexts, expected = [], [], []

    def open_page(path="/", width=1280, locale="zh-CN", url=address, forgive=()):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale=locale, accept_downloads=True
        )
        contexts.append(context)
        expected.extend(forgive)
        tab = context.new_page()
        tab.set_default_timeout(15_000)
        host = urlsplit(url).netloc
        tab.on("console", lambda m: m.type in ("error", "warning") and problems.append(m.text))
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.on("dialog", lambda dialog: (problems.append(dialog.message), dialog.dismiss()))
        tab.on(
            "request",
            lambda request: (
                urlsplit(request.url).netloc not in (host, "") and problems.append(request.url)
            ),
        )
        tab.goto(url + path)
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in problems if not any(word in text for word in expected)] == []


def run(tab, text=TEXT):
    """Paste a text and wait for its review."""
    tab.fill("#case", text)
    tab.click("button.primary")
    tab.wait_for_selector("#decision")


def until(tab, holds, tries=200):
    """Wait for something that the page's own policy forbids Playwright to wait for."""
    for _ in range(tries):
        if holds():
            return
        tab.wait_for_timeout(50)
    raise AssertionError("it did not come about")


def width_of(tab):
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    return tab.evaluate("document.documentElement.scrollWidth")


def unnamed(tab):
    """What can be operated but has no name for who cannot see it; and ids that stand twice."""
    session = tab.context.new_cdp_session(tab)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    found = [
        node["role"]["value"]
        for node in nodes
        if not node.get("ignored")
        and node.get("role", {}).get("value") in NAMED
        and not node.get("name", {}).get("value", "").strip()
    ]
    ids = tab.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    return found + [name for name in set(ids) if ids.count(name) > 1]


def reach(tab, selector, most=80):
    """Press Tab until the focus is there."""
    for _ in range(most):
        tab.keyboard.press("Tab")
        if tab.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")
