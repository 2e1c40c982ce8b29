"""Judges for the tests of the graph: they answer at once and count how often they are asked."""

from __future__ import annotations

import json
import threading
from collections import Counter
from datetime import date

import pytest

from nolle.agents import base
from nolle.cases.facts import Amount, AmountKind, BloodAlcohol, Circumstance, Facts, Suspect
from nolle.cases.findings import (
    Advisory,
    ChargeFinding,
    Citation,
    Finding,
    Outcome,
    Quote,
    RoleFinding,
    Sentence,
    SimilarFinding,
    Unresolved,
)
from nolle.cases.models import Case, Span
from nolle.cases.vocabulary import Check, Decision, Role, SentenceKind, Verdict
from nolle.graphs import judges as judges_module
from nolle.graphs import overrides
from nolle.graphs.judges import Judges
from nolle.graphs.pending import Pending
from nolle.graphs.run import run

CIRCUMSTANCES = {"forgiveness": "谅解", "surrender": "自首", "recidivist": "累犯"}
GRAVITY = (Decision.P, None, Decision.DNP, Decision.IENP, Decision.SNP)


class Fakes:
    """Judges by trivial rules; ``asked`` counts the questions, ``fail`` makes one raise."""

    def __init__(self) -> None:
        self.asked: Counter[tuple[str, str]] = Counter()
        self.views: dict[tuple[str, str], base.View] = {}
        self.fail: dict[str, BaseException] = {}
        self.judge = "rules"
        self.bad_until = 0
        self._lock = threading.Lock()

    def ask(self, node: str, defendant: str = "", view: base.View | None = None) -> int:
        with self._lock:
            self.asked[node, defendant] += 1
            if view is not None:
                self.views[node, defendant] = view
            count = self.asked[node, defendant]
        for key in (node, f"{node}:{defendant}"):
            if key in self.fail:
                raise self.fail[key]
        return count

    def count(self, node: str) -> int:
        return sum(n for (name, _), n in self.asked.items() if name == node)

    def read_facts(self, case: Case, today: date | None = None) -> Facts:
        self.ask("intake")
        names = case.person_info.split("、")
        span = Span(field="fact", start=0, end=2)
        drunk = "酒" in case.fact
        return Facts(
            suspects=tuple(
                Suspect(name=n, birth=date(1990, 5, 1), age_at_conduct=30) for n in names
            )
            if case.person_info
            else (),
            decision_date=date.fromisoformat(case.meta.date) if case.meta.date else today,
            conduct_end=date(2020, 6, 1),
            decision_date_note="" if case.meta.date else "no date",
            alcohol=(BloodAlcohol(mg_per_100ml=160, span=span),) if drunk else (),
            amounts=(
                Amount(yuan=3000, kind=AmountKind.VALUE, span=span),
                Amount(yuan=500, kind=AmountKind.COMPENSATION, span=span),
            ),
            circumstances=(Circumstance(id="surrender", holds=True, span=span),)
            if "自首" in case.fact
            else (),
        )

    def charge(self, view: base.View, context: base.Context) -> ChargeFinding:
        self.ask("charge", view.defendant, view)
        return ChargeFinding(defendant=view.defendant, charges=("盗窃罪",), scores={"盗窃罪": 1.0})

    def roles(self, view: base.View, context: base.Context) -> RoleFinding:
        self.ask("roles", view.defendant, view)
        first = view.facts.suspects[0].name == view.defendant
        return RoleFinding(
            defendant=view.defendant, role=Role.PRINCIPAL if first else Role.ACCOMPLICE
        )

    def similar(self, view: base.View, context: base.Context) -> SimilarFinding:
        self.ask("similar")
        return SimilarFinding(note="no corpus")

    def check(self, check: Check):
        def assess(view: base.View, context: base.Context) -> Finding:
            count = self.ask(check.value, view.defendant, view)
            holding = view.facts.holding(view.defendant)
            verdict = {
                Check.EVIDENCE: Verdict.SUFFICIENT,
                Check.SUBSUMPTION: Verdict.CRIME,
                Check.WAIVER: Verdict.WAIVED if "forgiveness" in holding else Verdict.NOT_WAIVED,
            }[check]
            quote = view.case.fact[:2] if count > self.bad_until else "not there"
            return Finding(
                check=check,
                defendant=view.defendant,
                verdict=verdict,
                summary=check.value,
                charge="盗窃罪",
                quotes=(Quote(text=quote, field="fact", start=0, end=len(quote)),),
                citations=(Citation(key="cl:第二百六十四条"),),
                confidence=0.9,
                judge=self.judge,
            )

        return assess

    def decide(self, view: base.View, findings) -> Outcome:
        self.ask("decide", view.defendant, view)
        assert set(findings) == set(Check)
        waived = findings[Check.WAIVER].verdict is Verdict.WAIVED
        return Outcome(
            name=view.defendant,
            role=view.role,
            decision=Decision.DNP if waived else Decision.P,
            checks={c.value: f for c, f in findings.items()},
            charges=view.charges,
            articles=("cpl:第一百七十七条第二款" if waived else "cpl:第一百七十六条",),
        )

    def case_level(self, outcomes):
        self.ask("case_level")
        if not outcomes:
            return None, Unresolved(code="no_suspect", node="intake", reason="nobody"), ""
        for level in GRAVITY:
            for name, outcome in outcomes.items():
                if outcome.decision is level:
                    return level, outcome.unresolved, name
        raise AssertionError

    def sentence(self, view: base.View, outcome: Outcome, context: base.Context) -> Sentence:
        self.ask("sentence", view.defendant, view)
        return Sentence(kind=SentenceKind.FIXED_TERM, months=6, band=(0, 36))

    def verify(self, view: base.View, finding: Finding):
        self.ask("verify", view.defendant)
        good = all(view.case.fact.startswith(q.text) for q in finding.quotes)
        quotes = tuple(q.model_copy(update={"verified": good}) for q in finding.quotes)
        return finding.model_copy(update={"quotes": quotes}), () if good else ("quote",)

    def advise(self, view: base.View, outcome: Outcome):
        self.ask("advise", view.defendant)
        return (Advisory(code="plea", zh="认罪认罚", defendant=view.defendant),)

    def write(self, outcomes, advisories, decision, unresolved) -> str:
        self.ask("opinion")
        return "【最终结论】" + (decision.zh if decision else "")

    def articles(self, outcomes) -> tuple[str, ...]:
        return tuple(dict.fromkeys(a for o in outcomes.values() for a in o.articles))

    @property
    def judges(self) -> Judges:
        return Judges(
            read_facts=self.read_facts,
            charge=self.charge,
            roles=self.roles,
            similar=self.similar,
            checks={check: self.check(check) for check in Check},
            decide=self.decide,
            case_level=self.case_level,
            sentence=self.sentence,
            verify=self.verify,
            advise=self.advise,
            write=self.write,
            articles=self.articles,
        )


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> Fakes:
    """Fake judges in the place of the rules, and a short list of circumstances."""
    fakes = Fakes()
    monkeypatch.setattr(judges_module, "rules", lambda: fakes.judges)
    monkeypatch.setattr(overrides, "circumstances", lambda: CIRCUMSTANCES)
    monkeypatch.setattr(
        overrides, "_ids_by_zh", lambda: {zh: key for key, zh in CIRCUMSTANCES.items()}
    )
    return fakes


@pytest.fixture
def make_case():
    """Makes cases: ``make_case("张某、李某", fact=…)``."""

    def make(people: str = "张某", fact: str = "盗窃手机一部。", **more: object) -> Case:
        return Case.model_validate(
            {
                "id": "c1",
                "meta": {"date": "2021-03-01"},
                "person_info": people,
                "fact": fact,
                **more,
            }
        )

    return make


@pytest.fixture
def plain():
    """A review as comparable JSON: without times and run ids."""

    def strip(review) -> str:
        data = review.to_json()
        data.pop("run_id")
        for step in data["trace"]:
            step.pop("ms")
            step.pop("run_id")
        return json.dumps(data, ensure_ascii=False, sort_keys=True)

    return strip


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch):
    """Starts a scripted server and makes it the local model server."""
    # A process that only wants the fakes loads this file without the tests' own path.
    from support.scripted_server import ScriptedServer

    servers = []

    def start(script) -> ScriptedServer:
        server = ScriptedServer(script)
        servers.append(server)
        server.__enter__()
        monkeypatch.setenv("NOLLE_VLLM_BASE_URL", server.url)
        return server

    yield start
    for server in servers:
        server.__exit__()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "c.sqlite"


@pytest.fixture
def waiting(fakes, make_case, file):
    """Starts a run that waits under the id ``r``; returns what it waits with."""

    def start(people: str = "张某", **more) -> Pending:
        pending = run(make_case(people), run_id="r", checkpoint=file, approve=True, **more)
        assert isinstance(pending, Pending)
        return pending

    return start
