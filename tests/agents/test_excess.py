"""Charges per defendant: what only one of several did is his alone."""

import pytest

from nolle.agents.base import Context, View
from nolle.agents.charge import assess
from nolle.cases.extract import read_facts
from nolle.cases.models import Case
from nolle.graphs.run import run

CASES = [
    (
        "thief turns to violence",
        "盗窃罪",
        "周某、吴某共谋入室盗窃，二人翻窗进入被害人郑某家中窃得现金6000元后，吴某先行离开。"
        "周某被郑某发现，为抗拒抓捕，周某持水果刀将郑某刺伤。",
        {"周某": "抢劫罪", "吴某": "盗窃罪"},
    ),
    (
        "lookout does not answer for it",
        "盗窃罪",
        "冯某进入店内盗窃手机三部，陈某在店外望风。冯某被店主发现后，为逃脱，冯某用拳头殴打店主头部，陈某不知情。",
        {"冯某": "抢劫罪", "陈某": "盗窃罪"},
    ),
    (
        "both use violence",
        "抢劫罪",
        "褚某、卫某盗窃时被失主发现，为抗拒抓捕，二人共同殴打失主，致其轻微伤。",
        {"褚某": "抢劫罪", "卫某": "抢劫罪"},
    ),
    (
        "alleged against both",
        "盗窃罪、抢劫罪",
        "蒋某、沈某盗窃电动车，沈某驾车接应。蒋某撬锁时被失主抓住，为抗拒抓捕，蒋某咬伤失主手臂。",
        {"蒋某": "抢劫罪", "沈某": "盗窃罪"},
    ),
    (
        "no excess",
        "盗窃罪",
        "韩某、杨某盗窃工地钢筋，韩某剪断钢筋，杨某搬运上车。",
        {"韩某": "盗窃罪", "杨某": "盗窃罪"},
    ),
    (
        "rape by one robber",
        "抢劫罪",
        "朱某、秦某预谋抢劫，入室捆绑被害人劫得现金2000元。秦某在客厅搜寻财物时，朱某在卧室将被害人强奸。",
        {"朱某": "强奸罪", "秦某": "抢劫罪"},
    ),
]


def case_of(charge, fact, names):
    return Case(
        meta={"date": "2021-06-01"},
        person_info="\n".join(f"犯罪嫌疑人{n}，男，1988年2月3日出生。" for n in names),
        procedure=f"本案由公安机关以{'、'.join(names)}涉嫌{charge}移送审查起诉。",
        fact=fact,
    )


@pytest.mark.parametrize(
    ("charge", "fact", "first"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_first_charge_of_each(charge, fact, first):
    case = case_of(charge, fact, list(first))
    facts = read_facts(case)
    found = {
        name: assess(View(case=case, facts=facts, defendant=name), Context()).charges[0]
        for name in first
    }
    assert found == first


def test_the_review_charges_each_with_his_own():
    _, charge, fact, first = CASES[0]
    review = run(case_of(charge, fact, list(first)))
    assert {n: o.charges[0] for n, o in review.outcomes.items()} == first
    assert review.outcomes["周某"].sentence.months > review.outcomes["吴某"].sentence.months


def test_one_mans_surrender_helps_nobody_else():
    fact = (
        "2021年1月5日，何某、吕某共同撬锁盗窃电动车一辆，价值8000元。何某次日主动投案并如实供述，"
        "退赔被害人损失并取得谅解。吕某被抓获归案，系累犯。"
    )
    facts = read_facts(case_of("盗窃罪", fact, ["何某", "吕某"]))
    own = {name: set(facts.holding(name)) for name in ("何某", "吕某")}
    assert "surrender" in own["何某"]
    assert "surrender" not in own["吕某"]
    assert "recidivist" in own["吕某"]
    assert "recidivist" not in own["何某"]
    review = run(case_of("盗窃罪", fact, ["何某", "吕某"]))
    first, second = (review.outcomes[n].sentence for n in ("何某", "吕某"))
    if first is not None and second is not None:
        assert first.months < second.months
    assert second is not None
    assert second.probation_months is None


def test_the_role_step_shows_months_before_and_after():
    fact = (
        "张某提议盗窃，翻窗入室窃得现金5万元。李某受张某指使在楼下望风，分得500元。"
        "二人被抓获归案，拒不退赔。"
    )
    review = run(case_of("盗窃罪", fact, ["张某", "李某"]))
    assert review.outcomes["李某"].role.value == "accomplice"
    sentence = review.outcomes["李某"].sentence
    assert sentence is not None
    step = next(s for s in sentence.steps if s.label.startswith("从犯"))
    assert step.before > step.months
    assert sentence.months < review.outcomes["张某"].sentence.months
    told = next(s for s in review.trace if s.node == "sentence" and s.defendant == "李某")
    steps = told.finding["sentence"]["steps"]
    assert any(s["label"].startswith("从犯") and s["before"] for s in steps)
