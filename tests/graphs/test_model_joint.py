"""The review of many defendants by a model: calls grow linearly, answers from gold come through."""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.model_answers import agent_of, answers_for, fact_of, roles_answer
from support.scripted_answers import Answer, Request, malformed, right

from nolle.agents.base import View
from nolle.agents.estimate import dry_run_estimate
from nolle.agents.lens import lens
from nolle.agents.limits import Limits
from nolle.agents.registry import parse_spec
from nolle.cases.extract import read_facts
from nolle.cases.gold import GoldDefendant, Labelled, load_labelled
from nolle.cases.models import Case
from nolle.cases.vocabulary import Decision, Role
from nolle.graphs.asking import Asking
from nolle.graphs.run import run
from nolle.statutes.charges import normalise_charge

SPEC = "vllm:tiny"
SURNAMES = "姜段王李赵钱周吴"
TAILS = ("某", "某某", "某甲", "某乙", "某丙")
NAMES = [surname + tail for surname in SURNAMES for tail in TAILS]
ROLE_OF = {
    name: ("principal", "accomplice", "not_distinguished")[i % 3] for i, name in enumerate(NAMES)
}


def gang(size: int) -> Case:
    names = NAMES[:size]
    return Case(
        id="gang",
        person_info="".join(f"犯罪嫌疑人{name}，男，1990年5月1日出生。" for name in names),
        procedure=f"公安局以{'、'.join(names)}涉嫌盗窃罪移送审查起诉。",
        fact="2022年1月3日，"
        + "".join(f"{name}窃得手机一部，价值3200元。" for name in names)
        + "上述人员系共同犯罪。",
    )


def asked_about(request: Request) -> list[str]:
    """The persons that a question about roles lists."""
    question = request.text[request.text.rfind("【问题：作用】") :]
    found = re.search("名单：(.*?)。", question)
    assert found is not None
    return found[1].split("、")


def thieves(request: Request) -> Answer:
    if agent_of(request) == "roles":
        return right(roles_answer({name: ROLE_OF[name] for name in asked_about(request)}))
    return right(answers_for("P", ["盗窃罪"], "窃得手机一部")[agent_of(request)])


@pytest.mark.parametrize("size", [2, 10, 11, 40])
def test_roles_are_asked_in_groups_of_ten_and_calls_grow_linearly(serve, size):
    server = serve(thieves)
    groups = math.ceil(size / 10)
    total = 5 * size + groups
    review = run(gang(size), SPEC, asking=Asking(limits=Limits(requests=total)))
    asked = Counter(agent_of(request) for request in server.requests)
    assert asked["roles"] == groups
    assert asked == {
        "roles": groups,
        **dict.fromkeys(("charge", "evidence", "subsumption", "waiver", "sentence"), size),
    }
    assert sum(asked.values()) == total
    assert {name: out.role for name, out in review.outcomes.items()} == {
        name: Role(ROLE_OF[name]) for name in NAMES[:size]
    }
    assert {out.decision for out in review.outcomes.values()} == {Decision.P}
    assert dry_run_estimate([gang(size)], parse_spec(SPEC)).calls == total


def test_each_group_is_asked_about_its_own_persons(serve):
    server = serve(thieves)
    run(gang(25), SPEC)
    groups = [asked_about(r) for r in server.requests if agent_of(r) == "roles"]
    assert sorted(map(len, groups)) == [5, 10, 10]
    assert sorted(name for group in groups for name in group) == sorted(NAMES[:25])


def test_a_group_that_fails_is_asked_once_with_its_repair_and_leaves_its_members_open(serve):
    broken = set(NAMES[10:20])

    def script(request: Request) -> Answer:
        if agent_of(request) == "roles" and broken & set(asked_about(request)):
            return malformed()
        return thieves(request)

    server = serve(script)
    review = run(gang(20), SPEC)
    assert sum(agent_of(request) == "roles" for request in server.requests) == 1 + 2
    for name, outcome in review.outcomes.items():
        if name in broken:
            assert (outcome.decision, outcome.role) == (None, None)
            assert (outcome.unresolved.code, outcome.unresolved.node) == ("unparsable", "roles")
        else:
            assert (outcome.decision, outcome.role) == (Decision.P, Role(ROLE_OF[name]))


def test_whoever_is_left_out_or_given_two_roles_is_asked_about_once_more(serve):
    left_out, twice = NAMES[3], NAMES[5]

    def script(request: Request) -> Answer:
        if agent_of(request) != "roles":
            return thieves(request)
        names = asked_about(request)
        answer = roles_answer({n: ROLE_OF[n] for n in names})
        if len(names) > 2:
            answer["persons"] = [p for p in answer["persons"] if p["name"] != left_out]
            other = {"name": twice, "role": "coerced", "reasons": [], "quotes": []}
            answer["persons"].append(other)
        return right(answer)

    server = serve(script)
    review = run(gang(9), SPEC)
    groups = [asked_about(r) for r in server.requests if agent_of(r) == "roles"]
    assert groups == [NAMES[:9], [left_out, twice]]
    assert {n: o.role.value for n, o in review.outcomes.items()} == {
        n: ROLE_OF[n] for n in NAMES[:9]
    }


def test_past_the_limit_what_is_done_is_kept(serve):
    server = serve(thieves)
    review = run(gang(40), SPEC, asking=Asking(limits=Limits(requests=60)))
    assert len(server.requests) == 60
    assert review.decision is None
    assert review.unresolved.code == "limit"
    assert len(review.outcomes) == 40


def gold_of(row: Labelled) -> dict[str, GoldDefendant]:
    """The labels by person, where the data set puts several under one label too."""
    return {
        name: person
        for person in row.defendants
        for name in re.sub("（.*?）", "", person.name).split("、")
    }


def from_gold(row: Labelled, gold: Mapping[str, GoldDefendant]):
    """A script that answers each question about a defendant from that defendant's labels."""
    facts = read_facts(row.case)
    seen = {}
    for suspect in facts.suspects:
        fields = lens(View(case=row.case, facts=facts, defendant=suspect.name)).fields
        seen[suspect.name] = [text.strip() for text in fields.values() if text.strip()]

    def script(request: Request) -> Answer:
        agent = agent_of(request)
        if agent == "roles":
            roles = {name: gold[name].role for name in asked_about(request)}
            return right(
                roles_answer({n: r.value if r else "not_distinguished" for n, r in roles.items()})
            )
        text = fact_of(request)
        (name,) = [one for one, parts in seen.items() if all(part in text for part in parts)]
        one = gold[name]
        answer = answers_for(one.decision.value, charges_of(row, one), "")[agent]
        if agent == "sentence" and one.prison_months:
            answer |= {
                "kind": "detention" if one.prison_months < 6 else "fixed_term",
                "months": one.prison_months,
                "probation_months": round(one.probation_months) if one.probation_months else None,
                "other_band": "按所述后果、数额和情节适用该幅度",
            }
        return right(answer)

    return script


def charges_of(row: Labelled, one: GoldDefendant) -> list[str]:
    return [str(normalise_charge(name)) for name in one.charges or row.charges]


@pytest.mark.dev_data
@pytest.mark.skipif(not os.environ.get("NOLLE_DEV_DATA"), reason="NOLLE_DEV_DATA is not set")
def test_answers_from_gold_give_the_gold_outcome_of_every_defendant(serve):
    path = Path(os.environ.get("NOLLE_DEV_DATA", "")) / "data" / "reviews_dev.jsonl"
    rows = [row for row in load_labelled(path) if len(row.defendants) > 1]
    assert len(rows) > 30
    server = serve(right("{}"))
    terms = persons = 0
    for row in rows:
        gold = gold_of(row)
        server.requests.clear()
        server._script = from_gold(row, gold)
        review = run(row.case, SPEC)
        assert review.decision is row.decision, row.case.id
        for name, outcome in review.outcomes.items():
            one, where = gold[name], (row.case.id, name)
            persons += 1
            assert outcome.decision is one.decision, where
            assert list(outcome.charges) == charges_of(row, one), where
            if one.role is not None:
                assert outcome.role is one.role, where
            if one.decision is Decision.P and one.prison_months:
                terms += 1
                assert outcome.sentence.months == one.prison_months, where
        asked = Counter(agent_of(request) for request in server.requests)
        assert asked["roles"] <= math.ceil(len(review.outcomes) / 10)
        assert len(server.requests) <= 5 * len(review.outcomes) + asked["roles"]
    assert persons > 100
    assert terms > 60
