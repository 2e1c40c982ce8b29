"""The page in a real browser: what people do with it, with eyes, by keyboard and by ear."""

import io
import json
import os
import re
import shutil
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("fastapi")

from support.http_server import serving
from support.scripted_server import ScriptedServer, failed, late, right

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"),
        reason="chromium is not installed (apt-get install chromium fonts-noto-cjk)",
    ),
]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
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
    if SLOW in request.text:
        return late(20)
    if REFUSED in request.text:
        return failed(400, HOSTILE)
    return right(HOSTILE)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server that offers the rules and a model that answers by script."""
    with ScriptedServer(script) as model:
        options = ("--rate", "0", "--workers", "1", "--model", "rules", "--model", "vllm:tiny")
        home = tmp_path_factory.mktemp("page")
        with serving(home, *options, NOLLE_VLLM_BASE_URL=model.url) as (url, _):
            yield url


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, address):
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


def test_paste_run_what_if_download(visit):
    tab = visit()
    run(tab)
    assert tab.inner_text("#decision") == "相对不起诉DNP"
    assert tab.locator(".strip .found").all_inner_texts() == [
        "证据确实、充分",
        "构成犯罪",
        "可以免予刑罚",
    ]
    tab.click("#tab-whatif")
    tab.check(".toggle[data-key=recidivist] input")
    tab.wait_for_selector(".turn")
    assert tab.locator(".turn .pill").all_inner_texts() == ["相对不起诉 DNP", "起诉 P"]
    assert tab.locator(".differences li").count() >= 3
    with tab.expect_download() as docx:
        tab.click("button[data-ending=docx]")
    assert docx.value.suggested_filename.endswith(".docx")
    assert Path(docx.value.path()).read_bytes()[:2] == b"PK"
    with tab.expect_download() as html:
        tab.click("button[data-ending=html]")
    assert "许某" in Path(html.value.path()).read_text("utf-8")
    with tab.expect_download() as data:
        tab.click("button[data-ending=json]")
    assert json.loads(Path(data.value.path()).read_text("utf-8"))["decision"] == "DNP"
    tab.click("#reset")
    tab.wait_for_selector(".turn", state="detached")
    assert not tab.is_checked(".toggle[data-key=recidivist] input")


def test_a_value_is_assumed_and_the_change_kept_and_compared(visit):
    tab = visit()
    run(tab)
    tab.click("#tab-whatif")
    tab.locator("summary", has_text="金额、日期等").click()
    tab.fill("#value-amount", "500000")
    tab.wait_for_selector(".differences [data-what=sentence]")
    tab.click("#keep")
    tab.wait_for_selector(".versus")
    assert tab.locator(".duel .code").all_inner_texts() == ["DNP", "P"]
    assert "涉案金额" in tab.inner_text(".duel .assumed")
    assert tab.locator(".versus tr.differs").count() >= 3
    tab.click("text=左右互换")
    until(tab, lambda: tab.locator(".duel .code").all_inner_texts() == ["P", "DNP"])


def docx_of(text):
    import docx

    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def drop(tab, *files):
    """Drop files of ``(name, bytes)`` on the page, as a file manager does; a number stands for as
    many bytes."""
    transfer = tab.evaluate_handle(
        """(files) => {
          const transfer = new DataTransfer();
          for (const [name, bytes] of files)
            transfer.items.add(new File([new Uint8Array(bytes)], name));
          return transfer;
        }""",
        [[name, data if isinstance(data, int) else list(data)] for name, data in files],
    )
    for event in ("dragenter", "dragover", "drop"):
        tab.dispatch_event(".drop", event, {"dataTransfer": transfer})


def test_a_docx_is_dropped(visit):
    tab = visit()
    tab.wait_for_selector(".example")
    drop(tab, ("案卷.docx", docx_of(TEXT)))
    assert "案卷.docx" in tab.inner_text(".chip")
    assert not tab.is_visible("#case")
    tab.click("button.primary")
    tab.wait_for_selector("#decision")
    assert "许某在某超市窃得手机一部" in tab.inner_text("#panel-text")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("a.pdf", b"%PDF")], "不支持这种文件"),
        ([("a.txt", b"a"), ("b.txt", b"b")], "一次只能审查一个文件"),
        ([("a.txt", 2_200_000)], "文件超过 2 MB"),
    ],
    ids=["kind", "two", "large"],
)
def test_a_file_that_cannot_be_read_gets_one_line(visit, files, said):
    tab = visit()
    tab.wait_for_selector(".example")
    drop(tab, *files)
    assert said in tab.inner_text("#problem")
    assert tab.is_visible("#case")


def test_a_file_is_chosen_and_taken_back(visit):
    tab = visit()
    tab.wait_for_selector(".example")
    record = {"fact": TEXT, "id": "一号"}
    file = {"name": "x.json", "mimeType": "application/json"}
    tab.set_input_files("#file", {**file, "buffer": json.dumps(record).encode()})
    tab.click("text=移除文件")
    assert tab.is_visible("#case")
    tab.set_input_files("#file", {**file, "buffer": json.dumps(record).encode()})
    tab.click("button.primary")
    tab.wait_for_selector("#decision")
    assert "一号" in tab.inner_text(".case-id")


def test_a_request_that_is_refused_gets_one_line_and_can_be_mended(visit):
    tab = visit(forgive=("422",))
    tab.wait_for_selector(".example")
    tab.click("button.primary")
    assert "还没有案卷" in tab.inner_text("#problem")
    tab.fill("#case", '{"fact": ""}')
    tab.click("button.primary")
    until(tab, lambda: "no facts" in tab.inner_text("#problem"))
    assert "\n" not in tab.inner_text("#problem").strip()
    run(tab)


def test_a_server_that_is_gone_is_told_in_one_line(visit):
    tab = visit(forgive=("ERR_FAILED",))
    tab.wait_for_selector(".example")
    tab.route("**/v1/reviews", lambda route: route.abort())
    tab.fill("#case", TEXT)
    tab.click("button.primary")
    until(tab, lambda: "无法连接" in tab.inner_text("#problem"))
    assert tab.input_value("#case") == TEXT


def test_a_quote_leads_to_its_place_and_back(visit):
    tab = visit()
    run(tab)
    quote = tab.locator("#check-0-waiver button.quote").first
    words = re.search("“(.+)”", quote.inner_text())[1]
    tab.click("#tab-whatif")
    quote.click()
    mark = tab.locator("mark:focus")
    assert mark.inner_text() == words
    assert tab.locator("#tab-text").get_attribute("aria-selected") == "true"
    mark.evaluate("node => node.nextElementSibling.querySelector('button').click()")
    assert tab.evaluate("document.activeElement.classList.contains('quote')")


def test_an_article_is_told_on_pointing_and_on_focus_and_goes_by_escape(visit):
    tab = visit()
    run(tab)
    article = tab.locator("button.article:visible", has_text="刑法第二百六十四条").first
    article.hover()
    tab.wait_for_selector("#tip li")
    assert "3年至10年" in tab.inner_text("#tip")
    assert "2021-05-01" in tab.inner_text("#tip")
    tab.keyboard.press("Escape")
    assert not tab.is_visible("#tip")
    article.focus()
    tab.wait_for_selector("#tip li")
    assert article.get_attribute("aria-describedby") == "tip"


def test_the_language_changes_everywhere_at_once_and_is_remembered(visit):
    tab = visit()
    run(tab)
    html = tab.locator("html")
    assert html.get_attribute("lang") == "zh-Hans"
    tab.click("#language")
    assert html.get_attribute("lang") == "en"
    assert tab.inner_text("#decision") == "Discretionary non-prosecutionDNP"
    assert tab.inner_text("#people-h") == "Defendants"
    assert "Criminal Law art. 264" in tab.inner_text("#people")
    tab.reload()
    tab.wait_for_selector("#decision")
    assert html.get_attribute("lang") == "en"
    assert tab.inner_text("#masthead nav") == "New review\nHistory\nCompare"
    tab.click("#masthead nav a[data-view='']")
    tab.wait_for_selector(".example")
    tab.fill("#case", "保留的文字")
    tab.click("#language")
    assert tab.input_value("#case") == "保留的文字"
    assert tab.inner_text("h1") == "审查一份案卷"


def test_a_browser_in_another_language_sees_english(visit):
    tab = visit(locale="de-DE")
    assert tab.inner_text("h1") == "Review a case file"


def test_a_review_under_way_is_cancelled(visit):
    tab = visit()
    tab.wait_for_selector("#second")
    tab.fill("#case", TEXT + SLOW)
    tab.select_option("#model", "vllm:tiny")
    tab.click("button.primary")
    tab.wait_for_selector(".run-steps li")
    assert "案卷提取" in tab.inner_text(".run-steps")
    assert tab.locator(".strip .waiting").count() == 3
    tab.click("#cancel")
    tab.wait_for_selector("text=审查已取消")
    tab.click("#masthead nav a[data-view=history]")
    tab.wait_for_selector("table.history")
    assert "已取消" in tab.inner_text("table.history tbody tr:first-child")


def test_two_models_are_compared_and_what_a_model_says_stays_text(visit):
    tab = visit()
    tab.wait_for_selector("#second")
    tab.fill("#case", TEXT)
    tab.select_option("#second", "vllm:tiny")
    tab.click("button.primary")
    tab.wait_for_selector(".versus", timeout=60_000)
    models = tab.locator(".duel .case-id").all_inner_texts()
    assert [text.rpartition(" ")[2] for text in models] == ["rules", "vllm:tiny"]
    assert tab.locator(".versus tr.differs").count() >= 1
    assert tab.locator("main img, main svg, main script").count() == 0


def test_the_error_of_a_model_is_one_line_of_text(visit):
    tab = visit()
    tab.wait_for_selector("#second")
    tab.fill("#case", TEXT + REFUSED)
    tab.select_option("#model", "vllm:tiny")
    tab.click("button.primary")
    tab.wait_for_selector("[role=alert] h1, #decision", timeout=60_000)
    assert tab.locator("main img, main svg, main script").count() == 0
    assert tab.locator("h1").count() == 1


def test_history_lists_opens_and_deletes(visit):
    tab = visit()
    run(tab)
    tab.click("#masthead nav a[data-view=history]")
    tab.wait_for_selector("table.history")
    rows = tab.locator("table.history tbody tr")
    before = rows.count()
    assert "许某 · 盗窃罪" in rows.first.inner_text()
    first = rows.first.locator("button")
    first.click()
    assert first.inner_text() == "确认删除"
    assert rows.count() == before
    first.click()
    until(tab, lambda: rows.count() < before)
    boxes = tab.locator("table.history input:enabled")
    if boxes.count() >= 2:
        boxes.nth(0).check()
        boxes.nth(1).check()
        assert tab.is_enabled("#compare-chosen")
    tab.locator("table.history a").first.click()
    tab.wait_for_selector("#decision")


def test_several_defendants_are_shown_and_assumed_one_by_one(visit):
    tab = visit()
    tab.locator(".example").nth(1).click()
    tab.click("button.primary")
    tab.wait_for_selector("#decision")
    assert tab.locator("#people tbody th").all_inner_texts() == ["许某", "方某", "宋某"]
    assert "从犯" in tab.inner_text("#people tbody tr:nth-child(3)")
    tab.locator("details.sentence summary").first.click()
    assert "量刑起点" in tab.inner_text("details.sentence >> nth=0")
    tab.click("#tab-whatif")
    tab.select_option("#scope", "宋某")
    tab.check(".toggle[data-key=recidivist] input")
    tab.wait_for_selector(".differences li")
    assert "宋某：累犯 → 是" in tab.inner_text(".whatif-result .assumed")


def test_it_can_be_used_by_keyboard_alone(visit):
    tab = visit()
    tab.wait_for_selector(".example")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "跳到正文"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.tagName") == "H1"
    reach(tab, "#case")
    tab.keyboard.insert_text(TEXT)
    tab.keyboard.press("Control+Enter")
    tab.wait_for_selector("#decision")
    assert tab.evaluate("document.activeElement.id") == "decision"
    reach(tab, "#check-0-waiver button.quote")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.tagName") == "MARK"
    reach(tab, "button.ref")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.classList.contains('quote')")
    reach(tab, "#tab-text")
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("document.activeElement.id") == "tab-whatif"
    reach(tab, ".toggle[data-key=recidivist] input")
    tab.keyboard.press("Space")
    tab.wait_for_selector(".turn")
    assert tab.inner_text("#spoken") == "相对不起诉，变为起诉"
    ring = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring != "none"


def reach(tab, selector, most=80):
    """Press Tab until the focus is there."""
    for _ in range(most):
        tab.keyboard.press("Tab")
        if tab.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")


def test_every_control_has_a_name(visit):
    tab = visit()
    tab.wait_for_selector(".example")
    assert unnamed(tab) == []
    run(tab)
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert unnamed(tab) == []
    assert tab.locator("h1").count() == 1
    landmarks = "header nav, main, footer, aside"
    assert tab.evaluate(f"document.querySelectorAll('{landmarks}').length") >= 4
    tab.click("#tab-whatif")
    assert unnamed(tab) == []
    for view, ready in (("history", "table.history"), ("compare", ".pickers select")):
        tab.click(f"#masthead nav a[data-view={view}]")
        tab.wait_for_selector(ready)
        assert unnamed(tab) == []
        assert tab.locator("h1").count() == 1


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_needs_no_sideways_scrolling(visit, width):
    tab = visit(width=width, locale="en-US")
    tab.wait_for_selector(".example")
    assert width_of(tab) <= width
    tab.locator(".example").nth(1).click()
    tab.click("button.primary")
    tab.wait_for_selector("#decision")
    assert width_of(tab) <= width
    tab.click("#tab-whatif")
    tab.check(".toggle[data-key=recidivist] input")
    tab.wait_for_selector("#keep")
    assert width_of(tab) <= width
    tab.click("#keep")
    tab.wait_for_selector(".versus")
    assert width_of(tab) <= width
    tab.click("#masthead nav a[data-view=history]")
    tab.wait_for_selector("table.history")
    assert width_of(tab) <= width


@contextmanager
def answering(tab, review, case):
    """Let the server answer with that review, whatever it is asked for."""
    review_id = "rv-hostile"
    data = {"review_id": review_id, **review.to_json()}
    state = {
        "review_id": review_id,
        "status": "done",
        "steps_done": 1,
        "model": review.model,
        "case_id": review.id,
        "decision": None,
        "decision_zh": None,
        "overrides": {HOSTILE: HOSTILE},
        "today": "2026-01-01",
        "created": "2026-01-01T00:00:00Z",
        "updated": "2026-01-01T00:00:00Z",
        "error": None,
    }
    text = case.fact
    piece = {"text": text, "quotes": [1], "begins": [1], "ends": [1], "checks": [text]}
    fields = {name: [piece] for name in ("person_info", "procedure", "fact")}
    quotes = [{"number": 1, "field": "fact", "start": 0, "end": len(text)}]
    record = case.model_dump(mode="json")
    statute = {
        "key": text,
        "date": text,
        "status": text,
        "text": text,
        "charges": [
            {"name": text, "bands": [{"months": text, "penalties": [text], "condition": text}]}
        ],
        "grounds": [{"id": text, "zh": text, "decision": text}],
    }
    difference = {"defendant": text, "what": text, "before": text, "after": [text]}
    answers = {
        "/v1/circumstances": {
            "circumstances": [{"key": text, "zh": text}],
            "values": [{"key": text, "zh": text, "unit": text}],
        },
        "/v1/titles": {review_id: {"names": [text, text], "charges": [text]}},
        "/v1/reviews": {"reviews": [state], "next": None},
        f"/v1/reviews/{review_id}": {**state, "review": data},
        f"/v1/reviews/{review_id}/text": {"case": record, "fields": fields, "quotes": quotes},
        f"/v1/reviews/{review_id}/whatif": {
            "changes": {text: text},
            "differences": [difference, {**difference, "defendant": None}],
            "review": data,
        },
        "/readyz": {"status": "ready", "models": [text, "rules"]},
    }

    def answer(route):
        path = urlsplit(route.request.url).path
        body = statute if path.startswith("/v1/statutes/") else answers.get(path)
        assert body is not None, path
        route.fulfill(json=body)

    tab.route(re.compile("/(v1|readyz)"), answer)
    yield review_id
    tab.unroute_all(behavior="ignoreErrors")


@pytest.mark.parametrize("width", [320, 1280])
def test_hostile_text_in_every_field_shows_as_text(visit, filled_with, width):
    review, case = filled_with(HOSTILE)
    tab = visit("/#/history", width=width)
    with answering(tab, review, case) as review_id:
        tab.reload()
        tab.wait_for_selector("table.history")
        assert HOSTILE in tab.inner_text("table.history")
        assert width_of(tab) <= width
        tab.goto(tab.url.replace("#/history", f"#/review/{review_id}"))
        tab.wait_for_selector("#decision")
        assert width_of(tab) <= width
        for part in (".verdict", "#people", "#check-0-evidence, #checks", "#similar", "#opinion"):
            assert HOSTILE in tab.locator(part).first.inner_text(), part
        tab.locator("details.step").evaluate_all("all => all.forEach(d => { d.open = true })")
        tab.locator("button.quote").first.click()
        tab.locator("button.article").first.focus()
        tab.wait_for_selector("#tip .wording")
        assert HOSTILE in tab.inner_text("#tip")
        tab.keyboard.press("Escape")
        tab.click("#tab-whatif")
        tab.locator(".toggle input").first.check()
        tab.wait_for_selector(".differences li")
        assert HOSTILE in tab.inner_text(".whatif-result")
        assert width_of(tab) <= width
        assert tab.locator("main img, main svg, main script, main [onerror]").count() == 0
        assert tab.locator("main a[href^=javascript]").count() == 0
        tab.goto(tab.url.partition("#")[0] + f"#/compare/{review_id}/{review_id}")
        tab.wait_for_selector(".versus")
        assert HOSTILE in tab.inner_text(".versus")
        assert width_of(tab) <= width
        assert tab.locator("main img, main svg, main script").count() == 0


def test_hostile_text_of_a_case_shows_as_text(visit):
    tab = visit()
    run(tab, f"2020年8月3日，许某窃得手机，价值3000元，{HOSTILE}如实供述，取得谅解{HOSTILE}。")
    assert HOSTILE in tab.inner_text("#panel-text").replace("\n", "")
    assert tab.locator("main img, main svg, main script").count() == 0


def test_similar_cases_stand_beside_this_one(visit, filled_with):
    review, case = filled_with("盗窃罪")
    similar = [
        {
            "id": "判例1",
            "score": 0.9,
            "outcome": "相对不起诉",
            "charge": "盗窃罪",
            "snippet": "窃得",
        },
        {"id": "判例2", "score": 0.8, "outcome": "P", "charge": "盗窃罪", "snippet": "扒窃"},
    ]
    review = review.model_validate({**review.model_dump(), "similar": similar})
    tab = visit("/#/history")
    with answering(tab, review, case) as review_id:
        tab.goto(tab.url.replace("#/history", f"#/review/{review_id}"))
        tab.wait_for_selector("#similar")
        cards = tab.locator("#similar li").all_inner_texts()
    assert "本案" in cards[0]
    assert [("相对不起诉 DNP" in cards[1]), ("起诉 P" in cards[2])] == [True, True]


def test_a_server_with_keys_asks_for_one_and_forgets_it_with_the_tab(visit, tmp_path):
    key = "a-key-of-some-length"
    with serving(tmp_path, "--workers", "1", NOLLE_API_KEYS=key) as (url, _):
        tab = visit(url=url, forgive=("401",))
        tab.wait_for_selector("dialog")
        assert unnamed(tab) == []
        tab.fill("#key", "not-the-right-key")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("dialog [role=alert]")
        tab.fill("#key", key)
        tab.click("dialog button.primary")
        run(tab)
        with tab.expect_download() as got:
            tab.click("button[data-ending=docx]")
        assert Path(got.value.path()).read_bytes()[:2] == b"PK"
        assert tab.evaluate("sessionStorage.getItem('nolle-key')") == key
        assert tab.evaluate("JSON.stringify(localStorage)").find(key) == -1
        tab.click("#forget")
        tab.wait_for_selector("dialog")


def test_print_shows_the_case_and_hides_the_controls(visit):
    tab = visit()
    run(tab)
    tab.click("#tab-whatif")
    tab.emulate_media(media="print")
    assert tab.is_visible("#panel-text mark >> nth=0")
    for hidden in ("#masthead", ".toolbar", ".tabs", ".whatif"):
        assert not tab.is_visible(hidden)
    assert len(tab.pdf(format="A4")) > 20_000
