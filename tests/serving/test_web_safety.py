"""The page in a real browser: text that wants to be markup, keys, keyboards, names, phones."""

import re
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.http_server import serving
from support.web_page import HOSTILE, REFUSED, TEXT, in_browser, reach, run, unnamed, width_of

pytestmark = in_browser


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
