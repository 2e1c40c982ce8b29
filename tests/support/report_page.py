"""The report page of a run, taken apart for tests, and a run full of hostile text."""

from __future__ import annotations

import base64
import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from support.run_files import write_folder

from nolle.evals.folder import read_folder
from nolle.evals.report import render_report
from nolle.evals.scores import score

VOID = {"meta", "br", "input"}


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


def data_of(html: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


def texts_of(html: str) -> list[Any]:
    parts = re.findall(r'<script type="text/plain" id="part-\d+">([^<]*)</script>', html)
    return [row for part in parts for row in json.loads(gzip.decompress(base64.b64decode(part)))]


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
