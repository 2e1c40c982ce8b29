import sys
from pathlib import Path

import pytest

from nolle.cases.findings import (
    Advisory,
    Citation,
    ElementProof,
    Finding,
    Ground,
    Outcome,
    Quote,
    Review,
    Sentence,
    SentenceStep,
    SimilarCase,
    Step,
    Unresolved,
)
from nolle.cases.models import Case
from nolle.cases.vocabulary import Check, Decision, SentenceKind, Verdict
from nolle.graphs.run import run
from nolle.serving import vllm_command

FAKE_VLLM = Path(__file__).with_name("fake_vllm.py")

RECORD = {
    "id": "page-1",
    "meta": {"date": "2021-05-01", "province": "江苏省"},
    "person_info": "犯罪嫌疑人许某，男，1980年3月1日出生。犯罪嫌疑人方某，男，1985年1月1日出生。",
    "procedure": "公安机关以许某、方某涉嫌盗窃罪移送审查起诉。",
    "fact": "2020年8月3日，许某提议并组织方某到超市，窃得手机三部，价值9000元。方某受许某安排望风，"
    "起次要作用。二人到案后如实供述，自愿认罪认罚，退赔并取得谅解。",
}


@pytest.fixture(scope="session")
def case():
    return Case.model_validate(RECORD)


@pytest.fixture(scope="session")
def review(case):
    return run(case)


@pytest.fixture(scope="session")
def filled_with():
    """Makes a case and its review in which every text is the given one, as a model might answer."""

    def make(text):
        case = Case(
            id=text,
            meta={"date": text, "province": text},
            person_info=text,
            procedure=text,
            fact=text,
        )
        quotes = tuple(
            Quote(text=text, field="fact", start=start, end=start + len(text)) for start in (0, 7)
        )
        cited = (Citation(key=text, status=text), Citation(key=f"cl:{text}", status="outdated"))
        grounds = tuple(
            Ground(
                id=text, zh=text, holds=holds, reason=text + text, quotes=quotes, citations=cited
            )
            for holds in (True, False)
        )
        checks = {
            check.value: Finding(
                check=check,
                defendant=text,
                verdict=Verdict.UNRESOLVED,
                summary=text,
                charge=text,
                grounds=grounds,
                elements=(
                    ElementProof(id=text, zh=text, kind=text, proven_by=(text,), doubts=(text,)),
                ),
                quotes=quotes,
                citations=cited,
                judge=text,
                notes=(text,),
            )
            for check in Check
        }
        step = SentenceStep(label=text, months=1, note=text, citation=text)
        sentence = Sentence(kind=SentenceKind.FIXED_TERM, months=6, band=(0, 36), steps=(step,))
        unresolved = Unresolved(code=text, node=text, reason=text)
        people = {
            text + number: Outcome(
                name=text + number,
                decision=Decision.P if number else None,
                checks=checks,
                charges=(text,),
                articles=(text,),
                sentence=sentence,
                reasons=(text,),
                unresolved=unresolved,
            )
            for number in ("", "2")
        }
        review = Review(
            id=text,
            model=text,
            decision=None,
            outcomes=people,
            articles=(text,),
            checks=checks,
            similar=(SimilarCase(id=text, score=1, outcome=text, charge=text, snippet=text),),
            advisories=(Advisory(code=text, zh=text, citations=cited, defendant=text),),
            notes=(text,),
            opinion=text,
            trace=(
                Step(
                    seq=1,
                    node=text,
                    defendant=text,
                    parent=text,
                    finding={text: text, "decision_date": text},
                    model=text,
                    usage={text: text},
                    run_id=text,
                ),
            ),
            unresolved=unresolved,
            run_id=text,
        )
        return review, case

    return make


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of a server that offers the rules."""
    pytest.importorskip("fastapi")
    from support.http_server import serving

    home = tmp_path_factory.mktemp("served")
    with serving(home, "--rate", "0", "--workers", "1") as (address, _):
        yield address


@pytest.fixture(scope="session")
def http(server):
    """A client of that server."""
    import httpx

    with httpx.Client(base_url=server, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def web_address(tmp_path_factory):
    """A server that offers the rules and a model that answers by script."""
    pytest.importorskip("fastapi")
    from support.http_server import serving
    from support.scripted_server import ScriptedServer
    from support.web_page import script

    with ScriptedServer(script) as model:
        options = ("--rate", "0", "--workers", "1", "--model", "rules", "--model", "vllm:tiny")
        home = tmp_path_factory.mktemp("page")
        with serving(home, *options, NOLLE_VLLM_BASE_URL=model.url) as (url, _):
            yield url


@pytest.fixture(scope="module")
def web_browser():
    """A Chromium."""
    from support.web_page import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(web_browser, web_address):
    """Opens the page in that browser."""
    from support.web_page import visiting

    with visiting(web_browser, web_address) as open_page:
        yield open_page


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A PATH with only the fake vLLM, and a home of its own."""
    script = tmp_path / "bin" / "vllm"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FAKE_VLLM}" "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:/usr/bin:/bin")
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path / "home"))
    for name in ("NOLLE_VLLM_PYTHON", "VLLM_API_KEY", "NOLLE_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(vllm_command, "_installed", lambda: False)
    return tmp_path
