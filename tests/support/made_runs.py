"""Run directories made by chance: records as a comparison would keep them, no model asked."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LABELS = ("P", "DNP", "SNP", "IENP")
ZH = {"P": "起诉", "DNP": "相对不起诉", "SNP": "法定不起诉", "IENP": "存疑不起诉"}
SHARES = (40, 30, 12, 18)
RIGHT = {"graph": 0.78, "baseline": 0.66, "definitions": 0.7, "one_shot": 0.72, "rules": 0.7}
VERDICTS = {
    "P": ("sufficient", "crime", "not_waived"),
    "DNP": ("sufficient", "crime", "waived"),
    "SNP": ("sufficient", "no_crime", "not_waived"),
    "IENP": ("insufficient", "crime", "not_waived"),
}
DECIDING = {"P": None, "DNP": "waiver", "SNP": "subsumption", "IENP": "evidence"}
ARTICLES = (
    "cl:第二百六十四条",
    "cl:第一百三十三条之一",
    "cl:第六十七条第三款",
    "cl:第三十七条",
    "cpl:第一百七十七条第二款",
    "cpl:第一百七十五条第四款",
    "cpl:第十五条",
    "cpr:第三百七十条",
)
_WORDS = (
    "被不起诉人",
    "于某日",
    "在某地",
    "窃取",
    "财物",
    "价值",
    "元",
    "案发后",
    "退赔",
    "取得谅解",
    "到案后",
    "如实供述",
    "自愿认罪认罚",
    "证人证言",
    "被害人陈述",
    "书证",
    "鉴定意见",
    "监控录像",
    "不能排除合理怀疑",
    "情节轻微",
    "不需要判处刑罚",
    "主观故意",
    "非法占有目的",
    "共同犯罪",
    "从犯",
    "自首",
    "坦白",
    "初犯",
    "偶犯",
    "积极赔偿",
    "损失",
    "血液酒精含量",
    "驾驶",
    "机动车",
    "公路",
    "交通事故",
    "轻伤二级",
    "邻里纠纷",
    "正当防卫",
    "法律规定",
    "犯罪构成",
    "证据不足",
    "事实不清",
    "补充侦查",
)


def write_run(
    folder: Path,
    cases: int,
    arms: Sequence[str] = ("graph", "baseline", "definitions", "one_shot"),
    runs: int = 1,
    *,
    model: str = "vllm:made/model",
    seed: int = 7,
    gold: bool = True,
    words: int = 60,
    right: Mapping[str, float] = RIGHT,
) -> Path:
    """A run directory; ``words`` sets how long answers and findings are, ``right`` how often
    each arm is."""
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    truth = rng.choices(LABELS, SHARES, k=cases)
    # Hard cases are hard for all arms.
    hard = [rng.random() for _ in range(cases)]
    with (folder / "records.jsonl").open("w", encoding="utf-8") as file:
        for arm in arms:
            for run_id in range(runs):
                for index, label in enumerate(truth):
                    made = _record(rng, arm, model, run_id, index, label, hard[index], words, right)
                    file.write(json.dumps(made, ensure_ascii=False) + "\n")
    if gold:
        with (folder / "gold.jsonl").open("w", encoding="utf-8") as file:
            for index, label in enumerate(truth):
                row = {
                    "case_id": f"case-{index:05d}",
                    "index": index,
                    "decision": label,
                    "raw_decision": ZH[label],
                    "articles": rng.sample(ARTICLES, 3),
                }
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    about = {
        "data": "made",
        "split": "test",
        "arms": list(arms),
        "models": [model],
        "runs": runs,
        "version": "0.1.0",
    }
    (folder / "run.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    return folder


def _record(
    rng: random.Random,
    arm: str,
    model: str,
    run_id: int,
    index: int,
    label: str,
    hard: float,
    words: int,
    right: Mapping[str, float],
) -> dict[str, Any]:
    good = (hard + rng.random()) / 2 < right.get(arm, 0.6) ** 1.2 / 1.1
    said = label if good else rng.choices(LABELS, SHARES)[0]
    failed = rng.random() < 0.015
    review = arm in {"graph", "rules"}
    made: dict[str, Any] = {
        "key": f"{arm}-{run_id}-{index}",
        "case_id": f"case-{index:05d}",
        "index": index,
        "arm": arm,
        "model": model,
        "run_id": run_id,
        "seed": 42 + run_id,
        "raw_decision": "" if failed else ZH[said],
        "raw_articles": rng.sample(ARTICLES, 3),
        "decision": None if failed else said,
        "lenient": said,
        "confidence": round(min(0.99, max(0.3, rng.gauss(0.8 if good else 0.68, 0.12))), 3),
        "spent": {
            "calls": 5 if review else 1,
            "prompt_tokens": rng.randint(9000, 15000) if review else rng.randint(1500, 3500),
            "completion_tokens": rng.randint(900, 2500) if review else rng.randint(300, 900),
            "cost_usd": round(rng.uniform(0.004, 0.012) / (1 if review else 5), 6),
            "seconds": round(rng.uniform(6, 20) / (1 if review else 3), 3),
        },
    }
    if failed:
        made |= {"failure": rng.choice(["unparsable", "truncated"]), "reason": "no label"}
    if not review:
        made["answer"] = (
            f"【适用法条】\n刑法：第二百六十四条\n【审查分析】\n{_text(rng, words * 4)}\n"
            f"【最终结论】\n决定：{ZH[said]}"
        )
        return made
    checks = dict(zip(("evidence", "subsumption", "waiver"), VERDICTS[said], strict=True))
    quotes, citations = rng.randint(3, 9), rng.randint(2, 6)
    made["process"] = {
        "quotes": quotes,
        "quotes_verified": quotes - (rng.random() < 0.1),
        "citations": citations,
        "citations_verified": citations - (rng.random() < 0.05),
        "checks": checks,
        "deciding": DECIDING[said],
    }
    made["answer"] = _text(rng, words * 3)
    made["steps"] = _steps(rng, checks, said, words)
    return made


def _steps(
    rng: random.Random, checks: dict[str, str], said: str, words: int
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"seq": 1, "node": "intake", "finding": {"suspects": ["甲某"]}, "ms": 12.0},
        {"seq": 2, "node": "charge", "defendant": "甲某", "finding": {"charges": ["盗窃罪"]}},
    ]
    for seq, (check, verdict) in enumerate(checks.items(), 3):
        grounds = [
            {
                "id": f"g{k}",
                "zh": _text(rng, 2),
                "holds": k < 2,
                "reason": _text(rng, 6),
                "weight": 0.4,
                "quotes": [{"text": _text(rng, 8), "field": "fact", "start": 5, "end": 40}],
                "citations": [{"key": rng.choice(ARTICLES), "status": "in_force"}],
            }
            for k in range(4)
        ]
        finding = {
            "check": check,
            "defendant": "甲某",
            "verdict": verdict,
            "summary": _text(rng, words // 4),
            "confidence": 0.8,
            "grounds": grounds,
            "quotes": [{"text": _text(rng, 8), "field": "fact", "start": 5, "end": 40}],
        }
        found.append({"seq": seq, "node": check, "defendant": "甲某", "finding": finding})
    decided = {"decision": said, "reasons": [_text(rng, 10)], "charges": ["盗窃罪"]}
    found.append({"seq": 6, "node": "decide", "defendant": "甲某", "finding": decided})
    return found


def _text(rng: random.Random, words: int) -> str:
    return "，".join(rng.choices(_WORDS, k=words)) + "。"
