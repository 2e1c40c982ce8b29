import re
from html.parser import HTMLParser

import pytest
from support.chromium import CHROMIUM, FLAGS, needs_chromium

from nolle.cases.models import Case
from nolle.graphs.run import run
from nolle.serving.page import render_page, render_pages

VOID = {"meta", "br", "hr", "link", "img", "input", "col"}


class Page(HTMLParser):
    """Collects tags, links, anchors and the text outside and inside of marks."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.ids, self.links, self.marked = [], [], [], [], []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        names = dict(attributes)
        if "id" in names:
            self.ids.append(names["id"])
        if tag == "a":
            self.links.append(names.get("href", ""))
        if tag == "mark":
            self.marked.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if "mark" in self.open and "sup" not in self.open:
            self.marked[-1] += data


def test_the_page_is_well_formed_and_self_contained(review, case):
    html = render_page(review, case)
    page = Page(html)
    assert page.open == []
    assert not re.search(r"(src|href)=[\"'](?!#)", html)
    assert "<script" not in html
    policy = next(a for t, a in page.tags if t == "meta" and "http-equiv" in a)
    assert "default-src 'none'" in policy["content"]
    assert dict(page.tags)["html"]["lang"].startswith("zh")


def test_decision_comes_first_and_every_part_is_there(review, case):
    text = Page(render_page(review, case)).text
    body = text[text.index(review.decision.zh) :]
    for words in ("三项审查", "许某", "方某", "主犯", "从犯", "盗窃罪", "案件事实", "【最终结论】"):
        assert words in body


def test_every_link_leads_somewhere_and_anchors_are_unique(review, case):
    page = Page(render_pages([(review, case), (review, case)]))
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links} <= set(page.ids)


def test_marks_cover_exactly_the_quoted_words(review, case):
    page = Page(render_page(review, case))
    quotes = {q.text for f in review.checks.values() for g in f.grounds for q in g.quotes}
    assert quotes
    marked = "".join(page.marked)
    assert all(text in marked or any(text in m for m in page.marked) for text in quotes)
    whole = re.sub(r"\[\d+\]", "", page.text)
    for field in (case.person_info, case.procedure, case.fact):
        assert field in whole


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&</style><b>{{ 7*7 }}"


def test_hostile_text_shows_as_text():
    case = Case(
        id=HOSTILE,
        meta={"date": "2021-01-01", "province": HOSTILE},
        person_info=f"犯罪嫌疑人许某，男。{HOSTILE}",
        procedure=f"公安机关以许某涉嫌盗窃罪移送审查起诉。{HOSTILE}",
        fact=f"许某窃得手机，价值3000元，{HOSTILE}如实供述，取得谅解{HOSTILE}。",
    )
    html = render_page(run(case), case)
    assert "<script" not in html
    assert "<img" not in html
    assert "49" not in re.findall(r"<b>([^<]*)</b>", html)
    assert "&lt;script&gt;" in html
    assert Page(html).open == []


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "]]>--><!--<svg/onload=alert(1)>",
        "' onmouseover='alert(1)' x=\" onfocus=alert(1) autofocus \"",
        "javascript:alert(1)//https://example.com/x.js",
        "{% include '/etc/passwd' %}{{ cycler }}${1}",
        "</title></style></pre></details></mark>",
        "a\u202eb\x1b[2Jc\ud800d",
    ],
)
def test_no_text_of_a_case_or_a_model_becomes_markup(filled_with, text):
    harmless, review = Page(render_pages([filled_with("x")])), filled_with(text)
    html = render_pages([review])
    page = Page(html)
    assert page.open == []
    kinds = {(tag, *sorted(attributes)) for tag, attributes in page.tags}
    known = {(tag, *sorted(attributes)) for tag, attributes in harmless.tags}
    # The marks of a longer text differ in number only.
    assert kinds - known <= {("mark", "class"), ("mark", "class", "id")}
    assert all(link.startswith("#c1") for link in page.links)
    assert not re.search("[\u202e\x1b\ud800]", html)
    html.encode("utf-8")


def test_unresolved_is_shown_with_its_reason():
    case = Case(person_info="犯罪嫌疑人甲某，男。", fact="甲某路过某处。")
    text = Page(render_page(run(case), case)).text
    assert "未能形成结论" in text
    assert "未能对应到任何罪名" in text


@pytest.mark.chromium
@needs_chromium
@pytest.mark.parametrize("width", [390, 1200])
def test_a_browser_shows_it_without_overflow(review, case, tmp_path, width):
    from playwright.sync_api import sync_playwright

    file = tmp_path / "page.html"
    file.write_text(render_page(review, case), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tab = browser.new_page(viewport={"width": width, "height": 900})
        problems = []
        tab.on("console", lambda message: problems.append(message.text))
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.goto(file.as_uri())
        inner = tab.evaluate("document.documentElement.scrollWidth")
        tab.locator("details summary").first.click()
        heading = tab.locator("h1").first.inner_text()
        picture = tab.screenshot(full_page=True)
        browser.close()
    assert inner <= width
    assert problems == []
    assert review.decision.zh in heading
    assert len(picture) > 20_000


@pytest.mark.chromium
@needs_chromium
def test_long_words_do_not_overflow_a_phone(filled_with, tmp_path):
    from playwright.sync_api import sync_playwright

    file = tmp_path / "page.html"
    file.write_text(render_page(*filled_with("长" * 90 + "W" * 90)), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tab = browser.new_page(viewport={"width": 320, "height": 640})
        tab.goto(file.as_uri())
        tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        inner = tab.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert inner <= 320


@pytest.mark.chromium
@needs_chromium
def test_it_prints_what_is_folded_on_the_screen(review, case, tmp_path):
    from playwright.sync_api import sync_playwright

    file = tmp_path / "page.html"
    file.write_text(render_page(review, case), encoding="utf-8")
    every = "document.querySelectorAll('details').forEach(d => {})"
    pages = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tab = browser.new_page()
        for state, change in (("closed", ""), ("open", "d.open = true"), ("gone", "d.remove()")):
            tab.goto(file.as_uri())
            tab.evaluate(every.replace("{}", f"{{ {change} }}"))
            pages[state] = len(re.findall(rb"/Type */Page\b", tab.pdf(format="A4")))
        browser.close()
    assert pages["closed"] == pages["open"] > pages["gone"] > 0
