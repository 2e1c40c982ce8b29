"""Answers of a model by script: for each agent of the review, such as lead to a wanted outcome."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from support.scripted_answers import Answer, Request, right

AGENTS = {
    "【问题：罪名】": "charge",
    "【问题：作用】": "roles",
    "【问题：证据】": "evidence",
    "【问题：定性】": "subsumption",
    "【问题：起诉必要性】": "waiver",
    "【问题：量刑建议】": "sentence",
}
FENCED = re.compile(r"^(=+)案卷开始\1\n(.*?)\n\1案卷结束\1$", re.DOTALL | re.MULTILINE)


def agent_of(request: Request) -> str:
    """Which agent asks."""
    last = max(AGENTS, key=lambda head: request.text.rfind(f"\n{head}"))
    return AGENTS[last]


def fact_of(request: Request) -> str:
    """The case text as the model sees it."""
    found = FENCED.search(request.text)
    assert found is not None, "the case is not fenced"
    return found[2]


def answers_for(decision: str, charges: Sequence[str], quote: str) -> dict[str, dict[str, Any]]:
    """The answer of every agent for a decision (P, DNP, SNP, IENP) on these charges."""
    quotes = [quote] if quote else []
    common = {"quotes": quotes, "citations": ["刑法第三十七条"], "confidence": 0.9}
    ground = {"reason": "见案卷", "quotes": quotes, "citations": []}
    insufficient, no_crime = decision == "IENP", decision == "SNP"
    return {
        "charge": {
            "analysis": "分析",
            "charges": [{"name": c, "reason": "相符", "quotes": quotes} for c in charges],
        },
        "evidence": {
            "analysis": "分析",
            "elements": [
                {
                    "element": "行为",
                    "state": "doubtful" if insufficient else "proven",
                    "proven_by": ["供述"],
                    "contradicted_by": [],
                    "alternative": "他人所为" if insufficient else "",
                }
            ],
            "grounds": [{**ground, "ground": "关键证据缺失且无法补充"}] if insufficient else [],
            "verdict": "insufficient" if insufficient else "sufficient",
            "summary": "证据情况",
            **common,
        },
        "subsumption": {
            "analysis": "分析",
            "actor": "符合",
            "threshold": "已达到",
            "grounds": [
                {
                    **ground,
                    "ground": "行为不符合该罪的构成要件",
                    "holds": no_crime,
                    "on_doubtful_fact": False,
                }
            ],
            "charges": [] if no_crime else list(charges),
            "verdict": "no_crime" if no_crime else "crime",
            "summary": "定性情况",
            **common,
        },
        "waiver": {
            "analysis": "分析",
            "minor": decision == "DNP",
            "minor_reason": "后果",
            "necessary": decision != "DNP",
            "grounds": [{**ground, "ground": "初犯"}],
            "verdict": "waived" if decision == "DNP" else "not_waived",
            "summary": "必要性情况",
            **common,
        },
        "sentence": {
            "analysis": "分析",
            "kind": "fixed_term",
            "months": 12,
            "probation_months": None,
            "fine_yuan": None,
            "other_band": "",
            "adjustments": [],
        },
    }


def roles_answer(roles: dict[str, str]) -> dict[str, Any]:
    """The answer on the roles of these persons."""
    persons = [
        {"name": name, "role": role, "reasons": ["见案卷"], "quotes": []}
        for name, role in roles.items()
    ]
    return {"analysis": "分析", "persons": persons}


def answering(answers: dict[str, dict[str, Any]], **more: Any) -> Callable[[Request], Answer]:
    """A script that gives each agent its answer."""

    def script(request: Request) -> Answer:
        return right(answers[agent_of(request)], **more)

    return script
