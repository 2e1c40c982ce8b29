"""How fast nolle is: reviews per second, what the graph costs, how long it takes to start.

Prints one JSON object. Times are wall-clock milliseconds of one process, warm, without
checkpoints; cases are generated, about 800 characters each.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, TypedDict

DAY = date(2024, 6, 1)

SURNAMES = "赵钱孙李周吴郑王冯陈"
FILLER = (
    "案发后，公安机关依法提取了现场照片、视听资料，并制作了勘验笔录。",
    "证人王某的证言证实，当日其在现场看到了事情的经过。",
    "鉴定意见书载明了检验的方法、过程和结论，并已告知当事人。",
    "犯罪嫌疑人到案后如实供述了自己的罪行，自愿认罪认罚，并签署了具结书。",
    "其家属代为赔偿了经济损失，取得了被害人的谅解。",
    "经查，犯罪嫌疑人系初犯，无前科劣迹，有固定的住所和职业。",
    "上述事实有书证、物证、证人证言、被害人陈述及犯罪嫌疑人的供述和辩解等证据证实。",
)
SCENES = (
    (
        "危险驾驶罪",
        "{name}酒后驾驶小型轿车行驶至{place}路段时，被执勤民警查获。"
        "经鉴定，{name}血液中酒精含量为{n}mg/100ml。",
    ),
    (
        "盗窃罪",
        "{name}在{place}趁无人之机，窃得被害人的手机一部，经鉴定价值人民币{m}元，后销赃得款。",
    ),
    (
        "故意伤害罪",
        "{name}在{place}因琐事与被害人发生争执，持木棍将其打伤。经鉴定，被害人的损伤程度为轻伤二级。",
    ),
    (
        "诈骗罪",
        "{name}在{place}虚构能够代办贷款的事实，骗取被害人人民币{m}元，所得款项用于个人挥霍。",
    ),
)


def generated(count: int, length: int = 800, seed: int = 42) -> list[dict[str, Any]]:
    """Made-up case records with about ``length`` characters each; the same for the same seed."""
    draw = random.Random(seed)
    records = []
    for number in range(count):
        charge, scene = SCENES[number % len(SCENES)]
        name = draw.choice(SURNAMES) + "某某"
        place = draw.choice(["人民路", "中山路", "解放路"])
        month, day = draw.randint(1, 12), draw.randint(1, 28)
        told = scene.format(
            name=name, place=place, n=draw.randint(80, 220), m=draw.randint(500, 90_000)
        )
        person = f"犯罪嫌疑人{name}，男，{draw.randint(1965, 2000)}年5月6日出生，汉族，务工人员。"
        procedure = (
            f"本案由某县公安局侦查终结，以犯罪嫌疑人{name}涉嫌{charge}，"
            "于2023年12月20日向本院移送审查起诉。"
        )
        fact = f"2023年{month}月{day}日20时许，犯罪嫌疑人{told}"
        while len(person) + len(procedure) + len(fact) < length:
            fact += draw.choice(FILLER)
        records.append(
            {
                "id": f"generated-{number}",
                "meta": {"date": DAY.isoformat(), "province": "浙江省"},
                "person_info": person,
                "procedure": procedure,
                "fact": fact,
            }
        )
    return records


def _times(work: Callable[[Any], object], inputs: list[Any]) -> list[float]:
    """Milliseconds of each call."""
    times = []
    for value in inputs:
        start = time.perf_counter()
        work(value)
        times.append((time.perf_counter() - start) * 1000)
    return times


def _summary(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "p50_ms": round(statistics.median(ordered), 2),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 2),
    }


def reviews(count: int = 200, warm_up: int = 20) -> dict[str, Any]:
    """Speed of whole reviews by rules."""
    import nolle

    cases = [nolle.Case.model_validate(record) for record in generated(count)]
    for case in cases[:warm_up]:
        nolle.review(case, model="rules")
    times = _times(lambda case: nolle.review(case, model="rules"), cases)
    length = statistics.mean(len(c.person_info) + len(c.procedure) + len(c.fact) for c in cases)
    return {
        "n": count,
        "mean_characters": round(length),
        "reviews_per_s": round(1000 / statistics.mean(times), 1),
        **_summary(times),
    }


def graph_overhead(count: int = 200, warm_up: int = 20) -> dict[str, Any]:
    """What the review graph costs with judges that do nothing, against a bare LangGraph graph
    with the same nodes, edges and Sends. Both by turns, so that both see the same machine."""
    from langsmith import tracing_context

    from nolle.graphs.context import RunContext
    from nolle.graphs.review import build
    from nolle.graphs.state import SCHEMA_VERSION

    ours, bare = build(), bare_graph()
    record = generated(1)[0]
    judges = idle_judges()
    config: Any = {"max_concurrency": 1}

    def run_ours(_: object) -> object:
        start: Any = {
            "schema_version": SCHEMA_VERSION,
            "case": record,
            "model": "rules",
            "today": DAY.isoformat(),
        }
        return ours.invoke(start, config, context=RunContext(run_id="r", judges=judges))

    def run_bare(_: object) -> object:
        return bare.invoke({"case": record}, config)

    with tracing_context(enabled=False):
        for _ in range(warm_up):
            run_ours(None)
            run_bare(None)
        mine: list[float] = []
        theirs: list[float] = []
        for _ in range(count):
            mine += _times(run_ours, [None])
            theirs += _times(run_bare, [None])
    graph, plain = _summary(mine), _summary(theirs)
    return {
        "n": count,
        "graph": graph,
        "bare_langgraph": plain,
        "ratio": round(graph["p50_ms"] / plain["p50_ms"], 2),
    }


def _join(left: dict[str, Any] | None, right: dict[str, Any] | None) -> dict[str, Any]:
    return {**(left or {}), **(right or {})}


class _Bare(TypedDict, total=False):
    case: dict[str, Any]
    done: Annotated[dict[str, Any], _join]


def bare_graph() -> Any:
    """A LangGraph graph of the review's shape whose nodes do nothing."""
    from langgraph.graph import END, START, StateGraph
    from langgraph.types import Send

    from nolle.graphs.state import CHECK_NODES, Node

    builder: Any = StateGraph(_Bare)

    def idle(name: str) -> Callable[[Any], dict[str, Any]]:
        return lambda state: {"done": {name: 1}}

    for node in Node:
        builder.add_node(node.value, idle(node.value))

    def sends(*nodes: Node) -> Callable[[Any], list[Any]]:
        return lambda state: [Send(node.value, {"case": state["case"]}) for node in nodes]

    checks = [node.value for node in CHECK_NODES.values()]
    builder.add_edge(START, "intake")
    builder.add_conditional_edges(
        "intake", sends(Node.CHARGE, Node.SIMILAR), ["charge", "roles", "similar"]
    )
    for name in ("charge", "roles", "similar"):
        builder.add_edge(name, "brief")
    builder.add_conditional_edges("brief", sends(*CHECK_NODES.values()), checks)
    for name in checks:
        builder.add_edge(name, "decide")
    builder.add_conditional_edges("decide", lambda state: "sentence", ["sentence", "verify"])
    builder.add_edge("sentence", "verify")
    builder.add_conditional_edges("verify", lambda state: "opinion", [*checks, "opinion"])
    builder.add_edge("opinion", END)
    return builder.compile()


def idle_judges() -> Any:
    """Judges that answer at once with ready-made findings: prosecution of one suspect."""
    from nolle.cases.facts import Facts, Suspect
    from nolle.cases.findings import (
        ChargeFinding,
        Finding,
        Outcome,
        RoleFinding,
        Sentence,
        SimilarFinding,
    )
    from nolle.cases.vocabulary import Check, Decision, SentenceKind, Verdict
    from nolle.graphs.judges import Judges

    name = "某某"
    verdicts = {
        Check.EVIDENCE: Verdict.SUFFICIENT,
        Check.SUBSUMPTION: Verdict.CRIME,
        Check.WAIVER: Verdict.NOT_WAIVED,
    }
    findings = {
        check: Finding(check=check, defendant=name, verdict=verdict, summary="")
        for check, verdict in verdicts.items()
    }
    facts = Facts(suspects=(Suspect(name=name),), decision_date=DAY)
    charged = ChargeFinding(defendant=name, charges=("盗窃罪",))
    checks = {check.value: finding for check, finding in findings.items()}
    outcome = Outcome(name=name, decision=Decision.P, checks=checks)
    term = Sentence(kind=SentenceKind.FIXED_TERM, months=6.0, band=(0, 36))
    answers: Mapping[Check, Callable[..., Finding]] = {
        check: lambda view, context, finding=finding: finding for check, finding in findings.items()
    }
    return Judges(
        read_facts=lambda case, today: facts,
        charge=lambda view, context: charged,
        roles=lambda view, context: RoleFinding(defendant=name, role=None),
        similar=lambda view, context: SimilarFinding(),
        checks=answers,
        decide=lambda view, found: outcome,
        case_level=lambda outcomes: (Decision.P, None, name),
        sentence=lambda view, out, context: term,
        verify=lambda view, finding: (finding, ()),
        advise=lambda view, out: (),
        write=lambda *parts: "",
        articles=lambda outcomes: (),
    )


def start_up(repeats: int = 5) -> dict[str, Any]:
    """Seconds to import the package and to print the help, medians of fresh processes."""
    python = sys.executable
    loop = "import time; t = time.perf_counter(); import nolle; print(time.perf_counter() - t)"
    imports = [
        float(subprocess.run([python, "-c", loop], capture_output=True, check=True).stdout)
        for _ in range(repeats)
    ]
    helps: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        done = subprocess.run([python, "-m", "nolle", "--help"], capture_output=True, check=False)
        if done.returncode == 0:
            helps.append(time.perf_counter() - start)
    return {
        "import_s": round(statistics.median(imports), 3),
        "help_s": round(statistics.median(helps), 3) if helps else None,
    }


def measure(count: int = 200, repeats: int = 5) -> dict[str, Any]:
    """Everything that this benchmark prints."""
    return {
        "python": platform.python_version(),
        "reviews": reviews(count),
        "graph_overhead": graph_overhead(count),
        "start_up": start_up(repeats),
    }


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--n", type=int, default=200, help="reviews to time (default 200)")
    parser.add_argument(
        "--repeats", type=int, default=5, help="fresh processes per start-up time (default 5)"
    )
    arguments = parser.parse_args(argv)
    if min(arguments.n, arguments.repeats) < 1:
        parser.error("--n and --repeats must be at least 1")
    print(json.dumps(measure(arguments.n, arguments.repeats), ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
