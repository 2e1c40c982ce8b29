"""The law in force at the case's dates, as short lines in own words for a model's prompt."""

from __future__ import annotations

from functools import cache

from ..statutes.charges import charge as charge_named
from ..statutes.grounds import grounds_of
from ..statutes.models import Charge
from ..statutes.thresholds import ThresholdRule, thresholds
from ..statutes.versions import cite
from .answer_fields import DECISIONS
from .base import Context, View
from .tables import table

MAX_CHARGES = 4
MAX_THRESHOLDS = 8
MAX_NEIGHBOURS = 3

_LAW = {"cl": "刑法", "cpl": "刑诉法", "cpr": "刑诉规则"}
_LEVELS = {
    "filing": "立案",
    "basic": "入罪",
    "serious": "第二档",
    "especially_serious": "第三档",
    "gravest": "最重档",
}
_MEASURES = {
    "value_yuan": "数额（元）",
    "loss_yuan": "损失（元）",
    "gain_yuan": "违法所得（元）",
    "sales_yuan": "销售金额（元）",
    "turnover_yuan": "经营数额（元）",
    "tax_yuan": "税额（元）",
    "alcohol_mg": "血液酒精（毫克/100毫升）",
    "grams": "重量（克）",
    "times": "次数",
    "persons": "人数",
    "items": "件数",
    "deaths": "死亡人数",
}
_ACTORS = {"unit_too": "个人或者单位", "special": "特殊主体", "unit_only": "单位"}
_MENS_REA = {"intent": "故意", "negligence": "过失", "either": "故意或者过失"}


def article_zh(key: str) -> str:
    """An article key in Chinese, e.g. ``刑法第三十七条``."""
    law, _, place = key.partition(":")
    return f"{_LAW.get(law, '')}{place}"


def charge_lines(view: View, context: Context) -> list[str]:
    """Elements, bands and thresholds of the charges to test, as of the day of the conduct."""
    lines: list[str] = []
    for name in view.charges[:MAX_CHARGES]:
        found = charge_named(name)
        if found is not None:
            lines += _charge(found, view, context)
    return lines


def _charge(charge: Charge, view: View, context: Context) -> list[str]:
    day = view.conduct_date
    actor = _ACTORS.get(charge.actor, "一般主体")
    note = f"（{charge.actor_note}）" if charge.actor_note else ""
    lines = [
        f"{charge.name}（{article_zh(charge.article)}）：主体{actor}{note}，{_MENS_REA[charge.mens_rea]}"
        + ("，告诉才处理" if charge.complaint_only else "")
    ]
    if charge.elements:
        lines.append("  要件：" + "；".join(e.zh for e in charge.elements))
    bands = [f"{b.condition}：{_term(b.lo, b.hi)}" for b in charge.bands_on(day)]
    if bands:
        lines.append("  量刑档：" + "；".join(bands))
    province = context.province or view.case.meta.province or None
    fact = view.case.fact
    rules = [
        rule
        for rule in thresholds(charge.name, day, province)
        if rule.applies_to(fact)
        and (not rule.substances or any(name in fact for name in rule.substances))
    ]
    lines += [f"  标准：{_threshold(rule)}" for rule in rules[:MAX_THRESHOLDS]]
    if charge.name == view.charge:
        near = list(charge.neighbours.items())[:MAX_NEIGHBOURS]
        lines += [f"  与{other}的区别：{how}" for other, how in near]
    return lines


def _term(lo: int, hi: int | None) -> str:
    if hi is None:
        return f"{lo}个月以上至无期徒刑或者死刑" if lo else "至无期徒刑或者死刑"
    return f"{lo}至{hi}个月" if lo else f"{hi}个月以下"


def _threshold(rule: ThresholdRule) -> str:
    measure = _MEASURES.get(rule.measure, rule.measure)
    steps = "，".join(
        f"{_LEVELS.get(step.level, step.level)}{step.at_least:g}起" for step in rule.levels
    )
    flag = "" if rule.verified else "（未核验）"
    return f"{measure}：{steps}（{rule.source}{rule.source_article}）{flag}"


def procedure_lines(view: View) -> list[str]:
    """The articles of the four decisions and of the standard of proof, as of the decision."""
    day = view.facts.decision_date
    named = [
        ("起诉", "decision.P"),
        ("法定不起诉", "decision.SNP"),
        ("存疑不起诉", "decision.IENP"),
        ("相对不起诉", "decision.DNP"),
        ("证明标准", "evidence.standard"),
    ]
    return [
        "；".join(
            f"{zh}：{'、'.join(map(article_zh, cite(subject, day)))}" for zh, subject in named
        )
    ]


@cache
def _limited() -> dict[str, frozenset[str]]:
    """The circumstances that speak only in cases of certain charges, with these."""
    rows = table("waiver").grounds
    open_to_all = {row.ground for row in rows if not row.charges}
    named: dict[str, frozenset[str]] = {}
    for row in rows:
        if row.ground not in open_to_all:
            named[row.ground] = named.get(row.ground, frozenset()) | frozenset(row.charges)
    return named


def ground_list(check: str, view: View) -> str:
    """The names of the grounds that the check may answer with, in force on the decision date.

    Circumstances that concern single charges are left out where none of these is tested.
    """
    day = view.facts.decision_date
    limited = _limited() if check == "waiver" else {}
    names = []
    for decision in DECISIONS[check]:
        for rule in grounds_of(decision):
            in_force = (rule.since is None or rule.since <= day) and (
                rule.until is None or day < rule.until
            )
            wanted = limited.get(rule.id)
            if in_force and (wanted is None or wanted & set(view.charges)):
                names.append(rule.zh)
    return "｜".join(names)
