"""Every metric rule against figures worked out by hand (tests/evals/cases/*.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.run_files import value_of, write_folder, yaml_cases

from nolle.cases.vocabulary import Decision
from nolle.evals.calibration import calibration
from nolle.evals.folder import read_folder
from nolle.evals.judgments import article_numbers
from nolle.evals.ljp_metrics import comprehensiveness
from nolle.evals.paired import mcnemar, mid_p
from nolle.evals.process import agrees, process_figures
from nolle.evals.records import Record
from nolle.evals.repeats import Stat, stat
from nolle.evals.result_tables import tables
from nolle.evals.scores import score
from nolle.evals.tables import shown
from nolle.graphs.reading import read_strict

ZH = {d.value: d.zh for d in Decision}


def scored(folder: Path) -> dict[str, Any]:
    return score(read_folder(folder), draws=0)


def at(data: Mapping[str, Any], path: str) -> Any:
    for key in path.split("."):
        data = data[key]
    return data


def assert_figures(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    for path, wanted in expected.items():
        value = at(found, path)
        if isinstance(wanted, list):
            mean, se = map(value_of, wanted)
            assert value == {
                "mean": pytest.approx(mean, abs=1e-6),
                "se": pytest.approx(se, abs=1e-6),
            }, path
        else:
            value = value["mean"] if isinstance(value, dict) else value
            assert value == pytest.approx(value_of(wanted), abs=1e-6), path


def realised(tmp_path: Path, runs: list[dict[str, dict[str, int]]]) -> Path:
    """A run directory whose answers realise the confusion matrix of each run."""
    records, gold = [], []
    for run_id, matrix in enumerate(runs):
        index = 0
        for label, answers in matrix.items():
            for said, count in answers.items():
                for _ in range(count):
                    raw = "不清楚" if said == "none" else ZH[said]
                    decision = None if said == "none" else said
                    records.append(
                        {
                            "index": index,
                            "run_id": run_id,
                            "raw_decision": raw,
                            "decision": decision,
                        }
                    )
                    if run_id == 0:
                        gold.append({"index": index, "raw_decision": ZH[label], "decision": label})
                    else:
                        assert gold[index]["decision"] == label
                    index += 1
    return write_folder(tmp_path / "run", records, gold)


@pytest.mark.parametrize("case", yaml_cases("decisions"), ids=lambda case: case["name"])
def test_decisions(case: dict[str, Any], tmp_path: Path) -> None:
    metrics = scored(realised(tmp_path, case["runs"]))
    assert_figures(metrics["arms"][0]["decisions"]["strict"], case["expect"])


def test_the_printed_table_holds_the_hand_computed_figures(tmp_path: Path) -> None:
    case = next(c for c in yaml_cases("decisions") if c["name"].startswith("two runs"))
    folder = realised(tmp_path, case["runs"])
    found = {table.id: table for table in tables(scored(folder))}
    main = found["decisions"]
    row = dict(zip(main.columns, (shown(cell) for cell in main.rows[0]), strict=True))
    # (0.5 + 0.366667) / 2 and (0.5 - 0.366667) / 2
    assert row["L2 macro-F1"] == "0.4333 ± 0.0667"
    assert row["L2 micro-F1"] == "0.8750 ± 0.1250"
    assert row["answers"] == "16"
    classes = [tuple(shown(cell) for cell in row) for row in found["classes_l2"].rows]
    assert classes[0][1:6] == ("P 起诉", "1.0000", "0.7500", "0.8333 ± 0.1667", "6")
    assert classes[1][1:6] == ("DNP 相对不起诉", "0.8000", "1.0000", "0.9000 ± 0.1000", "8")
    assert [row[2:] for row in found["confusion"].rows[:2]] == [(6, 2, 0, 0, 0), (0, 8, 0, 0, 0)]


@pytest.mark.parametrize("case", yaml_cases("readings"), ids=lambda case: repr(case["answer"]))
def test_strict_reading(case: dict[str, Any]) -> None:
    reading = read_strict(case["answer"])
    assert reading.raw == case["raw"]
    assert (reading.decision.value if reading.decision else "none") == case["decision"]


@pytest.mark.parametrize("case", yaml_cases("articles"), ids=lambda case: case["name"])
def test_articles(case: dict[str, Any], tmp_path: Path) -> None:
    gold = [{"index": n, "articles": g, "decision": "P"} for n, (g, _) in enumerate(case["rows"])]
    records = [{"index": n, "raw_articles": p} for n, (_, p) in enumerate(case["rows"])]
    found = scored(write_folder(tmp_path / "run", records, gold))["arms"][0]["decisions"]
    for kind in ("strict", "lenient"):
        assert_figures(found[kind]["articles"], case.get(kind, {}))


def test_a_reference_that_cannot_be_read_counts_for_articles_only(tmp_path: Path) -> None:
    gold = [
        {"index": 0, "raw_decision": "起诉", "decision": "P", "articles": ["a"]},
        {"index": 1, "raw_decision": "附条件不起诉", "articles": ["a"]},
    ]
    records = [
        {"index": n, "raw_decision": "起诉", "decision": "P", "raw_articles": articles}
        for n, articles in enumerate((["a"], ["b"]))
    ]
    found = scored(write_folder(tmp_path / "run", records, gold))["arms"][0]["decisions"]["strict"]
    assert found["n"] == 1
    assert found["l2"]["micro_f1"]["mean"] == 1.0
    assert found["articles"]["f1"] == 0.5


@pytest.mark.parametrize("case", yaml_cases("terms"), ids=lambda case: case["name"])
def test_terms(case: dict[str, Any], tmp_path: Path) -> None:
    gold = [{"index": n, "months": g} for n, (g, _) in enumerate(case["rows"])]
    records = [
        {"index": n, "months": None if p == "none" else p} for n, (_, p) in enumerate(case["rows"])
    ]
    metrics = scored(write_folder(tmp_path / "run", records, gold))
    assert_figures(metrics["arms"][0]["judgments"]["terms"], case["expect"])


@pytest.mark.parametrize("case", yaml_cases("charges"), ids=lambda case: case["name"])
def test_charges(case: dict[str, Any], tmp_path: Path) -> None:
    gold = [{"index": n, "charges": g} for n, (g, _) in enumerate(case["rows"])]
    records = [{"index": n, "charges": p} for n, (_, p) in enumerate(case["rows"])]
    settings = {"charge_labels": case["labels"]} if "labels" in case else {}
    metrics = scored(write_folder(tmp_path / "run", records, gold, settings=settings))
    assert_figures(metrics["arms"][0]["judgments"]["charges"], case["expect"])


@pytest.mark.parametrize("case", yaml_cases("article_numbers"), ids=lambda c: str(c["articles"]))
def test_article_numbers(case: dict[str, Any]) -> None:
    assert article_numbers(case["articles"]) == set(case["numbers"])


@pytest.mark.parametrize("case", yaml_cases("persons"), ids=lambda case: case["name"])
def test_persons(case: dict[str, Any], tmp_path: Path) -> None:
    def people(by_name: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [{"name": name, **given} for name, given in by_name.items()]

    gold = [
        {"index": n, "scenario": c.get("scenario", ""), "persons": people(c["gold"])}
        for n, c in enumerate(case["cases"])
    ]
    records = [{"index": n, "persons": people(c["predicted"])} for n, c in enumerate(case["cases"])]
    found = scored(write_folder(tmp_path / "run", records, gold))["arms"][0]["judgments"]
    for subject, expected in case["expect"].items():
        assert_figures(found[subject], expected)
    for name, expected in case.get("scenarios", {}).items():
        assert_figures(found["scenarios"][name], expected)


@pytest.mark.parametrize(
    ("gold", "choice", "right"),
    [("A", "A", 1.0), ("AB", "B、A", 1.0), ("AB", "A", 0.0), ("A", "", 0.0), ("B", "答案：b", 1.0)],
)
def test_choices_are_sets_of_letters(gold: str, choice: str, right: float, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run", [{"choice": choice}], [{"choice": gold}])
    assert scored(folder)["arms"][0]["judgments"]["choice"]["accuracy"]["mean"] == right


@pytest.mark.parametrize("case", yaml_cases("process"), ids=str)
def test_checks_agree_with_the_logic_of_the_label(case: dict[str, Any]) -> None:
    checks = {name: case[name] for name in ("evidence", "subsumption", "waiver")}
    assert agrees(checks, Decision(case["gold"])) is case["agrees"]


def test_process_scores_are_shares_of_what_there_was() -> None:
    def review(**process: Any) -> Record:
        return Record(
            key="", case_id="", index=0, arm="graph", model="m", run_id=0, process=process
        )

    checks = {"evidence": "sufficient", "subsumption": "crime", "waiver": "waived"}
    first = review(
        quotes=4, quotes_verified=3, citations=2, citations_verified=2, checks=checks,
        deciding="waiver",
    )  # fmt: skip
    second = review(quotes=4, quotes_verified=4, checks=checks)
    single_prompt = review()
    found = process_figures([first, second, single_prompt], [Decision.DNP, Decision.P, Decision.P])
    assert found is not None
    assert (found["n"], found["quotes_verified"], found["citations_verified"]) == (2, 7 / 8, 1.0)
    assert found["agreement"] == 0.5
    assert found["agreement_by_label"]["P"] == {"n": 1, "share": 0.0}
    assert found["agreement_by_label"]["SNP"] == {"n": 0, "share": None}
    assert found["deciding"] == {"none": 1, "waiver": 1}
    assert process_figures([single_prompt], [Decision.P]) is None


@pytest.mark.parametrize("case", yaml_cases("significance"), ids=str)
def test_mid_p_of_mcnemar(case: dict[str, Any]) -> None:
    assert mid_p(case["b"], case["c"]) == pytest.approx(value_of(case["p"]))


def test_mcnemar_counts_the_cases_that_one_arm_alone_has_right() -> None:
    found = mcnemar([True, True, False, False, True], [True, False, True, False, False])
    assert (found.only_first, found.only_second) == (2, 1)


@pytest.mark.parametrize("case", yaml_cases("calibration"), ids=lambda case: case["name"])
def test_calibration(case: dict[str, Any]) -> None:
    found = calibration([c for c, _ in case["rows"]], [r for _, r in case["rows"]])
    assert found is not None
    assert_figures(found.model_dump(), case.get("expect", {}))
    if "filled" in case:
        filled = {round(b.high, 6): b.n for b in found.bins if b.n}
        assert filled == case["filled"]


def test_calibration_of_nothing_is_none() -> None:
    assert calibration([], []) is None


@pytest.mark.parametrize(
    ("values", "mean", "se"),
    [([], 0, 0), ([0.5], 0.5, 0), ([0.4, 0.6], 0.5, 0.1), ([1, 2, 3, 4], 2.5, 0.645497)],
)
def test_standard_error(values: list[float], mean: float, se: float) -> None:
    found = stat(values)
    assert found == Stat(mean=found.mean, se=found.se)
    assert (found.mean, found.se) == (pytest.approx(mean), pytest.approx(se, abs=1e-6))


def test_comprehensiveness_is_the_loss_without_the_most_influential_tokens() -> None:
    assert comprehensiveness(0.8, 0.5) == pytest.approx(0.3)
