"""The page's files and routes; what it does in a browser is in test_web_browser.py."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

from nolle.cases.models import FIELDS
from nolle.cases.vocabulary import Decision, InjuryGrade, Role, SentenceKind, Verdict
from nolle.graphs import overrides
from nolle.serving import web, web_words, wording

WEB = Path(web.__file__).parent / "web"
SCRIPTS = sorted(WEB.glob("*.js"))
MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    r"|createContextualFragment|DOMParser|setHTML"
)


class Index(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.loaded, self.inline = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        if tag in ("script", "link", "img"):
            self.loaded.append(names.get("src") or names.get("href"))
        if tag == "style" or "style" in names or any(key.startswith("on") for key in names):
            self.inline.append(tag)
        if tag == "script" and "src" not in names:
            self.inline.append(tag)


def test_the_page_is_served_with_a_strict_policy_and_asked_for_anew(http):
    answer = http.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = dict(
        rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    again = http.get("/", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_page_holds_no_script_and_loads_only_files_that_are_there(http):
    index = Index(http.get("/").text)
    assert index.inline == []
    assert len(index.loaded) >= 4
    for path in index.loaded:
        answer = http.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/static/0000000000000000/main.js",
        "/static/{version}/nothing.js",
        "/static/{version}/index.html",
        "/static/{version}/..%2Fweb.py",
        "/static/{version}/%2e%2e/web.py",
    ],
)
def test_nothing_else_is_served(http, path):
    answer = http.get(path.format(version=web.site().version))
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_small_parses_no_markup_and_stays_on_its_host(script):
    text = script.read_text("utf-8")
    assert len(text.splitlines()) <= 300
    assert MARKUP.findall(text) == []
    assert re.findall(r"https?://", text) == []
    imported = re.findall(r'from "\./([\w.-]+)"', text)
    assert {name for name in imported if not (WEB / name).is_file()} == set()


def test_every_script_is_used():
    used = {"main.js"}
    for script in SCRIPTS:
        used |= set(re.findall(r'from "\./([\w.-]+)"', script.read_text("utf-8")))
    assert {path.name for path in SCRIPTS} == used


def test_every_label_is_there_in_both_languages_and_used():
    text = (WEB / "labels.js").read_text("utf-8")
    labels = re.findall(r'^add\("(\w+)", "([^"]+)", "([^"]+)"\);$', text, re.MULTILINE)
    assert len(labels) == text.count("\nadd(")
    names = [name for name, _, _ in labels]
    assert len(names) == len(set(names))
    rest = "".join(path.read_text("utf-8") for path in SCRIPTS if path.name != "labels.js")
    asked = set(re.findall(r"\bL\.(\w+)", rest))
    free = {name for name in names if not name.startswith(("error_", "status_"))}
    assert free - asked == set()
    assert asked - set(names) == set()


def test_every_colour_of_a_tone_is_in_the_shared_style():
    style = (Path(web.__file__).parent / "templates" / "page.css.j2").read_text("utf-8")
    assert "{{" not in style
    assert "{%" not in style
    words = web_words.words()
    tones = {entry["tone"] for name in ("decisions", "verdicts") for entry in words[name].values()}
    assert {tone for tone in tones if f".tone-{tone} " not in style} == set()


def test_the_words_cover_everything_that_a_review_can_say():
    words = web_words.words()
    for name, kind in (
        ("decisions", Decision),
        ("verdicts", Verdict),
        ("roles", Role),
        ("sentences", SentenceKind),
        ("injuries", InjuryGrade),
    ):
        assert set(words[name]) == {member.value for member in kind}
    assert set(words["values"]) == set(overrides.VALUES)
    assert set(words["nodes"]) == set(wording.NODE_ZH)
    assert set(words["what"]) == set(wording.WHAT_ZH)
    assert set(words["fields"]) == set(FIELDS)
    pairs = [
        pair
        for table in words.values()
        for pair in table.values()
        if isinstance(table, dict) and isinstance(pair, dict)
    ]
    assert len(pairs) > 80
    assert [pair for pair in pairs if not (pair["zh"] and pair["en"])] == []


def test_the_examples_lead_to_all_four_decisions(http):
    examples = json.loads((WEB / "examples.json").read_text("utf-8"))
    made = [http.post("/v1/reviews", json={"text": item["text"]}).json() for item in examples]
    assert [review["decision"] for review in made] == ["DNP", "P", "IENP", "SNP"]
    assert [len(review["outcomes"]) for review in made] == [1, 3, 1, 1]


def test_the_text_comes_in_pieces_that_make_it_up_again(http, case):
    record = case.model_dump(mode="json")
    made = http.post("/v1/reviews", json={"case": record}).json()
    found = http.get(f"/v1/reviews/{made['review_id']}/text").json()
    assert found["case"] == {key: record[key] for key in found["case"]}
    for name in FIELDS:
        assert "".join(piece["text"] for piece in found["fields"][name]) == case.text_of(name)
    quoted = {
        (quote["field"], quote["start"], quote["end"])
        for outcome in made["outcomes"]
        for finding in outcome["checks"].values()
        for ground in [finding, *finding["grounds"]]
        for quote in ground["quotes"]
    }
    assert {(q["field"], q["start"], q["end"]) for q in found["quotes"]} == quoted
    begun = [n for pieces in found["fields"].values() for p in pieces for n in p["begins"]]
    assert sorted(begun) == [quote["number"] for quote in found["quotes"]]


def test_the_titles_say_who_and_of_what(http, case):
    made = http.post("/v1/reviews", json={"case": case.model_dump(mode="json")}).json()
    titles = http.get("/v1/titles", params={"limit": 1}).json()
    assert titles == {made["review_id"]: {"names": ["许某", "方某"], "charges": ["盗窃罪"]}}


def test_the_text_of_no_review_is_not_found(http):
    assert http.get("/v1/reviews/rv-none/text").status_code == 404
