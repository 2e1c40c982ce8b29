"""Typed answers of the agents that hold together, with fields to change."""

from __future__ import annotations

from nolle.agents import answers as a
from nolle.cases.models import Case

CASE = Case(
    id="x",
    person_info="甲某，男，1990年生。",
    fact="2022年1月3日，甲某在超市（A店）内窃得手机一部，价值3200元；到案后，甲某如实供述。",
)


def evidence(**changes):
    base = {
        "analysis": "a",
        "elements": [],
        "grounds": [],
        "verdict": "sufficient",
        "summary": "s",
        "quotes": [],
        "citations": [],
        "confidence": 0.8,
    }
    return a.EvidenceAnswer.model_validate({**base, **changes})


def subsumption(**changes):
    base = {
        "analysis": "a",
        "actor": "符合",
        "threshold": "达到",
        "grounds": [],
        "charges": ["盗窃罪"],
        "verdict": "crime",
        "summary": "s",
        "confidence": 0.8,
    }
    return a.SubsumptionAnswer.model_validate({**base, **changes})


def waiver(**changes):
    base = {
        "analysis": "a",
        "minor": True,
        "minor_reason": "m",
        "necessary": False,
        "grounds": [],
        "verdict": "waived",
        "summary": "s",
    }
    return a.WaiverAnswer.model_validate({**base, **changes})


def snp(**changes):
    return {
        "ground": "正当防卫",
        "holds": True,
        "on_doubtful_fact": False,
        "reason": "r",
        **changes,
    }
