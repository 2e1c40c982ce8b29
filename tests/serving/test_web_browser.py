"""The page in a real browser: what people do with it."""

import io
import json
import re
from pathlib import Path

import pytest
from support.web_page import SLOW, TEXT, in_browser, run, until

pytestmark = in_browser


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


def test_history_lists_opens_compares_and_deletes(visit):
    tab = visit()
    for _ in range(2):
        run(tab)
        tab.click("#masthead nav a[data-view='']")
        tab.wait_for_selector(".example")
    tab.click("#masthead nav a[data-view=history]")
    tab.wait_for_selector("table.history")
    rows = tab.locator("table.history tbody tr")
    before = rows.count()
    assert "许某 · 盗窃罪" in rows.first.inner_text()
    for at in (0, 1):
        assert not tab.is_enabled("#compare-chosen")
        rows.nth(at).locator("input").check()
    tab.click("#compare-chosen")
    tab.wait_for_selector(".versus")
    assert "结论相同" in tab.inner_text("main")
    tab.go_back()
    tab.wait_for_selector("table.history")
    delete = rows.first.locator("button")
    delete.click()
    assert delete.inner_text() == "确认删除"
    assert rows.count() == before
    delete.click()
    until(tab, lambda: rows.count() < before)
    rows.first.locator("a").click()
    tab.wait_for_selector("#decision")


def test_a_connection_that_breaks_off_is_taken_up_again(visit):
    tab = visit(forgive=("ERR_FAILED",))
    tab.wait_for_selector(".example")
    tab.route("**/events", lambda route: route.abort())
    run(tab)
    assert tab.inner_text("#decision") == "相对不起诉DNP"


def test_a_long_case_is_shown(visit):
    tab = visit()
    tab.wait_for_selector(".example")
    long = TEXT.replace("认定上述", "许某与店员交谈后离开，未再返回该店。" * 12_000 + "认定上述")
    tab.fill("#case", long)
    tab.click("button.primary")
    tab.wait_for_selector("#decision", timeout=60_000)
    assert len(tab.inner_text("#panel-text")) > 200_000


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


def test_print_shows_the_case_and_hides_the_controls(visit):
    tab = visit()
    run(tab)
    tab.click("#tab-whatif")
    tab.emulate_media(media="print")
    assert tab.is_visible("#panel-text mark >> nth=0")
    for hidden in ("#masthead", ".toolbar", ".tabs", ".whatif"):
        assert not tab.is_visible(hidden)
    assert len(tab.pdf(format="A4")) > 20_000
