"""The prompts of MMSI and MultiJustice as arms of a comparison: calls, examples, scores."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from support.compare_bench import Bench
from support.joint_files import CMDL, IMLJP, lines
from support.joint_prompts import by_question
from support.scripted_answers import Request, right

from nolle.evals.arms import DESIGNS, ArmKind, find_arms
from nolle.evals.records import Failure
from nolle.evals.samples import Task
from nolle.graphs import mmsi, multijustice
from nolle.graphs.mmsi import MmsiDesign
from nolle.graphs.multijustice import Task as Design

VIEW = "，[姜某某]系主犯，应当按照全部犯罪处罚；[姜某]系从犯，自首，构成故意伤害罪。"
ROW = {**IMLJP, "CV": VIEW}
OTHER = {
    "case_id": "id_2",
    "FD": "，被告人[赵某]指使[钱某]持棍殴打[孙某]致轻伤，事后逃离。",
    "CV": "，[赵某]系主犯，[钱某]系从犯，构成故意伤害罪。",
    "judgment": {
        "赵某": {"guilt": "principal", "prison": 20, "probation": 0},
        "钱某": {"guilt": "accomplice", "prison": 8, "probation": 0},
    },
}


def answer(request: Request) -> Any:
    return right(by_question(request.messages))


def figures(bench: Bench, arm: str) -> dict[str, Any]:
    told = json.loads((bench.out / "metrics.json").read_text("utf-8"))
    return next(one for one in told["arms"] if one["arm"] == arm)["judgments"]


@pytest.fixture
def joint(bench: Bench, tmp_path: Path) -> Bench:
    """The bench on two cases of two defendants each."""
    bench.data = f"imljp:{lines(tmp_path / 'imljp.jsonl', ROW, OTHER)}"  # type: ignore[assignment]
    return bench


def test_the_designs_are_those_of_the_graphs() -> None:
    assert tuple(DESIGNS[ArmKind.MMSI]) == tuple(MmsiDesign)
    assert tuple(DESIGNS[ArmKind.MULTIJUSTICE]) == tuple(Design)
    for kind, chains in ((ArmKind.MMSI, mmsi.CHAINS), (ArmKind.MULTIJUSTICE, multijustice.CHAINS)):
        for design, asked in DESIGNS[kind].items():
            assert [want for question in chains[design] for want in question.wants] == [*asked]
    names = [f"mmsi-{design.replace('_', '-')}" for design in MmsiDesign]
    found = find_arms([*names, *(f"multijustice-{task}" for task in Design)], Task.JOINT)
    assert [arm.design for arm in found] == [*MmsiDesign, *Design]


def test_every_defendant_is_asked_about_and_roles_and_terms_are_scored(joint: Bench) -> None:
    assert joint.run("--arms", "mmsi-two-stage", script=answer) == 0
    assert len(joint.requests) == 2 * 2 * 2
    first = min(joint.records, key=lambda record: record.index)
    assert [(p.name, p.role, p.months) for p in first.persons] == [
        ("姜某某", "accomplice", 14.0),
        ("姜某", "accomplice", 14.0),
    ]
    assert (first.asked, first.failure, first.spent.calls) == (("role", "term"), None, 4)
    assert "【姜某】" in first.answer
    told = figures(joint, "mmsi-two-stage")
    assert told["roles"]["n"]["mean"] == 4
    assert told["person_terms"]["n"]["mean"] == 4
    assert {"charges", "persons"}.isdisjoint(told)


def test_a_prompt_without_the_court_view_never_sees_it(joint: Bench) -> None:
    assert joint.run("--arms", "mmsi-fd,multijustice-charge", script=answer) == 0
    assert all("自首" not in request.text for request in joint.requests)
    told = figures(joint, "multijustice-charge")
    assert told["persons"]["recall"]["mean"] == 1.0
    assert "roles" not in told
    assert "person_terms" not in told


def test_the_example_is_another_case_of_the_same_scenario(joint: Bench) -> None:
    assert joint.run("--arms", "multijustice-multitask-one-shot", script=answer) == 0
    texts = [request.text for request in joint.requests]
    assert len(texts) == 4
    about = [text.rpartition("被告人：")[2] for text in texts]
    mine = [("姜某某" in text or "姜某" in text) for text in about]
    assert sorted(mine) == [False, False, True, True]
    for text in texts:
        assert text.count("持棍殴打") == text.count("叫上") == 1


def test_examples_come_from_a_file_beside_the_arm(joint: Bench, tmp_path: Path) -> None:
    third = {**OTHER, "case_id": "id_3", "FD": "，被告人[周某]叫来[吴某]踢伤[郑某]。"}
    third["judgment"] = {"周某": OTHER["judgment"]["赵某"], "吴某": OTHER["judgment"]["钱某"]}
    (tmp_path / "arms").mkdir()
    lines(tmp_path / "arms" / "train.jsonl", third)
    arm = tmp_path / "arms" / "trained.yaml"
    arm.write_text(
        "kind: multijustice\ndesign: term\nshots: same_scenario\nexamples: train.jsonl\n", "utf-8"
    )
    assert joint.run("--arms", str(arm), script=answer) == 0
    assert all("踢伤" in request.text for request in joint.requests)
    keys = {record.key for record in joint.records}
    lines(tmp_path / "arms" / "train.jsonl", {**third, "FD": third["FD"] + "后逃跑。"})
    assert joint.run("--arms", str(arm), script=answer) == 0
    assert keys.isdisjoint(record.key for record in joint.records)


def test_one_answer_that_cannot_be_read_leaves_the_others(joint: Bench) -> None:
    def half(request: Request) -> Any:
        return right("说不清。" if "被告人姜某的刑期" in request.text else "刑期：9个月")

    assert joint.run("--arms", "mmsi-fd", script=half) == 0
    first, second = sorted(joint.records, key=lambda record: record.index)
    assert [person.months for person in first.persons] == [9.0, None]
    assert first.failure is None
    assert first.reason.startswith("姜某：")
    assert [person.months for person in second.persons] == [9.0, 9.0]


def test_answers_that_cannot_be_read_at_all_are_a_failure(joint: Bench) -> None:
    assert joint.run("--arms", "mmsi-cv", script=lambda _: right("说不清。")) == 0
    assert {record.failure for record in joint.records} == {Failure.UNPARSABLE}


def test_a_case_that_a_limit_cut_off_is_not_kept(joint: Bench) -> None:
    assert joint.run("--arms", "mmsi-fd", "--limit-requests", "3", script=answer) == 1
    assert len(joint.records) == 1
    assert joint.run("--arms", "mmsi-fd", script=answer) == 0
    assert len(joint.requests) == 2
    assert len(joint.records) == 2


@pytest.mark.parametrize(
    ("rows", "arms", "says"),
    [
        ([CMDL], "mmsi-cv", "no court's view in 1 of 1 cases"),
        ([CMDL], "baseline", "does not answer the task joint.*mmsi, multijustice"),
        ([ROW], "multijustice-multitask-one-shot", None),
    ],
)
def test_what_cannot_be_asked_is_said_before(
    bench: Bench, tmp_path: Path, rows: list[Any], arms: str, says: str | None
) -> None:
    kind = "cmdl" if rows == [CMDL] else "imljp"
    bench.data = f"{kind}:{lines(tmp_path / 'rows.jsonl', *rows)}"  # type: ignore[assignment]
    code = bench.run("--arms", arms, script=answer)
    if says is None:
        # The only case of its scenario has no example: it is asked without one.
        assert code == 0
        assert all(r.text.count("被告人：") == 1 for r in bench.requests)
        return
    assert code == 2
    assert not bench.requests
    assert re.search(says, bench.told)


def test_the_estimate_counts_the_calls(joint: Bench) -> None:
    assert joint.run("--arms", "mmsi-two-stage,mmsi-fd", "--dry-run", "--json") == 0
    arms = {one["arm"]: one["calls"] for one in json.loads(joint.said)["arms"]}
    assert arms == {"mmsi-two-stage": 8, "mmsi-fd": 4}


def test_the_rules_judge_every_defendant_from_the_facts(joint: Bench) -> None:
    assert joint.run("--arms", "rules") == 0
    assert not joint.requests
    first = min(joint.records, key=lambda record: record.index)
    assert {person.name: person.role for person in first.persons} == {
        "姜某某": "principal",
        "姜某": "accomplice",
    }
    assert all(person.charges and person.months for person in first.persons)
    assert first.decision is None


def test_arms_are_compared_on_what_both_were_asked(joint: Bench) -> None:
    arms = "rules,mmsi-two-stage,mmsi-fd,multijustice-charge"
    assert joint.run("--arms", arms, script=answer) == 0
    told = json.loads((joint.out / "metrics.json").read_text("utf-8"))
    pairs = {(one["first"], one["second"]) for one in told["significance"]}
    assert pairs == {
        ("rules · rules", "mmsi-two-stage · vllm:tiny"),
        ("rules · rules", "mmsi-fd · vllm:tiny"),
        ("rules · rules", "multijustice-charge · vllm:tiny"),
        ("mmsi-two-stage · vllm:tiny", "mmsi-fd · vllm:tiny"),
    }
    same = next(one for one in told["significance"] if one["first"].startswith("mmsi-two-stage"))
    assert {one["second"].split(" ")[0]: one["on"] for one in told["significance"][:3]} == {
        "mmsi-two-stage": "term",
        "mmsi-fd": "term",
        "multijustice-charge": "charges",
    }
    assert same["bootstrap"]["difference"] == 0.0
    assert not same["mcnemar"]["significant"]


def test_the_figures_of_every_subject_are_printed(joint: Bench) -> None:
    assert joint.run("--arms", "mmsi-two-stage", script=answer) == 0
    assert re.search(r"mmsi-two-stage.*: role F1 0\.\d{4}, ImpScore 0\.\d{4}", joint.said)
    assert "PDP-Bench" not in joint.said
