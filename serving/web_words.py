"""The words of a review in Chinese and English, for the page: one table, made from the same ones
that the terminal and the self-contained page use."""

from __future__ import annotations

from typing import Any

from ..agents.opinion import LAW_ZH
from ..cases.models import FIELD_ZH
from ..cases.vocabulary import Check, Decision, InjuryGrade, Role, SentenceKind, Verdict
from . import wording
from .page import DECISION_TONES, TONES

LAW_EN = {"cl": "Criminal Law", "cpl": "Criminal Procedure Law", "cpr": "Procuratorate Rules"}
FIELD_EN = {"person_info": "Suspects", "procedure": "Procedure", "fact": "Facts"}
NODE_EN = {
    "intake": "Reading the file",
    "charge": "Finding the charge",
    "roles": "Roles in the joint crime",
    "similar": "Similar cases",
    "brief": "Briefing the checks",
    "decide": "Decision",
    "sentence": "Sentence",
    "verify": "Checking quotes and citations",
    "approval": "Approval by a person",
    "opinion": "Writing the opinion",
    **{check.value: wording.CHECK_EN[check] for check in Check},
}
WHAT_EN = {
    "decision": "decision",
    "unresolved": "unresolved",
    "articles": "articles",
    "advisories": "advisories",
    "role": "role",
    "charges": "charges",
    "sentence": "sentence",
    **{check.value: wording.CHECK_EN[check] for check in Check},
}
VALUES_EN = {
    "amount": "Sum (yuan)",
    "alcohol": "Blood alcohol (mg/100 ml)",
    "grams": "Weight (g)",
    "injury": "Gravest injury",
    "age": "Age at the conduct",
    "returns": "Times sent back to investigate",
    "conduct_date": "Day of the conduct",
    "decision_date": "Day of the decision",
}
VALUES_ZH = {
    "amount": "涉案金额（元）",
    "alcohol": "血液酒精含量（mg/100ml）",
    "grams": "重量（克）",
    "injury": "最重伤情",
    "age": "行为时年龄",
    "returns": "退回补充侦查次数",
    "conduct_date": "行为日期",
    "decision_date": "决定日期",
}
INJURY_EN = {
    InjuryGrade.NONE: "no injury",
    InjuryGrade.MINOR: "minor",
    InjuryGrade.SLIGHT: "slight",
    InjuryGrade.SLIGHT_2: "slight, degree 2",
    InjuryGrade.SLIGHT_1: "slight, degree 1",
    InjuryGrade.SERIOUS: "serious",
    InjuryGrade.SERIOUS_2: "serious, degree 2",
    InjuryGrade.SERIOUS_1: "serious, degree 1",
    InjuryGrade.DEATH: "death",
}
PENALTIES = {"fine": ("罚金", "fine"), "confiscation": ("没收财产", "confiscation of property")}
STATUS = {
    "in_force": ("当时有效", "in force then"),
    "outdated": ("非当时有效", "not in force then"),
    "unknown": ("未能核实", "unknown"),
}


def words() -> dict[str, Any]:
    """Every table as ``{value: {"zh", "en"}}``; decisions and verdicts with their ``tone``, sides
    as ``{check: [for, against]}``."""
    kinds = {kind.value: (kind.zh, wording.SENTENCE_EN[kind]) for kind in SentenceKind}
    return {
        "decisions": {
            d.value: {**_pair(d.zh, wording.DECISION_EN[d]), "tone": DECISION_TONES[d.value]}
            for d in Decision
        },
        "unresolved": _pair(*wording.UNRESOLVED),
        "checks": {c.value: _pair(c.zh, wording.CHECK_EN[c]) for c in Check},
        "verdicts": {
            v.value: {**_pair(wording.VERDICT_ZH[v], wording.VERDICT_EN[v]), "tone": TONES[v]}
            for v in Verdict
        },
        "sides": {c.value: [_pair(*side) for side in wording.SIDES[c]] for c in Check},
        "not_met": _pair("已审查而不成立", wording.NOT_MET[1]),
        "roles": {r.value: _pair(r.zh, wording.ROLE_EN[r]) for r in Role},
        "sentences": _pairs(kinds),
        "penalties": _pairs({**kinds, **PENALTIES}),
        "fields": {key: _pair(zh, FIELD_EN[key]) for key, zh in FIELD_ZH.items()},
        "laws": {key: _pair(zh, LAW_EN[key]) for key, zh in LAW_ZH.items()},
        "nodes": {key: _pair(zh, NODE_EN[key]) for key, zh in wording.NODE_ZH.items()},
        "what": {key: _pair(zh, WHAT_EN[key]) for key, zh in wording.WHAT_ZH.items()},
        "values": {key: _pair(zh, VALUES_EN[key]) for key, zh in VALUES_ZH.items()},
        "injuries": {g.value: _pair(g.zh, INJURY_EN[g]) for g in InjuryGrade},
        "status": _pairs(STATUS),
    }


def _pairs(table: dict[str, tuple[str, str]]) -> dict[str, dict[str, str]]:
    return {key: _pair(*both) for key, both in table.items()}


def _pair(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}
