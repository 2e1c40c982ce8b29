"""Many reviews by a model: faults, limits of privacy on the wire, estimates, cached answers."""

from __future__ import annotations

import json
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support import scripted_answers as scripted
from support.model_answers import agent_of, answering, answers_for
from support.scripted_server import ScriptedServer

from nolle import cli
from nolle.agents.client import Client
from nolle.agents.retry import Policy
from nolle.cases.models import Case
from nolle.graphs.asking import Asking
from nolle.graphs.run import run

sys.path.insert(0, str(Path(__file__).parents[1] / "agents"))
from personal_data import make_case

ROOT = Path(__file__).parents[2]
THEFT = Case(
    person_info="犯罪嫌疑人张某某，男，1990年5月1日出生。",
    procedure="公安机关以张某某涉嫌盗窃罪移送审查起诉。",
    fact="2022年1月3日，张某某在超市内窃得手机一部，价值3200元。张某某到案后如实供述。",
)
FAULTS = (
    scripted.malformed(),
    scripted.broken_body(),
    scripted.failed(500),
    scripted.failed(503),
    scripted.rate_limited(0),
    scripted.disconnected(),
    scripted.empty_choices(),
    scripted.truncated(),
)


@pytest.mark.slow
def test_three_hundred_reviews_with_a_fifth_of_faults_all_end(monkeypatch):
    draw = random.Random(5)
    faulty = 0

    def script(request):
        nonlocal faulty
        if draw.random() < 0.2:
            faulty += 1
            return draw.choice(FAULTS)
        answers = answers_for("P", ["盗窃罪"], "张某某在超市内窃得手机一部")
        return scripted.right(answers[agent_of(request)])

    with ScriptedServer(script) as server:
        monkeypatch.setenv("NOLLE_VLLM_BASE_URL", server.url)
        client = Client(policy=Policy(base_s=0.001, cap_s=0.01))
        cases = [THEFT.model_copy(update={"id": f"c{n}"}) for n in range(300)]

        def one(case):
            return run(case, "vllm:tiny", asking=Asking(client=client))

        with ThreadPoolExecutor(16) as pool:
            reviews = list(pool.map(one, cases))
        counts = client.log.counts()
        sent = len(server.requests)
    assert [r.id for r in reviews] == [f"c{n}" for n in range(300)]
    assert all((r.decision is None) != (r.unresolved is None) for r in reviews)
    assert sum(r.decision is not None for r in reviews) > 250
    assert faulty > 100
    assert counts.retries > 0
    assert counts.repairs > 0
    assert sent == counts.calls + counts.retries


@pytest.mark.slow
def test_no_personal_string_of_500_cases_reaches_the_wire(monkeypatch):
    monkeypatch.setenv("NOLLE_REDACT", "always")
    made = [make_case(seed) for seed in range(500)]

    def script(request):
        return scripted.right(answers_for("P", ["盗窃罪"], "")[agent_of(request)])

    with ScriptedServer(script) as server:
        monkeypatch.setenv("NOLLE_VLLM_BASE_URL", server.url)
        leaks = []
        for number, generated in enumerate(made):
            already = len(server.requests)
            run(generated.case, "vllm:tiny")
            sent = "".join(request.text for request in server.requests[already:])
            case = generated.case
            raw = case.person_info + case.procedure + case.fact
            leaks += [(number, s) for s in generated.secrets if s in raw and s in sent]
            assert sent
    assert leaks == []


@pytest.fixture
def quiet(tmp_path, monkeypatch):
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path))
    example = ROOT / "examples" / "cases" / "theft-prosecute-p.json"
    with ScriptedServer(answering(answers_for("P", ["盗窃罪"], ""))) as server:
        monkeypatch.setenv("NOLLE_VLLM_BASE_URL", server.url)
        yield server, str(example)


def test_a_dry_run_asks_nobody(quiet, capsys):
    server, example = quiet
    assert cli.run(["review", example, "-m", "vllm:tiny", "--dry-run", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["model"], data["cases"]) == ("vllm:tiny", 1)
    assert data["calls"] >= 5
    assert data["tokens"] > 1000
    assert server.requests == []


def test_cached_answers_are_used_again(quiet, capsys):
    server, example = quiet
    arguments = ["review", example, "-m", "vllm:tiny", "--cache", "--json"]
    assert cli.run(arguments) == 0
    first, asked = json.loads(capsys.readouterr().out), len(server.requests)
    assert cli.run(arguments) == 0
    second = json.loads(capsys.readouterr().out)
    assert asked > 0
    assert len(server.requests) == asked
    assert first["decision"] == second["decision"] == "P"


def test_without_the_option_every_run_asks(quiet, capsys):
    server, example = quiet
    for _ in range(2):
        assert cli.run(["review", example, "-m", "vllm:tiny", "--json"]) == 0
    capsys.readouterr()
    assert len(server.requests) % 2 == 0
    assert len(server.requests) >= 8


def test_whatif_without_changes_does_not_ask_a_model(quiet, capsys):
    server, example = quiet
    assert cli.run(["whatif", example, "-m", "vllm:tiny"]) == 2
    assert "--set" in capsys.readouterr().err
    assert server.requests == []


def test_a_run_into_a_folder_reports_its_calls_retries_and_repairs(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path))
    faults = [scripted.rate_limited(0), scripted.malformed()]

    def script(request):
        if faults:
            return faults.pop()
        return scripted.right(answers_for("P", ["盗窃罪"], "")[agent_of(request)])

    example = str(ROOT / "examples" / "cases" / "theft-prosecute-p.json")
    out = str(tmp_path / "out")
    arguments = ["review", example, "-m", "vllm:tiny", "--cache", "--out", out]
    with ScriptedServer(script) as server:
        monkeypatch.setenv("NOLLE_VLLM_BASE_URL", server.url)
        assert cli.run([*arguments, "--json"]) == 0
        counts = json.loads(capsys.readouterr().out)["model_calls"]
        sent = len(server.requests)
    assert (counts["retries"], counts["repairs"]) == (1, 1)
    assert sent == counts["calls"] + counts["retries"] == counts["attempts"]
    assert counts["faults"] == {"http_429": 1}
    assert counts["unknown_cost"] == 0
