"""The exported files rescored by an independent scorer must give our figures to four decimals."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from support.made_runs import write_run
from support.pdp_scorer import KINDS, UPPER, rescore
from support.run_files import write_folder

from nolle.evals.export import export_pdp
from nolle.evals.folder import read_folder
from nolle.evals.scores import score, write_metrics

CODES = {
    "起诉": "P",
    "相对不起诉": "DNP",
    "法定不起诉": "SNP",
    "存疑不起诉": "IENP",
    "不起诉": "NP",
}
RAW = (
    *KINDS,
    *KINDS,
    "**相对不起诉。**",
    "** 相对不起诉。",
    "** 相对不起诉",
    "相对不起诉（情节轻微）",
    " 起诉。 ",
    "起诉；",
    "",
    "不起诉",
)
ARTICLES = ("cl:第三十七条", "cl:第37条", "cpl:第十五条", "cl:第三款", "cpr:第三百七十条")


def random_run(folder: Path, seed: int, runs: int, cases: int = 60) -> Path:
    """Answers with every oddity of the strict reading, and some references that are no label."""
    rng = random.Random(seed)
    references = rng.choices([*KINDS * 3, "附条件不起诉", "相对不起诉。"], k=cases)
    gold = [
        {"index": n, "raw_decision": raw, "articles": rng.sample(ARTICLES, rng.randint(0, 3))}
        for n, raw in enumerate(references)
    ]
    records = [
        {
            "index": n,
            "run_id": run_id,
            "raw_decision": rng.choice([*RAW, references[n], references[n]]),
            "raw_articles": rng.sample(ARTICLES, rng.randint(0, 3)),
            "model": "vllm:Qwen/Qwen3-8B",
        }
        for run_id in range(runs)
        for n in range(cases)
    ]
    return write_folder(folder, records, gold)


def ours(metrics: dict[str, Any]) -> dict[str, float]:
    strict = metrics["arms"][0]["decisions"]["strict"]
    found = {f"articles.{k[0]}": v for k, v in strict["articles"].items()}
    for level, names in (("l1", UPPER), ("l2", KINDS)):
        scores = strict[level]
        stats = {"macro": scores["macro_f1"], "micro": scores["micro_f1"]}
        for name in names:
            per_class = scores["per_class"][CODES[name]]
            stats[name] = per_class["f1"]
            found[f"{level}.{name}.p"] = per_class["precision"]
            found[f"{level}.{name}.r"] = per_class["recall"]
        for name, value in stats.items():
            found[f"{level}.{name}"], found[f"{level}.{name}.se"] = value["mean"], value["se"]
    return found


@pytest.mark.parametrize("runs", [1, 2, 8])
@pytest.mark.parametrize("seed", range(4))
def test_an_independent_scorer_agrees_to_four_decimals(
    seed: int, runs: int, tmp_path: Path
) -> None:
    folder = random_run(tmp_path / "run", seed, runs)
    (file,) = export_pdp(folder)
    theirs = rescore(file.parent)
    mine = ours(write_metrics(folder))
    assert set(mine) == set(theirs)
    assert mine == pytest.approx(theirs, abs=5e-5)


def test_every_arm_agrees_on_made_runs(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", 120, runs=3)
    metrics = score(read_folder(folder), draws=0)
    for place, file in enumerate(export_pdp(folder)):
        one = {**metrics, "arms": [metrics["arms"][place]]}
        assert ours(one) == pytest.approx(rescore(file.parent), abs=5e-5)


def test_the_layout_of_the_files(tmp_path: Path) -> None:
    gold = [{"index": 3, "raw_decision": "相对不起诉", "articles": ["cl:第三十七条"]}]
    records = [
        {
            "index": 3,
            "run_id": run_id,
            "arm": "one_shot",
            "model": "vllm:Qwen/Qwen3-8B",
            "raw_decision": raw,
            "raw_articles": ["cl:第37条"],
        }
        for run_id, raw in ((1, ""), (0, "相对不起诉（情节轻微）"))
    ]
    (file,) = export_pdp(write_folder(tmp_path / "run", records, gold))
    place = file.relative_to(tmp_path).as_posix()
    assert place == "run/export/pdp/vllm-Qwen-Qwen3-8B_one_shot/details_one_shot.json"
    first, second = json.loads(file.read_text("utf-8"))
    assert first == {
        "id": "c3",
        "sample_index": 3,
        "run_id": 0,
        "prediction": {"relevant_articles": ["cl:第37条"], "decision": "相对不起诉（情节轻微）"},
        "reference": {"relevant_articles": ["cl:第三十七条"], "decision": "相对不起诉"},
    }
    assert (second["run_id"], second["prediction"]["decision"]) == (1, "")


@pytest.mark.parametrize(
    ("record", "exported"),
    [
        ({"decision": "DNP"}, "相对不起诉"),
        ({"decision": "DNP", "raw_decision": "DNP"}, "相对不起诉"),
        ({"decision": "DNP", "raw_decision": "相对不起诉。"}, "相对不起诉。"),
        ({"raw_decision": "不清楚", "lenient": "DNP"}, "不清楚"),
        ({}, ""),
    ],
)
def test_the_label_of_a_review_is_exported_in_chinese(
    record: dict[str, Any], exported: str, tmp_path: Path
) -> None:
    gold = [{"decision": "P"}]
    (file,) = export_pdp(write_folder(tmp_path / "run", [record], gold))
    (row,) = json.loads(file.read_text("utf-8"))
    assert row["prediction"]["decision"] == exported
    assert row["reference"]["decision"] == "起诉"


def test_models_with_like_names_do_not_share_a_folder(tmp_path: Path) -> None:
    records = [{"model": "a:b/c", "raw_decision": "起诉"}, {"model": "a/b:c", "raw_decision": ""}]
    files = export_pdp(write_folder(tmp_path / "run", records, [{"decision": "P"}]))
    assert sorted(f.parent.name for f in files) == ["a-b-c_baseline", "a-b-c_baseline-2"]


def test_without_gold_nothing_is_exported(tmp_path: Path) -> None:
    assert export_pdp(write_folder(tmp_path / "run", [{"raw_decision": "起诉"}])) == []
